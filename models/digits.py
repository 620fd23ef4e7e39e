"""Digits in disguise: numbers written in words, or with letters that look like digits."""

from __future__ import annotations

import re

_WORDS = {
    "khong": "0", "mot": "1", "hai": "2", "ba": "3", "bon": "4", "tu": "4", "nam": "5", "lam": "5",
    "sau": "6", "bay": "7", "tam": "8", "chin": "9",
}  # fmt: skip
_WORD = rf"(?:{'|'.join(_WORDS)})"
_ONE = rf"(?:\d|{_WORD}\b)"
# Nobody says eight digits in a row but a number that is to be called or paid to.
_SPELT = re.compile(rf"\b{_ONE}(?:[ ,.\-]{{0,3}}{_ONE}){{7,}}", re.IGNORECASE)
_DIGIT = re.compile(rf"\d|{_WORD}", re.IGNORECASE)
# Most of a spelt number is words: "năm 2024, 2025" is none.
_MOSTLY = 0.6
_LIKE = str.maketrans("oOlI", "0011")
_MIXED = re.compile(r"(?<![\w@./\-])[\doOlI](?:[ .\-]?[\doOlI]){8,}(?![\w@])")
# So many true digits beside the letters.
_FEW = 6


def plain_digits(unaccented: str) -> str:
    """A text without accents in which disguised numbers are written with digits."""
    return _MIXED.sub(_unmixed, _SPELT.sub(_unspelt, unaccented))


def _unspelt(found: re.Match[str]) -> str:
    parts = _DIGIT.findall(found.group())
    words = sum(not part.isdigit() for part in parts)
    if words < _MOSTLY * len(parts):
        return found.group()
    return "".join(_WORDS.get(part.lower(), part) for part in parts)


def _unmixed(found: re.Match[str]) -> str:
    number = found.group()
    return number.translate(_LIKE) if sum(map(str.isdigit, number)) >= _FEW else number
