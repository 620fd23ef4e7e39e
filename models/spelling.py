"""How near two spellings are: look-alike signs made one, and edit distance."""

from __future__ import annotations

import unicodedata

from models.text import straighten, unaccent

_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))


def skeleton(name: str, *, joined: bool = True) -> str:
    """A form that is the same for names that look the same: "vnexpre55" and "vnexpress".

    Accents are taken off, foreign letters and digits become the Latin letters they resemble,
    "i" and "l" are one, "rn" is "m". ``joined`` leaves hyphens out.
    """
    bones = unaccent(straighten(name.lower())).lower().translate(_DIGITS).replace("i", "l")
    for pair, one in _PAIRS:
        bones = bones.replace(pair, one)
    return bones.replace("-", "").replace("_", "") if joined else bones


_DIGITS = str.maketrans(
    {
        "0": "o",
        "1": "l",
        "3": "e",
        "4": "a",
        "5": "s",
        "6": "g",
        "7": "t",
        "8": "b",
        "9": "g",
        "|": "l",
        "!": "l",
        "$": "s",
    }
)


def distance(one: str, other: str, most: int) -> int:
    """Edits (add, drop, change, swap neighbours) from one to the other; ``most + 1`` when more."""
    if abs(len(one) - len(other)) > most or len(set(one) ^ set(other)) > 2 * most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        previous, before = before, row
        row = [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, previous[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]


def mixed_scripts(text: str) -> bool:
    """Whether letters of more than one script stand together, or of one that is not Latin."""
    scripts = {unicodedata.name(c, "?").split()[0] for c in text if c.isalpha()}
    return bool(scripts - {"LATIN"})
