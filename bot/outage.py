"""Letters that wait until the messenger or the disk is back: once it is, the oldest goes first."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bot.messenger import Wait
from models.errors import StoreUnavailable

_FIRST_RETRY = 1.0
_LONGEST_RETRY = 60.0


@dataclass(slots=True, eq=False)
class _Waiting:
    age: int
    turn: asyncio.Future[bool]


class Outage:
    """Each letter is tried again after its own pause; the first to get through calls the rest.

    A letter that was called and failed again waits its pause out: the trouble may be its own.
    """

    def __init__(self) -> None:
        self._waiting: list[_Waiting] = []

    async def wait(self, age: int, seconds: float, *, patient: bool) -> bool:
        """Wait so long, or until the messenger is back; True when it is back.

        The lowest ``age`` is called first. Who is ``patient`` is not called.
        """
        waiting = _Waiting(age, asyncio.get_running_loop().create_future())
        if not patient:
            self._waiting.append(waiting)
        try:
            async with asyncio.timeout(seconds):
                return await waiting.turn
        except TimeoutError:
            return False
        finally:
            if waiting in self._waiting:
                self._waiting.remove(waiting)

    def over(self) -> None:
        """Something was taken: call all who wait, the oldest first."""
        called, self._waiting = sorted(self._waiting, key=lambda one: one.age), []
        for waiting in called:
            if not waiting.turn.done():
                waiting.turn.set_result(True)


@contextmanager
def put_off() -> Iterator[None]:
    """What the disk does not allow now is tried again with the letter that it is done for."""
    try:
        yield
    except StoreUnavailable as error:
        raise Wait(None, "store unavailable") from error


def pause_after(tries: int, longest: float = _LONGEST_RETRY) -> float:
    """Seconds, doubling from one to a minute or what is the longest."""
    return min(longest, _FIRST_RETRY * 2.0 ** min(tries, 10))
