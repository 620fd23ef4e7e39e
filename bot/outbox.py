"""Answers on their way out: from the outgoing table to the messenger, in order within a chat.

A letter is committed with the effects it tells of and is deleted as soon as the messenger took it;
after a crash it is sent again, so that an answer may come twice but is never lost: one by a crash,
see ``Gate`` and ``Striking``. What may leave no trace (advice in private, the line of a refusal) is
whispered: it waits in memory only, and its update is not acknowledged before it was heard. A full
disk does not hold it up, only the mark that it was answered: a crash just then repeats whatever was
whispered since the disk was full and Telegram brings again.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo

import structlog

from bot.gate import Abroad, Gate
from bot.landing import Landing
from bot.messenger import Gone, Messenger, Moved, Refused, Wait, said_anew
from bot.outage import Outage, pause_after, put_off
from bot.pacing import Pacer, Urgency
from bot.striking import Striking
from messages import render
from models.ledger import Store
from models.letter import Letter

log = structlog.get_logger(__name__)

_REMEMBERED = 20_000
_LATE = timedelta(hours=24)
# Nothing is held back for longer: a clock that was set back would do so for days.
_HELD_AT_MOST = 180.0


class Outbox:
    """Sends letters, one at a time in a chat, over all chats in the order of the pacer.

    ``run`` sends until it is cancelled; ``post`` puts a letter that is in the table in line;
    ``send`` commits it first; ``whisper`` puts one in line that must not be in the table. ``mark``
    hashes the name under which the store remembers what was answered for good.
    """

    def __init__(
        self,
        store: Store,
        messenger: Messenger,
        pacer: Pacer,
        clock: Callable[[], datetime],
        mark: Callable[[str], str] = str,
        zone: tzinfo = UTC,
        landing: Landing | None = None,
        gate: Gate | None = None,
    ) -> None:
        self._store = store
        self._messenger = messenger
        self._pacer = pacer
        self._clock = clock
        self._mark = mark
        self._zone = zone
        self._landing = landing or Landing()
        self._gate = gate or Gate()
        self._striking = Striking()
        self._outage = Outage()
        self._ages = itertools.count()
        self._listeners: dict[str, list[asyncio.Future[None]]] = {}
        self._lines: dict[str, deque[Letter]] = {}
        self._busy: set[str] = set()
        self._carried: dict[str, Letter] = {}
        self._answered: OrderedDict[str, tuple[str, str]] = OrderedDict()
        self._held: dict[str, tuple[asyncio.TimerHandle, Letter]] = {}
        self._group: asyncio.TaskGroup | None = None
        self._idle = asyncio.Event()
        self._idle.set()
        self.posted: Callable[[Letter], None] = _nothing
        """Told of each letter that is put in line."""

    async def run(self, ready: asyncio.Event | None = None) -> None:
        """Send until cancelled; what waits then stays in the table for the next start."""
        for letter in await self._store.outgoing.pending():
            if not self._in_line(letter):
                self.post(letter)
        async with asyncio.TaskGroup() as group:
            self._group = group
            group.create_task(self._striking.run())
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

    def waiting(self) -> int:
        """How many letters wait or are on their way."""
        lines = sum(len(line) for line in self._lines.values())
        return lines + len(self._held) + len(self._carried)

    def answer_of(self, key: str) -> str | None:
        """The id of the message that answered ``key`` lately."""
        known = self._answered.get(key)
        return known[1] if known else None

    async def send(self, letter: Letter) -> None:
        """Commit the letter and put it in line, unless it was answered for good before."""
        if letter.once:
            letter = replace(letter, once=self._mark(letter.once))
            if await self._store.outgoing.answered(letter.once):
                return
        self.post(await self._store.outgoing.put(letter))

    async def whisper(self, letter: Letter) -> None:
        """Put a letter in line that waits in memory only.

        Answered for good before a restart it is not said again; since then it is an edit.
        """
        if letter.once:
            letter = replace(letter, once=self._mark(letter.once))
            known = letter.key in self._answered or self._waits(letter)
            if not known and await self._store.outgoing.answered(letter.once):
                return
        self.post(letter)

    async def heard(self, chat: str) -> None:
        """Wait until nothing for this chat waits in memory only."""
        while self._whispers(chat):
            change = asyncio.get_running_loop().create_future()
            self._listeners.setdefault(chat, []).append(change)
            await change

    def _whispers(self, chat: str) -> bool:
        carried = self._carried.get(chat)
        held = (letter for _, letter in self._held.values() if letter.chat == chat)
        waiting = itertools.chain(self._lines.get(chat, ()), held, (carried,) if carried else ())
        return any(not letter.id for letter in waiting)

    def _changed(self, chat: str) -> None:
        for listener in self._listeners.pop(chat, ()):
            if not listener.done():
                listener.set_result(None)

    def post(self, letter: Letter) -> None:
        """Put a letter in line; it takes the place of a waiting one with its key.

        A letter that must not go yet is held back, and so is the one that takes its place.
        """
        self._idle.clear()
        self.posted(letter)
        if letter.key in self._held:
            handle, _ = self._held[letter.key]
            self._held[letter.key] = (handle, letter)
            return
        wait = (letter.not_before - self._clock()).total_seconds() if letter.not_before else 0.0
        if wait > 0:
            loop = asyncio.get_running_loop()
            handle = loop.call_later(min(wait, _HELD_AT_MOST), self._release, letter.key)
            self._held[letter.key] = (handle, letter)
            return
        self._line_up(letter)

    def withdraw(self, chat: str, key: str) -> None:
        """Take a letter that still waits out of line."""
        if key in self._held:
            self._held.pop(key)[0].cancel()
        if chat in self._carried and self._carried[chat].key == key:
            del self._carried[chat]
        line = self._lines.get(chat, deque())
        for waiting in [one for one in line if one.key == key]:
            line.remove(waiting)
        self._changed(chat)
        self._rest()

    def _in_line(self, letter: Letter) -> bool:
        """Whether a letter with this key, no older than the table's, waits in memory."""
        line = self._lines.get(letter.chat, ())
        return letter.key in self._held or any(one.key == letter.key for one in line)

    def _waits(self, letter: Letter) -> bool:
        """Whether a letter with this key waits or is on its way."""
        carried = self._carried.get(letter.chat)
        return self._in_line(letter) or (carried is not None and carried.key == letter.key)

    def _release(self, key: str) -> None:
        self._line_up(self._held.pop(key)[1])

    def _line_up(self, letter: Letter) -> None:
        line = self._lines.setdefault(letter.chat, deque())
        place = next((at for at, one in enumerate(line) if one.key == letter.key), None)
        if place is not None and not _overtaken(letter, itertools.islice(line, place, None)):
            line[place] = letter
            return
        if place is not None:  # the last words go last
            del line[place]
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
                letter = self._carried[chat] = line.popleft()
                try:
                    await self._carry(letter)
                except Exception:
                    log.exception("letter failed", kind=letter.kind)
                    await self._drop(letter)
                self._carried.pop(chat, None)
                self._changed(chat)
        finally:
            self._carried.pop(chat, None)
            self._busy.discard(chat)
            if not line:
                self._lines.pop(chat, None)
            self._rest()

    async def _carry(self, letter: Letter) -> None:
        """Send one letter, as often as it takes."""
        tries, age, called = 0, next(self._ages), False
        while letter.chat in self._carried:  # else it was withdrawn meanwhile
            if _overtaken(letter, self._lines.get(letter.chat, ())):
                if letter.id:
                    await self._drop(letter)
                return
            letter = self._as_edit(self._replacement(letter) or letter)
            try:
                await self._once(letter)
            except Wait as wait:
                pause = wait.seconds or pause_after(tries)
                tries += 1
                log.info("letter waits", reason=wait.reason, seconds=pause, tries=tries)
                if wait.seconds:
                    self._pacer.pause(letter.chat, wait.seconds)
                    await asyncio.sleep(wait.seconds)
                elif self._held_up(letter):
                    await self._striking.wait(age, pause)
                else:
                    called = await self._outage.wait(age, pause, patient=called)
            else:
                return

    def _held_up(self, letter: Letter) -> bool:
        """Whether it would be one more that a kill doubles."""
        return self._striking.behind and bool(letter.id)

    async def _once(self, letter: Letter) -> None:
        """One try; only ``Wait`` and what nobody expected comes out."""
        edit = letter.kind == "edit"
        passage: AbstractAsyncContextManager[Abroad] = self._gate.passage()
        if edit and not said_anew(letter):  # twice changes nothing
            passage = nullcontext(nullcontext)
        if self._held_up(letter):  # before it takes a turn, and once it has one
            raise Wait(None, "store unavailable")
        try:
            async with (
                self._pacer.turn(letter.chat, Urgency.EDIT if edit else Urgency.ANSWER),
                passage as abroad,
                self._landing.flight(),
            ):
                if self._held_up(letter):
                    raise Wait(None, "store unavailable")
                if await self._stands(letter):
                    with abroad():
                        message = await self._messenger.deliver(self._dated(letter))
                    await self._taken(letter, message)
        except Gone:
            await self._gone(letter)
        except Moved as moved:
            await self._follow(letter, moved.chat)
        except Refused as error:
            log.error("letter refused", reason=str(error), kind=letter.kind)
            await self._drop(letter)
        self._outage.over()

    async def _stands(self, letter: Letter) -> bool:
        """Whether it is to be sent still: the words that it quotes may be deleted by now."""
        with put_off():
            return not letter.id or await self._store.outgoing.waits(letter)

    def _dated(self, letter: Letter) -> Letter:
        """A letter that comes a day late says so."""
        at = letter.asked_at
        if at is None or letter.kind == "edit" or self._clock() - at < _LATE:
            return letter
        return replace(letter, text=f"{render.late(at.astimezone(self._zone))}\n{letter.text}")

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
            chat, message = known
            if chat == letter.chat:
                return replace(letter, kind="edit", edit_of=message)
        return letter

    async def _taken(self, letter: Letter, message: str | None) -> None:
        if message is not None and letter.kind == "answer" and letter.picture is None:
            self._answered[letter.key] = (letter.chat, message)
            if len(self._answered) > _REMEMBERED:
                self._answered.popitem(last=False)
        if not (letter.id or letter.review is not None or letter.once):
            return
        await self._strike(replace(letter, text="", picture=None), message)

    async def _strike(self, letter: Letter, message: str | None) -> None:
        """Record that it was sent; of its words nothing is kept until that is done."""
        at = self._clock()

        async def step() -> None:
            await self._store.outgoing.taken(letter, message, at)

        if not await self._striking.now(step, letter.id) and (letter.id or letter.once):
            self._striking.later(step, letter.id)

    async def _drop(self, letter: Letter) -> None:
        """A letter that is not to be sent and cannot be dropped now is tried at the next start."""
        try:
            await self._store.outgoing.drop(letter)
        except Exception:
            log.exception("letter not struck off", letter=letter.id)

    async def _gone(self, letter: Letter) -> None:
        """Whatever waits for that chat is given up with it, once nothing of it is kept.

        Until then the letter waits, and is what tells after a restart that this is to be done.
        """
        log.info("chat closed to us", kind=letter.kind)
        chat = (letter.platform, letter.chat)
        with put_off():
            if not letter.chat.startswith("-"):  # a person's: every copy is gone through for it
                await self._store.members.forget(*chat)
            await self._store.groups.leave(*chat, self._clock())
        self._empty(letter.chat)

    async def _follow(self, letter: Letter, chat: str) -> None:
        """The group became a supergroup: take its history and its letters along."""
        with put_off():
            await self._store.groups.migrate(letter.platform, letter.chat, chat, self._clock())
        for one in (letter, *self._empty(letter.chat)):
            self.post(_moved(one, chat))
        for key, (timer, held) in self._held.items():
            if held.chat == letter.chat:
                self._held[key] = (timer, _moved(held, chat))

    def _empty(self, chat: str) -> list[Letter]:
        """Take all that waits out of a chat's line."""
        line = self._lines.get(chat, deque())
        waiting = list(line)
        line.clear()
        return waiting


def _nothing(_letter: Letter) -> None:
    """Nobody listens."""


def _overtaken(letter: Letter, later: Iterable[Letter]) -> bool:
    """Whether the message that it changes is changed again, under another key, by a later one."""
    return letter.kind == "edit" and any(
        one.kind == "edit" and one.edit_of == letter.edit_of and one.key != letter.key
        for one in later
    )


def _moved(letter: Letter, chat: str) -> Letter:
    """The same words to the new chat, where no message has its old number."""
    return replace(letter, chat=chat, reply_to=None, edit_of=None, kind="answer")
