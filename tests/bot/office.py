"""The whole bot at work in a sandbox: real HTTP, real SQLite, the real dispatcher."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.running import Running, running
from bot.sandbox.demo import CULTURE, WARD, demo
from bot.sandbox.server import Sandbox
from bot.settings import Settings
from models.reading import PageReader
from models.registry import Group, Unit
from tests.bot.people import Person, settled

MAI, TAN, HANH, KHOA, SEN = 910001, 910002, 910003, 910004, 910005
NO_LIMITS = {
    "encoder": False,
    "send_per_second": 0,
    "send_per_chat_second": 0,
    "send_per_group_minute": 0,
    "nudges_per_second": 0,
    "posts_per_hour": 0,
    "posts_per_day": 0,
    "metrics": "off",
    "read_links": "off",
    "read_pictures": "on",
}


@dataclass(slots=True)
class Office:
    """A unit with two groups. Mai made the first and administers it; in the second Khoa does."""

    sandbox: Sandbox
    parts: Running
    unit: Unit
    data: Path
    group: int = CULTURE
    other: int = WARD

    def person(self, number: int = MAI) -> Person:
        return Person(self.sandbox, number)

    @property
    def now(self) -> datetime:
        return self.sandbox.clock.now()

    async def kept_group(self, chat: int | None = None) -> Group:
        """The group as the store has it."""
        found = await self.parts.desk.store.groups.find("telegram", str(chat or self.group))
        assert found is not None
        return found

    async def quiet(self) -> None:
        """Wait until every update was handled and every letter has gone."""
        await settled(self.sandbox)
        await self.parts.outbox.idle()

    def messages(self, chat: int | None = None) -> list[dict[str, Any]]:
        """What the bot wrote in a chat, in order."""
        world = self.sandbox.world
        there = world.chats[chat or self.group].messages.values()
        return [one for one in there if one.get("from", {}).get("id") == world.bot["id"]]

    def last(self, chat: int | None = None) -> dict[str, Any]:
        return self.messages(chat)[-1]

    async def share(self, text: str, count: int = 1, label: str = "Đã chia sẻ") -> None:
        """Forward ``count`` different posts and mark each as shared."""
        person = self.person()
        for number in range(count):
            await person.forwards(self.group, text=f"{text} {number}")
            await self.quiet()
            await person.presses(self.last(), label)
            await self.quiet()


@asynccontextmanager
async def office(
    data: Path,
    *,
    joined: bool = True,
    start: datetime | None = None,
    reads_all: bool = True,
    pages: PageReader | None = None,
    **settings: Any,
) -> AsyncIterator[Office]:
    """Open an office; ``start`` moves its clock there first.

    Without ``reads_all`` the bot has Telegram's privacy mode on, in every group it enters later.
    ``pages`` reads the pages behind links; without one none is read.
    """
    sandbox = demo(Sandbox())
    sandbox.world.reads_all = reads_all
    if start is not None:
        sandbox.clock.offset = start - datetime.now(start.tzinfo)
    address = await sandbox.start()
    chosen = Settings(_env_file=None, **{"data": data, **NO_LIMITS, **settings})
    try:
        async with running(chosen, sandbox.token, address, sandbox.clock.now, pages) as parts:
            unit = await parts.desk.store.units.add("Phường Thử Nghiệm", None, sandbox.clock.now())

            async def ring(_now: datetime) -> None:
                parts.bell.set()

            sandbox.on_jump = ring
            place = Office(sandbox, parts, unit, data)
            if joined:
                await place.person(MAI).says(MAI, f"/start {unit.code}")
                await place.person(MAI).says(CULTURE, f"/start {unit.code}")
                await place.person(KHOA).says(WARD, f"/start {unit.code}")
                await place.quiet()
            yield place
    finally:
        await sandbox.stop()


def days(number: float) -> timedelta:
    return timedelta(days=number)
