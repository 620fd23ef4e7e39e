"""Lines of the table of measures."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from models.classifier import metrics

Array = NDArray[Any]
Row = dict[str, Any]

#: Flags that lead to "do not share".
RED = ("abusive", "scam", "private", "graphic")
NEGATIVE = 2


def row(task: str, on: str, measure: metrics.Measure, *arrays: Array) -> Row:
    """One line of the table: the measure with its 95 % bootstrap interval."""
    value, low, high = metrics.interval(measure, *arrays)
    return {
        "task": task, "measured_on": on, "n": len(arrays[0]),
        "value": round(value, 4), "low": round(low, 4), "high": round(high, 4),
    }  # fmt: skip


def share(raised: Array) -> float:
    """The share of true answers."""
    return float(raised.mean())
