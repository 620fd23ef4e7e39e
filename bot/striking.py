"""Letters that were sent while the disk was full: struck off as soon as it has room again."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

import structlog

from bot.outage import Outage, pause_after
from models.errors import StoreUnavailable

log = structlog.get_logger(__name__)

_LONGEST_PAUSE = 5.0  # a try costs one small write, and all answers wait for it
Step = Callable[[], Awaitable[None]]


class Striking:
    """Strikes letters off; what a full disk refuses is tried again, in order, after growing pauses.

    ``behind`` is true meanwhile: each letter from the table that goes then would be sent again
    after a kill. ``wait`` ends once nothing is left. What fails for another reason would fail for
    good: it is logged and given up, and is sent again at the next start.
    """

    def __init__(self) -> None:
        self._left: deque[tuple[Step, int]] = deque()
        self._some = asyncio.Event()
        self._waiting = Outage()

    @property
    def behind(self) -> bool:
        """Whether something that was sent is not recorded yet."""
        return bool(self._left)

    async def now(self, step: Step, letter: int, *, told: bool = False) -> bool:
        """Try once; False when it is worth another try, which is logged unless it was ``told``."""
        try:
            await step()
        except StoreUnavailable as error:
            if not told:
                log.warning("letter not struck off yet", letter=letter, reason=str(error))
            return False
        except Exception:
            log.exception("letter not struck off", letter=letter)
        return True

    def later(self, step: Step, letter: int) -> None:
        """Leave it to ``run``."""
        self._left.append((step, letter))
        self._some.set()

    async def wait(self, age: int, seconds: float) -> None:
        """Wait until nothing is left, at most so long; the lowest ``age`` goes on first."""
        await self._waiting.wait(age, seconds, patient=False)

    async def run(self) -> None:
        """Strike off what is left, until cancelled."""
        while True:
            await self._some.wait()
            await self._catch_up()
            self._some.clear()
            self._waiting.over()

    async def _catch_up(self) -> None:
        tries = 0
        while self._left:
            await asyncio.sleep(pause_after(tries, _LONGEST_PAUSE))
            tries += 1
            while self._left and await self.now(*self._left[0], told=True):
                self._left.popleft()
