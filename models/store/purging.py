"""What has a limit in the table of ``models.privacy`` is deleted here: looked for first, then gone.

The same steps, with everything too old, make a copy that holds nothing of it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from models.store import rows
from models.store.access import Access, day_text, stamp

_CHUNK = 500
_NEVER = "9999"  # later than every date, as text

# {"before": a moment, "day": the same as a local day}: what is earlier is too old.
Limit = dict[str, str]


@dataclass(frozen=True, slots=True)
class Step:
    """``due`` finds rows of ``table`` that are too old; ``work`` deletes some and says how many."""

    table: str
    due: str
    work: Callable[[sqlite3.Connection, Limit], int]

    def is_due(self, db: sqlite3.Connection, limit: Limit) -> bool:
        sql = f"SELECT 1 FROM {self.table} WHERE {self.due} LIMIT 1"
        return bool(db.execute(sql, limit).fetchall())


def _plain(table: str, due: str) -> Step:
    sql = f"DELETE FROM {table} WHERE {due}"
    return Step(table, due, lambda db, limit: db.execute(sql, limit).rowcount)


def _texts(db: sqlite3.Connection, limit: Limit) -> int:
    return rows.empty_some(db, "created_at < ?", (limit["before"],), _CHUNK)


def _senders(db: sqlite3.Connection, limit: Limit) -> int:
    """The keys, and the hashes that nobody can make again."""
    sql = "UPDATE reviews SET sender = NULL WHERE sender IS NOT NULL AND updated_at < :before"
    gone = db.execute(sql, limit).rowcount
    return gone + db.execute("DELETE FROM day_keys WHERE day < :day", limit).rowcount


STEPS = {
    "texts": Step("reviews", "parts IS NOT NULL AND created_at < :before", _texts),
    "senders": Step("day_keys", "day < :day", _senders),
    "told": _plain("told", "day < :day"),
    "answered": _plain("answered", "at < :before"),
}
# They go when they are sent, and when the chat was left; never into a copy.
_UNLIMITED = {"letters": _plain("outgoing", "1"), "waiting": _plain("waiting", "1")}
UNCOPIED = {**STEPS, **_UNLIMITED}


async def purge(access: Access, code: str, before: datetime, day: date) -> int:
    """Delete what is older, in small transactions; nothing is written when nothing is due."""
    step, limit = STEPS[code], {"before": stamp(before), "day": day_text(day)}
    total = 0
    while await access.study(lambda db: step.is_due(db, limit)):
        total += await access.erase(lambda db: step.work(db, limit))
    return total


def strip(db: sqlite3.Connection) -> None:
    """Leave in a copy, of whatever version, only what a backup may hold."""
    found = db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    tables, limit = {row[0] for row in found}, {"before": _NEVER, "day": _NEVER}
    for step in UNCOPIED.values():
        while step.table in tables and step.work(db, limit):
            pass
