"""An event loop whose clock jumps to the next timer: hours pass in no time, and exactly."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class VirtualLoop(asyncio.SelectorEventLoop):
    """Never waits. What would wait for ever (no timer, nothing to run) is an error."""

    def __init__(self) -> None:
        self.now = 0.0
        super().__init__()

    def time(self) -> float:
        """Virtual seconds since the loop was made."""
        return self.now

    def _run_once(self) -> None:
        inside: Any = self
        if not inside._ready:
            timers = [timer for timer in inside._scheduled if not timer.cancelled()]
            if not timers:
                raise RuntimeError("nothing is left to wait for")
            self.now = max(self.now, min(timer.when() for timer in timers))
        super()._run_once()  # type: ignore[misc]


def virtually(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end in virtual time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(work)


async def rest(turns: int = 20) -> None:
    """Let every task go as far as it can without time passing."""
    for _ in range(turns):
        await asyncio.sleep(0)
