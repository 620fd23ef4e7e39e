"""Letters counted, words found: what the views of a text are made of."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.names import any_word
from models.text import Letters, count_letters, is_accented, straighten


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("", Letters(0, 0, 0)),
        ("Tin VUI 2026!", Letters(6, 4, 0)),
        ("Đường về Ấp Đá", Letters(11, 3, 7)),
        ("😀 ... 123", Letters(0, 0, 0)),
    ],
)
def test_letters_capitals_and_marked_ones_are_counted(text: str, letters: Letters) -> None:
    assert count_letters(text) == letters


@given(st.text(alphabet="abcXYZđĐăắằƯỢêệ 12,.😀\n", max_size=200))
def test_letters_are_counted_as_python_tells_them(text: str) -> None:
    seen = straighten(text)
    letters = count_letters(seen)
    assert letters.all == sum(map(str.isalpha, seen))
    assert letters.capitals == sum(map(str.isupper, seen))
    assert letters.marked == sum(c.isalpha() and not c.isascii() for c in seen)


def test_a_text_without_letters_is_not_accented() -> None:
    assert not is_accented("123 😀")


@given(st.lists(st.sampled_from(["an", "anh", "ba", "bac", "co", " ", "-"]), max_size=12))
def test_a_pattern_by_letters_finds_what_one_by_words_finds(parts: list[str]) -> None:
    words = ["anh", "an", "ba", "bac"]
    text = "".join(parts)
    plain = re.compile(rf"\b(?:{'|'.join(words)})\b")
    assert re.findall(any_word(words) + r"\b", text) == plain.findall(text)
