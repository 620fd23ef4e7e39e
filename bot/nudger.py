"""The weekly nudge, sent with python-telegram-bot: at most once per group and ISO week.

A nudge is claimed in the store before it is sent, so that two processes never send one group two;
a send whose outcome cannot be known is recorded as such and not repeated.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import structlog
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.ext import Application, CallbackContext, ExtBot
from telegram.request import BaseRequest, RequestData

from bot.landing import Landing
from bot.messenger import no_such_topic
from bot.pacing import Pacer, Urgency
from bot.settings import proxy_for
from messages import render
from messages.reply import Reply
from models.calendar import WorkCalendar
from models.desk import Desk
from models.errors import UserError
from models.ledger import NudgeMark
from models.nudge import Decision, decide, end_of_week_before, iso_week
from models.registry import Group

log = structlog.get_logger(__name__)

KIND = "weekly"
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
TICK = timedelta(seconds=30)
_FIRST = 0.5
# Longer than any send may take: an older claim belongs to a process that died.
CLAIM_LIFE = timedelta(minutes=15)
SUGGESTED_DAYS = timedelta(days=14)
_AT_ONCE = 64
_IN_DOUBT = 8
CONNECT_SECONDS = 5.0
_SKIPPED = {"skip_late", "skip_holiday"}
# Nobody answered at the address (some networks drop what goes to Telegram), or the office's proxy
# opened no way there: no byte of the nudge left.
_NO_CONNECTION = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,
)


class NotSent(NetworkError):
    """The connection was never made: nothing can have been sent."""


class AiohttpRequest(BaseRequest):
    """python-telegram-bot over aiohttp: its own httpx client collapses under concurrent sends."""

    def __init__(self, proxy: str | None = None) -> None:
        self._proxy = proxy
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return 20.0

    async def initialize(self) -> None:
        if self._session is None:
            self._session = aiohttp.ClientSession()

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = None,
        write_timeout: Any = None,
        connect_timeout: Any = None,
        pool_timeout: Any = None,
    ) -> tuple[int, bytes]:
        if self._session is None:
            raise NotSent("not started")
        timeout = aiohttp.ClientTimeout(total=self.read_timeout, connect=CONNECT_SECONDS)
        data = request_data.json_parameters if request_data else None
        try:
            async with self._session.request(
                method, url, data=data, timeout=timeout, proxy=self._proxy
            ) as response:
                return response.status, await response.read()
        except _NO_CONNECTION as error:
            raise NotSent(type(error).__name__) from error
        except TimeoutError as error:
            raise TimedOut from error
        except aiohttp.ClientError as error:
            raise NetworkError(type(error).__name__) from error


def _seconds(error: RetryAfter) -> float:
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


@dataclass(frozen=True, slots=True)
class Nudger:
    """Decides, claims, renders, sends, marks. ``clock`` gives the time; ``bot`` sends.

    A nudge is claimed when its turn to be sent has come, and eight at most are on their way, so
    that a kill leaves no more in doubt.
    """

    desk: Desk
    bot: ExtBot[None]
    pacer: Pacer
    calendar: WorkCalendar
    clock: Callable[[], datetime]
    landing: Landing = field(default_factory=Landing)
    _looked_back: dict[int, str] = field(default_factory=dict)
    _rounds: list[datetime] = field(default_factory=list)  # when the last one was
    _in_doubt: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_IN_DOUBT))

    async def started(self) -> None:
        """Make sure that the bot can send; raises as ``introduce`` does."""
        await introduce(self.bot)

    async def round(self) -> int:
        """Look at every active group once; how many nudges went out."""
        now = self.clock()
        if self._rounds and now < self._rounds.pop():  # the clock was ahead: look back anew
            self._looked_back.clear()
        self._rounds.append(now)
        expired = await self.desk.store.nudges.expire(now - CLAIM_LIFE, now)
        if expired:
            log.warning("nudges with unknown outcome", count=expired)
        groups = iter(await self.desk.store.groups.active())
        return sum(await asyncio.gather(*(self._go_through(groups) for _ in range(_AT_ONCE))))

    async def _go_through(self, groups: Iterator[Group]) -> int:
        """Take the next group until none is left."""
        sent = 0
        for group in groups:
            try:
                sent += await self.consider(group)
            except Exception:
                log.exception("nudge failed")
            await asyncio.sleep(0)
        return sent

    async def consider(self, group: Group) -> bool:
        """Nudge this group if its moment has come."""
        await self._look_back(group)
        if (what := await self._decision(group)) == "send":
            async with self.pacer.turn(group.chat, Urgency.NUDGE), self._in_doubt:
                # It may have waited long for its turn: until the evening, or for another process;
                # the group may have paused, or turned out to be one with another.
                group = await self.desk.store.groups.get(group.id) or group
                what = await self._decision(group)
                async with self.landing.flight():
                    return what == "send" and await self._nudge(group)
        if what in _SKIPPED:
            await self._skip(group, self.clock(), what)
        return False

    async def _decision(self, group: Group) -> Decision:
        now = self.clock()
        mark = await self.desk.store.nudges.get(group.id, KIND, self._week(now))
        return decide(group, mark, now, self.calendar, self.desk.zone)

    def _week(self, at: datetime) -> str:
        return iso_week(self.desk.day(at))

    async def _skip(self, group: Group, at: datetime, reason: str) -> None:
        """Record that the week of this moment has no nudge, unless another process was faster."""
        now, week = self.clock(), self._week(at)
        if await self.desk.store.nudges.claim(group.id, KIND, week, now):
            mark = NudgeMark(group.id, KIND, week, "skipped", now, reason)
            await self.desk.store.nudges.mark(mark)

    async def _look_back(self, group: Group) -> None:
        """Record the weeks that passed while no process ran; at most a year, once a week."""
        now = self.clock()
        if self._looked_back.get(group.id) == self._week(now):
            return
        self._looked_back[group.id] = self._week(now)
        at = end_of_week_before(now, self.desk.zone)
        for _ in range(53):
            mark = await self.desk.store.nudges.get(group.id, KIND, self._week(at))
            what = decide(group, mark, at, self.calendar, self.desk.zone)
            if what not in _SKIPPED:  # marked, paused, or not yet joined
                return
            await self._skip(group, at, what)
            at -= timedelta(days=7)

    async def _nudge(self, group: Group) -> bool:
        now = self.clock()
        if not await self.desk.store.nudges.claim(group.id, KIND, self._week(now), now):
            return False
        reply = await self._words(group, now)
        if reply is None:
            mark = NudgeMark(group.id, KIND, self._week(now), "skipped", now, "quiet")
            await self.desk.store.nudges.mark(mark)
            return False
        return await self._send(group, self._week(now), reply, now)

    async def _words(self, group: Group, now: datetime) -> Reply | None:
        """What to say; None when nothing happened and the group chose silence."""
        week = await self.desk.week_before(group, now)
        month = await self.desk.balance(group, now)
        suggestions = await self.desk.store.reviews.suggestions(group.id, now - SUGGESTED_DAYS)
        nothing = week.tally.total == 0 and not suggestions and month.balanced
        if nothing and group.settings.quiet:
            return None
        return render.nudge(
            week=week, month=month, suggestions=suggestions, quiet=nothing, group=group.id
        )

    async def _send(self, group: Group, week: str, reply: Reply, now: datetime) -> bool:
        """Send what was claimed, and record what came of it."""
        nudges = self.desk.store.nudges
        try:
            message = await self._deliver(group, week, reply)
        except (RetryAfter, NotSent, InvalidToken) as error:
            log.info("nudge put off", reason=type(error).__name__)
            if isinstance(error, RetryAfter):
                self.pacer.pause(group.chat, _seconds(error))
            await nudges.release(group.id, KIND, week)
            return False
        except Forbidden as error:
            await nudges.mark(NudgeMark(group.id, KIND, week, "refused", now, error.message))
            await self.desk.store.groups.leave(group.platform, group.chat, now)
            return False
        except BadRequest as error:
            log.error("nudge refused", reason=error.message)
            await nudges.mark(NudgeMark(group.id, KIND, week, "refused", now, error.message))
            return False
        except TelegramError as error:
            reason = type(error).__name__
            log.warning("nudge outcome unknown", reason=reason)
            await nudges.mark(NudgeMark(group.id, KIND, week, "outcome_unknown", now, reason))
            return False
        if message is None:
            return False
        await nudges.mark(NudgeMark(group.id, KIND, week, "sent", now, message=message))
        return True

    async def _deliver(self, group: Group, week: str, reply: Reply) -> str | None:
        """Send to the group; to its new id when it moved (the old id was a definite refusal).

        None when that had joined by itself and was nudged already.
        """
        try:
            return await self._post(group.chat, group.thread, reply)
        except ChatMigrated as error:
            new = str(error.new_chat_id)
            await self.desk.store.groups.migrate(group.platform, group.chat, new, self.clock())
            mark = await self.desk.store.nudges.get(group.id, KIND, week)
            if mark is not None and mark.state != "claimed":
                return None
            return await self._post(new, None, reply)
        except BadRequest as error:
            if group.thread is None or not no_such_topic(error.message):
                raise
            return await self._post(group.chat, None, reply)

    async def _post(self, chat: str, thread: str | None, reply: Reply) -> str:
        rows = [
            [
                InlineKeyboardButton(one.label, url=one.url)
                if one.url
                else InlineKeyboardButton(one.label, callback_data=one.action)
                for one in row
            ]
            for row in reply.choices
        ]
        sent = await self.bot.send_message(
            chat_id=chat,
            text=reply.text,
            parse_mode=ParseMode.HTML,
            message_thread_id=int(thread) if thread else None,
            link_preview_options=_NO_PREVIEW if "href=" in reply.text else None,
            reply_markup=InlineKeyboardMarkup(rows) if rows else None,
        )
        return str(sent.message_id)


SendingOnly = Application[Any, Any, Any, Any, Any, Any]


def make_application(token: str, api: str) -> SendingOnly:
    """python-telegram-bot without an updater: it only sends."""
    request = AiohttpRequest(proxy_for(api))
    return (
        Application.builder()
        .token(token)
        .base_url(f"{api}/bot")
        .base_file_url(f"{api}/file/bot")
        .request(request)
        .get_updates_request(request)
        .updater(None)
        .build()
    )


async def introduce(bot: ExtBot[None]) -> None:
    """Have the library ask who the bot is, without which it does not send.

    Raises:
        UserError: ``token_refused``, or ``telegram_unreachable`` with the address.
    """
    try:
        await bot.initialize()
    except BaseException as error:
        await bot.request.shutdown()
        if not isinstance(error, TelegramError):
            raise
        if isinstance(error, InvalidToken):
            raise UserError("token_refused") from error
        place = urlsplit(bot.base_url)
        address = f"{place.scheme}://{place.netloc}"
        raise UserError("telegram_unreachable", address=address) from error


async def _rung(bell: asyncio.Event, seconds: float) -> bool:
    """Wait so long, or until the bell rings; whether it did.

    The queue's own repetition goes by the machine's clock: set back by a day, nobody would look for
    a day.
    """
    try:
        async with asyncio.timeout(seconds):
            await bell.wait()
    except TimeoutError:
        return False
    bell.clear()
    return True


async def run(
    application: SendingOnly,
    nudger: Nudger,
    bell: asyncio.Event,
    housekeeping: Callable[[], Coroutine[Any, Any, None]],
) -> None:
    """Tick every half minute, and whenever ``bell`` rings, until cancelled.

    Raises as ``introduce`` does.
    """
    ticks: set[asyncio.Task[Any] | None] = set()
    ending = asyncio.Event()

    async def tick(_context: CallbackContext[Any, Any, Any, Any]) -> None:
        ticks.add(asyncio.current_task())
        try:
            await nudger.round()
            await housekeeping()
        except asyncio.CancelledError:
            if not ending.is_set():  # the scheduler would call a stop a failure
                raise
        finally:
            ticks.discard(asyncio.current_task())

    await introduce(application.bot)
    async with application:
        await application.start()
        queue = application.job_queue
        if queue is None:
            raise RuntimeError("python-telegram-bot was installed without its job queue")
        pause = _FIRST
        try:
            while True:
                rung = await _rung(bell, pause)
                pause = TICK.total_seconds()
                if rung or not ticks:  # a round that takes long is not begun again meanwhile
                    queue.run_once(tick, 0, job_kwargs={"misfire_grace_time": None})
        finally:
            ending.set()
            for task in filter(None, ticks):  # else they would be waited for
                task.cancel()
            await application.stop()
