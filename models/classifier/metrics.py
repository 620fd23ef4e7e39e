"""Measures of a classifier, in numpy alone, with 95 % bootstrap intervals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Measure = Callable[..., float]


def macro_f1(truth: Array, said: Array) -> float:
    """The mean over the classes that occur of the harmonic mean of precision and recall."""
    scores = []
    for kind in np.unique(truth):
        hit = float(((truth == kind) & (said == kind)).sum())
        scores.append(2 * hit / max(1.0, float((truth == kind).sum() + (said == kind).sum())))
    return float(np.mean(scores))


def accuracy(truth: Array, said: Array) -> float:
    return float((truth == said).mean())


def average_precision(truth: Array, score: Array) -> float:
    """The area under precision over recall, by steps; 0 without positives."""
    order = np.argsort(-score, kind="stable")
    hits = truth[order] == 1
    if not hits.any():
        return 0.0
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    return float(precision[hits].mean())


def auc(truth: Array, score: Array) -> float:
    """The chance that a positive scores above a negative; ties count half."""
    positive, negative = score[truth == 1], np.sort(score[truth != 1])
    if not len(positive) or not len(negative):
        return 0.5
    below = np.searchsorted(negative, positive, "left")
    upto = np.searchsorted(negative, positive, "right")
    return float((below + upto).mean() / 2 / len(negative))


def recall_at(truth: Array, score: Array, precision: float) -> float:
    """The largest share of positives found by a cut whose precision is at least ``precision``."""
    order = np.argsort(-score, kind="stable")
    hits = np.cumsum(truth[order] == 1)
    good = np.flatnonzero(hits / np.arange(1, len(hits) + 1) >= precision)
    return float(hits[good[-1]] / max(1, hits[-1])) if len(good) else 0.0


def calibration_error(truth: Array, p: Array, bins: int = 15) -> float:
    """Expected calibration error of the likeliest class, in equal bins of its probability."""
    top, right = p.max(axis=1), p.argmax(axis=1) == truth
    at = np.minimum((top * bins).astype(int), bins - 1)
    error = 0.0
    for b in range(bins):
        here = at == b
        if here.any():
            error += here.mean() * abs(right[here].mean() - top[here].mean())
    return float(error)


def interval(measure: Measure, *arrays: Array, times: int = 300) -> tuple[float, float, float]:
    """The measure on the arrays, and the 95 % interval over rows drawn with replacement."""
    chance = np.random.default_rng(7)
    size = len(arrays[0])
    drawn = []
    for _ in range(times):
        pick = chance.integers(0, size, size)
        drawn.append(measure(*(array[pick] for array in arrays)))
    low, high = np.percentile(drawn, [2.5, 97.5])
    return measure(*arrays), float(low), float(high)
