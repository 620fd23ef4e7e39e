"""Counts in public texts how syllables follow one another: what accents are put back by."""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.classifier import gather
from models.classifier.accents import LONGEST, STEP
from models.text import is_accented, unaccent

Array = NDArray[Any]

#: A syllable counts when it was met so often, a pair of them too (measured in MODEL_CARD.md).
LEAST, LEAST_PAIR = 30, 20
#: What one text of posts, headlines, comments counts for beside one of a newspaper.
INFORMAL = 4
#: Readings of a syllable that are looked at, and how rare one may be beside the commonest.
READINGS, RAREST = 10, 1e-4
#: Taken off each pair's count and given to the pairs that were not met (absolute discounting).
DISCOUNT = 0.6

_TOKEN = re.compile(r"[^\W_]+|[.,!?;:\n()\"“”]")
_START, _UNKNOWN = -1, -2


def texts_in(data: Path) -> Iterator[tuple[str, int]]:
    """Public texts that may train, and ours, with what each counts for.

    No labelled post is among them: those by which the model is measured are restored by others.
    """
    seen = {gather.key_of(post["text"]) for post in gather.all_posts(data)}
    for line in gather.read_set(data, "vntc"):
        yield line["text"], 1
    for name in (*gather.POOL, "safesense_vi"):
        for line in gather.read_set(data, name):
            whole = gather.with_lead(line)
            if seen.isdisjoint((gather.key_of(whole), gather.key_of(line["text"]))):
                yield whole, INFORMAL
    for sample in gather.own_corpus():
        yield sample.text, INFORMAL


def build(data: Path, file: Path) -> None:
    """Count the texts below ``data`` and write the chances. Raises ``OSError`` without a set."""
    words, streams = _read(data)
    uses = np.zeros(len(words))
    for weight, ids in streams.items():
        uses += weight * np.bincount(ids[ids >= 0], minlength=len(words))
    kept = _kept(words, uses)
    places = len(kept) + 2
    new = np.full(len(words) + 2, places - 1)
    new[kept] = np.arange(len(kept))
    new[_START] = places - 2
    pairs, counts = _pairs(streams, new, places)
    totals = np.bincount(pairs // places, counts, minlength=places)
    often = counts >= LEAST_PAIR
    pairs, counts = pairs[often], counts[often]
    spent = np.bincount(pairs // places, counts - DISCOUNT, minlength=places)
    chosen = _telling([words[i] for i in kept], pairs, places)
    pairs, counts = pairs[chosen], counts[chosen]
    totals = np.maximum(totals, 1)
    held = {
        "syllables": np.frombuffer("\n".join(words[i] for i in kept).encode(), dtype=np.uint8),
        "alone": _steps(uses[kept] / uses[kept].sum()),
        "rest": _steps(np.maximum(1 - spent / totals, 1e-4)),
        "many": np.bincount(pairs // places, minlength=places).astype(np.uint16),
        "second": (pairs % places).astype(np.uint16),
        "follows": _steps((counts - DISCOUNT) / totals[pairs // places]),
    }
    np.savez_compressed(file, **held)  # type: ignore[arg-type]


def _read(data: Path) -> tuple[list[str], dict[int, Array]]:
    """Syllables met, and by weight the numbers of the texts' syllables, one after the other."""
    numbers: dict[str, int] = {}
    streams = {1: array("i"), INFORMAL: array("i")}
    for text, weight in texts_in(data):
        if not is_accented(text):
            continue
        stream = streams[weight]
        stream.append(_START)
        for token in _TOKEN.findall(unicodedata.normalize("NFC", text).lower()):
            if token.isalpha():
                stream.append(numbers.setdefault(token, len(numbers)))
            else:
                stream.append(_UNKNOWN if token[0].isalnum() else _START)
    return list(numbers), {weight: np.array(ids) for weight, ids in streams.items()}


def _kept(words: list[str], uses: Array) -> Array:
    """Numbers of the syllables kept: by their bare form, the commonest first."""
    readings: dict[str, list[int]] = {}
    for i in np.flatnonzero(uses >= LEAST):
        if len(words[i]) <= LONGEST:
            readings.setdefault(unaccent(words[i]), []).append(int(i))
    found: list[int] = []
    for bare in sorted(readings):
        best = sorted(readings[bare], key=lambda i: -uses[i])[:READINGS]
        found += [i for i in best if uses[i] >= RAREST * uses[best[0]]]
    return np.array(found)


def _pairs(streams: dict[int, Array], new: Array, places: int) -> tuple[Array, Array]:
    """Pairs met, as first * places + second, and their weighted counts."""
    keys, counts = [], []
    for weight, ids in streams.items():
        first, second = new[ids[:-1]], new[ids[1:]]
        met, often = np.unique((first * places + second)[second < places - 2], return_counts=True)
        keys.append(met)
        counts.append(weight * often)
    found, at = np.unique(np.concatenate(keys), return_inverse=True)
    return found, np.bincount(at, np.concatenate(counts))


def _telling(syllables: list[str], pairs: Array, places: int) -> Array:
    """Which pairs help to choose: one of the two may be read in more ways than one."""
    bare = [unaccent(syllable) for syllable in syllables]
    same = Counter(bare)
    unsure = np.array([same[form] > 1 for form in bare] + [False, False])
    return np.asarray(unsure[pairs // places] | unsure[pairs % places])


def _steps(chances: Array) -> Array:
    return np.clip(np.rint(-np.log(chances) / STEP), 0, 255).astype(np.uint8)
