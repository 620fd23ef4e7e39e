"""Letters, nudges and day keys in plain dictionaries."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from models.ledger import NudgeMark
from models.letter import Letter
from models.marks import Mark


class MemoryOutgoing:
    """Keeps ``models.ledger.Outgoing``. ``noted`` hears of answers that were taken."""

    def __init__(self) -> None:
        self.letters: dict[str, Letter] = {}
        self.noted: Callable[[int, str | None], None] = lambda review, answer: None
        self.told: dict[str, datetime] = {}
        self._next = 1

    async def put(self, letter: Letter) -> Letter:
        old = self.letters.pop(letter.key, None)
        until = letter.not_before or (old.not_before if old else None)
        letter = replace(letter, id=self._next, not_before=until)
        self._next += 1
        self.letters[letter.key] = letter
        return letter

    async def pending(self) -> list[Letter]:
        return list(self.letters.values())

    async def waits(self, letter: Letter) -> bool:
        return self._same(letter) is not None

    def drop_for(self, review: int) -> None:
        self.letters = {
            key: one for key, one in self.letters.items() if review not in {one.review, one.quotes}
        }

    def drop_of(self, people: Sequence[str]) -> None:
        self.letters = {key: one for key, one in self.letters.items() if one.who not in people}

    def _same(self, letter: Letter) -> Letter | None:
        waiting = self.letters.get(letter.key)
        return waiting if waiting and waiting.id == letter.id else None

    async def taken(self, letter: Letter, message: str | None, now: datetime) -> None:
        await self.drop(letter)
        self.first(letter.once, now)
        if letter.kind != "answer":
            return
        if letter.review is not None:
            self.noted(letter.review, message)
        later = self.letters.get(letter.key)
        if later and later.kind == "answer" and message is not None:
            self.letters[letter.key] = replace(later, kind="edit", edit_of=message)

    def first(self, once: str, now: datetime) -> bool:
        known = once in self.told
        if once:
            self.told.setdefault(once, now)
        return not known

    async def answered(self, once: str) -> bool:
        return once in self.told

    def forget_answered(self, before: datetime) -> int:
        old = [once for once, at in self.told.items() if at < before]
        for once in old:
            del self.told[once]
        return len(old)

    async def drop(self, letter: Letter) -> None:
        if self._same(letter):
            del self.letters[letter.key]

    def migrate(self, platform: str, old: str, new: str) -> None:
        for key, letter in self.letters.items():
            if (letter.platform, letter.chat) == (platform, old):
                self.letters[key] = replace(
                    letter, chat=new, kind="answer", reply_to=None, edit_of=None
                )

    def leave(self, platform: str, chat: str) -> None:
        gone = (platform, chat)
        self.letters = {k: v for k, v in self.letters.items() if (v.platform, v.chat) != gone}


class MemoryNudges:
    """Keeps ``models.ledger.Nudges``."""

    def __init__(self) -> None:
        self.marks: dict[tuple[int, str, str], NudgeMark] = {}

    async def claim(self, group: int, kind: str, week: str, now: datetime) -> bool:
        key = (group, kind, week)
        if key in self.marks:
            return False
        self.marks[key] = NudgeMark(group, kind, week, "claimed", now)
        return True

    async def mark(self, mark: NudgeMark) -> None:
        key = (mark.group, mark.kind, mark.week)
        old = self.marks.get(key)
        if old is None or old.state != "sent" or mark.state == "sent":
            self.marks[key] = mark

    async def release(self, group: int, kind: str, week: str) -> None:
        mark = self.marks.get((group, kind, week))
        if mark and mark.state == "claimed":
            del self.marks[group, kind, week]

    async def expire(self, before: datetime, now: datetime) -> int:
        ahead = now + timedelta(hours=1)
        self.marks = {
            key: m for key, m in self.marks.items() if m.state != "skipped" or m.at <= ahead
        }
        found = [m for m in self.marks.values() if m.state == "claimed" and m.at < before]
        for mark in found:
            lost = replace(mark, state="outcome_unknown", at=now)
            self.marks[mark.group, mark.kind, mark.week] = lost
        return len(found)

    async def get(self, group: int, kind: str, week: str) -> NudgeMark | None:
        return self.marks.get((group, kind, week))

    async def recent(self, limit: int = 50) -> list[NudgeMark]:
        newest = sorted(self.marks.values(), key=lambda m: (m.at, -m.group, m.week), reverse=True)
        return newest[:limit]

    async def states(self, kind: str, week: str) -> dict[int, str]:
        found = self.marks.values()
        return {m.group: m.state for m in found if (m.kind, m.week) == (kind, week)}

    def absorb(self, group: int, newcomer: int) -> None:
        for key, mark in list(self.marks.items()):
            if mark.group == newcomer:
                del self.marks[key]
                ours = self.marks.get((group, *key[1:]))
                if ours is None or ours.state == "claimed":
                    self.marks[group, *key[1:]] = replace(_in_doubt(mark), group=group)


def _in_doubt(mark: NudgeMark) -> NudgeMark:
    if mark.state != "claimed":
        return mark
    return replace(mark, state="outcome_unknown", reason="moved")


class MemoryKeys:
    """Keeps ``models.marks.Keys``."""

    def __init__(self) -> None:
        self.keys: dict[date, bytes] = {}

    async def key(self, day: date) -> bytes:
        return self.keys.setdefault(day, secrets.token_bytes(32))

    async def live(self) -> list[bytes]:
        return [self.keys[day] for day in sorted(self.keys)]

    def purge(self, day: date) -> int:
        gone = [one for one in self.keys if one < day]
        for one in gone:
            del self.keys[one]
        return len(gone)


class MemoryTold:
    """Keeps ``models.marks.Told``."""

    def __init__(self, outgoing: MemoryOutgoing) -> None:
        self.marks: dict[str, Mark] = {}
        self._outgoing = outgoing

    async def once(self, mark: Mark, letter: Letter) -> Letter | None:
        known = (self.marks.get(one) for one in mark.known)
        if any(one is not None and one.at >= mark.since for one in known):
            return None
        self.marks[mark.mark] = mark
        return await self._outgoing.put(replace(letter, who=mark.who))

    def _drop(self, gone: list[str]) -> int:
        for one in gone:
            del self.marks[one]
        return len(gone)

    async def forget(self, people: Sequence[str]) -> int:
        self._outgoing.drop_of(people)
        return self._drop([name for name, mark in self.marks.items() if mark.who in people])

    def purge(self, day: date) -> int:
        return self._drop([name for name, mark in self.marks.items() if mark.day < day])
