"""Receiving: each update once, acknowledged only when it is done; aiogram's set-up."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog
from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    AiogramError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    Update,
    User,
)
from pydantic import ValidationError

from bot.errands import Errands
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

ALLOWED = ["message", "edited_message", "callback_query", "my_chat_member", "chat_member"]
_KINDS = frozenset(Update.model_fields) - {"update_id"}
_REMEMBERED = 20_000
_LATELY = timedelta(minutes=5)
_LEAVING_SECONDS = 10  # the nudges wait for it


TelegramBot = Bot


class Outgoing(Mail, Protocol):
    """The letter box as the receiver sees it."""

    async def heard(self, chat: str) -> None:
        """Wait until nothing for this chat waits in memory only."""
        ...


def make_bot(token: str, api: str, answered: Callable[[], None] = lambda: None) -> Bot:
    """aiogram's bot over the given Bot API server; ``answered`` is told whenever that answers."""
    session = LeanSession(TelegramAPIServer.from_base(api), proxy_for(api))
    session.answered = answered
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
    """Takes raw updates, each once, in order within a chat.

    An update is done once its effects are committed and no answer in its chat waits in memory only:
    such an answer would be lost with the process, so Telegram keeps the update until it was taken.
    """

    def __init__(self, bot: Bot, dispatcher: Dispatcher, mail: Outgoing, errands: Errands) -> None:
        self._bot = bot
        self._dispatcher = dispatcher
        self._mail = mail
        self._errands = errands
        self._flying: dict[int, asyncio.Future[bool]] = {}
        self._done: OrderedDict[int, None] = OrderedDict()
        self.received: Callable[[], None] = lambda: None
        """Told of each update before its handling begins, in the context of that."""

    def under_way(self) -> int:
        """How many updates are being handled."""
        return len(self._flying)

    async def take(self, raw: dict[str, Any], within: float | None = None) -> bool:
        """Handle one update; whether it may be acknowledged.

        An update still in flight is joined, not begun twice; one handled before is only
        acknowledged. False means that it must come again: its effects could not be kept, or it was
        not done ``within`` so many seconds (then it goes on all the same).
        """
        number = raw.get("update_id")
        if not isinstance(number, int):
            log.warning("update without an id")
            return True
        if number in self._done:
            return True
        if number not in self._flying:
            if self._errands.stopped:
                return False
            self._flying[number] = asyncio.get_running_loop().create_future()
            self._errands.begin(self._fly(number, raw, self._flying[number]))
        try:
            async with asyncio.timeout(within):
                return await asyncio.shield(self._flying[number])
        except TimeoutError:
            return False

    async def _fly(self, number: int, raw: dict[str, Any], flight: asyncio.Future[bool]) -> None:
        kept, chat = False, str(_chat_of(raw))
        self.received()
        try:
            async with self._errands.turn(chat):
                handled = await self._handle(raw)
            if handled:
                await self._mail.heard(chat)
            kept = handled
        finally:
            del self._flying[number]
            if kept:
                self._done[number] = None
                if len(self._done) > _REMEMBERED:
                    self._done.popitem(last=False)
            flight.set_result(kept)

    async def _handle(self, raw: dict[str, Any]) -> bool:
        try:
            update = Update.model_validate(raw, context={"bot": self._bot})
        except ValidationError as error:
            # What cannot be read today cannot be read tomorrow: it must not block the rest.
            log.error("update not understood", fields=[e["loc"] for e in error.errors()[:5]])
            return True
        if not any(getattr(update, kind) for kind in _KINDS & update.model_fields_set):
            log.warning("update of an unknown kind")
            return True
        try:
            await self._dispatcher.feed_update(self._bot, update)
        except StoreUnavailable as error:
            await self._tell(error, update)
            return False
        except Exception as error:  # noqa: BLE001 - told to the sender and logged whole
            await self._tell(error, update)
        return True

    async def _tell(self, error: Exception, update: Update) -> None:
        """Words that cannot be put together must not stop the receiving."""
        try:
            await explain(error, update, self._mail)
        except Exception:
            log.exception("error not explained", kind=type(error).__name__)


def _chat_of(raw: dict[str, Any]) -> int:
    """The chat that an update belongs to; 0 where there is none."""
    event: Any = next((value for key, value in raw.items() if key != "update_id"), None)
    if isinstance(event, dict) and isinstance(event.get("message"), dict):
        event = event["message"]
    chat = event.get("chat") if isinstance(event, dict) else None
    number = chat.get("id") if isinstance(chat, dict) else 0
    return number if isinstance(number, int) else 0


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


async def prepare_webhook(bot: Bot, api: str, url: str, secret: str) -> None:
    """Tell Telegram where to deliver, and the secret that shows that it is Telegram.

    Raises:
        UserError: ``webhook_refused``, or ``telegram_unreachable`` with the address.
    """
    for last in (False, False, True):
        try:
            await bot.set_webhook(
                _hook(url),
                secret_token=secret,
                allowed_updates=ALLOWED,
                drop_pending_updates=False,
            )
        except TelegramRetryAfter as error:  # after quick restarts
            if last:
                raise UserError("telegram_unreachable", address=api) from error
            await asyncio.sleep(error.retry_after)
        except TelegramBadRequest as error:
            raise UserError("webhook_refused", address=url) from error
        except AiogramError as error:
            raise UserError("telegram_unreachable", address=api) from error
        else:
            return


async def delivery_trouble(bot: Bot, url: str, now: datetime) -> str:
    """What keeps Telegram from delivering here: "webhook_taken", "webhook_failing", or nothing.

    Whoever has the token can have it delivered elsewhere.
    """
    info = await bot.get_webhook_info()
    if info.url != _hook(url):
        return "webhook_taken"
    at = info.last_error_date
    lately = at is not None and abs(now - at) < _LATELY
    return "webhook_failing" if lately and info.pending_update_count else ""


def _hook(url: str) -> str:
    return f"{url}/telegram"


async def leave_chat(bot: Bot, chat: str) -> bool:
    """Leave a chat; whether that is settled: being out already, or no such chat, is as good.

    Raises:
        ConnectionError: Telegram is away, for any other chat too.
    """
    try:
        await bot.leave_chat(chat, request_timeout=_LEAVING_SECONDS)
    except TelegramMigrateToChat as error:
        return await leave_chat(bot, str(error.migrate_to_chat_id))
    except (TelegramForbiddenError, TelegramBadRequest) as error:
        log.info("left before", reason=error.message)
    except TelegramNetworkError as error:
        raise ConnectionError("Telegram is away") from error
    except AiogramError as error:
        log.warning("not left yet", reason=type(error).__name__)
        return False
    return True
