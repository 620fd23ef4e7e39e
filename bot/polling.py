"""Long polling that confirms what is done, and nothing else.

Both libraries' pollers confirm an update before its handler has finished; this one confirms after.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import structlog

from bot.receiving import ALLOWED, Receiver
from bot.settings import proxy_for
from models.errors import UserError

log = structlog.get_logger(__name__)

_POLL_SECONDS = 50
_AT_ONCE = 100  # what Telegram gives at most, counted from the offset
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0
_MOMENT = 0.25
_FULL_MOMENTS = 60
_RIVALS = 20


@dataclass(slots=True)
class Window:
    """What became of the updates that Telegram still keeps: under way, to come again, or done."""

    next: int | None = None
    under_way: set[int] = field(default_factory=set)
    again: set[int] = field(default_factory=set)
    done: set[int] = field(default_factory=set)

    def offset(self) -> int | None:
        """The lowest update that is not done: Telegram may forget all below it."""
        lowest = min(self.under_way | self.again, default=self.next)
        self.done = {number for number in self.done if lowest is not None and number >= lowest}
        return lowest

    def begin(self, numbers: list[int]) -> list[int]:
        """Those of one answer that are to be handled now."""
        fresh = [n for n in numbers if n not in self.under_way and n not in self.done]
        for number in fresh:
            if number not in self.again:
                self.next = number + 1
        self.again.clear()  # what did not come is kept no more
        self.under_way.update(fresh)
        return fresh

    def end(self, number: int, kept: bool) -> None:
        """One was handled; it comes again if it could not be kept."""
        if number in self.under_way:
            self.under_way.remove(number)
            (self.done if kept else self.again).add(number)

    def let_go(self) -> int:
        """Confirm the lowest one before it is done."""
        lowest = min(self.under_way)
        self.under_way.remove(lowest)
        return lowest


class Poller:
    """Polls on while updates are under way, so that a slow one holds up no other chat.

    Telegram keeps the lowest update that is not done and all after it, and gives at most 100 from
    there on: so many are under way at most. Should one fill this window for 15 seconds, it is
    confirmed before it is done: a kill would then lose the answer that it waits for.
    """

    def __init__(
        self,
        receiver: Receiver,
        token: str,
        api: str,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        polled: Callable[[], None] = lambda: None,
    ) -> None:
        self._receiver = receiver
        self._sleep = sleep
        self._polled = polled
        self._url = f"{api}/bot{token}/getUpdates"
        self._window = Window()
        self._tasks: set[asyncio.Task[None]] = set()
        self._full = 0
        self._rivals = 0
        self._asked = 0.0  # the pause that Telegram asked for

    async def run(self) -> None:
        """Poll until cancelled; pauses grow while Telegram is away or the disk is full.

        Raises:
            UserError: ``another_receiver`` when another program receives with this token and does
                not stop (after 20 refusals, some minutes).
        """
        pause = _FIRST_PAUSE
        timeout = aiohttp.ClientTimeout(total=_POLL_SECONDS + 15)
        async with (
            aiohttp.ClientSession(timeout=timeout, proxy=proxy_for(self._url)) as session,
            asyncio.TaskGroup() as group,
        ):
            while True:
                good = await self._round(session, group)
                await self._moment()
                if good and not self._window.again:
                    pause = _FIRST_PAUSE
                else:
                    pause = min(_LONGEST_PAUSE, pause * 2)
                    asked, self._asked = self._asked, 0.0
                    await self._sleep(max(pause, asked))

    async def _round(self, session: aiohttp.ClientSession, group: asyncio.TaskGroup) -> bool:
        """Poll once and begin what is new; whether Telegram answered as it should."""
        question: dict[str, Any] = {
            "timeout": _POLL_SECONDS, "limit": _AT_ONCE, "allowed_updates": ALLOWED,
        }  # fmt: skip
        offset = self._window.offset()
        if offset is not None:
            question["offset"] = offset
        try:
            async with session.post(self._url, json=question) as response:
                answer = await response.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            log.warning("polling failed", kind=type(error).__name__)
            return False
        result = answer.get("result") if isinstance(answer, dict) else None
        if not isinstance(result, list):
            return self._complain(answer)
        self._polled()
        self._rivals = max(0, self._rivals - 1)
        updates = {one["update_id"]: one for one in result if _is_numbered(one)}
        fresh = self._window.begin(list(updates))
        for number in fresh:
            task = group.create_task(self._take(number, updates[number]))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        self._watch(full=len(updates) >= _AT_ONCE and not fresh)
        return len(updates) == len(result)

    async def _take(self, number: int, update: dict[str, Any]) -> None:
        self._window.end(number, await self._receiver.take(update))

    async def _moment(self) -> None:
        """Until all that was begun is done, but not for long: more may have come meanwhile."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_MOMENT)

    def _watch(self, *, full: bool) -> None:
        """Nothing more can come while the window is full."""
        self._full = self._full + 1 if full else 0
        if self._full >= _FULL_MOMENTS and self._window.under_way:
            log.warning("update confirmed before it was done", number=self._window.let_go())

    def _complain(self, answer: Any) -> bool:
        code = str(answer.get("error_code") if isinstance(answer, dict) else None)
        event = {
            "401": "token refused",
            "409": "another program receives with this token",
            "429": "polling too fast",
        }
        log.error(event.get(code, "polling refused"), code=code)
        self._asked = _retry_after(answer)
        self._rivals += code == "409"
        if self._rivals >= _RIVALS:
            raise UserError("another_receiver")
        return False


def _retry_after(answer: Any) -> float:
    """The seconds that a refusal asks to wait, at most ten minutes."""
    parameters = answer.get("parameters") if isinstance(answer, dict) else None
    seconds = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return min(600.0, seconds) if isinstance(seconds, int | float) else 0.0


def _is_numbered(update: Any) -> bool:
    return isinstance(update, dict) and isinstance(update.get("update_id"), int)
