"""Reply → Letter: from words without a messenger to a message on its way."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Protocol

from aiogram.types import Message

from handlers.place import PLATFORM, Place
from messages.reply import Reply
from models.letter import Letter


class Mail(Protocol):
    """What a handler may ask of the outgoing queue."""

    async def send(self, letter: Letter) -> None:
        """Commit a letter and put it in line."""
        ...

    def post(self, letter: Letter) -> None:
        """Put in line a letter that is committed."""
        ...

    async def whisper(self, letter: Letter) -> None:
        """Put in line a letter that must leave no trace: it waits in memory only."""
        ...

    def withdraw(self, chat: str, key: str) -> None:
        """Take a letter that still waits out of line."""
        ...

    def answer_of(self, key: str) -> str | None:
        """The id of the message that answered ``key`` lately."""
        ...


def letter(
    reply: Reply,
    place: Place,
    key: str,
    *,
    reply_to: str | int | None = None,
    edit_of: str | int | None = None,
    asked_at: datetime | None = None,
    quotes: int | None = None,
) -> Letter:
    """Address a reply to a place; with ``edit_of`` it changes that message instead.

    ``quotes`` is the review whose words are in it, where it is not that review's answer.
    """
    return Letter(
        key=key,
        platform=PLATFORM,
        chat=place.chat,
        text=reply.text,
        kind="answer" if edit_of is None else "edit",
        thread=place.thread,
        reply_to=None if reply_to is None else str(reply_to),
        edit_of=None if edit_of is None else str(edit_of),
        choices=tuple(
            tuple(
                {"label": one.label, "url": one.url}
                if one.url
                else {"label": one.label, "action": one.action}
                for one in row
            )
            for row in reply.choices
        ),
        picture=reply.picture,
        asked_at=asked_at,
        quotes=quotes,
    )


async def answer(mail: Mail, message: Message, place: Place, reply: Reply) -> None:
    """Answer a message once, however often its update comes."""
    key = f"reply:{place.chat}/{message.message_id}"
    quoted = None if place.private else message.message_id
    note = letter(reply, place, key, reply_to=quoted, asked_at=message.date)
    await mail.send(replace(note, once=key))
