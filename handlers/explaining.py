"""“Vì sao?”: the words behind a tone and every reason again, on request."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime

from aiogram import Bot, Router
from aiogram.filters import Command, Filter
from aiogram.types import CallbackQuery, Message

from handlers.album import Albums
from handlers.button import Button, Pressed
from handlers.filters import HandedOver, Joined
from handlers.intake import is_post, key_of, to_post
from handlers.mail import Mail, answer, letter
from handlers.place import Place
from handlers.reading import Readers
from handlers.turnstile import Sparing
from messages import render
from messages.reply import Reply
from models.desk import Desk
from models.ledger import Review
from models.post import Post
from models.secrets import secret_mark
from models.text import clean, fold

commands = Router(name="why command")
questions = Router(name="why")
questions.message.middleware(Sparing())

_WHY = re.compile(r"(?:@\w+ )?(?:vi sao|tai sao|sao lai|why)\b")
_QUESTION_WORDS = 12


class AsksWhy(Filter):
    """A short "vì sao?" in reply: in a group to one of our answers, in private to any message."""

    async def __call__(self, message: Message, place: Place, bot: Bot) -> bool:
        above, words = message.reply_to_message, fold(clean(message.text or ""))
        if above is None or not _WHY.match(words) or len(words.split()) > _QUESTION_WORDS:
            return False
        ours = above.from_user is not None and above.from_user.id == bot.id
        return (ours or place.private) and message.forward_origin is None


@dataclass(frozen=True, slots=True)
class Explaining:
    """Explains what was answered. ``text_days`` is how long a group's texts are kept."""

    desk: Desk
    mail: Mail
    albums: Albums
    readers: Readers
    text_days: int

    async def asked(self, question: Message, place: Place, now: datetime, bot: Bot) -> None:
        """Somebody asked in reply to an answer, or to the post itself."""
        above = question.reply_to_message
        if place.group is not None and above is not None:
            reply = await self._of_review(await self._review(above, place), place, now)
        elif above is not None and is_post(above) and not _by(above, bot):
            reply = await self.of_post(above, place, now)
        else:
            reply = render.nothing_to_explain(private=place.private)
        # It quotes words of the post, and not for long: it waits in memory only.
        note = letter(
            reply, place, f"why:{place.chat}/{question.message_id}",
            reply_to=question.message_id, asked_at=question.date,
        )  # fmt: skip
        await self.mail.whisper(replace(note, once=note.key))

    async def of_post(
        self, message: Message, place: Place, now: datetime, *, draft: bool = False
    ) -> Reply:
        """Judge a private chat's post anew, of which nothing is kept, and explain that."""
        key, part = key_of(message)
        post = to_post(message)
        if secret_mark(post.text) is None:
            post = await self.readers.read(message, post)
        if message.media_group_id:
            post = self.albums.gather(key, part, post)
        post = replace(post, draft=draft)
        if not post.readable:
            return render.unreadable(post.media, post.unread)
        opinion = await self.desk.advise(post, key, now)
        if opinion.refused or self.albums.was_refused(key):
            return render.refusal()
        return render.why(opinion.verdict, self.desk.why(opinion.post, opinion.verdict))

    async def _review(self, above: Message, place: Place) -> Review | None:
        assert place.group is not None  # noqa: S101 - the caller looked
        reviews = self.desk.store.reviews
        found = await reviews.by_answer(place.group.id, str(above.message_id))
        return found or await reviews.by_key(place.group.id, key_of(above)[0])

    async def _of_review(self, review: Review | None, place: Place, now: datetime) -> Reply:
        if review is None or place.group is None:
            return render.nothing_to_explain(private=False)
        opinion = await self.desk.recall(review, place.group, now)
        post = opinion.post if review.parts else Post()
        return render.why(
            opinion.verdict,
            self.desk.why(post, opinion.verdict),
            tone_set=review.tone if review.tone is not review.verdict.tone else None,
            days=self.text_days,
        )


def _by(message: Message, bot: Bot) -> bool:
    return message.from_user is not None and message.from_user.id == bot.id


@commands.message(Command("visao", "why"), Joined())
async def on_command(
    message: Message, place: Place, explaining: Explaining, now: datetime, bot: Bot, mail: Mail
) -> None:
    """/visao in reply to an answer or to its post."""
    if message.reply_to_message is None:
        await answer(mail, message, place, render.nothing_to_explain(private=place.private))
    else:
        await explaining.asked(message, place, now, bot)


@questions.message(HandedOver(), Joined(), AsksWhy())
async def on_question(
    message: Message, place: Place, explaining: Explaining, now: datetime, bot: Bot
) -> None:
    await explaining.asked(message, place, now, bot)


@questions.callback_query(Pressed("why", "whydraft"))
async def on_button(_press: CallbackQuery, button: Button, explaining: Explaining) -> None:
    """*Vì sao?* under a private answer: the post is the message that the answer replies to."""
    above = button.message.reply_to_message if button.message else None
    if above is None or not button.place.private:
        await button.say("expired", alert=True)
        return
    draft = button.action.verb == "whydraft"
    reply = await explaining.of_post(above, button.place, button.now, draft=draft)
    number = button.message.message_id if button.message else 0
    note = letter(reply, button.place, f"why:{button.place.chat}/{number}", reply_to=number)
    await button.mail.whisper(replace(note, once=f"why {button.name}"))
    await button.silently()
