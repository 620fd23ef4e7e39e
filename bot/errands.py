"""Turns within a chat, and work that goes on after its update was acknowledged."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import structlog

log = structlog.get_logger(__name__)


class Turns:
    """One piece of work at a time in each chat."""

    def __init__(self) -> None:
        self._chats: dict[int, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def of(self, chat: int) -> AsyncIterator[None]:
        """Wait for the chat's turn and hold it."""
        lock, users = self._chats.get(chat, (asyncio.Lock(), 0))
        self._chats[chat] = (lock, users + 1)
        try:
            async with lock:
                yield
        finally:
            lock, users = self._chats[chat]
            if users == 1:
                del self._chats[chat]
            else:
                self._chats[chat] = (lock, users - 1)


class Errands:
    """Runs what handlers leave behind, for as long as the bot runs."""

    def __init__(self) -> None:
        self._turns = Turns()
        self._group: asyncio.TaskGroup | None = None
        self._waiting: list[Coroutine[Any, Any, None]] = []
        self._under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self.stopped = False
        """Nothing is begun any more."""

    def turn(self, chat: str) -> AbstractAsyncContextManager[None]:
        """The chat's turn, shared with the updates that come in."""
        return self._turns.of(int(chat))

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Start work, or keep it until ``run`` has begun."""
        if self.stopped:
            work.close()
        elif self._group is None:
            self._waiting.append(work)
        else:
            self._group.create_task(self._guarded(work))

    async def finish(self) -> None:
        """Begin nothing any more, and wait until all that was begun is done."""
        self.stopped = True
        await self._idle.wait()

    async def run(self) -> None:
        """Work until cancelled; what is unfinished then is cancelled too."""
        async with asyncio.TaskGroup() as group:
            self._group = group
            for work in self._waiting:
                group.create_task(self._guarded(work))
            self._waiting.clear()
            try:
                await asyncio.Event().wait()
            finally:
                self._group, self.stopped = None, True

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        """One failure must not end the others."""
        self._under_way += 1
        self._idle.clear()
        try:
            await work
        except Exception:
            log.exception("errand failed")
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._idle.set()
