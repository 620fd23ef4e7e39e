"""When the weekly nudge is sent: by example, and by a clock that ticks at random."""

from __future__ import annotations

import os
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.calendar import WorkCalendar
from models.ledger import NudgeMark
from models.nudge import decide, due_at, end_of_week_before, iso_week, monday_of
from models.registry import Group, GroupSettings

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
CALENDAR = WorkCalendar()
JOINED = datetime(2020, 1, 1, tzinfo=UTC)
MARK = NudgeMark(1, "weekly", "2026-W47", "claimed", JOINED)


def group(joined: datetime = JOINED, active: bool = True, **chosen: Any) -> Group:
    return Group(
        1,
        1,
        "telegram",
        "-1",
        active,
        settings=GroupSettings(**chosen),
        joined_at=joined,
    )


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("day", "week"),
    [("2026-11-16", "2026-W47"), ("2027-01-03", "2026-W53"), ("2025-12-29", "2026-W01")],
)
def test_a_week_is_named_by_iso(day: str, week: str) -> None:
    assert iso_week(date.fromisoformat(day)) == week


@pytest.mark.parametrize(
    ("monday", "weekday", "hour", "due"),
    [
        ("2026-11-16", 0, 8, "2026-11-16T08:00"),
        ("2026-08-31", 0, 9, "2026-09-03T09:00"),
        ("2026-11-23", 1, 8, "2026-11-25T08:00"),
        ("2026-08-17", 5, 8, "2026-08-22T08:00"),
        ("2026-11-16", 0, 3, "2026-11-16T07:00"),
        ("2026-11-16", 0, 23, "2026-11-16T19:00"),
        ("2026-02-16", 0, 8, None),
        ("2026-11-16", 6, 8, None),
    ],
)
def test_due_on_the_chosen_day_or_the_next_working_one(
    monday: str, weekday: int, hour: int, due: str | None
) -> None:
    found = due_at(date.fromisoformat(monday), weekday, hour, CALENDAR, ZONE)
    assert found == (local(due) if due else None)


@pytest.mark.parametrize(
    ("now", "what"),
    [
        ("2026-11-16T07:59:59", "wait"),
        ("2026-11-16T08:00", "send"),
        ("2026-11-16T19:59", "send"),
        ("2026-11-16T20:00", "wait"),
        ("2026-11-17T06:59", "wait"),
        ("2026-11-17T07:00", "send"),
        ("2026-11-17T08:00", "send"),
        ("2026-11-17T08:01", "skip_late"),
        ("2026-11-22T23:59", "skip_late"),
        ("2026-02-16T00:00", "skip_holiday"),
    ],
)
def test_sent_by_day_and_caught_up_for_a_day(now: str, what: str) -> None:
    assert decide(group(), None, local(now), CALENDAR, ZONE) == what


def test_nothing_is_caught_up_on_a_day_off() -> None:
    chosen = group(weekday=4, hour=18)
    assert decide(chosen, None, local("2026-11-21T09:00"), CALENDAR, ZONE) == "wait"
    assert decide(chosen, None, local("2026-11-21T18:01"), CALENDAR, ZONE) == "skip_late"


def test_off_when_paused_or_left_and_done_when_marked() -> None:
    now = local("2026-11-16T08:00")
    assert decide(group(nudge=False), None, now, CALENDAR, ZONE) == "off"
    assert decide(group(active=False), None, now, CALENDAR, ZONE) == "off"
    assert decide(group(), MARK, now, CALENDAR, ZONE) == "done"


def test_a_group_that_joined_after_the_due_time_waits_for_next_week() -> None:
    new = group(local("2026-11-16T08:01"))
    assert decide(new, None, local("2026-11-16T09:00"), CALENDAR, ZONE) == "wait"
    assert decide(new, None, local("2026-11-20T09:00"), CALENDAR, ZONE) == "wait"
    assert decide(new, None, local("2026-11-23T08:00"), CALENDAR, ZONE) == "send"


