"""How far a reading is from what was written."""

from __future__ import annotations

import unicodedata

import numpy as np


def squeezed(text: str) -> str:
    """Accents composed (NFC), every run of blanks one blank."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def distance(one: str, other: str) -> int:
    """The least number of letters put in, left out or exchanged (Levenshtein)."""
    letters = np.array([ord(letter) for letter in other], dtype=np.int64)
    places = np.arange(len(other) + 1)
    row = places.copy()
    for number, letter in enumerate(one, 1):
        new = np.empty_like(row)
        new[0] = number
        new[1:] = np.minimum(row[1:] + 1, row[:-1] + (letters != ord(letter)))
        row = np.minimum.accumulate(new - places) + places
    return int(row[-1])
