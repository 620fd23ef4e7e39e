"""Trouble on demand: 429, kicked, migrated, server errors, silence; and Telegram's flood limits."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.sandbox.errors import ApiError, Json, bad, forbidden
from bot.sandbox.request import Call
from bot.sandbox.targets import upgraded

KINDS = frozenset(
    {"retry", "kicked", "blocked", "migrate", "error", "html", "hang", "reset", "lost_ack", "bad"}
)
HTML_502 = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
SENDING = ("send", "edit", "forward", "copy")


@dataclass(slots=True)
class Fault:
    """A fault for the next ``times`` calls (None: until cleared) of a method and chat.

    ``kind``: retry (429 after ``seconds``), kicked, blocked, migrate (to ``to``), error (JSON with
    ``status``), bad (400 with ``text``), html (502), hang (``seconds``, then a reset), reset,
    lost_ack (the effect happens, the answer is lost).
    """

    kind: str
    times: int | None = 1
    method: str = ""
    chat: str = ""
    seconds: float = 1
    to: int = 0
    status: int = 500
    text: str = ""

    def meets(self, call: Call) -> bool:
        """Whether the fault is meant for this call."""
        if self.method and self.method.lower() != call.method.lower():
            return False
        if not self.method and call.method.lower() == "getupdates":
            return False
        return not self.chat or self.chat == call.text("chat_id")

    def error(self) -> ApiError | None:
        """The refusal for the faults that are one."""
        after = max(1, math.ceil(self.seconds))
        return {
            "retry": too_many(after),
            "kicked": forbidden("bot was kicked from the supergroup chat"),
            "blocked": forbidden("bot was blocked by the user"),
            "migrate": upgraded(self.to),
            "bad": bad(self.text or "wrong request"),
            "error": ApiError(self.status, self.text or "Internal Server Error"),
        }.get(self.kind)


def too_many(seconds: int) -> ApiError:
    """Telegram's 429."""
    text = f"Too Many Requests: retry after {seconds}"
    return ApiError(429, text, {"retry_after": seconds})


@dataclass(slots=True)
class Faults:
    """The faults that wait for their calls, in order."""

    waiting: list[Fault] = field(default_factory=list)

    def add(self, given: Json) -> Fault:
        """Take a fault from the control API. Raises ValueError for one that is none."""
        fault = Fault(**given)
        if fault.kind not in KINDS:
            raise ValueError(f"unknown fault {fault.kind!r}; there are {', '.join(sorted(KINDS))}")
        fault.chat = str(fault.chat or "")
        self.waiting.append(fault)
        return fault

    def take(self, call: Call) -> Fault | None:
        """The fault that this call meets, used up once."""
        for fault in self.waiting:
            if fault.meets(call):
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times <= 0:
                        self.waiting.remove(fault)
                return fault
        return None


@dataclass(slots=True)
class Flood:
    """Telegram's limits when switched on: a burst, then 1/s per chat; 20/min per group; 30/s.

    The real numbers are not published beyond these; ``clock`` counts real seconds.
    """

    on: bool = False
    burst: int = 5
    per_group_minute: int = 20
    per_second: int = 30
    clock: Callable[[], float] = time.monotonic
    _all: deque[float] = field(default_factory=deque)
    _chats: dict[str, deque[float]] = field(default_factory=dict)

    def check(self, call: Call) -> None:
        """Count a sending call; raises Telegram's 429 when it is one too many."""
        chat = call.text("chat_id")
        if not self.on or not chat or not call.method.lower().startswith(SENDING):
            return
        now = self.clock()
        sent = self._chats.setdefault(chat, deque())
        wait = max(
            over(self._all, now, 1, self.per_second),
            over(sent, now, self.burst, self.burst),
            over(sent, now, 60, self.per_group_minute) if chat.startswith(("-", "@")) else 0,
        )
        if wait > 0:
            raise too_many(max(1, math.ceil(wait)))
        sent.append(now)
        self._all.append(now)


def over(sent: deque[float], now: float, window: float, limit: int) -> float:
    """Seconds until one more fits into ``limit`` per ``window``; 0 when it fits now."""
    while sent and sent[0] <= now - 60:
        sent.popleft()
    recent = [at for at in sent if at > now - window]
    return recent[-limit] + window - now if len(recent) >= limit else 0
