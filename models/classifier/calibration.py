"""From out-of-fold logits to honest probabilities and thresholds. Used in training only."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from models.classifier.words import softmax

Array = NDArray[Any]

#: Posts that tell how often answers of one certainty are right.
MANY = 40


def fit_tone(logits: Array, truth: Array) -> tuple[float, Array]:
    """Scale and shifts (one a class, the first 0) with the least log loss on out-of-fold logits."""

    def loss(at: Array) -> float:
        p = softmax(logits * at[0] + np.array([0.0, *at[1:]]))
        return float(-np.log(p[np.arange(len(truth)), truth] + 1e-12).mean())

    found = minimize(loss, np.array([1.0] + [0.0] * (logits.shape[1] - 1)), method="Nelder-Mead")
    return float(found.x[0]), np.array([0.0, *found.x[1:]])


def fit_flag(logits: Array, truth: Array) -> tuple[float, float]:
    """Platt's two numbers for one flag."""

    def loss(at: Array) -> float:
        z = logits * at[0] + at[1]
        return float((np.logaddexp(0, z) - z * truth).mean()) + 1e-4 * float(at[0] - 1) ** 2

    found = minimize(loss, np.array([1.0, 0.0]), method="Nelder-Mead")
    return float(found.x[0]), float(found.x[1])


def threshold_for(p: Array, truth: Array, precision: float, least: float) -> float:
    """The lowest probability from which on ``precision`` is reached, never under ``least``.

    Looked for among the posts themselves; 0.95 where no cut reaches it on at least five posts.
    """
    order = np.argsort(-p)
    right = np.cumsum(truth[order]) / np.arange(1, len(p) + 1)
    good = np.flatnonzero(right[4:] >= precision) + 4
    if not len(good):
        return max(0.95, least)
    return float(max(p[order][good[-1]], least))


def quiet_on(p: Array, share: float) -> float:
    """The least threshold that raises at most ``share`` of posts known to be clean."""
    if not len(p):
        return 0.0
    return float(np.quantile(p, 1 - share)) + 1e-4


def unclear_below(p: Array, truth: Array, accuracy: float) -> float:
    """The top probability under which answers, together, are right in less than ``accuracy``.

    Looked for between a third and 0.6.
    """
    top, right = p.max(axis=1), p.argmax(axis=1) == truth
    for at in np.arange(0.60, 0.34, -0.01):
        below = top < at
        if below.sum() >= MANY and right[below].mean() < accuracy:
            return round(float(at), 2)
    return 0.34
