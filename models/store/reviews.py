"""Reviews: judged posts, their answers, and how they are forgotten."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from datetime import date, datetime

from models.ledger import Corrected, NewReview, Pressed, Review, Suggestion
from models.letter import Letter
from models.seen import Earlier, Search
from models.store import correcting, letters, lines, rows, signatures, suggesting, twins
from models.store.access import Access, Row, one, stamp
from models.store.recording import entry, record


class SqliteReviews:
    """Keeps ``models.ledger.Reviews``."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def get(self, review: int) -> Review | None:
        return self._access.read(lambda db: rows.get(db, review))

    async def by_key(self, group: int, key: str) -> Review | None:
        return self._find("r.group_id = ? AND r.key = ?", group, key)

    async def by_answer(self, group: int, answer: str) -> Review | None:
        return self._find("r.group_id = ? AND r.answer = ? ORDER BY r.id DESC", group, answer)

    def _find(self, where: str, *values: object) -> Review | None:
        row = self._access.read(lambda db: one(db, f"{rows.SELECT} WHERE {where}", *values))
        return rows.load(row) if row else None

    async def record(
        self, new: NewReview, now: datetime, letter: Letter | None = None
    ) -> Letter | None:
        kept = entry(new, stamp(now), letter)
        return await self._access.write(lambda db: record(db, kept))

    async def seen(self, search: Search) -> Earlier | None:
        return self._access.read(lambda db: signatures.find(db, search))

    async def answered(self, review: int, answer: str) -> None:
        sql = "UPDATE reviews SET answer = ? WHERE id = ?"
        await self._access.write(lambda db: db.execute(sql, (answer, review)).rowcount)

    async def refuse(self, group: int, key: str, now: datetime, day: date) -> str | None:
        recorded = stamp(now)

        names = self._access.read(lambda db: twins.of_message(db, group, key))
        await self._strike(names, lambda db, review: _refuse(db, review, recorded, in_copy=True))
        return await self._access.erase(lambda db: _refuse_message(db, group, key, recorded))

    async def decline(self, review: int) -> Pressed:
        return await self._access.write(lambda db: _decline(db, review))

    async def forget(self, review: int) -> bool:
        await self._forget_in_copies([review])
        return await self._access.erase(lambda db: _forget(db, review))

    async def forget_senders(self, senders: Sequence[str]) -> int:
        hashes = list(senders)
        await self._forget_in_copies(self._access.read(lambda db: _sent_by(db, hashes)))
        return await self._access.erase(
            lambda db: sum(_forget(db, review) for review in _sent_by(db, hashes))
        )

    async def _forget_in_copies(self, reviews: list[int]) -> None:
        """A copy has no text of them, nor who sent them, but what tells posts like them."""
        names = self._access.read(lambda db: twins.of_reviews(db, reviews))
        if names:
            await self._strike(names, lambda db, review: _forget(db, review, in_copy=True))

    async def _strike(
        self, names: list[Row], work: Callable[[sqlite3.Connection, int], object]
    ) -> None:
        await self._access.strike(lambda db: [work(db, review) for review in twins.find(db, names)])

    async def suggestions(self, group: int, since: datetime, limit: int = 3) -> list[Suggestion]:
        first = stamp(since)
        return await self._access.study(lambda db: suggesting.find(db, group, first, limit))

    async def corrections(self, since: datetime) -> list[Corrected]:
        first = stamp(since)
        return await self._access.study(lambda db: correcting.find(db, first))


def _refuse_message(db: sqlite3.Connection, group: int, key: str, now: str) -> str | None:
    row = one(db, "SELECT id FROM reviews WHERE group_id = ? AND key = ?", group, key)
    return _refuse(db, row[0], now) if row else None


def _refuse(db: sqlite3.Connection, review: int, now: str, *, in_copy: bool = False) -> str | None:
    row = one(db, "SELECT post_id, answer FROM reviews WHERE id = ?", review)
    if row is None:
        return None
    post, answer = row
    if not in_copy:
        letters.drop_for(db, review)
    db.execute("DELETE FROM reviews WHERE id = ?", (review,))
    if lines.lonely(db, post):
        lines.reverse(db, post, now, "refused")
        lines.abandon(db, post)
    else:  # the same words stand in other messages, where nobody saw a mark: they keep the count
        same = db.execute("SELECT id FROM reviews WHERE post_id = ?", (post,)).fetchall()
        for (other,) in same:
            _empty(db, other, in_copy=in_copy)
        signatures.remove(db, post)
    return str(answer) if answer is not None else None


def _decline(db: sqlite3.Connection, review: int) -> Pressed:
    found, _ = rows.need(db, review)
    if found.shared or found.declined:
        return Pressed(found, changed=False)
    db.execute("UPDATE reviews SET declined = 1 WHERE id = ?", (review,))
    return Pressed(rows.need(db, review)[0], changed=True)


def _forget(db: sqlite3.Connection, review: int, *, in_copy: bool = False) -> bool:
    row = one(db, "SELECT post_id FROM reviews WHERE id = ?", review)
    if row is None:
        return False
    _empty(db, review, in_copy=in_copy)
    signatures.remove(db, row[0])
    return True


def _empty(db: sqlite3.Connection, review: int, *, in_copy: bool) -> None:
    (rows.wipe if in_copy else rows.empty)(db, review)


def _sent_by(db: sqlite3.Connection, senders: list[str]) -> list[int]:
    sql = f"SELECT id FROM reviews WHERE sender IN ({', '.join('?' * len(senders))})"
    return [row[0] for row in db.execute(sql, senders).fetchall()]
