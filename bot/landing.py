"""Sends that must not be cut off between "sent" and "recorded" when the bot stops."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Landing:
    """Counts what is in the air; once it closes nothing takes off any more."""

    def __init__(self) -> None:
        self._flying = 0
        self._closed = False
        self._landed = asyncio.Event()
        self._landed.set()

    @asynccontextmanager
    async def flight(self) -> AsyncIterator[None]:
        """Send and record inside the block; after the closing it waits until it is cancelled."""
        if self._closed:
            await asyncio.Event().wait()
        self._flying += 1
        self._landed.clear()
        try:
            yield
        finally:
            self._flying -= 1
            if not self._flying:
                self._landed.set()

    async def close(self, within: float) -> None:
        """Let nothing take off, and wait so many seconds for what is in the air."""
        self._closed = True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._landed.wait()
