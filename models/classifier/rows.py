"""Training rows as numbers: counts of grams, evidence, labels, source; never a text."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.classifier import manifest
from models.classifier.reading import Reading
from models.text import unaccent

Array = NDArray[Any]

FOLDER = Path(__file__).parent / "features"
VOCABULARY_FILE, ARRAYS_FILE = "vocabulary.txt.gz", "rows.npz"
KIND = "features"
UNKNOWN = -1
TRAIN, DEV, TEACH = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of grams by row (compressed sparse rows): ``at[start[i]:start[i+1]]`` are row i's."""

    start: Array
    at: Array
    count: Array

    def __len__(self) -> int:
        return len(self.start) - 1

    def take(self, rows: Array) -> Counts:
        """The counts of some rows, in the order given."""
        sizes = np.diff(self.start)[rows]
        start = np.concatenate([[0], np.cumsum(sizes)])
        pick = np.arange(start[-1]) - np.repeat(start[:-1] - self.start[rows], sizes)
        return Counts(start, self.at[pick], self.count[pick])


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows and what is known of them.

    The counts of a text without its accents follow from ``counts`` (see ``bare_index``); its
    evidence is kept.
    ``evidence`` and ``bare_evidence`` are in 255ths. ``tone`` is an index into ``words.TONES`` or
    UNKNOWN; ``flags`` one column a flag: 0, 1 or UNKNOWN. ``part`` is TRAIN, DEV or TEACH, ``fold``
    0 to 4 by near-duplicate group, ``source`` an index into the manifest's sources. ``key`` is the
    beginning of a text's SHA-256, by which its embedding is found; 0 where it has none. ``teach``
    are tone probabilities (255ths) that six teachers give an unlabelled text, teacher k not knowing
    fold k.
    """

    counts: Counts
    evidence: Array
    bare_evidence: Array
    tone: Array
    flags: Array
    part: Array
    fold: Array
    source: Array
    key: Array
    teach: Array

    def __len__(self) -> int:
        return len(self.tone)

    def take(self, rows: Array) -> Rows:
        """Some of the rows, in the order given."""
        return Rows(**{f.name: _take(getattr(self, f.name), rows) for f in fields(self)})

    def where(self, mask: Array) -> Rows:
        """The rows for which the mask is true."""
        return self.take(np.flatnonzero(mask))


def _take(held: Any, rows: Array) -> Any:
    return held.take(rows) if isinstance(held, Counts) else held[rows]


def join(first: Rows, second: Rows) -> Rows:
    """One set of rows of two."""
    return Rows(
        **{f.name: _join(getattr(first, f.name), getattr(second, f.name)) for f in fields(first)}
    )


def _join(one: Any, two: Any) -> Any:
    if isinstance(one, Counts):
        start = np.concatenate([one.start, two.start[1:] + one.start[-1]])
        return Counts(
            start, np.concatenate([one.at, two.at]), np.concatenate([one.count, two.count])
        )
    return np.concatenate([one, two])


def count(readings: Iterable[Reading], vocabulary: dict[str, int]) -> Counts:
    """Counts of the grams that the vocabulary has."""
    start, at, number = [0], [], []
    for reading in readings:
        known = sorted((vocabulary[g], n) for g, n in reading.grams.items() if g in vocabulary)
        at += [i for i, _ in known]
        number += [min(n, 255) for _, n in known]
        start.append(len(at))
    return Counts(np.array(start), np.array(at, dtype=np.int64), np.array(number, dtype=np.uint8))


def bare_index(grams: Sequence[str]) -> Array:
    """For each gram the number of its form without accents; -1 where there is none."""
    at = {gram: i for i, gram in enumerate(grams)}
    return np.array([at.get(unaccent(gram), -1) for gram in grams])


def quantise(readings: Sequence[Reading]) -> Array:
    """Evidence in 255ths."""
    return np.array([np.rint(np.array(r.evidence) * 255) for r in readings]).astype(np.uint8)


def save(folder: Path, rows: Rows, grams: Sequence[str], facts: dict[str, Any]) -> None:
    """Write rows, vocabulary and manifest into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    held: dict[str, Array] = {}
    for f in fields(rows):
        value = getattr(rows, f.name)
        if isinstance(value, Counts):
            held[f.name + "_size"] = np.diff(value.start).astype(np.uint16)
            steps = _steps(value)
            held[f.name + "_low"] = (steps & 0xFF).astype(np.uint8)
            held[f.name + "_high"] = (steps >> 8).astype(np.uint16)
            held[f.name + "_count"] = value.count
        else:
            held[f.name] = value
    np.savez_compressed(folder / ARRAYS_FILE, **held)  # type: ignore[arg-type]
    packed = gzip.compress("\n".join(grams).encode("utf-8"), 9, mtime=0)
    (folder / VOCABULARY_FILE).write_bytes(packed)
    manifest.write(folder, {"kind": KIND, **facts}, [ARRAYS_FILE, VOCABULARY_FILE])


def load(folder: Path = FOLDER) -> tuple[Rows, list[str], dict[str, Any]]:
    """Rows, vocabulary and manifest of ``folder``.

    Raises ``BrokenModel`` (file, reason) for a damaged or foreign file.
    """
    facts = manifest.read(folder, KIND)
    try:
        with np.load(folder / ARRAYS_FILE, allow_pickle=False) as held:
            rows = Rows(**{f.name: _held(held, f.name) for f in fields(Rows)})
        text = gzip.decompress((folder / VOCABULARY_FILE).read_bytes()).decode("utf-8")
    except (OSError, ValueError, KeyError) as error:
        raise manifest.broken(folder / ARRAYS_FILE, f"cannot be read: {error!r}") from error
    return rows, text.split("\n"), facts


def _held(held: Any, name: str) -> Any:
    if name + "_size" not in held:
        return held[name]
    start = np.concatenate([[0], np.cumsum(held[name + "_size"].astype(np.int64))])
    steps = held[name + "_low"].astype(np.int64) | held[name + "_high"].astype(np.int64) << 8
    total = np.concatenate([[0], np.cumsum(steps)])
    base = np.repeat(total[start[:-1]], np.diff(start))
    return Counts(start, total[1:] - base, held[name + "_count"])


def _steps(counts: Counts) -> Array:
    """From each gram's number to the next in its row: small numbers, which compress well."""
    steps = np.diff(counts.at, prepend=0)
    first = counts.start[:-1][np.diff(counts.start) > 0]
    steps[first] = counts.at[first]
    return steps
