"""Puts accents back into a text typed without them, and blanks into its tags, for the encoder.

The likeliest reading of letters, by how often a syllable is written after another in newspapers and
posts (Viterbi's search over pairs, with what is left over shared out by how often a syllable is
written at all: absolute discounting).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.text import is_accented, unaccent

Array = NDArray[Any]
Span = tuple[int, int]
#: Where a syllable may begin that ends here, and which ones it may be.
Way = tuple[int, Span]

FILE = "accents.npz"
#: Chances are kept as steps of a sixteenth of their logarithm, in a byte.
STEP = 1 / 16
#: Letters of the longest syllable.
LONGEST = 7

# A word, but no part of an address, a code or a number; "xong.Mời" are two words.
_WORD = re.compile(r"(?<![\w@/-])(?:(?<!\w\.)|(?=[A-Z]))[^\W\d_]+(?![\w@/]|[.-][a-z\d])")
# "#congannhandan": the words of a tag, written together.
_TAG = re.compile(r"#([A-Za-z]{5,40})(?!\w)")
_VOWELS = frozenset("aeiouy")
#: A tag whose best reading is less likely than this (logarithm, a letter) is no Vietnamese.
_LEAST_LIKELY = -2.0
_BREAK = re.compile(r"[.,!?;:\n()\"“”]")


@dataclass(slots=True)
class _Place:
    """Syllables that may end at a place, how likely each is, and the place and number before it."""

    syllables: Array
    scores: Array
    came_from: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Accents:
    """How likely syllables are, alone and after one another.

    ``syllables`` that are the same without accents stand side by side, ``spans`` says where.
    ``alone`` are their chances; two more numbers stand for what may come before: the beginning, and
    anything unknown. ``pairs`` are known pairs, sorted, as first * places + second; ``follows`` the
    chance of the second, ``rest`` what is left for the others after a first.
    """

    syllables: tuple[str, ...]
    spans: dict[str, Span]
    alone: Array
    rest: Array
    pairs: Array
    follows: Array

    def read(self, text: str) -> str:
        """The text as the encoder is given it: with accents, as it has them or as it was meant."""
        accented = is_accented(_TAG.sub("", text))
        spelt = _TAG.sub(self._spelt, text) if "#" in text else text
        return spelt if accented else self.restored(spelt)

    def restored(self, text: str) -> str:
        """The text with the likeliest accents on every syllable that is known without them."""
        parts, at = [], 0
        for before, words in self._runs(text):
            spans = [self.spans[word.group().lower()] for word in words]
            found, _ = self._likeliest(before, [[(i, span)] for i, span in enumerate(spans)])
            for word, best in zip(words, found, strict=True):
                parts += [text[at : word.start()], _cased(self.syllables[best], word.group())]
                at = word.end()
        return "".join(parts) + text[at:]

    def _spelt(self, tag: re.Match[str]) -> str:
        """A tag in words, or as it is where that makes none."""
        letters = tag.group(1).lower()
        ways = [list(self._endings(letters[:end])) for end in range(1, len(letters) + 1)]
        found, chance = self._likeliest(len(self.syllables), ways)
        if chance < _LEAST_LIKELY * len(letters):
            return tag.group()
        return "# " + " ".join(self.syllables[best] for best in found)

    def _endings(self, letters: str) -> Iterator[Way]:
        """The syllables that letters may end in; a lone letter is one only if it is a vowel."""
        for first in range(max(0, len(letters) - LONGEST), len(letters)):
            last = letters[first:]
            if last in self.spans and (len(last) > 1 or last in _VOWELS):
                yield first, self.spans[last]

    def _runs(self, text: str) -> Iterator[tuple[int, list[re.Match[str]]]]:
        """Known syllables with nothing but blanks between them, and what stands before each run."""
        start, unknown = len(self.syllables), len(self.syllables) + 1
        run: list[re.Match[str]] = []
        before, end = start, 0
        for word in _WORD.finditer(text):
            between = text[end : word.start()]
            end = word.end()
            if between.strip(" ") and run:
                yield before, run
                run = []
            if not run and between.strip(" "):
                before = start if _BREAK.search(between) else unknown
            if word.group().lower() in self.spans:
                run.append(word)
                continue
            if run:
                yield before, run
            before, run = unknown, []
        if run:
            yield before, run

    def _likeliest(self, before: int, ways: Sequence[Sequence[Way]]) -> tuple[list[int], float]:
        """The likeliest syllables from the beginning to the last place, and their log chance.

        ``ways`` are those to each place from the first on; nothing, and minus infinity, where the
        last cannot be reached.
        """
        reached = [_Place(np.array([before]), np.zeros(1), [])]
        for arrivals in ways:
            place = _Place(np.zeros(0, dtype=int), np.zeros(0), [])
            for origin, (first, beyond) in arrivals:
                here, last = np.arange(first, beyond), reached[origin]
                if not len(last.syllables):
                    continue
                whole = last.scores[:, None] + np.log(self._chance(last.syllables, here))
                place.syllables = np.append(place.syllables, here)
                place.scores = np.append(place.scores, whole.max(axis=0))
                place.came_from += [(origin, int(best)) for best in whole.argmax(axis=0)]
            reached.append(place)
        if not len(reached[-1].syllables):
            return [], -math.inf
        at, best, found = len(ways), int(reached[-1].scores.argmax()), []
        chance = float(reached[-1].scores[best])
        while at:
            found.append(int(reached[at].syllables[best]))
            at, best = reached[at].came_from[best]
        return found[::-1], chance

    def _chance(self, last: Array, here: Array) -> Array:
        """The chances of syllables ``here`` after each of ``last``."""
        wanted = last[:, None] * len(self.rest) + here
        at = np.minimum(np.searchsorted(self.pairs, wanted), len(self.pairs) - 1)
        known = np.where(self.pairs[at] == wanted, self.follows[at], 0)
        return np.asarray(known + self.rest[last][:, None] * self.alone[here])


def _cased(syllable: str, typed: str) -> str:
    """The syllable in the case in which it was typed, letter by letter."""
    pairs = zip(syllable, typed, strict=True)
    return "".join(letter.upper() if old.isupper() else letter for letter, old in pairs)


def load_accents(file: Path) -> Accents:
    """Load what ``accents_build`` wrote.

    Raises ``OSError``, ``ValueError`` or ``KeyError`` for a damaged or foreign file.
    """
    with np.load(file, allow_pickle=False) as held:
        syllables = tuple(held["syllables"].tobytes().decode("utf-8").split("\n"))
        alone, rest, follows = (_chances(held[name]) for name in ("alone", "rest", "follows"))
        first = np.repeat(np.arange(len(rest)), held["many"])
        pairs = first * len(rest) + held["second"]
    return Accents(syllables, _spans(syllables), alone, rest, pairs, follows)


def _chances(steps: Array) -> Array:
    return np.asarray(np.exp(-steps.astype(np.float64) * STEP))


def _spans(syllables: Sequence[str]) -> dict[str, Span]:
    bare = [unaccent(syllable) for syllable in syllables]
    edges = [0, *(i for i in range(1, len(bare)) if bare[i] != bare[i - 1]), len(bare)]
    return {bare[first]: (first, beyond) for first, beyond in pairwise(edges)}
