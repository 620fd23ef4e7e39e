"""Two readers of every post, words and encoder, and one calibrated answer, from plain arrays."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from models.classifier import manifest
from models.classifier.reading import read
from models.classifier.words import FLAGS, TONES, WEIGHTS, Words, load_words, softmax, verdict_of
from models.verdict import Classifier, Scores

Floats = NDArray[Any]

ARRAYS_FILE = "blend.npz"
FOLDER = WEIGHTS / "blend"
KIND = "blend"
#: Embeddings are kept in steps of a fifth of one number's spread, in one byte.
STEP = 0.2
#: Main directions kept of the 1,152 numbers: more of them tell nothing more (MODEL_CARD.md).
DIRECTIONS = 192
#: The kernel's width: wider ones blur the flags, of which there are few posts (MODEL_CARD.md).
WIDTH = 0.6
#: Kernel ridge answers lie between 0 and 1: this brings them to the size of logits.
STRETCH = 5.0


class Embeds(Protocol):
    """What turns a text into the numbers of the pooled layers; heads belong to one by its name."""

    @property
    def name(self) -> str: ...

    def embed(self, text: str) -> NDArray[np.float32]: ...


def code(embedding: Floats, mean: Floats, spread: Floats, basis: Floats) -> NDArray[np.int8]:
    """Standardised, turned into the main directions and rounded to a byte: as kept and compared."""
    steps = np.rint(((embedding - mean) / spread) @ basis / STEP)
    return np.asarray(np.clip(steps, -127, 127), dtype=np.int8)


def kernel(one: Floats, other: Floats, width: float) -> Floats:
    """The radial kernel between coded embeddings (float32, in steps), rows by rows."""
    apart = one @ other.T  # of thousands by thousands: one array, changed in its place
    apart *= -2
    apart += (one**2).sum(axis=1)[:, None]
    apart += (other**2).sum(axis=1)[None]
    np.maximum(apart, 0, out=apart)
    apart /= -width
    return np.asarray(np.exp(apart, out=apart))


def width_of(mean: Floats) -> float:
    """The kernel's width, in steps: so much of a standardised embedding's square length."""
    return WIDTH * len(mean) / STEP**2


def stack_inputs(ridge: Floats, words: Floats) -> Floats:
    """What the last regression reads: the encoder's answer and the words' log probability."""
    return np.concatenate([ridge * STRETCH, np.log(words + 1e-6)], axis=-1)


def logit(p: Floats) -> Floats:
    """Log odds, bounded."""
    return np.asarray(np.log(p + 1e-6) - np.log(1 - p + 1e-6))


@dataclass(frozen=True, slots=True)
class Blend:
    """The served pair.

    ``support`` are the coded embeddings of the training posts, ``coef`` their weight in each head;
    ``tone_weights`` and ``flag_weights`` join the two readers' answers.
    """

    words: Words
    encoder: Embeds
    mean: Floats
    spread: Floats
    basis: Floats
    support: Floats
    lengths: Floats
    coef: Floats
    centre: Floats
    tone_weights: Floats
    tone_bias: Floats
    flag_weights: Floats
    flag_bias: Floats
    unclear_below: float
    thresholds: dict[str, float]
    name: str

    def ridge(self, text: str) -> Floats:
        """The encoder's answer for every head, about 0 to 1."""
        embedding = self.encoder.embed(text)
        x = code(embedding, self.mean, self.spread, self.basis).astype(np.float32)
        apart = np.maximum(self.lengths + x @ x - 2 * (self.support @ x), 0)
        near = np.exp(-apart / width_of(self.mean))
        return np.asarray(near @ self.coef + self.centre)

    def probabilities(self, text: str) -> tuple[Floats, Floats]:
        """Calibrated probabilities of tones and flags."""
        tone, flags = self.words.judge(read(text))
        ridge = self.ridge(text)
        tones = stack_inputs(ridge[: len(TONES)], tone) @ self.tone_weights + self.tone_bias
        pairs = np.stack([ridge[len(TONES) :] * STRETCH, logit(flags)])
        logits = (pairs * self.flag_weights).sum(axis=0) + self.flag_bias
        return softmax(tones), 1.0 / (1.0 + np.exp(-logits))

    def scores(self, text: str) -> Scores:
        """Tone and flags of a text; the tone is ``unclear`` below the calibrated threshold."""
        tones, flags = self.probabilities(text)
        return verdict_of(tones, flags, self.unclear_below, self.thresholds, self.name)

    def leanings(self, part: str) -> dict[str, float]:
        """How much a part of a text speaks for each flag, by the words alone."""
        return self.words.leanings(part)


def load_blend(words: Words, encoder: Embeds, folder: Path = FOLDER) -> Blend:
    """Load the blend of ``folder`` over a words model and an encoder.

    Raises ``BrokenModel`` (file, reason) for a damaged or foreign file, or one that was fitted over
    another words model or another encoder.
    """
    facts = manifest.read(folder, KIND)
    for part, served in (("words", words.name), ("encoder", encoder.name)):
        if facts.get(part) != served:
            raise manifest.broken(folder / manifest.NAME, f"belongs to {facts.get(part)}")
    try:
        with np.load(folder / ARRAYS_FILE, allow_pickle=False) as arrays:
            held = {key: np.asarray(arrays[key], dtype=np.float32) for key in FIELDS}
        return Blend(
            words, encoder, lengths=(held["support"] ** 2).sum(axis=1),
            unclear_below=float(facts["unclear_below"]),
            thresholds={flag: float(facts["thresholds"][flag]) for flag in FLAGS},
            name=str(facts["name"]), **held,
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise manifest.broken(folder / ARRAYS_FILE, f"cannot be read: {error!r}") from error


FIELDS = (
    "mean", "spread", "basis", "support", "coef", "centre",
    "tone_weights", "tone_bias", "flag_weights", "flag_bias",
)  # fmt: skip


def load_classifier(*, encoder: bool = True, folder: Path = WEIGHTS) -> Classifier:
    """The shipped classifier: words and encoder, or the words alone.

    Raises ``BrokenModel`` (file, reason) for a damaged or foreign file.
    """
    words = load_words(folder)
    if not encoder:
        return words
    from models.classifier.encoder import load_encoder  # noqa: PLC0415 - 0.2 s and 70 MB

    return load_blend(words, load_encoder(folder / "encoder"), folder / "blend")
