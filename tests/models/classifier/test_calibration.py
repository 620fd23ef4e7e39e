"""Thresholds from out-of-fold answers."""

from __future__ import annotations

import numpy as np

from models.classifier.calibration import unclear_below


def answers(*groups: tuple[int, float, float]) -> tuple[np.ndarray, np.ndarray]:
    """(how many, how certain, which share of them right): probabilities and what is true."""
    tops, truth = [], []
    for many, top, share in groups:
        tops += [top] * many
        truth += [0] * round(many * share) + [1] * (many - round(many * share))
    p = np.array([[top, (1 - top) / 2, (1 - top) / 2] for top in tops])
    return p, np.array(truth)


def test_what_is_mostly_wrong_is_unclear() -> None:
    p, truth = answers((100, 0.42, 0.3), (100, 0.55, 0.7), (500, 0.9, 0.95))
    assert 0.42 < unclear_below(p, truth, 0.45) <= 0.55


def test_a_dip_by_chance_among_the_more_certain_moves_nothing() -> None:
    """A few answers that went wrong at one certainty do not make all less certain ones unclear."""
    p, truth = answers((100, 0.42, 0.3), (200, 0.50, 0.6), (50, 0.56, 0.4), (500, 0.9, 0.95))
    assert 0.42 < unclear_below(p, truth, 0.45) <= 0.50


def test_a_handful_of_answers_tells_nothing() -> None:
    p, truth = answers((10, 0.42, 0.0), (500, 0.9, 0.95))
    assert unclear_below(p, truth, 0.45) == 0.34
