"""Numbers and dates as Vietnamese readers write them."""

from __future__ import annotations

from datetime import date

from models.balance import CEILING_PERCENT, in_balance


def count(number: int) -> str:
    """A whole number with points between thousands: 12.500."""
    return f"{number:,}".replace(",", ".")


def percent(part: int, whole: int) -> str:
    """A ratio with one decimal, "13,8 %", rounded half up in integers.

    A ratio under the ceiling is never rounded up to the ceiling itself: 14,97 % reads "14,9 %".
    """
    if whole <= 0:
        return "0 %"
    tenths = (2000 * part + whole) // (2 * whole)
    if in_balance(part, whole) and tenths >= 10 * CEILING_PERCENT:
        tenths = 10 * CEILING_PERCENT - 1
    return f"{tenths // 10},{tenths % 10} %"


def confidence(probability: float) -> str:
    """A probability in whole percent, never a boastful 0 or 100."""
    return f"{round(100 * min(0.99, max(0.01, probability)))} %"


def day(when: date, year: bool = False) -> str:
    """A date as offices write it: day and months 1 and 2 with a leading zero (NĐ 30/2020)."""
    month = f"{when.month:02d}" if when.month < 3 else str(when.month)
    return f"{when.day:02d}/{month}" + (f"/{when.year}" if year else "")
