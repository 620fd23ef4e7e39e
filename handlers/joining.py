"""Joining by a unit's code, and what is said to those without one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from aiogram.types import Message

from handlers.mail import Mail, letter
from handlers.place import PLATFORM, Place, author
from handlers.rights import Rights
from messages import render
from messages.reply import Reply
from models.desk import Desk
from models.limits import Allowance, Limits, Reached

# Adding a bot by its link sends "/start CODE" right behind the service message: the sentence that
# asks for a code waits this long, and is replaced when the code comes.
_PATIENCE = timedelta(seconds=4)
_DAY = timedelta(days=1)
_GUESSES = Allowance(hour=5, day=20)


@dataclass(slots=True)
class Doorkeeper:
    """Lets in who brings a code; one polite sentence a day for everybody else.

    Wrong codes are counted by person and by chat, in memory: a restart gives five guesses more, at
    96 random bits.
    """

    desk: Desk
    mail: Mail
    rights: Rights
    _guesses: Limits = field(default_factory=lambda: Limits(_GUESSES))

    async def join(self, message: Message, place: Place, code: str, now: datetime) -> Reply | None:
        """Join this chat to the unit whose code it is; the words to answer with.

        In a group only its administrators' guesses are looked at, and counted. After too many
        wrong ones no code is looked at for a while; it is said once, then None.
        """
        if not place.private and not (allowed := await self.rights.is_admin(message)):
            return render.cannot_check_admin() if allowed is None else render.admins_only()
        names = [f"chat {place.chat}", f"person {author(message)}"]
        if (reached := self._guesses.reached(names, now)) is not None:
            return self._too_many(reached, now)
        unit = await self.desk.store.units.by_code(code)
        if unit is None:
            self._guesses.count(f"{place.chat}/{message.message_id}", names, now)
            return render.wrong_code()
        if place.private:
            await self.desk.store.members.join(PLATFORM, place.chat, unit.id, now)
            return render.start_private(unit.name)
        await self.desk.store.groups.join(PLATFORM, place.chat, unit.id, now, place.thread)
        await self.desk.store.groups.stop_waiting(PLATFORM, place.chat)
        await self.withdraw_request(place.chat)
        sees = await self.sees_forwards(place.chat)
        return render.start_group(unit.name, sees)

    def _too_many(self, reached: Reached, now: datetime) -> Reply | None:
        """That enough was guessed, said once."""
        until = reached.until.astimezone(self.desk.zone)
        told = self._guesses.tell(reached, now)
        return render.too_many_guesses(reached.most, reached.span, until) if told else None

    async def sees_forwards(self, chat: str) -> bool:
        return await self.rights.sees_forwards(chat)

    async def arrived(self, place: Place, now: datetime) -> None:
        """Added to a group without a code: say once what is needed; leave after 24 hours."""
        if await self.desk.store.groups.wait(PLATFORM, place.chat, now):
            note = letter(render.needs_code(), place, _request(place.chat))
            await self.mail.send(replace(note, not_before=now + _PATIENCE))

    async def stranger(self, message: Message, place: Place, now: datetime) -> None:
        """One polite sentence, at most once a day."""
        if not place.private:
            await self.arrived(place, now)
            return
        await self.once_a_day("stranger", render.stranger(), message, place, now)

    async def once_a_day(
        self, what: str, reply: Reply, message: Message, place: Place, now: datetime
    ) -> None:
        """Say something to a chat that has not joined, at most once a day."""
        note = letter(reply, place, f"{what}:{place.chat}/{message.message_id}")
        waits = await self.desk.once(note, what, place.chat, now, _DAY)
        if waits is not None:
            self.mail.post(waits)

    async def withdraw_request(self, chat: str) -> None:
        """The code came, or is not needed: the sentence that asks for one is not sent any more."""
        self.mail.withdraw(chat, _request(chat))
        for waiting in await self.desk.store.outgoing.pending():
            if waiting.key == _request(chat):
                await self.desk.store.outgoing.drop(waiting)


def _request(chat: str) -> str:
    return f"needs-code:{chat}"
