"""The whole bot under fire: real dispatcher, real SQLite store, a Bot API server on loopback."""

from __future__ import annotations

import asyncio
import io
import itertools
import logging
import time
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot import logs
from bot.running import Running, running
from bot.settings import Settings
from tests.bot.office import NO_LIMITS
from tests.fuzz.peer import Peer, listening
from tests.fuzz.updates import ADMIN, FORUM, GROUP, HOLDER, NEEDLE, OTHER, START, updates
from tests.handlers.posts import files_with

Json = dict[str, Any]
TOKEN = "123456789:AAE-khong-phai-that_0123456789"
NOW = datetime.fromtimestamp(START, UTC)
# What says that a sender, or Telegram, sent what nobody can read: no fault of the bot's.
_HONEST = ("update not understood",)
_BATCH, _ENOUGH = 8, 20
_PATIENCE = 90
"""Seconds; a ceiling, not a measure."""


@dataclass(slots=True)
class Range:
    """A bot with three groups and two private chats, and everything that it logs."""

    parts: Running
    peer: Peer
    data: Path
    lines: io.StringIO
    unit: int
    loop: asyncio.AbstractEventLoop
    fed: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    _read: int = 0
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def do(self, work: Coroutine[Any, Any, None]) -> None:
        """Let the bot's loop do this, and wait for it."""
        asyncio.run_coroutine_threadsafe(work, self.loop).result(_PATIENCE)

    async def feed(self, batch: list[Json]) -> None:
        """Deliver updates, at once, and wait until they are done."""
        async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
            for update in batch:
                tasks.create_task(self._deliver(self._filled(update)))
        await self._at_home()

    async def _deliver(self, update: Json) -> None:
        begun = time.perf_counter()
        await self.parts.receiver.take(update)
        self.slowest = max(self.slowest, time.perf_counter() - begun)
        self.fed += 1
        self.kinds[next(iter(update), "")] += 1

    async def _at_home(self) -> None:
        """The groups and chats come back from wherever the last updates sent them."""
        store = self.parts.desk.store
        for chat in (GROUP, OTHER, FORUM):
            group = await store.groups.find("telegram", str(chat))
            if group is None or not group.active:
                await store.groups.join("telegram", str(chat), self.unit, NOW)
        for chat in (ADMIN, HOLDER):
            if await store.members.unit_of("telegram", str(chat)) is None:
                await store.members.join("telegram", str(chat), self.unit, NOW)

    def _filled(self, update: Json) -> Json:
        """The update with its number, and what only a running bot can fill in."""
        made = {kind: self._fill(event) for kind, event in update.items()}
        return {**made, "update_id": next(self._numbers)}

    def _fill(self, event: Any) -> Any:
        if not isinstance(event, dict):
            return event
        made = {name: self._fill(value) for name, value in event.items()}
        if "@ours" in made:
            return self._said(made["@ours"]) or {
                "message_id": 1,
                "date": 1,
                "chat": {"id": 1, "type": "private"},
            }
        if "@button" in made:
            place, twist = made.pop("@button"), made.pop("@twist")
            made |= self._pressed(place, twist)
        return made

    def _said(self, place: int) -> Json | None:
        return self.peer.said[place % len(self.peer.said)] if self.peer.said else None

    def _pressed(self, place: int, twist: int) -> Json:
        """A button of one of our messages; twisted, it is another's or a changed one."""
        offered = [one for one in self.peer.said if one.get("reply_markup")]
        if not offered:
            return {}
        message = offered[-1 - place % len(offered)]
        buttons = [
            button["callback_data"]
            for row in message["reply_markup"]["inline_keyboard"]
            for button in row
            if "callback_data" in button
        ]
        data = buttons[place % len(buttons)] if buttons else ""
        if twist == 1:
            message = offered[place % len(offered)]
        elif twist == 2:
            data = data[:-1]
        elif twist == 3:
            data = data.replace(":", ":9", 2)
        elif twist == 4:
            data += ":\u00b2"
        elif twist == 5:
            message = {"chat": message["chat"], "message_id": message["message_id"], "date": 0}
        return {"data": data, "message": message}

    def errors(self) -> list[str]:
        """What was logged as an error, or refused by the peer, since the last look."""
        said = self.lines.getvalue()
        fresh, self._read = said[self._read :], len(said)
        complaints, self.peer.complaints = self.peer.complaints, []
        return complaints + [
            line
            for line in fresh.splitlines()
            if '"level": "error"' in line and not any(honest in line for honest in _HONEST)
        ]

    def traces(self) -> list[str]:
        """Where a secret stands that must stand nowhere: in the log, in a file."""
        said = self.lines.getvalue()
        found = [f"{word} in the log" for word in (TOKEN.partition(":")[2], NEEDLE) if word in said]
        return found + [f"{NEEDLE} in {name}" for name in files_with(self.data, NEEDLE)]


@contextmanager
def shooting(data: Path, level: str = "debug") -> Iterator[Range]:
    """Open a range in a thread of its own, so that a plain function may feed it."""
    opened: Future[Range] = Future()
    ended = asyncio.Event()

    async def live() -> None:
        async with _at_work(data, level) as range_:
            opened.set_result(range_)
            await ended.wait()

    with ThreadPoolExecutor(1) as pool:
        whole = pool.submit(asyncio.run, live())
        wait([opened, whole], return_when=FIRST_COMPLETED)
        if whole.done():
            whole.result()
        range_ = opened.result()
        try:
            yield range_
        finally:
            range_.loop.call_soon_threadsafe(ended.set)
            whole.result(_PATIENCE)


@asynccontextmanager
async def _at_work(data: Path, level: str = "debug") -> AsyncIterator[Range]:
    """Open a range; at its end the bot is stopped and the log as it was."""
    peer, lines, root = Peer(), io.StringIO(), logging.getLogger()
    before, depth = list(root.handlers), root.level
    chosen: Any = {"data": data, **NO_LIMITS, "read_pictures": "off"}
    settled = Settings(_env_file=None, owners="21", **chosen)
    logs.set_up("json", level, (TOKEN,))  # type: ignore[arg-type]
    root.handlers[0].setStream(lines)  # type: ignore[attr-defined]
    try:
        async with (
            listening(peer) as address,
            running(settled, TOKEN, address, lambda: NOW) as parts,
        ):
            unit = await parts.desk.store.units.add("Phường Thử Nghiệm", None, NOW)
            await parts.desk.store.units.change(unit.id, contact=f"telegram:{HOLDER}")
            range_ = Range(parts, peer, data, lines, unit.id, asyncio.get_running_loop())
            await range_._at_home()
            yield range_
    finally:
        root.handlers[:] = before
        root.setLevel(depth)


def fire(range_: Range, count: int) -> list[str]:
    """Feed ``count`` updates or some more; the faults found, each with the updates that led to it.

    Always the same updates, for the same count.
    """
    found: list[str] = []

    @settings(
        max_examples=-(-count // _BATCH),
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(updates, min_size=_BATCH, max_size=_BATCH))
    def shots(batch: list[Json]) -> None:
        if len(found) < _ENOUGH:
            range_.do(range_.feed(batch))
            found.extend(f"{error}\n{batch}" for error in range_.errors())

    shots()
    return found
