"""The bot's update queue: numbered, filtered by allowed_updates, kept until confirmed."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import islice, takewhile

from bot.sandbox.errors import ApiError, Json

KINDS = frozenset(
    """message edited_message channel_post edited_channel_post business_connection business_message
    edited_business_message deleted_business_messages message_reaction message_reaction_count
    inline_query chosen_inline_result callback_query shipping_query pre_checkout_query
    purchased_paid_media poll poll_answer my_chat_member chat_member chat_join_request
    chat_boost removed_chat_boost""".split()  # noqa: SIM905
)
ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
DEFAULT_KINDS = KINDS - ON_REQUEST
DAY = 86400
PRESS_LIFE = 150
"""Seconds that Telegram keeps a callback query for the bot."""
SECOND_POLLER = (
    "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running"
)


@dataclass(frozen=True, slots=True, eq=False)
class Update:
    """One update; ``queue`` is what Telegram orders webhook deliveries by."""

    id: int
    kind: str
    queue: str
    expires: float
    body: Json


@dataclass(slots=True)
class Webhook:
    """What setWebhook left behind; an empty ``url`` means none. Dates are unix seconds."""

    url: str = ""
    secret: str = ""
    max_connections: int = 40
    last_error_date: int = 0
    last_error_message: str = ""
    generation: int = 0


@dataclass(eq=False)
class UpdateQueue:
    """All updates that the bot has not confirmed yet. ``now`` gives unix seconds."""

    now: Callable[[], float]
    next_id: int = 700_000_001
    allowed: frozenset[str] = DEFAULT_KINDS
    webhook: Webhook = field(default_factory=Webhook)
    _pending: dict[int, Update] = field(default_factory=dict)
    _lines: dict[str, deque[Update]] = field(default_factory=dict)
    _swept: float = 0.0
    _arrivals: set[asyncio.Future[None]] = field(default_factory=set)
    polls: int = 0
    """How many polls were ever begun; the newest one is the only one that lives."""

    def allow(self, kinds: Iterable[str]) -> None:
        """Set the kinds wanted from now on; none named means Telegram's default."""
        wanted = frozenset(kinds) & KINDS
        self.allowed = wanted or DEFAULT_KINDS

    def put(self, kind: str, queue: object, payload: Json, life: float = DAY) -> Update | None:
        """Queue an update unless its kind is not wanted. ``life`` is in seconds."""
        if kind not in self.allowed:
            return None
        update = Update(
            self.next_id,
            kind,
            f"{kind == 'callback_query'}:{queue}",
            self.now() + life,
            {"update_id": self.next_id, kind: payload},
        )
        self.next_id += 1
        self._pending[update.id] = update
        self._lines.setdefault(update.queue, deque()).append(update)
        self.wake()
        return update

    def wake(self) -> None:
        """Let everybody who waits for updates look again."""
        for arrival in self._arrivals:
            if not arrival.done():
                arrival.set_result(None)

    def end_polls(self) -> None:
        """End the open long poll, as a newer one would."""
        self.polls += 1
        self.wake()

    def sweep(self) -> None:
        """Forget what has expired; looks at most once a second."""
        now = self.now()
        if abs(now - self._swept) < 1:
            return
        self._swept = now
        for update in [u for u in self._pending.values() if u.expires <= now]:
            self._forget(update)

    def pending(self, limit: int | None = None) -> list[Update]:
        """Unconfirmed updates that have not expired, oldest first."""
        self.sweep()
        return list(islice(self._pending.values(), limit))

    def lines(self) -> list[str]:
        """The queues that have updates, for a webhook's deliveries."""
        self.sweep()
        return list(self._lines)

    def head(self, queue: str) -> Update | None:
        """The oldest update of a queue."""
        self.sweep()
        line = self._lines.get(queue)
        return line[0] if line else None

    def _forget(self, update: Update) -> None:
        self._pending.pop(update.id, None)
        line = self._lines.get(update.queue, deque())
        if update in line:
            line.remove(update)
        if not line:
            self._lines.pop(update.queue, None)

    def confirm(self, offset: int) -> None:
        """Forget what the bot has seen: all before ``offset``; a negative one keeps the last -n."""
        if offset < 0:
            gone = list(self._pending.values())[:offset]
        else:
            gone = list(takewhile(lambda u: u.id < offset, self._pending.values()))
        for update in gone:
            self._forget(update)
        self.wake()

    def remove(self, update: Update) -> None:
        """Forget one delivered update."""
        self._forget(update)
        self.wake()

    def clear(self) -> None:
        """Forget everything (drop_pending_updates)."""
        self._pending.clear()
        self._lines.clear()
        self.wake()

    async def arrival(self, timeout: float | None) -> bool:  # noqa: ASYNC109 - Telegram's word
        """Wait for a change of the queue, at most ``timeout`` seconds; False when none came."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._arrivals.add(future)
        try:
            await asyncio.wait_for(future, timeout)
        except TimeoutError:
            return False
        finally:
            self._arrivals.discard(future)
        return True

    async def poll(self, offset: int, limit: int, seconds: float) -> list[Json]:
        """Long poll. A newer poll ends an older one with Telegram's 409."""
        self.polls += 1
        mine = self.polls
        self.confirm(offset)
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while True:
            if mine != self.polls:
                raise ApiError(409, SECOND_POLLER)
            found = self.pending(limit)
            left = until - loop.time()
            if found or left <= 0:
                return [update.body for update in found]
            await self.arrival(left)
