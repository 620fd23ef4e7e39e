"""What has a limit in the table of ``models.privacy`` is deleted here: looked for first, then gone.

The same steps make a backup that holds nothing of it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from models.store import rows
from models.store.access import Access, day_text, one, stamp

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Limit:
    """Before which moment, and before which local day, something is old."""

    before: str
    day: str


@dataclass(frozen=True, slots=True)
class Step:
    """``due`` finds a row that is too old; ``work`` deletes some of them and says how many."""

    due: str
    work: Callable[[sqlite3.Connection, Limit], int]

    def is_due(self, db: sqlite3.Connection, limit: Limit) -> bool:
        return one(db, self.due, limit.before, limit.day) is not None


def _texts(db: sqlite3.Connection, limit: Limit) -> int:
    return rows.empty_some(db, "created_at < ?", (limit.before,), _CHUNK)


def _senders(db: sqlite3.Connection, limit: Limit) -> int:
    """The keys, and the hashes that nobody can make again."""
    db.execute(
        "UPDATE reviews SET sender = NULL WHERE sender IS NOT NULL AND updated_at < ?",
        (limit.before,),
    )
    return db.execute("DELETE FROM day_keys WHERE day < ?", (limit.day,)).rowcount


def _told(db: sqlite3.Connection, limit: Limit) -> int:
    return db.execute("DELETE FROM told WHERE day < ?", (limit.day,)).rowcount


def _waiting(db: sqlite3.Connection, limit: Limit) -> int:
    return db.execute("DELETE FROM waiting WHERE since < ?", (limit.before,)).rowcount


def _answered(db: sqlite3.Connection, limit: Limit) -> int:
    return db.execute("DELETE FROM answered WHERE at < ?", (limit.before,)).rowcount


# Both limits are handed to every query: ?1 is the moment, ?2 the local day.
STEPS = {
    "texts": Step(
        "SELECT 1 FROM reviews WHERE parts IS NOT NULL AND created_at < ?1 AND ?2 <> '' LIMIT 1",
        _texts,
    ),
    "senders": Step("SELECT 1 FROM day_keys WHERE ?1 <> '' AND day < ?2 LIMIT 1", _senders),
    "told": Step("SELECT 1 FROM told WHERE ?1 <> '' AND day < ?2 LIMIT 1", _told),
    "answered": Step("SELECT 1 FROM answered WHERE at < ?1 AND ?2 <> '' LIMIT 1", _answered),
    "waiting": Step("SELECT 1 FROM waiting WHERE since < ?1 AND ?2 <> '' LIMIT 1", _waiting),
}


async def purge(access: Access, code: str, before: datetime, day: date) -> int:
    """Delete what is older, in small transactions; nothing is written when nothing is due."""
    step, limit = STEPS[code], Limit(stamp(before), day_text(day))
    total = 0
    while await access.study(lambda db: step.is_due(db, limit)):
        total += await access.write(lambda db: step.work(db, limit), scrub=True)
    return total
