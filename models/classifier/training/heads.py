"""The scikit-learn fits themselves: regressions, and the kernel ridge over embeddings."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import LogisticRegression

Array = NDArray[Any]

TONE_C = 6.0
FLAG_C = 4.0
#: The head of insults also learns from 22,000 comments, and wants more room.
ABUSIVE_C = 12.0
STACK_C = 1.0
#: Few posts insult, and the embeddings tell nothing of comments: held closer to both readers alike.
ABUSIVE_STACK_C = 0.006
RIDGE = 0.25


def many(x: Any, classes: Array, weight: Array) -> LogisticRegression:
    """A regression over the three tones."""
    return LogisticRegression(C=TONE_C, max_iter=200, tol=1e-3).fit(x, classes, weight)


def one(x: Any, truth: Array, weight: Array, c: float = FLAG_C) -> LogisticRegression:
    """A regression for one flag."""
    head = LogisticRegression(C=c, solver="liblinear", random_state=7)
    return head.fit(x, truth, weight)


def ridge(kernel: Array, targets: Array, weight: Array) -> tuple[Array, Array]:
    """Kernel ridge on centred targets: a coefficient for each row and head, and the centres."""
    centre = np.average(targets, axis=0, weights=weight)
    fitted = KernelRidge(alpha=RIDGE, kernel="precomputed").fit(kernel, targets - centre, weight)
    return np.asarray(fitted.dual_coef_), centre


def stack(
    x: Array, truth: Array, weight: Array | None = None, c: float = STACK_C
) -> tuple[Array, Array]:
    """A small regression over the two readers' answers: weights (inputs by classes), biases.

    For a flag (two classes) there is one column.
    """
    fitted = LogisticRegression(C=c, max_iter=500).fit(x, truth, weight)
    return np.asarray(fitted.coef_.T), np.asarray(fitted.intercept_)
