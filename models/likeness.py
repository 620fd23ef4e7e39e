"""Near-duplicate signatures: how much of one post's wording is in another, told without words.

A signature is made of keyed hashes of neighbouring syllables, accents and case left aside. Every
syllable is hashed under the installation's secret first, so that nobody without it can try words
out. The smallest hashes of pairs are a fair sample of all pairs (a bottom-k sketch: exact for a
post of up to ``SAMPLE`` pairs), the smallest hashes of triples are what a look-up goes by.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.fingerprint import ENOUGH
from models.text import clean, fold, straighten

SAMPLE = 128
TRACES = 8  # kept with a post, to be found by
PROBES = 16  # looked for: more, since what was added to a post pushes its own further back

SIMILAR = 74
"""Percent from which a post is similar: two of ten syllables changed leave a headline 75 %."""
SAME = 97
"""Percent from which a post may be the same: in a text of 40 syllables one of them may differ."""
_SHORT = 30
"""Pairs under which the same post must have the very same ones: a last word may be a name."""
_EXCERPT = 12
"""Pairs from which a part taken out of a longer text is known again."""

_WORD = re.compile(r"[^\W_]+")
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_THOUSANDS = re.compile(r"(?<=\d)[.,](?=\d{3}(?!\d))")
_DENIALS = frozenset({"khong", "chua", "chang"})
_FEWEST = 3
_LONGEST_KNOWN = 7  # letters of the longest Vietnamese syllable
_KNOWN = 20_000

Hashes = NDArray[np.uint64]

_STEPS = (
    np.uint64(0x9E3779B97F4A7C15),
    np.uint64(0xC2B2AE3D27D4EB4F),
    np.uint64(0x165667B19E3779F9),
)


@dataclass(frozen=True, slots=True)
class Signature:
    """What is kept of a post's wording: nothing that can be read.

    ``facts`` is a keyed hash of its numbers and denials: posts that differ there are not the same.
    ``size`` counts its different pairs of syllables, ``pairs`` are the smallest ``SAMPLE`` hashes
    of them (32 bits each, ascending). ``traces`` are hashes of triples, the smallest first: the
    first ``TRACES`` are kept, all are looked for.
    """

    facts: int
    size: int
    pairs: bytes
    traces: tuple[int, ...] = ()


EMPTY = Signature(0, 0, b"")
"""Of a post without enough words: it is found by its fingerprint alone."""


class Signer:
    """Makes signatures under the secret ``key``. Knows the hashes of common syllables by heart."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._known: dict[str, int] = {}

    def sign(self, text: str) -> Signature | None:
        """The signature of a text without its links; None when there is too little of it.

        The same for the same words in any case, Unicode form, punctuation, with or without accents.
        """
        plain = fold(straighten(clean(_LINK.sub(" ", text))))
        words = _WORD.findall(_THOUSANDS.sub("", plain))
        if len(words) < _FEWEST or len("".join(words)) < ENOUGH:
            return None
        known = self._known
        hashes = np.array([known.get(word) or self._hash(word) for word in words], dtype=np.uint64)
        pairs = _distinct(_joined(hashes, 2))
        triples = _distinct(_joined(hashes, 3))[:PROBES]
        facts = sorted(word for word in words if not word.isalpha() or word in _DENIALS)
        return Signature(
            facts=self._digest(" ".join(facts)) >> 1,
            size=len(pairs),
            pairs=pairs[:SAMPLE].tobytes(),
            traces=tuple(triples.view(np.int32).tolist()),
        )

    def _hash(self, word: str) -> int:
        found = self._digest(word) or 1
        if len(word) <= _LONGEST_KNOWN and word.isalpha() and len(self._known) < _KNOWN:
            self._known[word] = found
        return found

    def _digest(self, word: str) -> int:
        data = word.encode("utf-8", "surrogatepass")
        return int.from_bytes(hashlib.blake2b(data, key=self._key, digest_size=8).digest())


def _joined(hashes: Hashes, count: int) -> Hashes:
    """One hash for ``count`` neighbours in order: a weighted sum, mixed as splitmix64 does."""
    size = len(hashes) - count + 1
    mixed: Any = sum(hashes[n : size + n] * _STEPS[n] for n in range(count))
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(mixed ^ (mixed >> np.uint64(31)))


def _distinct(hashes: Hashes) -> NDArray[np.uint32]:
    """The upper halves, each once, ascending."""
    found = np.sort((hashes >> np.uint64(32)).astype(np.uint32))
    first = np.empty(len(found), dtype=bool)
    first[:1] = True
    np.not_equal(found[1:], found[:-1], out=first[1:])
    return found[first]


@dataclass(frozen=True, slots=True)
class Likeness:
    """How like two posts are: ``percent`` of the shorter one's wording, and whether it is one."""

    percent: int
    same: bool

    @property
    def similar(self) -> bool:
        return self.percent >= SIMILAR


def compare(one: Signature, other: Signature) -> Likeness:
    """How like two signatures are.

    With every word kept with chance p, p squared of the pairs are: so the root of the share of
    pairs in common tells how many words are. A part taken out of a longer text is as like as its
    own pairs are found there; less than a quarter of a text that is only sampled tells nothing.
    Only the same post is 100 percent like.
    """
    common = _common(one, other)
    shared = 2 * common / (one.size + other.size)
    smaller, larger = sorted((one.size, other.size))
    excerpt = smaller >= _EXCERPT and (larger <= SAMPLE or 4 * smaller >= larger)
    within = min(1.0, common / smaller) if excerpt else 0.0
    alike = int(100 * shared**0.5 + 0.5)
    same = one.pairs == other.pairs if smaller < _SHORT else alike >= SAME
    if same and one.facts == other.facts:
        return Likeness(max(SAME, alike), same=True)
    return Likeness(min(99, max(alike, int(100 * within**0.5 + 0.5))), same=False)


def _common(one: Signature, other: Signature) -> float:
    """How many pairs two posts share: counted in short ones, estimated from the samples else."""
    mine, theirs = (memoryview(post.pairs).cast("I") for post in (one, other))
    both = set(mine).intersection(theirs)
    if one.size <= SAMPLE and other.size <= SAMPLE:
        return len(both)
    # The smallest of all pairs of both posts are among the smallest of each.
    limit = min(sample[-1] for sample in (mine, theirs) if len(sample) == SAMPLE)
    shared = sum(pair <= limit for pair in both)
    union = bisect_right(mine, limit) + bisect_right(theirs, limit) - shared
    resemblance = shared / union
    return resemblance * (one.size + other.size) / (1 + resemblance)
