"""Answers on their way out: from the outgoing table, through the pacer, to the messenger.

A letter is committed with the effects it tells of and is deleted once the messenger took it; after
a crash it is sent again, so that an answer may come twice but is never lost. Volatile letters (the
line of a refusal) wait in memory only.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

import structlog
from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware
from aiogram.enums import ParseMode
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import (
    AnswerCallbackQuery,
    EditMessageCaption,
    EditMessageText,
    SendMessage,
    SendPhoto,
    TelegramMethod,
)
from aiogram.types import (
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)

from bot.pacing import Pacer, Urgency
from models.ledger import Letter, Store

log = structlog.get_logger(__name__)

_REMEMBERED = 20_000
_PICTURES = 256
_FIRST_RETRY = 1.0
_LONGEST_RETRY = 60.0
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class PacedRequests(BaseRequestMiddleware):
    """aiogram's door to the pacer: every send and edit waits for its turn."""

    def __init__(self, pacer: Pacer) -> None:
        self._pacer = pacer

    async def __call__(self, make_request: Any, bot: Bot, method: TelegramMethod[Any]) -> Any:
        chat = getattr(method, "chat_id", None)
        if chat is None or isinstance(method, AnswerCallbackQuery):
            return await make_request(bot, method)
        if not isinstance(method, SendMessage | SendPhoto | EditMessageText | EditMessageCaption):
            return await make_request(bot, method)
        edit = isinstance(method, EditMessageText | EditMessageCaption)
        async with self._pacer.turn(str(chat), Urgency.EDIT if edit else Urgency.ANSWER):
            return await make_request(bot, method)


class Wait(Exception):
    """The messenger did not take the letter: try again after ``seconds``."""

    def __init__(self, seconds: float | None, reason: str) -> None:
        super().__init__(reason)
        self.seconds = seconds
        self.reason = reason


class Moved(Exception):
    """The chat has a new id."""

    def __init__(self, chat: str) -> None:
        super().__init__("moved")
        self.chat = chat


class Gone(Exception):
    """The bot may not write there any more."""


class Refused(Exception):
    """The messenger will never take this letter."""


class Messenger(Protocol):
    """Takes one letter; returns the new message's id where there is one."""

    async def deliver(self, letter: Letter) -> str | None: ...


class TelegramMessenger:
    """Letters to Bot API calls, errors to the four outcomes above.

    A picture that Telegram has is sent again by its file id.
    """

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._files: OrderedDict[bytes, str] = OrderedDict()

    async def deliver(self, letter: Letter) -> str | None:
        digest = hashlib.sha256(letter.picture).digest() if letter.picture else b""
        message = await self._call(letter, digest)
        while len(self._files) > _PICTURES:
            self._files.popitem(last=False)
        return message

    async def _call(self, letter: Letter, digest: bytes) -> str | None:
        try:
            sent = await self._bot(method_for(letter, self._files.get(digest)))
        except ClientDecodeError as error:
            return _id_in(error)
        except TelegramAPIError as error:
            if "message is not modified" in error.message:
                return letter.edit_of
            raise outcome(error) from error
        if not isinstance(sent, Message):
            return letter.edit_of
        if digest and sent.photo:
            self._files[digest] = sent.photo[-1].file_id
        return str(sent.message_id)


def outcome(error: TelegramAPIError) -> Wait | Moved | Gone | Refused:
    """Which of the four outcomes an error of the messenger means."""
    match error:
        case TelegramRetryAfter():
            return Wait(float(error.retry_after), "retry_after")
        case TelegramMigrateToChat():
            return Moved(str(error.migrate_to_chat_id))
        case TelegramForbiddenError():
            return Gone(error.message)
        case TelegramNetworkError() | TelegramServerError() | TelegramUnauthorizedError():
            return Wait(None, type(error).__name__)
        case _:
            return Refused(error.message)


def _id_in(error: ClientDecodeError) -> str | None:
    """An answer the library cannot read: taken if it says ok, else to be tried again."""
    data = error.data
    if isinstance(data, dict) and data.get("ok") is True:
        result = data.get("result")
        found = result.get("message_id") if isinstance(result, dict) else None
        return None if found is None else str(found)
    raise Wait(None, "unreadable answer") from error


