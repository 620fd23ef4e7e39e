"""One post, one answer: read and judge what was handed over, keep what may be kept, reply."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from aiogram.types import Message

from handlers.album import Albums
from handlers.intake import key_of, to_post
from handlers.mail import Mail, answer, letter
from handlers.place import Place, author
from handlers.reading import Errands, Readers
from handlers.turnstile import Turnstile, What
from messages import render
from messages.reply import Reply
from messages.words import LONG
from models.case import READ_AT_MOST
from models.desk import Desk, Opinion
from models.ledger import Review
from models.letter import Letter
from models.post import Post
from models.registry import Group
from models.secrets import secret_mark
from models.seen import Seen
from models.silence import speaks_unasked

# An album has no end mark: its answer waits this long for the next part to join.
_ALBUM_PAUSE = timedelta(seconds=1.2)
# Who waits for a picture is told after this long if the bot was stopped in the middle.
_PATIENCE = timedelta(minutes=2)
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be weighed, where and when; ``asker`` is the message that asked for it, ``press``
    the name of the press.

    Unasked, only what is worth a word is answered.
    """

    message: Message
    place: Place
    now: datetime
    asker: Message | None = None
    unasked: bool = False
    draft: bool = False
    press: str = ""

    @property
    def key(self) -> str:
        return key_of(self.message)[0]

    @property
    def once(self) -> str:
        """Names what is answered for good: a question and a press ask anew, an edit changes."""
        if self.press or self.asker:
            return f"answer:{self.key} {self.asker.message_id if self.asker else self.press}"
        return "" if self.message.edit_date else f"answer:{self.key}"


