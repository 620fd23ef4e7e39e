"""Letters on their way out, as the senders see them."""

from __future__ import annotations

import sqlite3
from datetime import datetime

from models.ledger import Letter
from models.store import letters
from models.store.access import Access, stamp


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

    async def taken(self, letter: Letter, message: str | None) -> None:
        await self._access.write(lambda db: letters.taken(db, letter, message))

    async def postpone(self, letter: Letter, until: datetime) -> None:
        sql = "UPDATE outgoing SET attempts = attempts + 1, not_before = ? WHERE id = ?"
        values = (stamp(until), letter.id)
        await self._access.write(lambda db: _run(db, sql, values))

    async def drop(self, letter: Letter) -> None:
        sql = "DELETE FROM outgoing WHERE id = ?"
        await self._access.write(lambda db: _run(db, sql, (letter.id,)))


def _run(db: sqlite3.Connection, sql: str, values: tuple[object, ...]) -> None:
    db.execute(sql, values)