def keyboard(letter: Letter) -> InlineKeyboardMarkup | None:
    """The letter's choices as Telegram's inline keyboard."""
    if not letter.choices:
        return None
    rows = [
        [
            InlineKeyboardButton(text=one["label"], url=one["url"])
            if one.get("url")
            else InlineKeyboardButton(text=one["label"], callback_data=one["action"])
            for one in row
        ]
        for row in letter.choices
    ]
    return InlineKeyboardMarkup(inline_keyboard=rows)


def method_for(letter: Letter, file_id: str | None = None) -> TelegramMethod[Any]:
    """The Bot API call that carries this letter; ``file_id`` names its picture if it was sent."""
    markup = keyboard(letter)
    html = ParseMode.HTML
    if letter.edit_of is not None:
        message = int(letter.edit_of)
        return EditMessageText(
            chat_id=letter.chat,
            message_id=message,
            text=letter.text,
            parse_mode=html,
            link_preview_options=_NO_PREVIEW,
            reply_markup=markup,
        )
    thread = int(letter.thread) if letter.thread else None
    reply = None
    if letter.reply_to:
        reply = ReplyParameters(message_id=int(letter.reply_to), allow_sending_without_reply=True)
    if letter.picture is not None:
        return SendPhoto(
            chat_id=letter.chat,
            message_thread_id=thread,
            photo=file_id or BufferedInputFile(letter.picture, "cantin.png"),
            caption=letter.text,
            parse_mode=html,
            reply_parameters=reply,
            reply_markup=markup,
        )
    return SendMessage(
        chat_id=letter.chat,
        message_thread_id=thread,
        text=letter.text,
        parse_mode=html,
        link_preview_options=_NO_PREVIEW,
        reply_parameters=reply,
        reply_markup=markup,
    )


