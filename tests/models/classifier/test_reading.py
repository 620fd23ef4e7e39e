"""What is read of a text: one reading however it is encoded, disguises undone, no number kept."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.classifier.reading import evidence_names, read, tokens, undisguise

SYLLABLES = [
    "đường",
    "Nguyễn",
    "thiệt",
    "hại",
    "bão",
    "số",
    "123",
    "!",
    "ƯU",
    "ĐÃI",
    "tin",
    "vui",
    "😀",
]
posts = st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=30).map(" ".join)


@given(posts)
def test_both_unicode_forms_read_alike(text: str) -> None:
    assert read(unicodedata.normalize("NFD", text)) == read(unicodedata.normalize("NFC", text))


@given(posts, st.sampled_from("\u200b\u200d\ufeff\u00ad\u2060"), st.integers(0, 60))
def test_what_cannot_be_seen_changes_nothing(text: str, hidden: str, at: int) -> None:
    assert read(text[:at] + hidden + text[at:]) == read(text)


@given(st.text(max_size=300))
def test_any_text_gives_evidence_between_zero_and_one(text: str) -> None:
    evidence = read(text).evidence
    assert len(evidence) == len(evidence_names())
    assert all(0.0 <= value <= 1.0 for value in evidence)


def test_look_alike_letters_are_read_as_the_ones_they_imitate() -> None:
    assert read("v\u0430y ti\u0435n") == read("vay tien")


@pytest.mark.parametrize(
    ("disguised", "plain"),
    [
        ("t.ử v.o.n.g", "tử vong"),
        ("d!eu k!en", "dieu kien"),
        ("c.h.ế.t", "chết"),
        ("nh@n thưởng", "nhan thưởng"),
    ],
)
def test_disguised_words_are_read_plainly(disguised: str, plain: str) -> None:
    text, undone = undisguise(disguised)
    assert text == plain
    assert undone >= 1


@pytest.mark.parametrize("text", ["TP.HCM", "vào.Em ở lại", "Covid 19", "10.000 đồng", "v v"])
def test_ordinary_spelling_is_no_disguise(text: str) -> None:
    assert undisguise(text) == (text, 0)


def test_no_digit_of_a_number_is_kept() -> None:
    """What ships for retraining must not hold a phone number, an amount or an address."""
    grams = read(
        "Gọi 0900 000 123 hoặc 1900 1234, chuyển 12.345.678 đ tới https://a.example/77"
    ).grams
    masks = {"0phone", "0link", *(f"{n}n" for n in range(10))}
    digits = {word for gram in grams for word in gram.split() if any(c.isdigit() for c in word)}
    assert digits <= masks
    assert "0phone" in grams
    assert "0link" in grams


def test_stretched_letters_are_one() -> None:
    assert tokens("Trờiiiiii ơiiii") == ["trời", "ơi"]


def test_cues_are_found_without_accents() -> None:
    at = evidence_names().index("betting")
    assert read("vao choi no hu doi thuong").evidence[at] > 0
    assert read("hoa nở đầu xuân").evidence[at] == 0


def test_a_long_text_is_read_in_bounded_time() -> None:
    """Only an opening of a text is read: a hundred thousand letters cost what a page does."""
    assert sum(read("tin tức " * 20_000).grams.values()) <= 1000
