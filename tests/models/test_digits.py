"""Digits in disguise are written plainly; ordinary words and counts stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.digits import plain_digits


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("goi khong chin khong khong khong khong khong hai mot bon", "goi 0900000214"),
        ("Khong Chin 0 0 mot hai ba bon nam sau", "0900123456"),
        ("so o9oo000214 nha", "so 0900000214 nha"),
        ("09OO OOO 2l4l", "09OO OOO 2l4l"),  # too few digits are certain
    ],
)
def test_disguised_numbers(text: str, plain: str) -> None:
    assert plain_digits(text) == plain


@pytest.mark.parametrize(
    "text",
    [
        "nam 2024, 2025, 2026",
        "hai ba nguoi, nam sau nha",
        "mot hai ba bon nam sau bay",  # seven
        "https://vidu.vn/o9oo000214",
        "0900 000 214",
    ],
)
def test_what_stays(text: str) -> None:
    assert plain_digits(text) == text


@given(st.text(alphabet="0123456789oOlI .,-khongmtaibnsuyc\n"))
def test_plain_once_is_plain(text: str) -> None:
    once = plain_digits(text)
    assert plain_digits(once) == once
