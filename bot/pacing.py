"""One queue in front of the messenger: who may send next, and when.

Telegram allows about 1 message a second in a chat, 20 a minute in a group and 30 a second in all
(its FAQ; the exact numbers are not published), and names a wait in ``retry_after`` when it is too
much. Answers go before edits, edits before nudges. A wait in one chat holds up no other.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import IntEnum

BURST_SECONDS = 1.0


class Urgency(IntEnum):
    """Lower goes first."""

    ANSWER = 0
    EDIT = 1
    NUDGE = 2


class Bucket:
    """A token bucket of ``rate`` a second holding at most ``burst``; a rate of 0 has no limit."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate = rate
        self._burst = max(1.0, burst)
        self._level = self._burst
        self._at: float | None = None

    def wait(self, now: float) -> float:
        """Seconds until a token is there (0 when it is)."""
        if self._rate <= 0:
            return 0.0
        if self._at is not None:
            self._level = min(self._burst, self._level + (now - self._at) * self._rate)
        self._at = now
        return 0.0 if self._level >= 1 - 1e-9 else (1 - self._level) / self._rate

    def take(self, now: float) -> None:
        self.wait(now)
        self._level -= 1

    @property
    def full(self) -> bool:
        return self._level >= self._burst


@dataclass(frozen=True, slots=True)
class Limits:
    """Permitted sends: ``overall`` and ``chat`` a second, ``group`` a minute, ``nudges`` a second.

    0 lifts a limit.
    """

    overall: float = 30
    chat: float = 1
    group: float = 20
    nudges: float = 10


@dataclass(slots=True)
class _Lane:
    """The waiting line of one chat."""

    buckets: tuple[Bucket, ...]
    paused_until: float = 0.0
    line: list[tuple[int, int, asyncio.Future[None]]] = field(default_factory=list)

    def wait(self, now: float) -> float:
        return max(self.paused_until - now, *(bucket.wait(now) for bucket in self.buckets))


class Pacer:
    """Gives turns to send. ``time`` is a monotonic clock in seconds."""

    def __init__(self, limits: Limits, time: Callable[[], float]) -> None:
        self._limits = limits
        self._time = time
        self._overall = Bucket(limits.overall, limits.overall * BURST_SECONDS)
        self._nudges = Bucket(limits.nudges, 1)
        self._lanes: dict[str, _Lane] = {}
        self._ready: list[tuple[int, int, str]] = []
        self._later: list[tuple[float, int, str]] = []
        self._order = itertools.count()
        self._timer: asyncio.TimerHandle | None = None

    def waiting(self) -> int:
        """How many sends wait for their turn."""
        return sum(len(lane.line) for lane in self._lanes.values())

    @asynccontextmanager
    async def turn(self, chat: str, urgency: Urgency) -> AsyncIterator[None]:
        """Wait for this chat's turn, then send inside the block."""
        lane = self._lane(chat)
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(lane.line, (urgency, next(self._order), future))
        heapq.heappush(self._ready, (urgency, next(self._order), chat))
        self._pump()
        await future
        yield

    def pause(self, chat: str, seconds: float) -> None:
        """Hold one chat back, as the messenger asked."""
        lane = self._lane(chat)
        lane.paused_until = max(lane.paused_until, self._time() + seconds)

    def _lane(self, chat: str) -> _Lane:
        lane = self._lanes.get(chat)
        if lane is None:
            if len(self._lanes) > 4096:
                self._forget_idle()
            per_chat = Bucket(self._limits.chat, 3 if self._limits.chat else 1)
            per_group = Bucket(self._limits.group / 60, self._limits.group)
            buckets = (per_chat, per_group) if chat.startswith("-") else (per_chat,)
            lane = self._lanes[chat] = _Lane(buckets)
        return lane

    def _forget_idle(self) -> None:
        now = self._time()
        idle = [
            chat
            for chat, lane in self._lanes.items()
            if not lane.line and lane.wait(now) == 0 and all(bucket.full for bucket in lane.buckets)
        ]
        for chat in idle:
            del self._lanes[chat]

    def _pump(self) -> None:
        """Give every turn that is due; sleep until the next one."""
        now = self._time()
        while self._later and self._later[0][0] <= now:
            _, urgency, chat = heapq.heappop(self._later)
            heapq.heappush(self._ready, (urgency, next(self._order), chat))
        held: list[tuple[int, int, str]] = []
        next_at = float("inf")
        while self._ready and not held:  # behind a held nudge there are only nudges
            wait = self._overall.wait(now)
            if wait > 0:
                next_at = now + wait
                break
            entry = heapq.heappop(self._ready)
            next_at = min(next_at, self._try(entry, now, held))
        for entry in held:
            heapq.heappush(self._ready, entry)
        if self._later:
            next_at = min(next_at, self._later[0][0])
        self._sleep(next_at, now)

    def _try(
        self, entry: tuple[int, int, str], now: float, held: list[tuple[int, int, str]]
    ) -> float:
        """Give this entry's chat its turn, or put it off; when to look again."""
        urgency, _, chat = entry
        lane = self._lanes.get(chat)
        if lane is None:
            return float("inf")
        while lane.line and lane.line[0][2].done():
            heapq.heappop(lane.line)
        if not lane.line:
            return float("inf")
        wait = lane.wait(now)
        if wait > 0:
            heapq.heappush(self._later, (now + wait, urgency, chat))
            return now + wait
        if lane.line[0][0] == Urgency.NUDGE and (wait := self._nudges.wait(now)) > 0:
            held.append(entry)
            return now + wait
        first, _, future = heapq.heappop(lane.line)
        for bucket in (self._overall, *lane.buckets):
            bucket.take(now)
        if first == Urgency.NUDGE:
            self._nudges.take(now)
        future.set_result(None)
        return float("inf")

    def _sleep(self, until: float, now: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if until < float("inf"):
            delay = max(0.0, until - now) + 0.001
            self._timer = asyncio.get_running_loop().call_later(delay, self._pump)
