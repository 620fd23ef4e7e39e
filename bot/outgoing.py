"""Letters to Telegram: Bot API calls with aiogram, and what its refusals mean."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import replace
from typing import Any, ClassVar

from aiogram import Bot
from aiogram.enums import ParseMode
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import (
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
from pydantic import BaseModel

from bot.messenger import Gone, Moved, Refused, Wait, no_such_topic, said_anew
from models.letter import Letter

_PICTURES = 256
_GONE = "message to edit not found"


class Taken(BaseModel):
    """What we use of a message that was taken: reading it whole costs more than sending it."""

    message_id: int


class SendText(SendMessage):
    """``sendMessage``, answered with what we use of it."""

    __returning__: ClassVar[Any] = Taken


class EditText(EditMessageText):
    """``editMessageText``, answered with what we use of it."""

    __returning__: ClassVar[Any] = Taken | bool


_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


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
            if letter.edit_of and said_anew(letter) and _GONE in error.message:
                return await self._call(replace(letter, edit_of=None), digest)
            if letter.thread and no_such_topic(error.message):
                # A reply would go to the topic of what it replies to.
                return await self._call(replace(letter, thread=None, reply_to=None), digest)
            raise outcome(error) from error
        if not isinstance(sent, Taken | Message):
            return letter.edit_of
        if digest and isinstance(sent, Message) and sent.photo:
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
        case TelegramEntityTooLarge():  # aiogram counts it among the network's errors
            return Refused(error.message)
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


def _preview(letter: Letter) -> LinkPreviewOptions | None:
    """No previews; said only where there is a link that could have one."""
    return _NO_PREVIEW if "href=" in letter.text or "://" in letter.text else None


def method_for(letter: Letter, file_id: str | None = None) -> TelegramMethod[Any]:
    """The Bot API call that carries this letter; ``file_id`` names its picture if it was sent."""
    markup = keyboard(letter)
    html = ParseMode.HTML
    if letter.edit_of is not None:
        message = int(letter.edit_of)
        return EditText(
            chat_id=letter.chat,
            message_id=message,
            text=letter.text,
            parse_mode=html,
            link_preview_options=_preview(letter),
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
    return SendText(
        chat_id=letter.chat,
        message_thread_id=thread,
        text=letter.text,
        parse_mode=html,
        link_preview_options=_preview(letter),
        reply_parameters=reply,
        reply_markup=markup,
    )
