"""The nudger looks every half minute, whatever is done to the machine's clock meanwhile."""

from __future__ import annotations

import asyncio
import datetime as real
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot import nudger
from bot.nudger import make_application
from bot.sandbox.server import Sandbox
from tests.bot.reception import eventually


class Shifted(real.datetime):
    """The machine's clock as the scheduling libraries read it."""

    by = timedelta(0)

    @classmethod
    def now(cls, tz: real.tzinfo | None = None) -> real.datetime:  # type: ignore[override]
        return real.datetime.now(tz) + cls.by


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> type[Shifted]:
    monkeypatch.setattr(Shifted, "by", timedelta(0))
    monkeypatch.setattr("apscheduler.schedulers.base.datetime", Shifted)
    known = {name: getattr(real, name) for name in ("time", "timedelta", "timezone", "tzinfo")}
    monkeypatch.setattr("telegram.ext._jobqueue.dtm", SimpleNamespace(datetime=Shifted, **known))
    return Shifted


class Looks:
    """Stands in for the nudger; ``long`` keeps a round going on."""

    def __init__(self) -> None:
        self.count = self.at_once = self.most_at_once = 0
        self.long = asyncio.Event()
        self.long.set()

    async def round(self) -> int:
        self.count += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await self.long.wait()
        finally:
            self.at_once -= 1
        return 0


async def nothing() -> None:
    """No housekeeping."""


@pytest.mark.parametrize("leap", [timedelta(days=-1), timedelta(days=1), timedelta(hours=-3)])
async def test_a_leap_of_the_machines_clock_stops_no_looking(
    sandbox: Sandbox, clock: type[Shifted], leap: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine may begin with a wrong clock that is set right a little later."""
    monkeypatch.setattr(nudger, "TICK", timedelta(seconds=0.2))
    looks, bell = Looks(), asyncio.Event()
    application = make_application(sandbox.token, sandbox.url)
    running = asyncio.ensure_future(nudger.run(application, cast(Any, looks), bell, nothing))
    await eventually(lambda: looks.count >= 2)
    clock.by = leap
    before = looks.count
    await eventually(lambda: looks.count >= before + 3)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_long_round_is_not_begun_twice_by_the_clock(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nudger, "TICK", timedelta(seconds=0.05))
    looks, bell = Looks(), asyncio.Event()
    looks.long.clear()
    application = make_application(sandbox.token, sandbox.url)
    running = asyncio.ensure_future(nudger.run(application, cast(Any, looks), bell, nothing))
    await eventually(lambda: looks.count == 1)
    await asyncio.sleep(0.4)
    assert looks.most_at_once == 1
    looks.long.set()
    await eventually(lambda: looks.count >= 3)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_stop_in_the_midst_of_a_round_is_no_failure(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    looks, bell = Looks(), asyncio.Event()
    looks.long.clear()
    application = make_application(sandbox.token, sandbox.url)
    running = asyncio.ensure_future(nudger.run(application, cast(Any, looks), bell, nothing))
    bell.set()
    await eventually(lambda: looks.count == 1)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await asyncio.sleep(0.1)
    assert looks.at_once == 0
    assert [one.getMessage() for one in caplog.records if one.levelname == "ERROR"] == []
