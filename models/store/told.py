"""What is said once: a keyed mark is kept with the letter, whoever it went to stays unknown."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from models.letter import Letter
from models.marks import Mark
from models.store import letters
from models.store.access import Access, day_text, one, stamp


class SqliteTold:
    """Keeps ``models.marks.Told``."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def once(self, mark: Mark, letter: Letter) -> Letter | None:
        if self._access.read(lambda db: _known(db, mark)):
            return None
        return await self._access.write(lambda db: _tell(db, mark, letter))

    async def forget(self, people: Sequence[str]) -> int:
        hashes = tuple(people)
        return await self._access.erase(lambda db: _forget(db, hashes))


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))


def _known(db: sqlite3.Connection, mark: Mark) -> bool:
    sql = f"SELECT 1 FROM told WHERE at >= ? AND mark IN ({_marks(mark.known)})"
    return one(db, sql, stamp(mark.since), *mark.known) is not None


def _tell(db: sqlite3.Connection, mark: Mark, letter: Letter) -> Letter | None:
    if _known(db, mark):
        return None
    sql = "INSERT OR REPLACE INTO told (mark, who, day, at) VALUES (?, ?, ?, ?)"
    db.execute(sql, (mark.mark, mark.who, day_text(mark.day), stamp(mark.at)))
    return letters.put(db, replace(letter, who=mark.who))


def _forget(db: sqlite3.Connection, people: tuple[str, ...]) -> int:
    theirs = f"who IN ({_marks(people)})"
    db.execute(f"DELETE FROM outgoing WHERE {theirs}", people)
    return db.execute(f"DELETE FROM told WHERE {theirs}", people).rowcount
