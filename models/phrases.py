"""Finds many phrases in one pass over a text's syllables, with accents or without."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from models.text import fold

_WORD = re.compile(r"[^\W_]+(?:[-/][^\W_]+)*|%")


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase of ``kind`` found at ``start`` to ``end`` of the text."""

    kind: str
    start: int
    end: int


@lru_cache(maxsize=32768)
def _letters(word: str) -> tuple[str, ...]:
    """Letters and marks in one order, wherever the tone mark was put ("hoà" and "hòa")."""
    return tuple(sorted(unicodedata.normalize("NFD", word)))


@lru_cache(maxsize=65536)
def _plain(word: str) -> str:
    return fold(word)


class Phrases:
    """Phrases by kind. One syllable must carry its accents; more are found without them too."""

    def __init__(self, kinds: Mapping[str, Iterable[str]]) -> None:
        self._by_first: dict[str, list[tuple[str, tuple[str, ...], tuple[str, ...]]]] = {}
        for kind, phrases in kinds.items():
            for phrase in phrases:
                words = tuple(_WORD.findall(phrase.lower()))
                folded = tuple(fold(word) for word in words)
                self._by_first.setdefault(folded[0], []).append((kind, words, folded))

    def find(self, text: str) -> tuple[Hit, ...]:
        """Every phrase in ``text`` (clean), in order of appearance."""
        found = list(_WORD.finditer(text))
        words = [one.group().lower() for one in found]
        folded = [_plain(word) for word in words]
        hits: list[Hit] = []
        for at, first in enumerate(folded):
            if first not in self._by_first:
                continue
            for kind, phrase, plain in self._by_first[first]:
                end = at + len(phrase)
                if tuple(folded[at:end]) == plain and _same(words[at:end], phrase, plain):
                    hits.append(Hit(kind, found[at].start(), found[end - 1].end()))
        return tuple(hits)


def _same(words: list[str], phrase: tuple[str, ...], plain: tuple[str, ...]) -> bool:
    """Whether the words are the phrase, or the phrase typed without any accent."""
    if tuple(words) == phrase:
        return True
    if tuple(words) == plain:
        return len(plain) > 1
    return all(_letters(a) == _letters(b) for a, b in zip(words, phrase, strict=True))


@lru_cache(maxsize=1)
def shipped() -> Phrases:
    """The phrases that the checks go by."""
    path = Path(__file__).parent / "checks" / "phrases.toml"
    return Phrases(tomllib.loads(path.read_text("utf-8")))
