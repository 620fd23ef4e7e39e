"""Letters on their way out, as the senders see them."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from models.letter import Letter
from models.store import letters
from models.store.access import Access, one


class SqliteOutgoing:
    """Keeps ``models.ledger.Outgoing``."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def put(self, letter: Letter) -> Letter:
        return await self._access.write(lambda db: letters.put(db, letter))

    async def pending(self) -> list[Letter]:
        def work(db: sqlite3.Connection) -> list[Letter]:
            return [letters.load(row) for row in db.execute(f"{letters.SELECT} ORDER BY id")]

        return await self._access.study(work)

    async def taken(self, letter: Letter, message: str | None, now: datetime) -> None:
        await self._access.write(lambda db: letters.taken(db, letter, message, now))

    async def answered(self, once: str) -> bool:
        sql = "SELECT 1 FROM answered WHERE mark = ?"
        return self._access.read(lambda db: one(db, sql, once)) is not None

    async def waits(self, letter: Letter) -> bool:
        sql = "SELECT 1 FROM outgoing WHERE id = ?"
        return self._access.read(lambda db: one(db, sql, letter.id)) is not None

    async def drop(self, letter: Letter) -> None:
        sql = "DELETE FROM outgoing WHERE id = ?"
        await self._access.write(lambda db: _run(db, sql, (letter.id,)))


def _run(db: sqlite3.Connection, sql: str, values: tuple[object, ...]) -> None:
    db.execute(sql, values)
