"""When the weekly nudge is due: pure functions of a group, its mark and the time."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo
from typing import Literal

from models.calendar import WorkCalendar
from models.ledger import NudgeMark
from models.registry import Group

Decision = Literal["wait", "send", "skip_late", "skip_holiday", "done", "off"]

EARLIEST = 7  # the first hour at which a nudge may be sent, and the hour from which it may not
LATEST = 20
GRACE = timedelta(hours=24)


def iso_week(day: date) -> str:
    """The ISO week of a local day, "2026-W47"; its year may differ from the day's."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def monday_of(day: date) -> date:
    """The Monday of the day's ISO week."""
    return day - timedelta(days=day.weekday())


def due_at(
    week_monday: date, weekday: int, hour: int, calendar: WorkCalendar, tz: tzinfo
) -> datetime | None:
    """When the nudge of the week that begins on ``week_monday`` is due, in local time.

    The chosen day (0 is Monday) and hour, or the next working day of the same ISO week at that
    hour; None for a week without one. An hour at which nothing may be sent is moved to the nearest
    at which it may.
    """
    at = time(min(max(hour, EARLIEST), LATEST - 1), tzinfo=tz)
    for number in range(max(weekday, 0), 7):
        day = week_monday + timedelta(days=number)
        if calendar.is_working_day(day):
            return datetime.combine(day, at)
    return None


def decide(
    group: Group, mark: NudgeMark | None, now: datetime, calendar: WorkCalendar, tz: tzinfo
) -> Decision:
    """What to do about the group's nudge of the ISO week in which ``now`` falls locally.

    ``mark`` is that week's mark. "send" only from 07:00 to 20:00 of a working day, and within 24
    hours after the due time; later it is "skip_late". "skip_holiday" is for a week without a
    working day left from the chosen one. A group that joined after the due time waits for next
    week. "off": left, without a unit, or paused. Who acts on "send" or a skip claims it first.
    """
    if not (group.active and group.settings.nudge and group.unit is not None):
        return "off"
    if mark is not None:
        return "done"
    local = now.astimezone(tz)
    settings = group.settings
    due = due_at(monday_of(local.date()), settings.weekday, settings.hour, calendar, tz)
    if due is None:
        return "skip_holiday"
    if group.joined_at is not None and group.joined_at > due:
        return "wait"
    return _at(local, due, calendar)


def _at(local: datetime, due: datetime, calendar: WorkCalendar) -> Decision:
    late = local.timestamp() - due.timestamp()  # not their difference: clocks may change between
    if late < 0:
        return "wait"
    if late > GRACE.total_seconds():
        return "skip_late"
    allowed = EARLIEST <= local.hour < LATEST and calendar.is_working_day(local.date())
    return "send" if allowed else "wait"


def waiting_since(
    group: Group, now: datetime, calendar: WorkCalendar, tz: tzinfo
) -> datetime | None:
    """Since when the group's nudge, not marked yet, is due; None when it may not be sent now."""
    if decide(group, None, now, calendar, tz) != "send":
        return None
    local = now.astimezone(tz)
    settings = group.settings
    return due_at(monday_of(local.date()), settings.weekday, settings.hour, calendar, tz)


def end_of_week_before(now: datetime, tz: tzinfo) -> datetime:
    """The last moment of the ISO week before that of ``now``.

    ``decide`` at this moment says how last week's nudge is to be recorded when no process was
    running until the week was over: "skip_late", "skip_holiday", or nothing.
    """
    monday = monday_of(now.astimezone(tz).date())
    return datetime.combine(monday, time(0), tzinfo=tz) - timedelta(microseconds=1)
