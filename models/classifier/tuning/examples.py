"""What tuning learns from: public posts read for this project, our own, and texts for the flags.

The labelled posts of five kinds (and everything that equals an unlabelled one of them) stay out.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from models.classifier import gather
from models.classifier.rows import UNKNOWN
from models.classifier.words import FLAGS, TONES
from models.text import clean, straighten, unaccent

#: Comments, clean articles and headlines teach flags only: how many of them (each how many), and
#: what one counts for.
ASIDE = {"vihos": (7, 0.5), "safesense": (7, 0.5), "vntc": (3, 0.3), "headlines": (1, 0.3)}


@dataclass(frozen=True, slots=True)
class Example:
    """A text with its tone (index into TONES), its flags (0, 1, UNKNOWN) and its weight in them."""

    text: str
    tone: int
    flags: tuple[int, ...]
    weight: float = 1.0


def examples(data: Path) -> list[Example]:
    """All examples, in a steady order. Raises ``OSError`` when a set is missing."""
    posts, blocked = gather.labelled(data)
    seen = blocked | {gather.key_of(post.text) for post in posts}
    aside = list(gather.bystanders(data, seen))
    told = gather.further(chain(gather.pool(data, seen), gather.articles(data)))
    found = [of(sample) for sample in (*told, *gather.own_corpus()) if sample.tone or sample.flags]
    for source, (step, weight) in ASIDE.items():
        some = (sample for sample in aside if sample.source == source)
        found += [of(sample, weight) for sample in islice(some, 0, None, step)]
    return found


def of(sample: gather.Sample, weight: float = 1.0) -> Example:
    """A sample as an example."""
    tones = [tone.value for tone in TONES]
    known = sample.flags or {}
    return Example(
        sample.text,
        tones.index(sample.tone) if sample.tone else UNKNOWN,
        tuple(known.get(flag, UNKNOWN) for flag in FLAGS),
        weight,
    )


def spoken(text: str, chance: random.Random, bare: float) -> str:
    """The text as it comes; typed without accents in a share ``bare`` of cases."""
    return unaccent(straighten(clean(text))) if chance.random() < bare else text


def batches(
    lengths: Sequence[int], chance: random.Random, tokens: int, most: int
) -> Iterator[list[int]]:
    """Numbers of texts in batches of like length: ``tokens`` with padding, ``most`` texts at most.

    Shuffled, each text once.
    """
    order = list(range(len(lengths)))
    chance.shuffle(order)
    made: list[list[int]] = []
    for start in range(0, len(order), 1024):
        made.append([])
        for i in sorted(order[start : start + 1024], key=lengths.__getitem__):
            full = lengths[i] * (len(made[-1]) + 1) > tokens or len(made[-1]) == most
            if full and made[-1]:
                made.append([])
            made[-1].append(i)
    chance.shuffle(made)
    yield from made
