"""One queue in front of the messenger: who may send next, and when.

Telegram allows about 1 message a second in a chat, 20 a minute in a group and 30 a second in all
(its FAQ; the exact numbers are not published), and names a wait in ``retry_after`` when it is too
much. Answers go before edits, edits before nudges. A wait in one chat holds up no other.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import IntEnum

_LANES = 4096
# A timer rings this late, so that rounding never rings it too early.
_LATE = 0.001
_NEVER = float("inf")
_ROUNDING = 1e-6


class Urgency(IntEnum):
    """Lower goes first."""

    ANSWER = 0
    EDIT = 1
    NUDGE = 2


class Window:
    """At most ``rate * seconds`` sends in any ``seconds``; a rate of 0 has no limit.

    A token bucket would let a full burst and its refill, twice the rate, into one window.
    """

    def __init__(self, rate: float, seconds: float = 1.0) -> None:
        self._most, self._seconds = round(rate * seconds), seconds
        if abs(self._most - rate * seconds) > _ROUNDING:  # no whole number of sends
            self._most, self._seconds = 1, 1 / rate
        self._sent: deque[float] = deque()

    def wait(self, now: float) -> float:
        """Seconds until one more may be sent (0 when it may now)."""
        while self._sent and self._sent[0] + self._seconds <= now:
            self._sent.popleft()
        if self._most <= 0 or len(self._sent) < self._most:
            return 0.0
        return self._sent[0] + self._seconds - now

    def used(self, now: float) -> bool:
        """Whether what was sent still counts."""
        return self.wait(now) > 0 or bool(self._sent)

    def take(self, now: float) -> None:
        if self._most > 0:
            self._sent.append(now)

    def give_back(self, at: float) -> None:
        """What was taken at this moment was not used."""
        if at in self._sent:
            self._sent.remove(at)


@dataclass(frozen=True, slots=True)
class Limits:
    """Permitted sends: ``overall`` and ``chat`` a second, ``group`` a minute, ``nudges`` a second.

    0 lifts a limit.
    """

    overall: float = 30
    chat: float = 1
    group: float = 20
    nudges: float = 30


Turn = asyncio.Future[float]
"""Given with the moment at which it was given."""


@dataclass(slots=True, eq=False)
class _Lane:
    """The waiting line of one chat. ``entry`` is its one place in the queue of lanes, if any."""

    windows: tuple[Window, ...]
    paused_until: float = 0.0
    line: list[tuple[int, int, Turn]] = field(default_factory=list)
    entry: tuple[int, int] | None = None
    asleep: bool = False

    def wait(self, now: float) -> float:
        return max(self.paused_until - now, *(window.wait(now) for window in self.windows))

    def head(self) -> tuple[int, int] | None:
        """The urgency and number of the first turn; turns given up are forgotten."""
        while self.line and self.line[0][2].done():
            heapq.heappop(self.line)
        return self.line[0][:2] if self.line else None


class Pacer:
    """Gives turns to send. ``time`` is a monotonic clock in seconds."""

    def __init__(self, limits: Limits, time: Callable[[], float]) -> None:
        self._limits = limits
        self._time = time
        self._overall = Window(limits.overall)
        # Spread evenly over the second: a second's nudges at once would hold up an answer.
        self._nudges = Window(limits.nudges, 1 / limits.nudges if limits.nudges else 1)
        self._lanes: dict[str, _Lane] = {}
        self._most_lanes = _LANES
        self._ready: list[tuple[tuple[int, int], int, _Lane]] = []
        self._later: list[tuple[float, int, _Lane]] = []
        self._order = itertools.count()
        self._timer: asyncio.TimerHandle | None = None
        self.steps = 0
        """How many lanes were looked at so far."""

    @asynccontextmanager
    async def turn(self, chat: str, urgency: Urgency) -> AsyncIterator[None]:
        """Wait for this chat's turn, then send inside the block."""
        lane = self._lane(chat)
        turn: Turn = asyncio.get_running_loop().create_future()
        heapq.heappush(lane.line, (urgency, next(self._order), turn))
        self._queue(lane)
        self._pump()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                for window in self._windows(lane, urgency):
                    window.give_back(turn.result())
            self._pump()
            raise
        yield

    def pause(self, chat: str, seconds: float) -> None:
        """Hold one chat back, as the messenger asked."""
        lane = self._lane(chat)
        lane.paused_until = max(lane.paused_until, self._time() + seconds)

    def _windows(self, lane: _Lane, urgency: int) -> Iterable[Window]:
        own = (self._overall, *lane.windows)
        return (*own, self._nudges) if urgency == Urgency.NUDGE else own

    def _lane(self, chat: str) -> _Lane:
        lane = self._lanes.get(chat)
        if lane is None:
            if len(self._lanes) > self._most_lanes:
                self._forget_idle()
            windows = (Window(self._limits.chat), Window(self._limits.group / 60, 60))
            lane = _Lane(windows if chat.startswith("-") else windows[:1])
            self._lanes[chat] = lane
        return lane

    def _forget_idle(self) -> None:
        """Drop the lanes that nothing waits in or holds back; look again at twice the rest."""
        now = self._time()
        self.steps += len(self._lanes)
        self._lanes = {
            chat: lane
            for chat, lane in self._lanes.items()
            if lane.head() or lane.paused_until > now or any(w.used(now) for w in lane.windows)
        }
        self._most_lanes = max(_LANES, 2 * len(self._lanes))

    def _queue(self, lane: _Lane) -> None:
        """Give the lane the place in the queue that its first turn deserves."""
        head = lane.head()
        if head is None or lane.asleep or (lane.entry is not None and lane.entry <= head):
            return
        lane.entry = head
        heapq.heappush(self._ready, (head, next(self._order), lane))

    def _pump(self) -> None:
        """Give every turn that is due; sleep until the next one."""
        now = self._time()
        while self._later and self._later[0][0] <= now:
            lane = heapq.heappop(self._later)[2]
            lane.asleep = False
            self._queue(lane)
        until = _NEVER
        while self._ready and until == _NEVER:
            until = self._look(now)
        if self._later:
            until = min(until, self._later[0][0])
        self._sleep(until, now)

    def _look(self, now: float) -> float:
        """Serve the first lane, or put it off; the time until which nobody can be served."""
        self.steps += 1
        entry, _, lane = self._ready[0]
        head = lane.head()
        if entry != lane.entry or entry != head:  # a later entry replaced this one
            heapq.heappop(self._ready)
            if entry == lane.entry:
                lane.entry = None
                self._queue(lane)
            return _NEVER
        if (wait := lane.wait(now)) > 0:
            heapq.heappop(self._ready)
            lane.entry, lane.asleep = None, True
            heapq.heappush(self._later, (now + wait, next(self._order), lane))
            return _NEVER
        windows = self._windows(lane, head[0])
        # Behind a nudge that has to wait there are only nudges, and all wait for the whole.
        if (wait := max(window.wait(now) for window in windows)) > 0:
            return now + wait
        for window in windows:
            window.take(now)
        heapq.heappop(lane.line)[2].set_result(now)
        heapq.heappop(self._ready)
        lane.entry = None
        self._queue(lane)
        return _NEVER

    def _sleep(self, until: float, now: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if until < _NEVER:
            delay = max(0.0, until - now) + _LATE
            self._timer = asyncio.get_running_loop().call_later(delay, self._pump)
