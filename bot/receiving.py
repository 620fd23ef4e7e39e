"""Receiving: long polling or webhook, and an update acknowledged only once its effects are kept.

Both libraries' pollers confirm an update before its handler has finished; this one confirms after.
"""

from __future__ import annotations

import asyncio
import hmac
import json
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import aiohttp
import structlog
from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import AiogramError, TelegramNotFound, TelegramUnauthorizedError
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    Update,
    User,
)
from aiohttp import web
from pydantic import ValidationError

from bot.errands import Turns
from bot.outgoing import PacedRequests
from bot.pacing import Pacer
from bot.session import LeanSession
from bot.settings import proxy_for
from handlers import routers
from handlers.errors import explain
from handlers.mail import Mail
from handlers.place import Acquaint
from messages import render
from models.desk import Desk
from models.errors import StoreUnavailable, UserError

log = structlog.get_logger(__name__)

ALLOWED = ["message", "edited_message", "callback_query", "my_chat_member"]
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
BODY_LIMIT = 1024 * 1024
_POLL_SECONDS = 50
_REMEMBERED = 20_000
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0


def make_bot(token: str, api: str, pacer: Pacer) -> Bot:
    """aiogram's bot over the given Bot API server, every send through the pacer."""
    session = LeanSession(TelegramAPIServer.from_base(api), proxy_for(api))
    session.middleware(PacedRequests(pacer))
    return Bot(token, session=session, default=DefaultBotProperties())


def make_dispatcher(
    desk: Desk, clock: Callable[[], datetime], owners: frozenset[str], **services: Any
) -> Dispatcher:
    """The dispatcher with our routers; handlers are given ``desk`` and ``services`` by name."""
    dispatcher = Dispatcher(disable_fsm=True, desk=desk, **services)
    acquaint = Acquaint(desk.store, clock, owners)
    for observer in (dispatcher.message, dispatcher.edited_message, dispatcher.callback_query,
                     dispatcher.my_chat_member):  # fmt: skip
        observer.outer_middleware(acquaint)
    for router in routers():
        router._parent_router = None
        dispatcher.include_router(router)
    return dispatcher


class Receiver:
    """Takes raw updates, each once, in order within a chat."""

    def __init__(
        self, bot: Bot, dispatcher: Dispatcher, mail: Mail, turns: Turns | None = None
    ) -> None:
        self._bot = bot
        self._dispatcher = dispatcher
        self._mail = mail
        self._flying: dict[int, asyncio.Future[bool]] = {}
        self._done: OrderedDict[int, None] = OrderedDict()
        self._turns = turns or Turns()

    async def take(self, raw: dict[str, Any]) -> bool:
        """Handle one update; whether it may be acknowledged.

        An update still in flight is joined, not begun twice; one handled before is only
        acknowledged. False means that its effects could not be kept: it must come again.
        """
        number = raw.get("update_id")
        if not isinstance(number, int):
            log.warning("update without an id")
            return True
        if number in self._done:
            return True
        if number in self._flying:
            return await asyncio.shield(self._flying[number])
        flight = self._flying[number] = asyncio.get_running_loop().create_future()
        kept = False
        try:
            async with self._turns.of(_chat_of(raw)):
                kept = await self._handle(raw)
        finally:
            del self._flying[number]
            if not flight.done():
                flight.set_result(kept)
        if kept:
            self._done[number] = None
            if len(self._done) > _REMEMBERED:
                self._done.popitem(last=False)
        return kept

    async def _handle(self, raw: dict[str, Any]) -> bool:
        try:
            update = Update.model_validate(raw, context={"bot": self._bot})
        except ValidationError as error:
            # What cannot be read today cannot be read tomorrow: it must not block the rest.
            log.error("update not understood", fields=[e["loc"] for e in error.errors()[:5]])
            return True
        try:
            await self._dispatcher.feed_update(self._bot, update)
        except StoreUnavailable as error:
            self._tell(error, update)
            return False
        except Exception as error:  # noqa: BLE001 - told to the sender and logged whole
            self._tell(error, update)
        return True

    def _tell(self, error: Exception, update: Update) -> None:
        """Words that cannot be put together must not stop the receiving."""
        try:
            explain(error, update, self._mail)
        except Exception:
            log.exception("error not explained", first=repr(error))


def _chat_of(raw: dict[str, Any]) -> int:
    """The chat that an update belongs to; 0 where there is none."""
    event: Any = next((value for key, value in raw.items() if key != "update_id"), None)
    if isinstance(event, dict) and isinstance(event.get("message"), dict):
        event = event["message"]
    chat = event.get("chat") if isinstance(event, dict) else None
    number = chat.get("id") if isinstance(chat, dict) else 0
    return number if isinstance(number, int) else 0


