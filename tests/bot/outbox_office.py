"""An outbox at work in virtual time, with a messenger and a store that can be told to fail."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.outbox import Outbox
from bot.pacing import Limits, Pacer
from models.errors import StoreUnavailable
from models.letter import Letter
from tests.fakes.memory_store import MemoryStore
from tests.fakes.messenger import FakeMessenger
from tests.fakes.virtual_time import rest, virtually

START = datetime(2026, 3, 2, 8, tzinfo=UTC)


@dataclass(slots=True)
class Post:
    """The outbox with what stands around it."""

    store: MemoryStore
    messenger: FakeMessenger
    box: Outbox
    pacer: Pacer

    async def idle(self) -> None:
        """Everything has gone, or the test waits for something that never comes."""
        async with asyncio.timeout(1_000_000):
            await self.box.idle()

    def waiting(self) -> list[str]:
        """The texts in the table."""
        return [letter.text for letter in self.store.outgoing.letters.values()]


class FullDisk:
    """A table from which nothing can be struck off while ``full``. ``struck`` are its seconds."""

    def __init__(self, store: MemoryStore) -> None:
        self._real = store.outgoing
        self.full = True
        self.struck: list[float] = []

    async def taken(self, *given: Any) -> None:
        self._refuse()
        await self._real.taken(*given)
        self.struck.append(asyncio.get_running_loop().time())

    async def drop(self, one: Letter) -> None:
        self._refuse()
        await self._real.drop(one)

    def _refuse(self) -> None:
        if self.full:
            raise StoreUnavailable("store_unavailable")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


def clock() -> datetime:
    """Virtual time as a date."""
    return START + timedelta(seconds=asyncio.get_running_loop().time())


def letter(text: str, chat: str = "7", key: str | None = None, **more: Any) -> Letter:
    """A letter; without a key its text names it."""
    return Letter(
        key=key or f"answer:{chat}/{text}", platform="telegram", chat=chat, text=text, **more
    )


def make(store: MemoryStore | None = None, messenger: FakeMessenger | None = None) -> Post:
    """An outbox that does not run yet."""
    store, messenger = store or MemoryStore(), messenger or FakeMessenger()
    pacer = Pacer(Limits(0, 0, 0, 0), asyncio.get_running_loop().time)
    return Post(store, messenger, Outbox(store, messenger, pacer, clock), pacer)


@asynccontextmanager
async def working(
    store: MemoryStore | None = None, messenger: FakeMessenger | None = None
) -> AsyncIterator[Post]:
    """A running outbox, stopped at the end."""
    post = make(store, messenger)
    running = asyncio.ensure_future(post.box.run())
    await rest()
    try:
        yield post
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def played(scene: Callable[[Post], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """A test that plays a scene with a running outbox in virtual time."""

    async def work() -> None:
        async with working() as post:
            await scene(post)

    def test() -> None:
        virtually(work())

    test.__name__, test.__doc__ = scene.__name__, scene.__doc__
    return test
