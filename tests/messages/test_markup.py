"""Cutting, quoting, numbers and button codes."""

from __future__ import annotations

import unicodedata
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from messages.actions import Action, action, on_review, read
from messages.markup import clip, inert, quote, render, sentence, units, visible
from messages.numbers import confidence, count, day, percent
from tests.messages import strict
from tests.messages.hostile import strings


@given(text=strings, limit=st.integers(5, 200))
def test_a_cut_is_one_sendable_line_within_its_limit(text: str, limit: int) -> None:
    cut = clip(text, limit)
    assert units(cut) <= limit
    assert "\n" not in cut
    cut.encode("utf-8")
    assert not any(unicodedata.category(letter) in {"Cc", "Cf", "Cs"} for letter in cut)


@given(text=strings)
def test_a_cut_text_is_what_the_whole_begins_with(text: str) -> None:
    whole, cut = clip(text, 10_000), clip(text, 30)
    assert cut == whole or (cut.endswith("…") and whole.startswith(cut[:-1]))


def test_a_cut_falls_between_words_and_letters() -> None:
    assert clip("một hai ba bốn năm sáu", 14) == "một hai ba…"
    assert clip("😀" * 10, 8) == "😀😀😀…"
    assert clip(unicodedata.normalize("NFD", "ế" * 30), 11) == "ế" * 10 + "…"


@given(text=strings)
def test_foreign_words_stay_text(text: str) -> None:
    """Whatever was said, the quotation is clean markup that shows just these words."""
    assert strict.read(str(quote(text, 80))) == f"“{clip(text, 80)}”"
    assert strict.read(str(inert(text, 80))) == clip(text, 80)


@given(text=strings)
def test_visible_is_what_a_strict_reader_sees(text: str) -> None:
    markup = str(quote(text, 80))
    assert visible(markup) == strict.read(markup)


def test_a_sentence_starts_large_and_ends() -> None:
    assert sentence("đọc lại bài", 50) == "Đọc lại bài."
    assert sentence("đã đọc chưa?", 50) == "Đã đọc chưa?"
    assert sentence("  ", 50) == ""


def test_a_template_without_its_facts_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        render("stats.j2")


@given(part=st.integers(0, 10_000), rest=st.integers(0, 10_000))
def test_percent_is_within_a_tenth_and_on_the_right_side_of_the_ceiling(
    part: int, rest: int
) -> None:
    whole = part + rest
    shown = Fraction(percent(part, whole).removesuffix(" %").replace(",", "."))
    if whole:
        assert abs(shown - Fraction(100 * part, whole)) <= Fraction(1, 10)
        assert (shown < 15) is (100 * part < 15 * whole)


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (4, 29, "13,8 %"),
        (3, 20, "15,0 %"),
        (1499, 10000, "14,9 %"),
        (0, 0, "0 %"),
        (7, 7, "100,0 %"),
    ],
)
def test_percent(part: int, whole: int, shown: str) -> None:
    assert percent(part, whole) == shown


@pytest.mark.parametrize(
    ("probability", "shown"),
    [(0.874, "87 %"), (1.0, "99 %"), (0.0, "1 %"), (7.0, "99 %"), (float("inf"), "99 %")],
)
def test_confidence_is_never_certain(probability: float, shown: str) -> None:
    assert confidence(probability) == shown


def test_numbers_and_dates_read_as_in_an_office() -> None:
    assert count(1234567) == "1.234.567"
    assert day(date(2026, 3, 5)) == "05/3"
    assert day(date(2026, 2, 5), True) == "05/02/2026"


def test_a_code_word_is_read_back() -> None:
    word = action("yes", 417, "qd874.5.1")
    assert word == "1:yes:417:qd874.5.1"
    assert read(word) == Action("yes", 417, ("qd874.5.1",))
    assert read("1:share:417") == Action("share", 417)
    assert Action("share", 417).field(0) == ""


def test_in_private_the_reference_takes_the_place_of_an_id() -> None:
    assert on_review("tone", None, "3F:9 K<ế", "n") == "1:tone:0:n:3F9K"
    assert on_review("tone", 417, "3F9K", "n") == "1:tone:417:n"


def test_a_code_word_over_64_bytes_is_refused() -> None:
    with pytest.raises(ValueError, match="64 bytes"):
        action("yes", 2**53, "ế" * 20)


@pytest.mark.parametrize(
    "word",
    ["", "1", "1:share", "0:share:4", "2:share:4", "1::4", "1:share:-4", "1:share:٤", "a:b:c"],
)
def test_a_foreign_or_old_code_word_is_not_read(word: str) -> None:
    assert read(word) is None


@given(word=strings)
def test_any_code_word_can_be_tried(word: str) -> None:
    found = read(word)
    assert found is None or found.id >= 0
