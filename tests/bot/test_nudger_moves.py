"""What changes while a nudge waits for its turn, and groups that turn out to be one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import pytest

from bot.sandbox.demo import CULTURE, WARD
from bot.sandbox.world import Chat
from models.registry import Group
from tests.bot.office import MAI, Office, office
from tests.bot.test_nudger import HOUR, MONDAY, SATURDAY, Clock, nudges, process, rounds

NEW = -1001900000045


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Office]:
    async with office(tmp_path, start=SATURDAY) as opened:
        await configured(opened, await opened.kept_group(WARD), nudge=False)
        yield opened


async def configured(place: Office, group: Group, **settings: Any) -> None:
    groups = place.parts.desk.store.groups
    await groups.configure(group.id, replace(group.settings, **settings))


@dataclass
class SlowPacer:
    """Gives the turn after something happened."""

    place: Office

    @asynccontextmanager
    async def turn(self, _chat: str, _urgency: int) -> AsyncIterator[None]:
        await configured(self.place, await self.place.kept_group(), nudge=False)
        yield


async def test_a_group_that_pauses_while_its_nudge_waits_hears_nothing(place: Office) -> None:
    """A backlog of ten thousand takes minutes."""
    async with process(place, Clock(MONDAY)) as nudger:
        slow = replace(nudger, pacer=cast(Any, SlowPacer(place)))
        assert await slow.round() == 0
    assert nudges(place) == []


@pytest.mark.parametrize("first", ["old", "new"])
async def test_two_groups_that_are_one_are_nudged_once(place: Office, first: str) -> None:
    """The supergroup joined by a code before anybody knew that it was the old group."""
    world = place.sandbox.world
    chat = Chat(NEW, "supergroup", "Mới")
    chat.members = dict(world.chats[CULTURE].members)
    world.add_chat(chat)
    await place.person(MAI).says(NEW, f"/start {place.unit.code}")
    await place.quiet()
    later = await place.kept_group(NEW if first == "old" else CULTURE)
    await configured(place, later, hour=9)
    place.sandbox.faults.add(
        {"kind": "migrate", "method": "sendMessage", "chat": str(CULTURE), "to": NEW, "times": None}
    )
    assert await rounds(place, MONDAY, MONDAY + HOUR, MONDAY + 2 * HOUR) == 1
    assert len(nudges(place, NEW)) == 1
