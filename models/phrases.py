"""Finds many phrases in one pass over a text's syllables, with accents or without."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, pairwise
from pathlib import Path

from models.text import fold

_WORD = re.compile(r"[^\W_]+(?:[-/][^\W_]+)*|%")


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase of ``kind`` found at ``start`` to ``end`` of the text."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Entry:
    order: int
    kind: str
    words: tuple[str, ...]
    folded: tuple[str, ...]


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
        self._single: dict[str, list[_Entry]] = {}
        self._longer: dict[tuple[str, str], list[_Entry]] = {}
        every = ((kind, phrase) for kind, phrases in kinds.items() for phrase in phrases)
        for order, (kind, phrase) in enumerate(every):
            words = tuple(_WORD.findall(phrase.lower()))
            folded = tuple(fold(word) for word in words)
            entry = _Entry(order, kind, words, folded)
            if len(words) == 1:
                self._single.setdefault(folded[0], []).append(entry)
            else:
                self._longer.setdefault((folded[0], folded[1]), []).append(entry)

    def find(self, text: str) -> tuple[Hit, ...]:
        """Every phrase in ``text`` (clean), in order of appearance."""
        written = _WORD.findall(text)
        folded = list(map(_plain, written))
        hits = sorted(
            (at, entry.order, at + len(entry.words), entry.kind)
            for at, entry in self._candidates(folded)
            if _stands(entry, at, written, folded)
        )
        if not hits:
            return ()
        places = [one.span() for one in islice(_WORD.finditer(text), max(hit[2] for hit in hits))]
        return tuple(Hit(kind, places[at][0], places[end - 1][1]) for at, _, end, kind in hits)

    def _candidates(self, folded: list[str]) -> Iterator[tuple[int, _Entry]]:
        """Where the first two syllables of a phrase stand, or the one that it has."""
        single, longer = self._single, self._longer
        if not single.keys().isdisjoint(folded):
            for at, word in enumerate(folded):
                if word in single:
                    for entry in single[word]:
                        yield at, entry
        for at, pair in enumerate(pairwise(folded)):
            if pair in longer:
                for entry in longer[pair]:
                    yield at, entry


def _stands(entry: _Entry, at: int, written: list[str], folded: list[str]) -> bool:
    end = at + len(entry.words)
    if tuple(folded[at:end]) != entry.folded:
        return False
    return _same([word.lower() for word in written[at:end]], entry.words, entry.folded)


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
