"""Measures equal their definitions, counted out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.classifier import metrics

pairs = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 9)), min_size=2, max_size=40)


@given(pairs)
def test_auc_is_the_share_of_pairs_in_the_right_order(found: list[tuple[int, int]]) -> None:
    good = [score for truth, score in found if truth]
    bad = [score for truth, score in found if not truth]
    won = sum((g > b) + (g == b) / 2 for g in good for b in bad)
    expected = won / (len(good) * len(bad)) if good and bad else 0.5
    got = metrics.auc(np.array([t for t, _ in found]), np.array([s for _, s in found]))
    assert got == pytest.approx(expected)


def test_average_precision_by_hand() -> None:
    truth, score = np.array([1, 0, 1, 0]), np.array([0.9, 0.8, 0.7, 0.1])
    assert metrics.average_precision(truth, score) == pytest.approx((1 + 2 / 3) / 2)


def test_macro_f1_by_hand() -> None:
    truth, said = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1])
    assert metrics.macro_f1(truth, said) == pytest.approx((2 / 3 + 0.8) / 2)


def test_recall_at_precision_takes_the_lowest_good_cut() -> None:
    truth, score = np.array([1, 1, 0, 1]), np.array([4, 3, 2, 1])
    assert metrics.recall_at(truth, score, 0.75) == 1.0
    assert metrics.recall_at(truth, score, 0.9) == pytest.approx(2 / 3)


def test_calibration_error_is_none_for_honest_and_large_for_boasting() -> None:
    p = np.array([[0.9, 0.1]] * 10)
    assert metrics.calibration_error(np.array([0] * 9 + [1]), p) == pytest.approx(0.0)
    assert metrics.calibration_error(np.array([1] * 10), p) == pytest.approx(0.9)


def test_interval_holds_the_value() -> None:
    truth = np.arange(100) % 2
    value, low, high = metrics.interval(metrics.accuracy, truth, np.zeros(100, dtype=int))
    assert low <= value <= high
    assert value == 0.5
