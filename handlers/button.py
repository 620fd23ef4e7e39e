"""A pressed button: what a handler of presses reads, shows and says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from aiogram.exceptions import AiogramError
from aiogram.filters import Filter
from aiogram.types import CallbackQuery, Message, Update

from handlers.mail import Mail, letter
from handlers.place import Place
from handlers.weighing import advice
from messages import render
from messages.reply import Reply
from models.balance import Balance
from models.desk import Desk
from models.ledger import Review
from models.letter import Letter
from models.verdict import Tone

log = structlog.get_logger(__name__)
_LIFE = timedelta(days=30)
_FIRST_WINS = frozenset({"share", "sure", "decline", "undo"})
"""What two may press at once; the second finds the button gone, and is told what became of it."""


@dataclass(frozen=True, slots=True)
class Button:
    """One press with all that it may need."""

    press: CallbackQuery
    action: render.Action
    place: Place
    desk: Desk
    mail: Mail
    now: datetime
    name: str
    """Names this very press, however often Telegram brings it, and nobody who pressed."""

    @property
    def message(self) -> Message | None:
        """The message under which the button stood; None when Telegram shows it no more."""
        return self.press.message if isinstance(self.press.message, Message) else None

    async def review(self) -> Review | None:
        """The review that the button belongs to, if it is one of this group's.

        Under its answer a button may be gone already: somebody else was faster.
        """
        if self.place.group is None or self.message is None:
            return None
        review = await self.desk.store.reviews.get(self.action.id)
        if review is None or review.group != self.place.group.id:
            return None
        under = review.answer == str(self.message.message_id)
        return review if under or _stands(self.press) else None

    async def say(
        self,
        kind: render.Kind,
        *,
        balance: Balance | None = None,
        tone: Tone | None = None,
        alert: bool = False,
    ) -> None:
        """Answer with one line. A press too old to be answered has had its effect all the same."""
        await self._answer(render.pressed(kind, balance=balance, tone=tone), alert)

    async def expired(self) -> None:
        """The button is of another time or place: nothing changes."""
        await self.say("expired", alert=True)

    async def silently(self) -> None:
        """Answer without a word: what the press does is seen in the message."""
        await self._answer(None, alert=False)

    async def _answer(self, text: str | None, alert: bool) -> None:
        await popup(self.press, text, alert=alert)

    async def show(self, reply: Reply) -> None:
        """Change the message whose button was pressed."""
        if self.press.message is not None:
            number = self.press.message.message_id
            key = f"edit:{self.place.chat}/{number}"
            await self.mail.send(letter(reply, self.place, key, edit_of=number))

    async def below(self, kind: str, reply: Reply) -> None:
        """Write a message of its own below the one whose button was pressed, once a press."""
        note = self.note_below(kind, reply)
        if note is not None:
            await self.mail.send(replace(note, once=f"{kind} {self.name}"))

    def note_below(self, kind: str, reply: Reply) -> Letter | None:
        """A message of its own below the one whose button was pressed; None where that is gone."""
        if self.press.message is None:
            return None
        number = self.press.message.message_id
        return letter(reply, self.place, f"{kind}:{self.place.chat}/{number}", reply_to=number)

    async def refresh(self, review: Review) -> Balance | None:
        """Show the review's answer as it stands now; the balance now."""
        if self.place.group is None:
            return None
        opinion = await self.desk.recall(review, self.place.group, self.now)
        number = review.answer or (self.message.message_id if self.message else None)
        if number is not None:
            key = f"edit:{self.place.chat}/{number}"
            note = letter(advice(opinion, short=True), self.place, key, edit_of=number)
            # It quotes the post: whatever deletes the post's words deletes it too.
            await self.mail.send(replace(note, review=review.id))
        return opinion.balance


async def popup(press: CallbackQuery, text: str | None, *, alert: bool) -> None:
    """Answer a press; one that is too old to be answered does no harm."""
    try:
        await press.answer(text, show_alert=alert)
    except AiogramError as error:
        log.info("press not answered", reason=type(error).__name__)


def _stands(press: CallbackQuery) -> bool:
    """Whether this very button stands under the message: a client can send any other."""
    markup = press.message.reply_markup if isinstance(press.message, Message) else None
    rows = markup.inline_keyboard if markup else []
    return any(one.callback_data == press.data for row in rows for one in row)


def _live(press: CallbackQuery, action: render.Action, now: datetime) -> bool:
    """Whether a button can still be pressed, or could a moment ago."""
    message = press.message
    if not isinstance(message, Message) or now - message.date > _LIFE:
        return False
    return action.verb in _FIRST_WINS or _stands(press)


class Pressed(Filter):
    """A button of ours with one of these verbs; the handler gets it as ``button``.

    Not one of a chat without a unit, of a message older than 30 days or gone, nor one that does not
    stand under its message: such a press goes on to where nothing changes and it is told so.
    """

    def __init__(self, *verbs: str) -> None:
        self._verbs = frozenset(verbs)

    async def __call__(
        self,
        press: CallbackQuery,
        desk: Desk,
        mail: Mail,
        now: datetime,
        event_update: Update,
        place: Place | None = None,
    ) -> bool | dict[str, Any]:
        action = render.read(press.data or "")
        if action is None or action.verb not in self._verbs or place is None or place.unit is None:
            return False
        if not _live(press, action, now):
            return False
        # Not by the press's own id: a person's is part of it. Numbers of updates may start anew.
        at = press.message.date if press.message else 0
        name = f"press {event_update.update_id} {at}"
        return {"button": Button(press, action, place, desk, mail, now, name)}
