"""Weekly nudges: one row for each group, kind and ISO week, claimed before anything is sent."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from models.ledger import NudgeMark
from models.store.access import Access, day_text, moment, one, stamp

_SELECT = "SELECT group_id, kind, week, state, at, reason, message FROM nudges"

# What was sent stays sent, whatever a slower process believes.
_MARK = """INSERT INTO nudges (group_id, kind, week, state, at, reason, message)
    VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (group_id, kind, week) DO UPDATE SET state = excluded.state, at = excluded.at,
        reason = excluded.reason, message = excluded.message
    WHERE nudges.state <> 'sent' OR excluded.state = 'sent'"""

_EXPIRE = "UPDATE nudges SET state = 'outcome_unknown', at = ? WHERE state = 'claimed' AND at < ?"
_AHEAD = timedelta(hours=1)  # more than the clocks of two processes differ


def _load(row: Sequence[Any]) -> NudgeMark:
    return NudgeMark(row[0], row[1], row[2], row[3], moment(row[4]), row[5], row[6])


class SqliteNudges:
    """Keeps ``models.ledger.Nudges``."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def claim(self, group: int, kind: str, week: str, now: datetime) -> bool:
        sql = (
            "INSERT OR IGNORE INTO nudges (group_id, kind, week, state, at)"
            " VALUES (?, ?, ?, 'claimed', ?)"
        )
        values = (group, kind, week, stamp(now))
        return await self._access.write(lambda db: db.execute(sql, values).rowcount == 1)

    async def mark(self, mark: NudgeMark) -> None:
        values = (
            mark.group,
            mark.kind,
            mark.week,
            mark.state,
            stamp(mark.at),
            mark.reason,
            mark.message,
        )
        await self._access.write(lambda db: db.execute(_MARK, values).rowcount)

    async def release(self, group: int, kind: str, week: str) -> None:
        sql = (
            "DELETE FROM nudges WHERE group_id = ? AND kind = ? AND week = ? AND state = 'claimed'"
        )
        await self._access.write(lambda db: db.execute(sql, (group, kind, week)).rowcount)

    async def expire(self, before: datetime, now: datetime) -> int:
        values, ahead = (stamp(now), stamp(before)), (stamp(now + _AHEAD),)

        def work(db: sqlite3.Connection) -> int:
            db.execute("DELETE FROM nudges WHERE state = 'skipped' AND at > ?", ahead)
            return db.execute(_EXPIRE, values).rowcount

        return await self._access.write(work)

    async def get(self, group: int, kind: str, week: str) -> NudgeMark | None:
        sql = f"{_SELECT} WHERE group_id = ? AND kind = ? AND week = ?"
        row = self._access.read(lambda db: one(db, sql, group, kind, week))
        return _load(row) if row else None

    async def recent(self, limit: int = 50) -> list[NudgeMark]:
        sql = f"{_SELECT} ORDER BY at DESC, group_id, week DESC LIMIT ?"
        found = self._access.read(lambda db: db.execute(sql, (limit,)).fetchall())
        return [_load(row) for row in found]

    async def states(self, kind: str, week: str) -> dict[int, str]:
        sql = "SELECT group_id, state FROM nudges WHERE kind = ? AND week = ?"
        return await self._access.study(lambda db: dict(db.execute(sql, (kind, week)).fetchall()))


class SqliteKeys:
    """Keeps ``models.marks.Keys``."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def key(self, day: date) -> bytes:
        text = day_text(day)
        known = self._access.read(lambda db: _key(db, text))
        if known is None:
            known = await self._access.write(lambda db: _make_key(db, text))
        return known

    async def live(self) -> list[bytes]:
        sql = "SELECT key FROM day_keys ORDER BY day"
        return self._access.read(lambda db: [row[0] for row in db.execute(sql).fetchall()])


def _key(db: sqlite3.Connection, day: str) -> bytes | None:
    row = one(db, "SELECT key FROM day_keys WHERE day = ?", day)
    return bytes(row[0]) if row else None


def _make_key(db: sqlite3.Connection, day: str) -> bytes:
    values = (day, secrets.token_bytes(32))
    db.execute("INSERT OR IGNORE INTO day_keys (day, key) VALUES (?, ?)", values)
    return _key(db, day) or b""