class Poller:
    """Long polling that confirms what was handled, and nothing else."""

    def __init__(
        self,
        receiver: Receiver,
        token: str,
        api: str,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._receiver = receiver
        self._sleep = sleep
        self._url = f"{api}/bot{token}/getUpdates"
        self._offset: int | None = None

    async def run(self) -> None:
        """Poll until cancelled; pauses grow while Telegram is away."""
        pause = _FIRST_PAUSE
        timeout = aiohttp.ClientTimeout(total=_POLL_SECONDS + 15)
        async with aiohttp.ClientSession(timeout=timeout, trust_env=True) as session:
            while True:
                try:
                    kept = await self._round(session)
                    pause = _FIRST_PAUSE if kept else min(_LONGEST_PAUSE, pause * 2)
                except (aiohttp.ClientError, TimeoutError, ValueError) as error:
                    log.warning("polling failed", kind=type(error).__name__, pause=pause)
                    kept, pause = False, min(_LONGEST_PAUSE, pause * 2)
                if not kept:
                    await self._sleep(pause)

    async def _round(self, session: aiohttp.ClientSession) -> bool:
        """Fetch and handle one batch; whether all of it was kept."""
        question: dict[str, Any] = {
            "timeout": _POLL_SECONDS,
            "limit": 100,
            "allowed_updates": ALLOWED,
        }
        if self._offset is not None:
            question["offset"] = self._offset
        async with session.post(self._url, json=question) as response:
            answer = await response.json(content_type=None)
        if not isinstance(answer, dict) or not answer.get("ok"):
            return self._complain(answer)
        result = answer.get("result")
        if not isinstance(result, list):
            return self._complain(answer)
        numbered = [one for one in result if isinstance(one, dict) and _is_number(one)]
        kept = await asyncio.gather(*(self._receiver.take(one) for one in numbered))
        for update, done in zip(numbered, kept, strict=True):
            if not done:
                self._offset = update["update_id"]
                return False
            self._offset = update["update_id"] + 1
        return len(numbered) == len(result)

    def _complain(self, answer: Any) -> bool:
        code = answer.get("error_code") if isinstance(answer, dict) else None
        event = {401: "token refused", 409: "another receiver runs", 429: "polling too fast"}
        log.error(event.get(int(code or 0), "polling refused"), code=code)
        return False


def _is_number(update: dict[str, Any]) -> bool:
    return isinstance(update.get("update_id"), int)


def webhook(receiver: Receiver, secret: str) -> web.Application:
    """The webhook's web application: one path, the secret compared in constant time.

    200 once the update's effects are kept, 503 when it must come again; nothing for others.
    """

    async def take(request: web.Request) -> web.Response:
        shown = request.headers.get(SECRET_HEADER, "")
        # aiohttp reads bytes that are no text as lone surrogates.
        if not hmac.compare_digest(shown.encode("utf-8", "surrogateescape"), secret.encode()):
            return web.Response(status=403)
        try:
            raw = json.loads(await request.read())
        except (ValueError, UnicodeDecodeError, RecursionError):
            return web.Response(status=400)
        if not isinstance(raw, dict):
            return web.Response(status=400)
        return web.Response(status=200 if await receiver.take(raw) else 503)

    application = web.Application(client_max_size=BODY_LIMIT)
    application.router.add_post("/telegram", take)
    return application


async def introduce(bot: Bot, api: str) -> User:
    """Ask Telegram who the bot is.

    Raises:
        UserError: ``token_refused``, or ``telegram_unreachable`` with the address.
    """
    try:
        return await bot.me()
    except (TelegramUnauthorizedError, TelegramNotFound) as error:
        raise UserError("token_refused") from error
    except AiogramError as error:
        raise UserError("telegram_unreachable", address=api) from error


async def register_commands(bot: Bot) -> None:
    """Put our commands into the menus; a bot without menus works all the same."""

    def menu(scope: render.CommandScope) -> list[BotCommand]:
        return [BotCommand(command=name, description=what) for name, what in render.commands(scope)]

    try:
        await bot.set_my_commands(menu("private"), scope=BotCommandScopeAllPrivateChats())
        await bot.set_my_commands(menu("group"), scope=BotCommandScopeAllGroupChats())
        await bot.set_my_commands(menu("admin"), scope=BotCommandScopeAllChatAdministrators())
    except AiogramError as error:
        log.warning("menus not registered", reason=type(error).__name__)


async def prepare_polling(bot: Bot) -> None:
    """Polling and a webhook exclude each other: take an old webhook away; what waits stays."""
    try:
        await bot.delete_webhook(drop_pending_updates=False)
    except AiogramError as error:
        log.warning("webhook not deleted", reason=type(error).__name__)


async def prepare_webhook(bot: Bot, url: str, secret: str) -> None:
    """Tell Telegram where to deliver, and the secret that shows that it is Telegram."""
    await bot.set_webhook(
        f"{url}/telegram", secret_token=secret, allowed_updates=ALLOWED, drop_pending_updates=False
    )


async def leave_chat(bot: Bot, chat: str) -> None:
    """Leave a chat; being out already is as good."""
    try:
        await bot.leave_chat(chat)
    except AiogramError as error:
        log.info("not left", reason=type(error).__name__)
