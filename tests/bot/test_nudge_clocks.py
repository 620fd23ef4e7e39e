"""The nudger against clocks that jump, machines elsewhere and weeks without a process."""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.nudger import KIND, Nudger
from bot.pacing import Limits, Pacer
from models.calendar import WorkCalendar
from models.desk import Desk
from models.nudge import due_at, iso_week, monday_of
from tests.fakes.memory_store import MemoryStore

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
CALENDAR = WorkCalendar()
JOINED = datetime(2026, 1, 1, tzinfo=HANOI)
WEEK = timedelta(days=7)


@dataclass(slots=True)
class World:
    """A group, what it was sent and when; the clock is set by the test."""

    store: MemoryStore = field(default_factory=MemoryStore)
    at: datetime = JOINED
    sent: list[datetime] = field(default_factory=list)
    group: int = 0

    async def send_message(self, **_: Any) -> Any:
        self.sent.append(self.at)
        return type("Sent", (), {"message_id": len(self.sent)})

    def process(self) -> Nudger:
        """A process that has just started."""
        desk = Desk(cast(Any, None), self.store, HANOI, b"k" * 32)
        pacer = Pacer(Limits(0, 0, 0, 0), time.monotonic)
        return Nudger(desk, cast(Any, self), pacer, CALENDAR, lambda: self.at)

    async def join(self) -> None:
        unit = await self.store.units.add("Phường", None, JOINED)
        self.group = (await self.store.groups.join("telegram", "-1", unit.id, JOINED)).id

    async def marks(self) -> dict[str, tuple[str, str]]:
        """State and reason of each week."""
        found = await self.store.nudges.recent(10_000)
        return {one.week: (one.state, one.reason) for one in found if one.kind == KIND}


async def played(times: list[datetime], restarts: list[bool] | None = None) -> World:
    """Look at these moments, each in a process of its own where ``restarts`` says so."""
    world = World()
    await world.join()
    nudger = world.process()
    for world.at, restart in zip(times, restarts or [False] * len(times), strict=True):
        nudger = world.process() if restart else nudger
        await nudger.round()
    return world


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HANOI)


leaps = st.one_of(
    st.integers(1, 12 * 3600),
    st.integers(-3 * 86400, 0),
    st.integers(1, 25 * 86400),
)
starts = st.datetimes(datetime(2026, 1, 5), datetime(2030, 10, 1), timezones=st.just(UTC))  # noqa: DTZ001


@settings(max_examples=60, deadline=None)
@given(starts, st.lists(st.tuples(leaps, st.booleans()), min_size=1, max_size=60))
def test_a_week_has_one_nudge_and_every_week_is_accounted_for(
    start: datetime, steps: list[tuple[int, bool]]
) -> None:
    """2026 to 2030, clocks that leap both ways, restarts, outages of weeks."""
    times = [start]
    for leap, _ in steps:
        times.append(max(start, times[-1] + timedelta(seconds=leap)))
    world = asyncio.run(played(times, [False, *(restart for _, restart in steps)]))
    weeks = Counter(iso_week(at.astimezone(HANOI).date()) for at in world.sent)
    assert all(times == 1 for times in weeks.values())
    for at in world.sent:
        there = at.astimezone(HANOI)
        assert 7 <= there.hour < 20
        assert CALENDAR.is_working_day(there.date())
    marks = asyncio.run(world.marks())
    assert {week for week, (state, _) in marks.items() if state == "sent"} == set(weeks)
    monday = monday_of(start.astimezone(HANOI).date())
    while monday + WEEK <= times[-1].astimezone(HANOI).date():
        state, reason = marks[iso_week(monday)]
        due = due_at(monday, 0, 8, CALENDAR, HANOI)
        assert state == "sent" or reason == ("skip_late" if due else "skip_holiday")
        monday += WEEK


def test_weeks_in_which_no_process_ran_are_recorded_afterwards() -> None:
    """Two late ones and one without a working day (Tết 2026); not from before it joined."""
    world = asyncio.run(played([local("2026-01-26T09:00"), local("2026-03-02T09:00")]))
    assert asyncio.run(world.marks()) == {
        **{f"2026-W0{n}": ("skipped", "skip_late") for n in (2, 3, 4)},
        "2026-W05": ("sent", ""),
        "2026-W06": ("skipped", "skip_late"),
        "2026-W07": ("skipped", "skip_late"),
        "2026-W08": ("skipped", "skip_holiday"),
        "2026-W09": ("skipped", "skip_late"),
        "2026-W10": ("sent", ""),
    }


@pytest.mark.parametrize(
    "times",
    [
        ["2026-11-15T23:59:59", "2026-11-16T00:00:01", "2026-11-16T08:00"],
        ["2026-11-16T08:00", "2026-11-15T23:00", "2026-11-16T08:01"],
        ["2026-11-13T10:00", "2026-11-16T11:00", "2026-11-16T11:00:30"],
        ["2026-11-16T08:00", "2026-11-16T07:00", "2026-11-16T08:00"],
    ],
    ids=["over midnight on Sunday", "back over it", "a jump of days", "back an hour"],
)
def test_a_leap_of_the_clock_makes_no_second_nudge(times: list[str]) -> None:
    world = asyncio.run(played([local(one) for one in times]))
    assert [iso_week(at.date()) for at in world.sent if at.date() >= date(2026, 11, 16)] == [
        "2026-W47"
    ]


@pytest.mark.parametrize("restarts", [None, [False, True, True, True]])
def test_a_clock_that_was_months_ahead_costs_no_week_its_nudge(restarts: list[bool] | None) -> None:
    """As on a machine that begins so, before it is set right: what it skipped comes yet."""
    times = ["2026-11-13T10:00", "2027-05-05T12:00", "2026-11-13T10:01", "2026-11-16T08:00"]
    world = asyncio.run(played([local(one) for one in times], restarts))
    assert [at for at in world.sent if at.year == 2026][-1] == local("2026-11-16T08:00")
    marks = asyncio.run(world.marks())
    assert max(week for week, (state, _) in marks.items() if state == "skipped") < "2026-W47"
    assert "2026-W45" in marks


@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles", "Pacific/Kiritimati"])
def test_a_machine_in_another_zone_nudges_at_eight_in_hanoi(
    monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    monkeypatch.setitem(os.environ, "TZ", zone)  # noqa: TID251
    time.tzset()
    try:
        hours = [datetime(2026, 11, 15, 12, tzinfo=UTC) + timedelta(hours=n) for n in range(36)]
        world = asyncio.run(played(hours))
        assert world.sent == [datetime(2026, 11, 16, 1, tzinfo=UTC)]
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_nudge_whose_turn_comes_in_the_evening_waits_for_the_morning() -> None:
    """It had waited behind others; never after 20:00."""

    async def work() -> list[datetime]:
        world = World()
        await world.join()
        world.at = local("2026-11-16T19:59:59")
        nudger = world.process()
        real = nudger.pacer.turn

        def slow(*given: Any) -> Any:
            world.at = local("2026-11-16T20:00:01")
            return real(*given)

        nudger.pacer.turn = slow  # type: ignore[method-assign]
        assert await nudger.round() == 0
        nudger.pacer.turn = real  # type: ignore[method-assign]
        world.at = local("2026-11-17T07:00")
        assert await nudger.round() == 1
        return world.sent

    assert asyncio.run(work()) == [local("2026-11-17T07:00")]
