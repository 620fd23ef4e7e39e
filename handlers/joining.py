"""Joining by a unit's code, and what is said to those without one."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from aiogram.types import Message

from handlers.mail import Mail, letter
from handlers.place import PLATFORM, Place
from handlers.rights import Rights
from messages import render
from messages.reply import Reply
from models.desk import Desk
from models.registry import Unit

# Adding a bot by its link sends "/start CODE" right behind the service message: the sentence that
# asks for a code waits this long, and is replaced when the code comes.
_PATIENCE = timedelta(seconds=4)
_DAY = timedelta(days=1)
_GUESSES = 10


@dataclass(slots=True)
class Doorkeeper:
    """Lets in who brings a code; one polite sentence a day for everybody else.

    Wrong codes are counted in memory: a restart gives ten guesses more at 96 random bits.
    """

    desk: Desk
    mail: Mail
    rights: Rights
    _guesses: OrderedDict[str, tuple[datetime, int]] = field(default_factory=OrderedDict)

    async def join(self, message: Message, place: Place, code: str, now: datetime) -> Reply:
        """Join this chat to the unit whose code it is; the words to answer with.

        In a group only its administrators' guesses are looked at, and counted.
        """
        if not place.private and not (allowed := await self.rights.is_admin(message)):
            return render.cannot_check_admin() if allowed is None else render.admins_only()
        unit = await self._unit_with(code, place, now)
        if unit is None:
            return render.wrong_code()
        if place.private:
            await self.desk.store.members.join(PLATFORM, place.chat, unit.id, now)
            return render.start_private(unit.name)
        await self.desk.store.groups.join(PLATFORM, place.chat, unit.id, now, place.thread)
        await self.desk.store.groups.stop_waiting(PLATFORM, place.chat)
        await self._withdraw_request(place)
        sees = await self.sees_forwards(place.chat)
        return render.start_group(unit.name, sees)

    async def _unit_with(self, code: str, place: Place, now: datetime) -> Unit | None:
        """The unit whose code it is; guesses are counted, and run out for the day."""
        if self._guesses_left(place.chat, now) <= 0:
            return None
        unit = await self.desk.store.units.by_code(code)
        if unit is None:
            self._guessed(place.chat, now)
        return unit

    async def sees_forwards(self, chat: str) -> bool:
        return await self.rights.sees_forwards(chat)

    async def arrived(self, place: Place, now: datetime) -> None:
        """Added to a group without a code: say once what is needed; leave after 24 hours."""
        if await self.desk.store.groups.wait(PLATFORM, place.chat, now):
            note = letter(render.needs_code(), place, _request(place))
            await self.mail.send(replace(note, not_before=now + _PATIENCE))

    async def stranger(self, message: Message, place: Place, now: datetime) -> None:
        """One polite sentence, at most once a day."""
        if not place.private:
            await self.arrived(place, now)
            return
        key = f"stranger:{place.chat}/{message.message_id}"
        note = letter(render.stranger(), place, key)
        waits = await self.desk.once(note, "stranger", place.chat, now, _DAY)
        if waits is not None:
            self.mail.post(waits)

    async def _withdraw_request(self, place: Place) -> None:
        """The code came: the waiting sentence that asks for one is not sent any more."""
        self.mail.withdraw(place.chat, _request(place))
        for waiting in await self.desk.store.outgoing.pending():
            if waiting.key == _request(place):
                await self.desk.store.outgoing.drop(waiting)

    def _guesses_left(self, chat: str, now: datetime) -> int:
        since, count = self._guesses.get(chat, (now, 0))
        return _GUESSES if now - since >= _DAY else _GUESSES - count

    def _guessed(self, chat: str, now: datetime) -> None:
        since, count = self._guesses.get(chat, (now, 0))
        self._guesses[chat] = (now, 1) if now - since >= _DAY else (since, count + 1)
        if len(self._guesses) > 10_000:
            self._guesses.popitem(last=False)


def _request(place: Place) -> str:
    return f"needs-code:{place.chat}"
