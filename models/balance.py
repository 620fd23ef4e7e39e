"""Cân đối: how much of what a group shared was negative, in integers only.

The ceiling is that of Công văn 664/PTTH&TTĐT (29/3/2024): negative items under 15 % of all items
shared, strictly. The letter names no window and no minimum; both are this product's assumption.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

CEILING_PERCENT = 15
MINIMUM = 7
WINDOWS = (7, 30, 90, 365)
DEFAULT_WINDOW = 30


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of shared posts by tone."""

    positive: int = 0
    neutral: int = 0
    negative: int = 0
    unclear: int = 0

    @property
    def total(self) -> int:
        return self.positive + self.neutral + self.negative + self.unclear

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.positive + other.positive,
            self.neutral + other.neutral,
            self.negative + other.negative,
            self.unclear + other.unclear,
        )


def in_balance(negative: int, total: int) -> bool:
    """Whether ``negative`` of ``total`` is strictly under the ceiling; nothing is balanced."""
    return total == 0 or 100 * negative < CEILING_PERCENT * total


def headroom(negative: int, total: int) -> int:
    """How many more negative posts fit: the largest k with ``in_balance(negative+k, total+k)``.

    100(n+k) < 15(t+k)  <=>  85k < 15t - 100n.
    """
    slack = CEILING_PERCENT * total - 100 * negative
    return max(0, (slack - 1) // (100 - CEILING_PERCENT)) if slack > 0 else 0


def way_back(negative: int, total: int) -> int:
    """How many other posts restore the balance: least k with ``in_balance(negative, total+k)``."""
    if in_balance(negative, total):
        return 0
    return max(0, 100 * negative // CEILING_PERCENT + 1 - total)


@dataclass(frozen=True, slots=True)
class Balance:
    """A tally in a window of ``days`` whole local days that ends with ``until``."""

    tally: Tally
    days: int
    until: date
    previous: Tally | None = None
    basis: str | None = None

    @property
    def enough(self) -> bool:
        """Fewer than seven posts say nothing: one negative of six already breaches."""
        return self.tally.total >= MINIMUM

    @property
    def balanced(self) -> bool:
        return in_balance(self.tally.negative, self.tally.total)

    @property
    def headroom(self) -> int | None:
        """How many more negative posts fit; None while there is not enough data."""
        return headroom(self.tally.negative, self.tally.total) if self.enough else None

    @property
    def way_back(self) -> int:
        return way_back(self.tally.negative, self.tally.total)
