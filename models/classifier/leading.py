"""Which words and signs of a text speak for a tone, by the words model's own weights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from models.classifier.reading import Reading, cues, evidence_names, prepare, read, tokens
from models.classifier.words import TONES, Words
from models.verdict import Tone
from models.why import Lead, Pull

_LONGEST_CUE = 4


def lead(words: Words, text: str, tone: Tone) -> Lead:
    """The calibrated log odds of ``tone`` against the mean of the other tones, term by term.

    Each pull is a TF-IDF value or an evidence number times its weight; with the bias as the start
    they add up to the difference of the logits. A kind of cues is told by its phrases in the text,
    each with its part. Raises ``ValueError`` for ``Tone.UNCLEAR``.
    """
    size = len(TONES)
    sides = np.full(size, -1.0 / (size - 1))
    sides[TONES.index(tone)] = 1.0
    reading = read(text)
    index, value = words.vector(reading)
    weights = value * (words.weights[index][:, :size] @ (words.scale[:size] * sides))
    start = (words.bias[:size] * words.scale[:size] + words.shift[:size]) @ sides
    grams = [gram for gram in reading.grams if gram in words.vocabulary]
    pulls = [Pull(float(weights[i]), float(value[i]), gram) for i, gram in enumerate(grams)]
    evidence = weights[len(grams) :].tolist()
    return Lead(tone, float(start), (*pulls, *_signs(text, reading, evidence)))


def _signs(text: str, reading: Reading, weights: list[float]) -> Iterator[Pull]:
    found = _phrases(text) if any(weights) else {}
    for name, value, weight in zip(evidence_names(), reading.evidence, weights, strict=True):
        if name not in found:
            yield Pull(weight, value, sign=name)
            continue
        total = found[name].total()
        for phrase, count in found[name].items():
            yield Pull(weight * count / total, value, phrase)


def _phrases(text: str) -> dict[str, Counter[str]]:
    """By kind, the cues that the text has and how often."""
    kinds, phrases, _ = cues()
    spoken = tokens(prepare(text)[1])
    found: dict[str, Counter[str]] = {}
    for size in range(1, _LONGEST_CUE + 1):
        for i in range(len(spoken) - size + 1):
            phrase = " ".join(spoken[i : i + size])
            for kind in phrases.get(phrase, ()):
                found.setdefault(kinds[kind], Counter())[phrase] += 1
    return found
