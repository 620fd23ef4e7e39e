"""Groups: joining, leaving, settings, and chats that wait for a code."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from models.ledger import Waiting
from models.registry import Group, GroupSettings
from models.store import rows, units
from models.store.access import Access, moment, one, stamp
from models.store.codec import dump
from models.store.moving import migrate

_SELECT = "SELECT id, unit_id, platform, chat, active, thread, settings, joined_at FROM groups"
_ALIAS = "(SELECT group_id FROM aliases WHERE platform = ? AND chat = ?)"
_SETTINGS = frozenset(field.name for field in fields(GroupSettings))
_CHUNK, _ALL = 500, -1


def load(row: Sequence[Any]) -> Group:
    """A group from a row; settings of a later version are left unread."""
    known = {name: value for name, value in json.loads(row[6]).items() if name in _SETTINGS}
    return Group(
        id=row[0],
        unit=row[1],
        platform=row[2],
        chat=row[3],
        active=bool(row[4]),
        thread=row[5],
        settings=GroupSettings(**known),
        joined_at=moment(row[7]),
    )


class SqliteGroups:
    """Keeps ``models.ledger.Groups``."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def find(self, platform: str, chat: str) -> Group | None:
        row = self._access.read(
            lambda db: one(db, f"{_SELECT} WHERE id = {_ALIAS}", platform, chat)
        )
        return load(row) if row else None

    async def get(self, group: int) -> Group | None:
        row = self._access.read(lambda db: one(db, f"{_SELECT} WHERE id = ?", group))
        return load(row) if row else None

    async def join(
        self, platform: str, chat: str, unit: int, now: datetime, thread: str | None = None
    ) -> Group:
        when = stamp(now)
        leaves = self._access.read(lambda db: _leaves(db, platform, chat, unit))
        await self._empty(leaves)
        write = self._access.write if leaves is None else self._access.erase
        return await write(lambda db: _join(db, platform, chat, unit=unit, now=when, thread=thread))

    async def leave(self, platform: str, chat: str, now: datetime) -> None:
        await self._empty(self._access.read(lambda db: _present(db, platform, chat)))
        await self._access.erase(lambda db: _leave(db, platform, chat))

    async def _empty(self, group: int | None) -> None:
        """Delete the texts of a group before it leaves its unit: killed between, it does so again.

        What is left for the transaction in which it leaves is what came meanwhile.
        """
        if group is None:
            return
        while await self._access.erase(
            lambda db: rows.empty_some(db, "group_id = ?", (group,), _CHUNK)
        ):
            pass

    async def migrate(self, platform: str, old: str, new: str, now: datetime) -> None:
        when = stamp(now)
        await self._access.write(lambda db: migrate(db, platform, old, new, when))

    async def configure(self, group: int, settings: GroupSettings) -> None:
        values = (dump(asdict(settings)), group)
        sql = "UPDATE groups SET settings = ? WHERE id = ?"
        await self._access.write(lambda db: db.execute(sql, values).rowcount)

    async def active(self) -> list[Group]:
        sql = f"{_SELECT} WHERE active AND unit_id IS NOT NULL ORDER BY id"
        return self._access.read(lambda db: [load(row) for row in db.execute(sql).fetchall()])

    async def in_units(self, units: Sequence[int]) -> list[int]:
        sql = "SELECT id FROM groups WHERE unit_id IN (SELECT value FROM json_each(?)) ORDER BY id"
        values = (json.dumps(list(units)),)
        return self._access.read(lambda db: [row[0] for row in db.execute(sql, values).fetchall()])

    async def wait(self, platform: str, chat: str, now: datetime) -> bool:
        sql = "INSERT OR IGNORE INTO waiting (platform, chat, since) VALUES (?, ?, ?)"
        values = (platform, chat, stamp(now))
        return await self._access.write(lambda db: db.execute(sql, values).rowcount > 0)

    async def waiting(self, before: datetime) -> list[Waiting]:
        sql = "SELECT platform, chat, since FROM waiting WHERE since < ? ORDER BY since"
        values = (stamp(before),)
        found = self._access.read(lambda db: db.execute(sql, values).fetchall())
        return [Waiting(row[0], row[1], moment(row[2])) for row in found]

    async def stop_waiting(self, platform: str, chat: str) -> None:
        await self._access.write(lambda db: _stop_waiting(db, platform, chat))


def _stop_waiting(db: sqlite3.Connection, platform: str, chat: str) -> None:
    db.execute("DELETE FROM waiting WHERE platform = ? AND chat = ?", (platform, chat))


def _join(
    db: sqlite3.Connection,
    platform: str,
    chat: str,
    *,
    unit: int,
    now: str,
    thread: str | None,
) -> Group:
    leaves = _leaves(db, platform, chat, unit)
    if leaves is not None:
        rows.empty_some(db, "group_id = ?", (leaves,), _ALL)
    _stop_waiting(db, platform, chat)
    row = one(db, f"{_SELECT} WHERE id = {_ALIAS}", platform, chat)
    if row is None:
        cursor = db.execute(
            "INSERT INTO groups (unit_id, platform, chat, thread, joined_at)"
            " VALUES (?, ?, ?, ?, ?)",
            (unit, platform, chat, thread, now),
        )
        group = cursor.lastrowid or 0
        db.execute("INSERT INTO aliases VALUES (?, ?, ?)", (platform, chat, group))
    else:
        group = row[0]
        since = row[7] if row[4] and row[1] == unit else now
        db.execute(
            "UPDATE groups SET unit_id = ?, chat = ?, thread = ?, active = 1, joined_at = ?"
            " WHERE id = ?",
            (unit, chat, thread, since, group),
        )
    joined = one(db, f"{_SELECT} WHERE id = ?", group)
    return load(joined or ())


def _leaves(db: sqlite3.Connection, platform: str, chat: str, unit: int) -> int | None:
    """The group that leaves another unit for this one. Raises UserError "unknown_unit"."""
    units.need(db, unit)
    row = one(db, f"{_SELECT} WHERE id = {_ALIAS}", platform, chat)
    return int(row[0]) if row is not None and row[1] not in {None, unit} else None


def _present(db: sqlite3.Connection, platform: str, chat: str) -> int | None:
    """The group of this chat; an old alias of a migrated group is not its chat."""
    row = one(db, "SELECT id FROM groups WHERE platform = ? AND chat = ?", platform, chat)
    return int(row[0]) if row else None


def _leave(db: sqlite3.Connection, platform: str, chat: str) -> None:
    """Take the group out of use."""
    _stop_waiting(db, platform, chat)
    db.execute("DELETE FROM outgoing WHERE platform = ? AND chat = ?", (platform, chat))
    group = _present(db, platform, chat)
    if group is not None:
        rows.empty_some(db, "group_id = ?", (group,), _ALL)
        db.execute("UPDATE groups SET active = 0 WHERE id = ?", (group,))
