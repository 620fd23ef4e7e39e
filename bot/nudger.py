"""The weekly nudge, sent with python-telegram-bot: at most once per group and ISO week.

A nudge is claimed in the store before it is sent, so that two processes never send one group two;
a send whose outcome cannot be known is recorded as such and not repeated.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

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
from telegram.ext import Application, BaseRateLimiter, CallbackContext, ExtBot
from telegram.request import BaseRequest, RequestData

from bot.pacing import Pacer, Urgency
from bot.settings import proxy_for
from messages import render
from messages.reply import Reply
from models.calendar import WorkCalendar
from models.desk import Desk
from models.ledger import NudgeMark
from models.nudge import decide, iso_week
from models.registry import Group

log = structlog.get_logger(__name__)

KIND = "weekly"
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
TICK = timedelta(seconds=30)
# Longer than any send may take: an older claim belongs to a process that died.
CLAIM_LIFE = timedelta(minutes=15)
SUGGESTED_DAYS = timedelta(days=14)


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
        timeout = aiohttp.ClientTimeout(total=self.read_timeout, connect=5)
        data = request_data.json_parameters if request_data else None
        try:
            async with self._session.request(
                method, url, data=data, timeout=timeout, proxy=self._proxy
            ) as response:
                return response.status, await response.read()
        except aiohttp.ClientConnectorError as error:
            raise NotSent(str(error)) from error
        except TimeoutError as error:
            raise TimedOut from error
        except aiohttp.ClientError as error:
            raise NetworkError(type(error).__name__) from error


class PacedLimiter(BaseRateLimiter[None]):
    """python-telegram-bot's door to the one pacer."""

    def __init__(self, pacer: Pacer) -> None:
        self._pacer = pacer

    async def initialize(self) -> None:
        """Nothing to start."""

    async def shutdown(self) -> None:
        """Nothing to stop."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Any]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: None,
    ) -> Any:
        chat = data.get("chat_id")
        if chat is None:
            return await callback(*args, **kwargs)
        async with self._pacer.turn(str(chat), Urgency.NUDGE):
            try:
                return await callback(*args, **kwargs)
            except RetryAfter as error:
                self._pacer.pause(str(chat), _seconds(error))
                raise


def _seconds(error: RetryAfter) -> float:
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


@dataclass(frozen=True, slots=True)
class Nudger:
    """Decides, claims, renders, sends, marks. ``clock`` gives the time; ``bot`` sends."""

    desk: Desk
    bot: ExtBot[None]
    calendar: WorkCalendar
    clock: Callable[[], datetime]

    async def started(self) -> None:
        """Make sure that the bot can send."""
        await self.bot.initialize()

    async def round(self) -> int:
        """Look at every active group once; how many nudges went out."""
        now = self.clock()
        expired = await self.desk.store.nudges.expire(now - CLAIM_LIFE, now)
        if expired:
            log.warning("nudges with unknown outcome", count=expired)
        groups = await self.desk.store.groups.active()
        sent = await asyncio.gather(*(self._guarded(group, now) for group in groups))
        return sum(sent)

    async def _guarded(self, group: Group, now: datetime) -> bool:
        try:
            return await self.consider(group, now)
        except Exception:
            log.exception("nudge failed")
            return False

    async def consider(self, group: Group, now: datetime) -> bool:
        """Nudge this group if its moment has come."""
        nudges = self.desk.store.nudges
        week = iso_week(self.desk.day(now))
        mark = await nudges.get(group.id, KIND, week)
        what = decide(group, mark, now, self.calendar, self.desk.zone)
        if what not in {"send", "skip_late", "skip_holiday"}:
            return False
        if not await nudges.claim(group.id, KIND, week, now):
            return False
        if what != "send":
            await nudges.mark(NudgeMark(group.id, KIND, week, "skipped", now, what))
            return False
        reply = await self._words(group, now)
        if reply is None:
            await nudges.mark(NudgeMark(group.id, KIND, week, "skipped", now, "quiet"))
            return False
        return await self._send(group, week, reply, now)

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
            message = await self._deliver(group, reply)
        except (RetryAfter, NotSent, InvalidToken) as error:
            log.info("nudge put off", reason=type(error).__name__)
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
        await nudges.mark(NudgeMark(group.id, KIND, week, "sent", now, message=message))
        return True

    async def _deliver(self, group: Group, reply: Reply) -> str:
        """Send to the group; to its new id when it moved (the old id was a definite refusal)."""
        try:
            return await self._post(group.chat, group.thread, reply)
        except ChatMigrated as error:
            new = str(error.new_chat_id)
            await self.desk.store.groups.migrate(group.platform, group.chat, new, self.clock())
            return await self._post(new, None, reply)

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


def make_application(token: str, api: str, pacer: Pacer) -> SendingOnly:
    """python-telegram-bot without an updater: it only sends."""
    return (
        Application.builder()
        .token(token)
        .base_url(f"{api}/bot")
        .base_file_url(f"{api}/file/bot")
        .request(AiohttpRequest(proxy_for(api)))
        .get_updates_request(AiohttpRequest())
        .rate_limiter(PacedLimiter(pacer))
        .updater(None)
        .build()
    )


async def run(
    application: SendingOnly,
    nudger: Nudger,
    bell: asyncio.Event,
    housekeeping: Callable[[], Coroutine[Any, Any, None]],
) -> None:
    """Tick every half minute, and whenever ``bell`` rings, until cancelled."""

    async def tick(_context: CallbackContext[Any, Any, Any, Any]) -> None:
        await nudger.round()
        await housekeeping()

    async with application:
        await application.start()
        queue = application.job_queue
        if queue is None:
            raise RuntimeError("python-telegram-bot was installed without its job queue")
        queue.run_repeating(tick, TICK, first=0.5)
        try:
            while True:
                await bell.wait()
                bell.clear()
                queue.run_once(tick, 0)
        finally:
            await application.stop()