@dataclass(frozen=True, slots=True)
class Weighing:
    """Weighs messages with the desk and answers them by mail. One for the whole bot."""

    desk: Desk
    mail: Mail
    albums: Albums
    readers: Readers
    errands: Errands
    turnstile: Turnstile

    def can_read(self, message: Message) -> bool:
        """Whether there is a word, a link or a readable picture to weigh."""
        return self.readers.has_picture(message) or to_post(message).readable

    def cannot_read(self, message: Message) -> Reply:
        """What is said of a message without a word, a link or a readable picture."""
        return render.unreadable(to_post(message).media, self.readers.unread(message))

    async def weigh(
        self,
        message: Message,
        place: Place,
        now: datetime,
        *,
        asker: Message | None = None,
        unasked: bool = False,
        draft: bool = False,
        press: str = "",
    ) -> None:
        """Weigh a message where it stands; the arguments are those of ``Order``."""
        order = Order(message, place, now, asker, unasked, draft, press)
        if not await self.admits(order):
            return
        post = to_post(message)
        picture = self.readers.has_picture(message)
        behind = picture or (post.links and self.readers.pages is not None)
        if behind and secret_mark(post.text) is not None:
            await self._judge(order, post)  # nothing more of it is looked at
        elif unasked or not self.readers.takes_time(message):
            await self._answer(order, await self.readers.read(message, post))
        elif place.group is None:
            # Nothing of it is kept: should the bot be stopped, the update comes again.
            await self._ask_patience(order)
            await self._answer(order, await self.readers.read(message, post))
        elif not await self._known(order):
            await self._later(order)

    async def admits(self, order: Order) -> bool:
        """Whether this is within the limits; beyond them only a secrecy mark is looked for.

        Edits are counted apart: the answer to a post must not stand beside other words.
        """
        message, place, now = order.message, order.place, order.now
        edited = order.asker is None and message.edit_date is not None
        by, item = order.asker or message, "" if order.asker else order.key
        if edited:
            item = f"{item} {message.edit_date}"
        what: What = "edits" if edited else "posts"
        asked = not (order.unasked or edited)
        if await self.turnstile.lets(by, place, now, what=what, item=item, asked=asked):
            return True
        if secret_mark(to_post(message).text) is None:
            return False
        if edited or await self.turnstile.lets(by, place, now, what="marks", asked=False):
            await self._refuse(message, place, order.key, now)
        return False

    async def _answer(self, order: Order, read: Post) -> None:
        """Judge what was read; who asked about what nobody could read is told so."""
        if read.readable or order.unasked or order.message.media_group_id:
            await self._judge(order, read)
        else:
            await self._say(order, render.unreadable(read.media, read.unread))

    async def _judge(self, order: Order, read: Post) -> None:
        message, place, now = order.message, order.place, order.now
        key, part = key_of(message)
        post = replace(read, draft=True) if order.draft else read
        if place.group is None:
            whole = self.albums.gather(key, part, post) if message.media_group_id else post
            opinion = await self.desk.advise(whole, key, now, place.unit)
        else:
            opinion = await self.desk.review(place.group, key, part, post, now)
        if opinion.refused or self.albums.was_refused(key):
            await self._refuse(message, place, key, now)
        elif place.group is None:
            # It quotes the post, of which nothing may be kept: it waits in memory only.
            note = self._letter(message, place, opinion, now, unasked=False)
            await self.mail.whisper(replace(note, once=order.once))
        elif not (order.unasked and self._silent(opinion)):
            await self._keep(message, place, place.group, opinion, now, order.asker, order.unasked)

    async def _known(self, order: Order) -> bool:
        """Whether this very picture was weighed before: then the answer is given again."""
        group, (key, part) = order.place.group, key_of(order.message)
        before = await self.desk.store.reviews.by_key(group.id, key) if group else None
        if before is None or group is None or part not in before.parts:
            return False
        if order.asker is not None:
            opinion = await self.desk.recall(before, group, order.now)
            await self._again(order.asker, order.place, opinion)
        return True

    async def _later(self, order: Order) -> None:
        """A group waits: say that the picture is being read, and read it after this update.

        Should the bot be stopped meanwhile, a letter that is kept asks to send the picture again:
        to go on by itself it would have to keep the caption before it is known whether the picture
        carries a secrecy mark.
        """
        message, place = order.message, order.place
        number = message.message_id
        kept = letter(
            render.reading_cut_short(), place, f"reading:{place.chat}/{number}", reply_to=number
        )
        safety = await self.desk.store.outgoing.put(replace(kept, not_before=order.now + _PATIENCE))
        self.mail.post(safety)
        await self._ask_patience(order)
        self.errands.begin(self._finish(order, safety))

    async def _finish(self, order: Order, safety: Letter) -> None:
        """Read, judge and answer; nobody is left waiting."""
        try:
            post = await self.readers.read(order.message, to_post(order.message))
            async with self.errands.turn(order.place.chat):
                await self._answer(order, post)
        except Exception:
            log.exception("picture not weighed")
            await self._say(
                order, render.unreadable(to_post(order.message).media, "picture_failed")
            )
        await self.desk.store.outgoing.drop(safety)
        self.mail.withdraw(safety.chat, safety.key)

    async def _ask_patience(self, order: Order) -> None:
        if self.mail.answer_of(f"answer:{order.key}") is None:
            await self._say(order, render.reading_picture())

    async def _say(self, order: Order, reply: Reply) -> None:
        """Answer with a sentence that tells nothing of the post; it waits in memory only."""
        key, number = f"answer:{order.key}", order.message.message_id
        await self.mail.whisper(letter(reply, order.place, key, reply_to=number))

    async def explain(self, question: Message, place: Place, now: datetime) -> None:
        """Asked about one of our answers: give it whole."""
        above = question.reply_to_message
        review = None
        if not await self.turnstile.lets(question, place, now):
            return
        if place.group is not None and above is not None:
            review = await self.desk.store.reviews.by_answer(place.group.id, str(above.message_id))
        if review is None or place.group is None:
            await answer(self.mail, question, place, render.nothing_to_check())
            return
        await self._again(question, place, await self.desk.recall(review, place.group, now))

    async def redraft(self, review: Review, place: Place, now: datetime) -> None:
        """Judge a review again as the unit's own draft, and change its answer."""
        if place.group is None:
            return
        opinion = await self.desk.redraft(review, place.group, now)
        note = letter(
            advice(opinion, short=False), place, f"answer:{opinion.key}", edit_of=review.answer
        )
        kept = await self.desk.record(place.group, opinion, now, note, None)
        if kept is not None:
            self.mail.post(kept)

    def _silent(self, opinion: Opinion) -> bool:
        return opinion.before is None and not speaks_unasked(opinion.verdict, opinion.post)

    async def _keep(
        self,
        message: Message,
        place: Place,
        group: Group,
        opinion: Opinion,
        now: datetime,
        asker: Message | None,
        unasked: bool,
    ) -> None:
        """Record the review and its answer together; say nothing twice."""
        before = opinion.before
        if before is not None and before.verdict == opinion.verdict:
            if before.parts != opinion.parts:
                await self.desk.record(group, opinion, now, None, author(message))
            if asker is not None:
                await self._again(asker, place, opinion)
            return
        note = self._letter(message, place, opinion, now, unasked=unasked)
        kept = await self.desk.record(group, opinion, now, note, author(message))
        if kept is not None:
            self.mail.post(kept)

    def _letter(
        self, message: Message, place: Place, opinion: Opinion, now: datetime, *, unasked: bool
    ) -> Letter:
        """The answer to this message, or the change of the answer that it has."""
        before = opinion.before
        note = letter(
            advice(opinion, short=unasked),
            place,
            f"answer:{opinion.key}",
            reply_to=message.message_id,
            edit_of=before.answer if before else None,
            asked_at=message.date,
        )
        if message.media_group_id and note.edit_of is None:
            note = replace(note, not_before=now + _ALBUM_PAUSE)
        return note

    async def _again(self, asker: Message, place: Place, opinion: Opinion) -> None:
        """Asked about what was answered before: the whole answer, once more."""
        reply = advice(opinion, short=False)
        key = f"again:{place.chat}/{asker.message_id}"
        note = letter(
            reply, place, key, reply_to=asker.message_id, asked_at=asker.date, quotes=opinion.id
        )
        await self.mail.send(replace(note, once=key))

    async def _refuse(self, message: Message, place: Place, key: str, now: datetime) -> None:
        """Leave no trace of a marked post, and say so. Its letter waits in memory only."""
        self.albums.refuse(key)
        answered = None
        if place.group is not None:
            answered = await self.desk.refuse(place.group, key, now)
        await self.mail.whisper(
            letter(
                render.refusal(),
                place,
                f"answer:{key}",
                reply_to=message.message_id,
                edit_of=answered,
            )
        )


def advice(opinion: Opinion, *, short: bool) -> Reply:
    """The words of an opinion as its chat should see them."""
    verdict, post, before = opinion.verdict, opinion.post, opinion.before
    bare = bool(post.text.strip()) and post.origin is None and not post.links and not post.draft
    bare = bare and verdict.keep_text
    return render.advice(
        verdict,
        review=opinion.id,
        balance=opinion.balance,
        short=short,
        private=opinion.id is None,
        state=state_of(before) if before else _state_so_far(opinion.seen),
        can_draft=bare,
        ledger=opinion.id is not None,
        unread=post.unread or (LONG if len(post.text) > READ_AT_MOST else ""),
        seen=opinion.seen,
        tone_set=before.tone if before and before.tone is not before.verdict.tone else None,
    )


def _state_so_far(seen: Seen | None) -> render.State:
    """A post that the group shared before counts as shared; what it declined it may yet share."""
    return "shared" if seen is not None and seen.shared else "open"


def state_of(review: Review) -> render.State:
    """What the group did with a post."""
    if review.shared:
        return "shared"
    return "declined" if review.declined else "open"
