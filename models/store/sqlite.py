"""The store as a whole: one SQLite file that keeps every protocol of ``models.ledger``."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import date, datetime
from pathlib import Path

from models.ledger import Health
from models.store import backups, checkup, purging
from models.store.access import Access
from models.store.groups import SqliteGroups
from models.store.nudges import SqliteKeys, SqliteNudges
from models.store.opening import prepare
from models.store.outgoing import SqliteOutgoing
from models.store.reviews import SqliteReviews
from models.store.shares import SqliteShares
from models.store.told import SqliteTold
from models.store.units import SqliteMembers, SqliteUnits


class SqliteStore:
    """Keeps ``models.ledger.Store``. Safe under concurrent tasks, event loops and processes."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._access = Access(path, connection)
        self.units = SqliteUnits(self._access)
        self.groups = SqliteGroups(self._access)
        self.members = SqliteMembers(self._access)
        self.reviews = SqliteReviews(self._access)
        self.shares = SqliteShares(self._access)
        self.nudges = SqliteNudges(self._access)
        self.outgoing = SqliteOutgoing(self._access)
        self.keys = SqliteKeys(self._access)
        self.told = SqliteTold(self._access)

    async def purge(self, code: str, before: datetime, day: date) -> int:
        """Delete what the privacy table calls ``code`` and is older."""
        return await purging.purge(self._access, code, before, day)

    async def settle(self) -> None:
        """Take what was deleted meanwhile, such as letters sent, out of the log too."""
        await self._access.writer.settle()

    @property
    def commits(self) -> int:
        """How many transactions were committed since the start."""
        return self._access.writer.commits

    async def touch(self) -> None:
        """Write the first page anew, as it is."""
        await self._access.write(_touch)

    async def backup(self, target: Path) -> None:
        """Copy to ``target`` while in use. Raises UserError "backup_exists", "backup_failed"."""
        await asyncio.to_thread(backups.copy, self._access.path, target)

    async def health(self) -> Health:
        """Read everything and check every invariant: seconds on a large file."""
        return await self._access.study(checkup.examine)

    async def close(self) -> None:
        """Finish what waits, then let go of the file."""
        await self._access.close()


def open_store(path: Path) -> SqliteStore:
    """Open the database, making or upgrading it as needed.

    Raises ``UserError`` "not_a_database" or "empty_database", ``NewerDatabase``, or
    ``StoreUnavailable``.
    """
    return SqliteStore(path, prepare(path))


def _touch(db: sqlite3.Connection) -> None:
    number = db.execute("PRAGMA user_version").fetchone()[0]
    db.execute(f"PRAGMA user_version = {int(number)}")
