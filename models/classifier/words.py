"""The words model as served: plain arrays and a vocabulary, numpy alone, about 0.2 ms a post."""

from __future__ import annotations

import gzip
import math
import zipfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.classifier import manifest
from models.classifier.reading import CUES_FILE, Reading, evidence_names, read, read_words
from models.verdict import Scores, Tone

Floats = NDArray[np.float32]

TONES = (Tone.POSITIVE, Tone.NEUTRAL, Tone.NEGATIVE)
FLAGS = (
    "sensational", "unverified", "abusive", "commercial", "scam", "private", "graphic", "clickbait",
)  # fmt: skip
#: Taught by a set of its own, of headlines; of other posts it is not known.
CLICKBAIT = FLAGS.index("clickbait")
ABUSIVE = FLAGS.index("abusive")
WEIGHTS = Path(__file__).parent / "weights"
VOCABULARY_FILE, ARRAYS_FILE = "vocabulary.txt.gz", "words.npz"
KIND = "words"


@lru_cache(maxsize=8)
def _evidence_rows(first: int, size: int) -> NDArray[np.intp]:
    return np.arange(first, first + size, dtype=np.intp)


def softmax(logits: NDArray[Any]) -> NDArray[Any]:
    """Probabilities of logits along the last axis."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True))


@dataclass(frozen=True, slots=True)
class Words:
    """Heads over syllable 1-2-grams and evidence.

    ``weights`` has one row for each gram, then one for each evidence number; columns are the three
    tones and the seven flags. ``scale`` and ``shift`` calibrate the logits (out of fold).
    """

    vocabulary: dict[str, int]
    idf: Floats
    weights: Floats
    bias: Floats
    scale: Floats
    shift: Floats
    unclear_below: float
    thresholds: dict[str, float]
    name: str

    def vector(self, reading: Reading) -> tuple[NDArray[np.intp], Floats]:
        """Indices and values of a text: sublinear TF-IDF of length 1, then the evidence."""
        places = list(map(self.vocabulary.get, reading.grams))
        known = [place for place in places if place is not None]
        counts = [
            n for n, place in zip(reading.grams.values(), places, strict=True) if place is not None
        ]
        size, extra = len(known), len(reading.evidence)
        index = np.empty(size + extra, dtype=np.intp)
        index[:size] = known
        index[size:] = _evidence_rows(len(self.idf), extra)
        value = np.empty(size + extra, dtype=np.float32)
        value[:size] = [1.0 + math.log(n) if n > 1 else 1.0 for n in counts]
        value[size:] = reading.evidence
        grams = value[:size]
        grams *= self.idf[index[:size]]
        grams /= math.sqrt(float(grams @ grams)) or 1.0
        return index, value

    def logits(self, reading: Reading) -> Floats:
        """Uncalibrated logits: three tones, then the flags."""
        index, value = self.vector(reading)
        return np.asarray(value @ self.weights[index] + self.bias, dtype=np.float32)

    def judge(self, reading: Reading) -> tuple[Floats, Floats]:
        """Calibrated probabilities: of the three tones, and of each flag."""
        calibrated = self.logits(reading) * self.scale + self.shift
        tone = softmax(calibrated[: len(TONES)])
        return tone, np.asarray(1.0 / (1.0 + np.exp(-calibrated[len(TONES) :])))

    def scores(self, text: str) -> Scores:
        """Tone and flags of a text; the tone is ``unclear`` below the calibrated threshold."""
        tone, flags = self.judge(read(text))
        return verdict_of(tone, flags, self.unclear_below, self.thresholds, self.name)

    def leanings(self, part: str) -> dict[str, float]:
        """How much the words of a part of a text speak for each flag, as log odds."""
        return dict(zip(FLAGS, self.logits(read_words(part))[len(TONES) :].tolist(), strict=True))


def verdict_of(
    tone: NDArray[Any],
    flags: NDArray[Any],
    unclear_below: float,
    thresholds: dict[str, float],
    name: str,
) -> Scores:
    """Probabilities with thresholds applied."""
    best = int(np.argmax(tone))
    by_flag = dict(zip(FLAGS, flags.tolist(), strict=True))
    return Scores(
        tone=TONES[best] if tone[best] >= unclear_below else Tone.UNCLEAR,
        tone_p=dict(zip(TONES, tone.tolist(), strict=True)),
        flags=by_flag,
        raised=frozenset(flag for flag, p in by_flag.items() if p >= thresholds[flag]),
        model=name,
    )


def load_words(folder: Path) -> Words:
    """Load the words model of ``folder``.

    Raises ``BrokenModel`` (file, reason) for a damaged or foreign file.
    """
    facts = manifest.read(folder, KIND)
    if facts.get("cues") != manifest.digest(CUES_FILE):
        raise manifest.broken(CUES_FILE, "differs from the cues that the model was trained with")
    try:
        with np.load(folder / ARRAYS_FILE, allow_pickle=False) as arrays:
            held = {key: np.asarray(arrays[key], dtype=np.float32) for key in arrays.files}
        lines = gzip.decompress((folder / VOCABULARY_FILE).read_bytes()).decode("utf-8").split("\n")
        words = Words(
            vocabulary={gram: i for i, gram in enumerate(lines)},
            unclear_below=float(facts["unclear_below"]),
            thresholds={flag: float(facts["thresholds"][flag]) for flag in FLAGS},
            name=str(facts["name"]),
            **held,
        )
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise manifest.broken(folder / ARRAYS_FILE, f"cannot be read: {error!r}") from error
    _check_shapes(words, folder)
    return words


def _check_shapes(words: Words, folder: Path) -> None:
    grams, heads = len(words.vocabulary), len(TONES) + len(FLAGS)
    expected = {
        "idf": (words.idf.shape, (grams,)),
        "weights": (words.weights.shape, (grams + len(evidence_names()), heads)),
        **{key: (getattr(words, key).shape, (heads,)) for key in ("bias", "scale", "shift")},
    }
    for key, (shape, wanted) in expected.items():
        if shape != wanted:
            raise manifest.broken(
                folder / ARRAYS_FILE, f"{key} has the shape {shape} instead of {wanted}"
            )


@lru_cache(maxsize=1)
def load_default() -> Words:
    """The words model that ships with the project."""
    return load_words(WEIGHTS)
