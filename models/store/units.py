"""Units, the tree they form, and the private chats that hold their codes."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from models.errors import UserError
from models.registry import Unit, holder
from models.store.access import Access, one, stamp

_SELECT = "SELECT id, name, parent, code, basis, contact, gives, gets FROM units"
_CHANGEABLE = frozenset({"name", "parent", "basis", "contact", "gives", "gets"})
# In a copy: a number may be another unit's there, a code is renewed; when it was made stays.
_NO_MORE = "UPDATE units SET contact = NULL WHERE id = ? AND created_at = ? AND contact IS NOT ?"
_MADE = "SELECT id, created_at FROM units WHERE id = ?"
_BELOW = """WITH RECURSIVE down(id) AS (
    SELECT id FROM units WHERE id = ?
    UNION SELECT u.id FROM units u JOIN down ON u.parent = down.id) SELECT id FROM down"""


def load(row: Sequence[Any]) -> Unit:
    """A unit from a row of the units table."""
    identity, name, parent, code, basis, contact, gives, gets = row
    return Unit(identity, name, parent, code, basis, contact, bool(gives), bool(gets))


def _code() -> str:
    """A join code: 96 random bits in letters that Telegram's start parameter allows."""
    return secrets.token_urlsafe(12)


class SqliteUnits:
    """Keeps ``models.ledger.Units``. Raises UserError "unknown_unit" and "unit_cycle"."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def add(self, name: str, parent: int | None, now: datetime) -> Unit:
        values = (name, parent, _code(), stamp(now))
        return await self._access.write(lambda db: _add(db, values))

    async def all(self) -> list[Unit]:
        return self._access.read(
            lambda db: [load(row) for row in db.execute(f"{_SELECT} ORDER BY id").fetchall()]
        )

    async def get(self, unit: int) -> Unit | None:
        return self._find("id = ?", unit)

    async def by_code(self, code: str) -> Unit | None:
        return holder(code, await self.all())

    def _find(self, where: str, value: object) -> Unit | None:
        row = self._access.read(lambda db: one(db, f"{_SELECT} WHERE {where}", value))
        return load(row) if row else None

    async def change(self, unit: int, **fields: Any) -> Unit:
        strange = fields.keys() - _CHANGEABLE
        if strange:
            message = f"a unit has no field {sorted(strange)} to change"
            raise TypeError(message)
        if "contact" not in fields:
            return await self._access.write(lambda db: _change(db, unit, fields))
        # The chat of whoever was in charge before may be a person's.
        await self._strike_contact(unit, fields["contact"])
        return await self._access.erase(lambda db: _change(db, unit, fields))

    async def _strike_contact(self, unit: int, new: str | None) -> None:
        made = self._access.read(lambda db: one(db, _MADE, unit))
        if made:
            await self._access.strike(lambda db: db.execute(_NO_MORE, (*made, new)))

    async def renew_code(self, unit: int) -> Unit:
        fields = {"code": _code()}
        return await self._access.write(lambda db: _change(db, unit, fields))

    async def below(self, unit: int) -> list[int]:
        return self._access.read(
            lambda db: sorted(row[0] for row in db.execute(_BELOW, (unit,)).fetchall())
        )


class SqliteMembers:
    """Keeps ``models.ledger.Members``."""

    def __init__(self, access: Access) -> None:
        self._access = access

    async def join(self, platform: str, chat: str, unit: int, now: datetime) -> None:
        values = (platform, chat, unit, stamp(now))
        await self._access.write(lambda db: _join(db, values))

    async def unit_of(self, platform: str, chat: str) -> Unit | None:
        sql = f"{_SELECT} WHERE id = (SELECT unit_id FROM members WHERE platform = ? AND chat = ?)"
        row = self._access.read(lambda db: one(db, sql, platform, chat))
        return load(row) if row else None

    async def forget(self, platform: str, chat: str) -> bool:
        sql = "DELETE FROM members WHERE platform = ? AND chat = ?"

        def work(db: sqlite3.Connection) -> bool:
            return db.execute(sql, (platform, chat)).rowcount > 0

        await self._access.strike(work)
        return await self._access.erase(work)


def need(db: sqlite3.Connection, unit: int) -> Unit:
    """One unit. Raises UserError "unknown_unit"."""
    row = one(db, f"{_SELECT} WHERE id = ?", unit)
    if row is None:
        raise UserError("unknown_unit", unit=unit)
    return load(row)


def _add(db: sqlite3.Connection, values: tuple[Any, ...]) -> Unit:
    if values[1] is not None:
        need(db, values[1])
    sql = "INSERT INTO units (name, parent, code, created_at) VALUES (?, ?, ?, ?)"
    return need(db, db.execute(sql, values).lastrowid or 0)


def _change(db: sqlite3.Connection, unit: int, fields: dict[str, Any]) -> Unit:
    need(db, unit)
    parent = fields.get("parent")
    if parent is not None:
        need(db, parent)
        if parent in {row[0] for row in db.execute(_BELOW, (unit,)).fetchall()}:
            raise UserError("unit_cycle", unit=unit, parent=parent)
    if fields:
        names = ", ".join(f"{name} = ?" for name in fields)
        db.execute(f"UPDATE units SET {names} WHERE id = ?", (*fields.values(), unit))
    return need(db, unit)


def _join(db: sqlite3.Connection, values: tuple[Any, ...]) -> None:
    need(db, values[2])
    sql = "INSERT OR REPLACE INTO members (platform, chat, unit_id, joined_at) VALUES (?, ?, ?, ?)"
    db.execute(sql, values)
