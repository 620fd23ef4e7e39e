"""What has a limit in the table of ``models.privacy``: looked for first, then deleted."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from models.store import files, rows
from models.store.access import Access, day_text, stamp

_CHUNK = 500
_SENT = "sender IS NOT NULL AND updated_at < :before"

# {"before": a moment, "day": the same as a local day}: what is earlier is too old.
Limit = dict[str, str]


@dataclass(frozen=True, slots=True)
class Step:
    """``due`` finds what is too old; ``work`` deletes some of it and says how much."""

    due: str
    work: Callable[[sqlite3.Connection, Limit], int]

    def is_due(self, db: sqlite3.Connection, limit: Limit) -> bool:
        return bool(db.execute(f"SELECT 1 FROM {self.due} LIMIT 1", limit).fetchall())


def _plain(table: str, due: str) -> Step:
    sql = f"DELETE FROM {table} WHERE {due}"
    return Step(f"{table} WHERE {due}", lambda db, limit: db.execute(sql, limit).rowcount)


def _texts(db: sqlite3.Connection, limit: Limit) -> int:
    return rows.empty_some(db, "created_at < ?", (limit["before"],), _CHUNK)


def _senders(db: sqlite3.Connection, limit: Limit) -> int:
    """The keys, and the hashes that nobody can make again."""
    gone = db.execute(f"UPDATE reviews SET sender = NULL WHERE {_SENT}", limit).rowcount
    return gone + db.execute("DELETE FROM day_keys WHERE day < :day", limit).rowcount


STEPS = {
    "texts": Step("reviews WHERE parts IS NOT NULL AND created_at < :before", _texts),
    "senders": Step(
        "(SELECT day FROM day_keys WHERE day < :day"
        f" UNION ALL SELECT updated_at FROM reviews WHERE {_SENT})",
        _senders,
    ),
    "told": _plain("told", "day < :day"),
    "answered": _plain("answered", "at < :before"),
}


# What lies beside the database.
FILES = {"broken": files.drop_broken}


async def purge(access: Access, code: str, before: datetime, day: date) -> int:
    """Delete what is older, in small transactions; nothing is written when nothing is due."""
    if code in FILES:
        return await asyncio.to_thread(FILES[code], access.path, before)
    step, limit = STEPS[code], {"before": stamp(before), "day": day_text(day)}
    total = 0
    while await access.study(lambda db: step.is_due(db, limit)):
        total += await access.erase(lambda db: step.work(db, limit))
    return total
