"""Letters that were sent and could not be struck off the table: until they are, no other goes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog

from bot.outage import pause_after

log = structlog.get_logger(__name__)


class Striking:
    """Strikes letters off; what fails (a full disk) is tried again, with growing pauses.

    ``behind`` is true meanwhile: each letter that goes then would be sent again after a kill.
    """

    def __init__(self) -> None:
        self._left = 0

    @property
    def behind(self) -> bool:
        """Whether something that was sent still stands in the table."""
        return self._left > 0

    async def now(self, step: Callable[[], Awaitable[None]], letter: int) -> bool:
        """Try once; whether it is done."""
        try:
            await step()
        except Exception:
            log.exception("letter not struck off", letter=letter)
            return False
        return True

    def until_done(
        self, step: Callable[[], Awaitable[None]], letter: int
    ) -> Coroutine[Any, Any, None]:
        """What tries after growing pauses until it is done; from now on something is left."""
        self._left += 1
        return self._go_on(step, letter)

    async def _go_on(self, step: Callable[[], Awaitable[None]], letter: int) -> None:
        tries = 0
        done = False
        while not done:
            await asyncio.sleep(pause_after(tries))
            tries += 1
            done = await self.now(step, letter)
        self._left -= 1
