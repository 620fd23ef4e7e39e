"""Sliding windows: never more in any span than is allowed, and never less without need."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from models.limits import DAY, HOUR, Allowance, Limits

START = datetime(2026, 3, 2, 8, tzinfo=UTC)


def minutes(number: float) -> datetime:
    return START + timedelta(minutes=number)


def passes(limits: Limits, count: int, now: datetime = START, name: str = "a") -> int:
    """How many of so many new items pass at once."""
    taken = (limits.take(f"{now} {n}", [name], now) for n in range(count))
    return sum(one is None for one in taken)


@given(
    st.lists(st.integers(0, 3 * 24 * 60), max_size=120).map(sorted),
    st.integers(1, 6),
    st.integers(1, 12),
)
def test_no_span_ever_holds_more_than_is_allowed_and_nothing_is_turned_away_in_vain(
    at: list[int], hour: int, day: int
) -> None:
    """Against the definition: look back over what was let through."""
    limits, let = Limits(Allowance(hour, day)), list[datetime]()
    for number, minute in enumerate(at):
        now = minutes(minute)
        within_hour = sum(now - one < HOUR for one in let)
        within_day = sum(now - one < DAY for one in let)
        reached = limits.take(str(number), ["a"], now)
        assert (reached is None) == (within_hour < hour and within_day < day)
        if reached is None:
            let.append(now)
        else:
            assert now < reached.until <= now + reached.span


def test_the_time_that_is_told_is_when_the_next_passes() -> None:
    limits = Limits(Allowance(3, 5))
    for minute in (0, 10, 20):
        assert limits.take(str(minute), ["a"], minutes(minute)) is None
    reached = limits.take("more", ["a"], minutes(30))
    assert reached is not None
    assert (reached.most, reached.span, reached.until) == (3, HOUR, minutes(60))
    assert limits.take("more", ["a"], reached.until - timedelta(seconds=1)) is not None
    assert limits.take("more", ["a"], reached.until) is None


def test_people_and_groups_are_counted_apart_and_one_limit_is_enough() -> None:
    """What the group's limit turned away does not count for the person either."""
    limits = Limits(Allowance(2, 0))
    assert limits.take("1", ["lan", "group"], START) is None
    assert limits.take("2", ["ba", "group"], START) is None
    reached = limits.take("3", ["lan", "group"], START)
    assert reached is not None
    assert reached.name == "group"
    assert limits.take("4", ["lan", "other group"], START) is None


def test_what_was_counted_passes_again() -> None:
    """An update that comes twice, the parts of an album."""
    limits = Limits(Allowance(1, 0))
    assert [limits.take("album", ["a", "g"], START) for _ in range(10)] == [None] * 10
    assert limits.take("other", ["a", "g"], START) is not None


def test_it_is_said_once_in_its_span() -> None:
    limits = Limits(Allowance(1, 0))
    limits.take("1", ["a"], START)
    said = []
    for minute in (1, 2, 59, 61, 62, 130):
        reached = limits.take(f"m{minute}", ["a"], minutes(minute))
        said.append(reached is not None and limits.tell(reached, minutes(minute)))
    assert said == [True, False, False, False, True, False]


def test_zero_sets_no_limit() -> None:
    assert passes(Limits(Allowance(0, 0)), 5_000) == 5_000
    assert passes(Limits(Allowance(0, 7)), 50) == 7
    assert passes(Limits(Allowance(7, 0)), 50) == 7


def test_a_clock_that_is_set_back_locks_nobody_out() -> None:
    limits = Limits(Allowance(1, 0))
    limits.take("1", ["a"], START + timedelta(days=400))
    assert limits.take("2", ["a"], START) is None


def test_who_was_not_seen_for_a_day_is_forgotten_and_so_is_the_oldest_of_too_many() -> None:
    """A flood of names fills no memory."""
    limits = Limits(Allowance(3, 0))
    for number in range(10_200):
        limits.take("1", [f"name {number}"], START)
    assert len(limits._windows) == 10_000
    limits.take("1", ["new"], START + DAY)
    assert set(limits._windows) == {"new"}
