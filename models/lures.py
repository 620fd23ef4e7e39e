"""Names of brands beside words that lure ("shopee-tuyendung"), or with a letter written twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import groupby

from models.address import Address

_PART = re.compile(r"[-_\d]+")
_PLACES = frozenset({"vn", "viet", "vietnam"})
_VN = re.compile(r"(?:^|\.)vn$")
# Shorter names are short for many things: only Vietnamese words beside them tell.
_LONG = 4
# A shorter word glued to another is chance ("vi", "ctv"), and so is a place beside a shorter name.
_GLUED = 4
_LONGER = 5


class Lures:
    """What traps write beside a brand's name, and how they misspell it.

    ``brands`` are names with the hosts they belong to. ``words`` are Vietnamese, ``general`` ones
    of any language. ``spelt`` are the names, brands or not, that are known with a letter too many.
    Under .vn an owner is known by name, and a word beside a brand means nothing, but not under the
    ``unchecked`` endings.
    """

    def __init__(
        self,
        brands: Mapping[str, str],
        words: frozenset[str],
        general: frozenset[str],
        unchecked: frozenset[str],
        spelt: Mapping[str, str],
    ) -> None:
        self._brands = brands
        self._words = _of(words)
        self._any = _of(words | general)
        self._unchecked = unchecked
        self._spelt = spelt
        self._bones: dict[str, list[str]] = {}
        for name in spelt:
            self._bones.setdefault(_once(name), []).append(name)

    def beside(self, at: Address) -> str | None:
        """The host of a brand that stands in the registered name beside a word that lures."""
        if _VN.search(at.suffix) and at.suffix not in self._unchecked:
            return None
        parts = [part for part in _PART.split(at.name) if part]
        for part in parts:
            brand = part if part in self._brands else self._misspelt(part)
            if brand in self._brands and self._lured(brand, parts):
                return self._brands[brand]
        return next((real for part in parts if (real := self._glued(part))), None)

    def doubled(self, at: Address) -> str | None:
        """The host whose name is written here with a letter too many of one kind."""
        found = (self._misspelt(part) for part in _PART.split(at.name))
        return next((self._spelt[name] for name in found if name), None)

    def _misspelt(self, part: str) -> str:
        """The name that a part is, but for letters written twice; empty where it is none."""
        near = self._bones.get(_once(part), ())
        return next((name for name in near if len(name) < len(part)), "")

    def _lured(self, brand: str, parts: Iterable[str]) -> bool:
        words = self._any if len(brand) >= _LONG else self._words
        return any(words.fullmatch(part) for part in parts)

    def _glued(self, part: str) -> str | None:
        """Of a brand and words with no sign between: "tuyendungshopee", "shopeevn"."""
        for cut in range(1, len(part)):
            for brand, word in ((part[:cut], part[cut:]), (part[cut:], part[:cut])):
                if brand in self._brands and _meant(brand, word) and self._words.fullmatch(word):
                    return self._brands[brand]
        return None


def _of(words: Iterable[str]) -> re.Pattern[str]:
    """One or more of the words with no sign between: "vieclamonline"."""
    return re.compile(f"(?:{'|'.join(sorted(words, key=len, reverse=True))})+")


def _meant(brand: str, word: str) -> bool:
    if word in _PLACES:
        return len(brand) >= _LONGER
    return len(word) >= _GLUED


def _once(name: str) -> str:
    """A name with every letter once where it is written several times in a row."""
    return "".join(letter for letter, _ in groupby(name))