class Outbox:
    """Sends letters, one at a time in a chat and many chats at once.

    ``run`` sends until it is cancelled; ``post`` puts a letter (already in the table, or volatile)
    in line; ``send`` commits it first.
    """

    def __init__(
        self,
        store: Store,
        messenger: Messenger,
        pacer: Pacer,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._messenger = messenger
        self._pacer = pacer
        self._clock = clock
        self._sleep = sleep
        self._lines: dict[str, deque[Letter]] = {}
        self._busy: set[str] = set()
        self._answered: OrderedDict[str, str] = OrderedDict()
        self._held: dict[str, tuple[asyncio.TimerHandle, Letter]] = {}
        self._group: asyncio.TaskGroup | None = None
        self._idle = asyncio.Event()
        self._idle.set()

    async def run(self, ready: asyncio.Event | None = None) -> None:
        """Send until cancelled; what waits then stays in the table for the next start."""
        async with asyncio.TaskGroup() as group:
            self._group = group
            for letter in await self._store.outgoing.pending():
                self.post(letter)
            for chat in list(self._lines):
                self._start(chat)
            if ready is not None:
                ready.set()
            try:
                await asyncio.Event().wait()
            finally:
                self._group = None

    async def idle(self) -> None:
        """Wait until nothing is in line."""
        await self._idle.wait()

    def answer_of(self, key: str) -> str | None:
        """The id of the message that answered ``key`` lately."""
        return self._answered.get(key)

    async def send(self, letter: Letter) -> None:
        """Commit the letter and put it in line."""
        self.post(await self._store.outgoing.put(letter))

    def post(self, letter: Letter) -> None:
        """Put a letter in line; it takes the place of a waiting one with its key.

        A letter that must not go yet is held back, and so is the one that takes its place.
        """
        self._idle.clear()
        if letter.key in self._held:
            handle, _ = self._held[letter.key]
            self._held[letter.key] = (handle, letter)
            return
        wait = (letter.not_before - self._clock()).total_seconds() if letter.not_before else 0.0
        if wait > 0:
            handle = asyncio.get_running_loop().call_later(wait, self._release, letter.key)
            self._held[letter.key] = (handle, letter)
            return
        self._line_up(letter)

    def withdraw(self, chat: str, key: str) -> None:
        """Take a letter that still waits out of line."""
        if key in self._held:
            self._held.pop(key)[0].cancel()
        line = self._lines.get(chat, deque())
        for waiting in [one for one in line if one.key == key]:
            line.remove(waiting)
        self._rest()

    def _release(self, key: str) -> None:
        self._line_up(self._held.pop(key)[1])

    def _line_up(self, letter: Letter) -> None:
        line = self._lines.setdefault(letter.chat, deque())
        for place, waiting in enumerate(line):
            if waiting.key == letter.key:
                line[place] = letter
                return
        line.append(letter)
        self._start(letter.chat)

    def _start(self, chat: str) -> None:
        if chat not in self._busy and self._group is not None:
            self._busy.add(chat)
            self._group.create_task(self._work(chat))

    def _rest(self) -> None:
        if not self._held and not any(self._lines.values()) and not self._busy:
            self._idle.set()

    async def _work(self, chat: str) -> None:
        line = self._lines[chat]
        try:
            while line:
                letter = line.popleft()
                try:
                    await self._carry(letter)
                except Moved as moved:
                    await self._follow(letter, moved.chat)
                except Exception:
                    log.exception("letter failed", kind=letter.kind)
                    await self._settle(letter, self._store.outgoing.drop(letter))
        finally:
            self._busy.discard(chat)
            if not line:
                self._lines.pop(chat, None)
            self._rest()

    async def _carry(self, letter: Letter) -> None:
        """Send one letter, as often as it takes; nothing but ``Moved`` comes out."""
        letter = self._as_edit(letter)
        tries = letter.attempts
        while True:
            newer = self._replacement(letter)
            letter = self._as_edit(newer) if newer else letter
            try:
                message = await self._messenger.deliver(letter)
            except Wait as wait:
                pause = wait.seconds or min(_LONGEST_RETRY, _FIRST_RETRY * 2**tries)
                tries += 1
                log.info("letter waits", reason=wait.reason, seconds=pause, tries=tries)
                if wait.seconds:
                    self._pacer.pause(letter.chat, wait.seconds)
                await self._sleep(pause)
            except Gone:
                await self._gone(letter)
                return
            except Refused as error:
                log.error("letter refused", reason=str(error), kind=letter.kind)
                await self._settle(letter, self._store.outgoing.drop(letter))
                return
            else:
                await self._taken(letter, message)
                return

    def _replacement(self, letter: Letter) -> Letter | None:
        """A newer letter with the same key that came while this one waited."""
        line = self._lines.get(letter.chat)
        for waiting in line or ():
            if waiting.key == letter.key and line is not None:
                line.remove(waiting)
                return waiting
        return None

    def _as_edit(self, letter: Letter) -> Letter:
        """An answer to what was answered a moment ago becomes an edit of that answer."""
        known = self._answered.get(letter.key)
        if letter.kind == "answer" and known and letter.picture is None:
            return replace(letter, kind="edit", edit_of=known)
        return letter

    async def _taken(self, letter: Letter, message: str | None) -> None:
        if message is not None and letter.kind == "answer":
            self._answered[letter.key] = message
            if len(self._answered) > _REMEMBERED:
                self._answered.popitem(last=False)
        if letter.id or letter.review is not None:
            await self._settle(letter, self._store.outgoing.taken(letter, message))

    async def _settle(self, letter: Letter, step: Awaitable[None]) -> None:
        """A letter that cannot be struck off now is sent again at the next start."""
        try:
            await step
        except Exception:
            log.exception("letter not struck off", letter=letter.id)

    async def _gone(self, letter: Letter) -> None:
        log.info("chat closed to us", kind=letter.kind)
        await self._settle(letter, self._store.outgoing.drop(letter))
        await self._settle(
            letter, self._store.groups.leave(letter.platform, letter.chat, self._clock())
        )

    async def _follow(self, letter: Letter, chat: str) -> None:
        """The group became a supergroup: take its history and its letters along."""
        await self._store.groups.migrate(letter.platform, letter.chat, chat, self._clock())
        line = self._lines.get(letter.chat, deque())
        waiting = [letter, *line]
        line.clear()
        for one in waiting:
            self.post(replace(one, chat=chat, reply_to=None, edit_of=None, kind="answer"))
