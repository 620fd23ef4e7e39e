"""How the parts of the store reach the database: one writer, two readers."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

from models.store import backups, files
from models.store.connect import connect, translate
from models.store.writer import Writer

T = TypeVar("T")
Row = tuple[Any, ...]


class _Reader:
    def __init__(self, path: Path) -> None:
        self._connection = connect(path, read_only=True)
        self._lock = threading.Lock()

    def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        try:
            with self._lock:
                return work(self._connection)
        except sqlite3.Error as error:
            told = translate(error)
            if told is error:
                raise
            raise told from error

    def close(self) -> None:
        with self._lock:
            self._connection.close()


class Access:
    """Writes go through the queue; short reads run where they are asked, long ones in a thread."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self.writer = Writer(connection)
        self.write = self.writer.run
        self._short = _Reader(path)
        self._long = _Reader(path)
        self.read = self._short.run

    async def study(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """A read that may take milliseconds: off the event loop, on a connection of its own."""
        return await asyncio.to_thread(self._long.run, work)

    async def erase(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """A write whose deletions are in no file afterwards: not in the log, nor in a broken copy.

        Other automatic copies hold nothing of what is deleted this way.
        """
        result = await self.writer.run(work, scrub=True)
        await asyncio.to_thread(files.drop_broken, self.path)
        return result

    async def strike(self, work: Callable[[sqlite3.Connection], object]) -> None:
        """Delete in every automatic copy what ``erase`` is to delete next; raises as there.

        ``work`` finds it by what names it for good: a number may be another's in a copy.
        """
        await asyncio.to_thread(backups.strike, self.path, work)

    async def close(self) -> None:
        """Finish waiting writes, then close every connection."""
        await asyncio.to_thread(self.writer.close)
        self._short.close()
        self._long.close()


def one(connection: sqlite3.Connection, sql: str, *values: Any) -> Row | None:
    """The first row. Reads to the end: a cursor left open would hold an old view of the file."""
    rows: list[Row] = connection.execute(sql, values).fetchall()
    return rows[0] if rows else None


def stamp(moment: datetime) -> str:
    """An aware datetime as sortable text. Raises ValueError for a naive one."""
    if moment.tzinfo is None:
        message = f"a naive datetime: {moment}"
        raise ValueError(message)
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def moment(text: str) -> datetime:
    """What ``stamp`` wrote."""
    return datetime.fromisoformat(text)


def day_text(day: date) -> str:
    """A local day as sortable text; a datetime given by mistake is cut to its date."""
    return day.isoformat()[:10]
