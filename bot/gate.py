"""How many answers may be sent and not yet recorded: what a kill just then can double."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager

BACKLOG = 8
PATIENCE = 5.0
#: Patience ends in steps: a process that got no time hears first what came meanwhile.
_STEPS = 4

Abroad = Callable[[], AbstractContextManager[None]]


class Gate:
    """Lets one answer at a time be between "sent" and "recorded", so that a kill doubles one.

    ``wide``, for a Bot API server of one's own without Telegram's limits, it opens under a backlog:
    of n answers that are ready, all but seven may be on their way at once. One that the messenger
    keeps waiting for more than five seconds counts no more until it is back, so that it holds up no
    other chat; a kill just then may double it as well. How long recording takes is no matter.
    """

    def __init__(self, *, wide: bool = False) -> None:
        self._wide = wide
        self._line: deque[asyncio.Future[None]] = deque()
        self._inside = 0

    @asynccontextmanager
    async def passage(self) -> AsyncIterator[Abroad]:
        """Send and record inside the block; what it gives is around the sending alone."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._line.append(turn)
        self._let_in()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._leave()
            raise
        try:
            yield self._abroad
        finally:
            self._leave()

    @contextmanager
    def _abroad(self) -> Iterator[None]:
        loop, away = asyncio.get_running_loop(), False
        overdue: asyncio.TimerHandle

        def tire(steps: int) -> None:
            nonlocal overdue, away
            if steps:
                overdue = loop.call_later(PATIENCE / _STEPS, tire, steps - 1)
            else:
                away = True
                self._leave()

        tire(_STEPS)
        try:
            yield
        finally:
            overdue.cancel()
            self._inside += away

    def _leave(self) -> None:
        self._inside -= 1
        self._let_in()

    def _let_in(self) -> None:
        while self._line and self._inside < self._width():
            turn = self._line.popleft()
            if not turn.done():
                self._inside += 1
                turn.set_result(None)

    def _width(self) -> int:
        return max(1, self._inside + len(self._line) - BACKLOG + 1) if self._wide else 1
