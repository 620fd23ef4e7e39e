"""Shares: presses that add lines to the ledger, and the sums that come of them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from models.balance import Tally
from models.ledger import Pressed
from models.letter import Letter
from models.store import letters, lines, rows
from models.store.access import Access, day_text, stamp
from models.verdict import Tone

_SUNDAY = timedelta(days=6)  # after Monday
_SHORT = 4  # groups whose sums are read where they are asked for; more are read in a thread

# Sums by case, week by week: nothing is sorted, so a year of 50 groups takes under 50 ms.
_COLUMNS = ", ".join(f"COALESCE(SUM(CASE tone WHEN '{tone}' THEN n END), 0)" for tone in Tone)
_FROM = "FROM tallies WHERE group_id IN (SELECT value FROM json_each(?)) AND day BETWEEN ? AND ?"
_SUMS = f"SELECT {_COLUMNS} {_FROM}"


class SqliteShares:
    """Keeps ``models.ledger.Shares``."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def share(
        self,
        review: int,
        now: datetime,
        day: date,
        press: str = "",
        question: Letter | None = None,
    ) -> Pressed:
        when, local = stamp(now), day_text(day)

        def work(db: sqlite3.Connection) -> Pressed:
            pressed = _share(db, review, when, local)
            if not pressed.changed or question is None:
                return pressed
            return replace(pressed, letter=letters.put(db, question))

        return await self._once(press, when, review, work)

    async def undo(self, review: int, now: datetime, press: str = "") -> Pressed:
        when = stamp(now)
        return await self._once(press, when, review, lambda db: _undo(db, review, when))

    async def relabel(self, review: int, tone: Tone, now: datetime, press: str = "") -> Pressed:
        when = stamp(now)
        return await self._once(press, when, review, lambda db: _relabel(db, review, tone, when))

    async def dispute(self, review: int, tone: Tone, now: datetime, press: str = "") -> None:
        when = stamp(now)
        await self._once(press, when, review, lambda db: _dispute(db, review, tone, when))

    async def _once(
        self, press: str, when: str, review: int, work: Callable[[sqlite3.Connection], Pressed]
    ) -> Pressed:
        """Do it unless Telegram brings the press again; then only what stands is told."""

        def whole(db: sqlite3.Connection) -> Pressed:
            if letters.first(db, press, when):
                return work(db)
            return Pressed(rows.need(db, review)[0], changed=False)

        return await self._access.write(whole)

    async def answer(self, review: int, rule: str, yes: bool, now: datetime) -> None:
        when = stamp(now)
        await self._access.write(lambda db: _answer(db, review, rule, yes, when))

    async def tally(self, groups: Sequence[int], first: date, last: date) -> Tally:
        wanted = json.dumps(list(groups))

        def work(db: sqlite3.Connection) -> Tally:
            return _sum(db, wanted, first, last)

        return self._access.read(work) if len(groups) <= _SHORT else await self._access.study(work)

    async def weekly(
        self, groups: Sequence[int], first: date, last: date
    ) -> list[tuple[date, Tally]]:
        wanted = json.dumps(list(groups))

        def work(db: sqlite3.Connection) -> list[tuple[date, Tally]]:
            found = [
                (monday, _sum(db, wanted, max(first, monday), min(last, monday + _SUNDAY)))
                for monday in _mondays(first, last)
            ]
            return [(monday, tally) for monday, tally in found if tally.total]

        return await self._access.study(work)


def _mondays(first: date, last: date) -> Iterator[date]:
    monday = first - timedelta(days=first.weekday())
    while monday <= last:
        yield monday
        monday += timedelta(days=7)


def _sum(db: sqlite3.Connection, groups: str, first: date, last: date) -> Tally:
    values = (groups, day_text(first), day_text(last))
    return Tally(*db.execute(_SUMS, values).fetchall()[0])


def _share(db: sqlite3.Connection, review: int, now: str, day: str) -> Pressed:
    found, post = rows.need(db, review)
    if found.shared or found.declined:
        return Pressed(found, changed=False)
    lines.enter(
        db,
        post,
        group=found.group,
        tone=found.tone,
        day=day,
        shared_at=now,
        now=now,
        reason="share",
    )
    return Pressed(rows.need(db, review)[0], changed=True)


def _undo(db: sqlite3.Connection, review: int, now: str) -> Pressed:
    found, post = rows.need(db, review)
    if not (found.shared or found.declined):
        return Pressed(found, changed=False)
    lines.reverse(db, post, now, "undo")
    db.execute("UPDATE reviews SET declined = 0 WHERE id = ?", (review,))
    return Pressed(rows.need(db, review)[0], changed=True)


def _relabel(db: sqlite3.Connection, review: int, tone: Tone, now: str) -> Pressed:
    found, post = rows.need(db, review)
    db.execute("UPDATE posts SET person_tone = ? WHERE id = ?", (tone, post))
    moved = lines.retone(db, post, tone, now, "relabel")
    changed = moved or found.tone != tone
    return Pressed(rows.need(db, review)[0], changed)


def _dispute(db: sqlite3.Connection, review: int, tone: Tone, now: str) -> Pressed:
    found, _ = rows.need(db, review)
    sql = "INSERT INTO disputes (review_id, tone, at) VALUES (?, ?, ?)"
    db.execute(sql, (review, tone, now))
    return Pressed(found, changed=True)


def _answer(db: sqlite3.Connection, review: int, rule: str, yes: bool, now: str) -> None:
    _, post = rows.need(db, review)
    sql = "INSERT OR REPLACE INTO share_answers (post_id, rule, yes, at) VALUES (?, ?, ?, ?)"
    db.execute(sql, (post, rule, int(yes), now))