def test_a_week_that_passed_unseen_can_still_be_recorded() -> None:
    moment = end_of_week_before(local("2026-11-23T00:00"), ZONE)
    assert iso_week(moment.date()) == "2026-W47"
    assert decide(group(), None, moment, CALENDAR, ZONE) == "skip_late"


def test_weeks_turn_at_midnight_of_the_owners_zone() -> None:
    """Sunday 17:00 UTC is Monday in Việt Nam."""
    turn = datetime(2026, 11, 15, 17, 0, tzinfo=UTC)
    assert iso_week(turn.astimezone(ZONE).date()) == "2026-W47"
    assert iso_week((turn - timedelta(seconds=1)).astimezone(ZONE).date()) == "2026-W46"


class Clock:
    """Ticks, decides, keeps marks, notes what was sent."""

    def __init__(self, chosen: Group) -> None:
        self.group = chosen
        self.marks: dict[str, str] = {}
        self.sent: list[datetime] = []

    def tick(self, now: datetime) -> None:
        week = iso_week(now.astimezone(ZONE).date())
        mark = MARK if week in self.marks else None
        what = decide(self.group, mark, now, CALENDAR, ZONE)
        if what in {"send", "skip_late", "skip_holiday"}:
            assert week not in self.marks
            self.marks[week] = what
        if what == "send":
            self.sent.append(now.astimezone(ZONE))


starts = st.datetimes(datetime(2026, 1, 1), datetime(2030, 11, 1), timezones=st.just(UTC))  # noqa: DTZ001
gaps = st.lists(st.integers(1, 3 * 3600), min_size=60, max_size=300)


@settings(max_examples=150, deadline=None)
@given(starts, gaps, st.integers(0, 4), st.integers(0, 23))
def test_one_nudge_a_week_whatever_the_clock_does(
    start: datetime, gaps: list[int], weekday: int, hour: int
) -> None:
    """Gaps of up to three hours leave a tick between due and 20:00, or the next morning."""
    clock = Clock(group(weekday=weekday, hour=hour))
    now = start
    for gap in gaps:
        clock.tick(now)
        now += timedelta(seconds=gap)
    assert all(7 <= at.hour < 20 and CALENDAR.is_working_day(at.date()) for at in clock.sent)
    monday = monday_of(start.astimezone(ZONE).date()) + timedelta(days=7)
    while monday + timedelta(days=7) <= now.astimezone(ZONE).date():
        due = due_at(monday, weekday, hour, CALENDAR, ZONE)
        expected = "send" if due else "skip_holiday"
        met = (
            due is None or due.hour <= 17 or CALENDAR.is_working_day(due.date() + timedelta(days=1))
        )
        assert clock.marks[iso_week(monday)] in ({expected} if met else {"send", "skip_late"})
        monday += timedelta(days=7)


@settings(max_examples=60, deadline=None)
@given(starts, st.lists(st.integers(1, 9 * 86400), max_size=60))
def test_outages_never_make_two_or_one_at_night(start: datetime, gaps: list[int]) -> None:
    clock = Clock(group())
    for gap in gaps:
        clock.tick(start)
        start += timedelta(seconds=gap)
    weeks = [iso_week(at.date()) for at in clock.sent]
    assert len(weeks) == len(set(weeks))
    for at in clock.sent:
        due = due_at(monday_of(at.date()), 0, 8, CALENDAR, ZONE)
        assert due
        assert timedelta(0) <= at - due <= timedelta(hours=24)
        assert 7 <= at.hour < 20


def test_the_machines_own_time_zone_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
    try:
        for zone in ("UTC", "America/Los_Angeles", "Pacific/Kiritimati"):
            monkeypatch.setitem(os.environ, "TZ", zone)  # noqa: TID251
            time.tzset()
            assert decide(group(), None, now, CALENDAR, ZONE) == "send"
            early = now - timedelta(seconds=1)
            assert decide(group(), None, early, CALENDAR, ZONE) == "wait"
    finally:
        monkeypatch.undo()
        time.tzset()
