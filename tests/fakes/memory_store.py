"""A store in memory: the reference of what ``models.ledger.Store`` means, and a fake for tests."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from models.errors import UserError
from models.ledger import Health, Waiting
from models.registry import Group, GroupSettings, Unit, holder
from tests.fakes.memory_letters import MemoryKeys, MemoryNudges, MemoryOutgoing, MemoryTold
from tests.fakes.memory_reviews import MemoryPost, MemoryReviews, MemoryShares

_CHANGEABLE = {"name", "parent", "basis", "contact", "gives", "gets"}


class MemoryUnits:
    """Keeps ``models.ledger.Units``."""

    def __init__(self) -> None:
        self.rows: dict[int, Unit] = {}

    def need(self, unit: int) -> Unit:
        if unit not in self.rows:
            raise UserError("unknown_unit", unit=unit)
        return self.rows[unit]

    async def add(self, name: str, parent: int | None, now: datetime) -> Unit:
        if parent is not None:
            self.need(parent)
        unit = Unit(len(self.rows) + 1, name, parent, secrets.token_urlsafe(12))
        self.rows[unit.id] = unit
        return unit

    async def all(self) -> list[Unit]:
        return list(self.rows.values())

    async def get(self, unit: int) -> Unit | None:
        return self.rows.get(unit)

    async def by_code(self, code: str) -> Unit | None:
        return holder(code, self.rows.values())

    async def change(self, unit: int, **fields: Any) -> Unit:
        if fields.keys() - _CHANGEABLE:
            raise TypeError
        return await self._set(unit, fields)

    async def renew_code(self, unit: int) -> Unit:
        return await self._set(unit, {"code": secrets.token_urlsafe(12)})

    async def _set(self, unit: int, fields: dict[str, Any]) -> Unit:
        old = self.need(unit)
        parent = fields.get("parent")
        if parent is not None:
            self.need(parent)
            if parent in await self.below(unit):
                raise UserError("unit_cycle", unit=unit, parent=parent)
        self.rows[unit] = replace(old, **fields)
        return self.rows[unit]

    async def below(self, unit: int) -> list[int]:
        return [other.id for other in self.rows.values() if unit in self.line(other.id)]

    def line(self, unit: int | None) -> list[int]:
        """The unit and every unit above it."""
        found = []
        while unit is not None:
            found.append(unit)
            unit = self.rows[unit].parent
        return found


class MemoryMembers:
    """Keeps ``models.ledger.Members``."""

    def __init__(self, units: MemoryUnits) -> None:
        self.rows: dict[tuple[str, str], int] = {}
        self._units = units

    async def join(self, platform: str, chat: str, unit: int, now: datetime) -> None:
        self._units.need(unit)
        self.rows[platform, chat] = unit

    async def unit_of(self, platform: str, chat: str) -> Unit | None:
        unit = self.rows.get((platform, chat))
        return self._units.rows[unit] if unit else None

    async def forget(self, platform: str, chat: str) -> bool:
        return self.rows.pop((platform, chat), None) is not None


class MemoryGroups:
    """Keeps ``models.ledger.Groups``."""

    def __init__(self, store: MemoryStore) -> None:
        self.rows: dict[int, Group] = {}
        self.aliases: dict[tuple[str, str], int] = {}
        self.chats: dict[tuple[str, str], datetime] = {}
        self._store = store

    async def find(self, platform: str, chat: str) -> Group | None:
        group = self.aliases.get((platform, chat))
        return self.rows[group] if group else None

    async def get(self, group: int) -> Group | None:
        return self.rows.get(group)

    async def join(
        self, platform: str, chat: str, unit: int, now: datetime, thread: str | None = None
    ) -> Group:
        self._store.units.need(unit)
        self.chats.pop((platform, chat), None)
        old = await self.find(platform, chat)
        if old is None:
            old = Group(len(self.rows) + 1, unit, platform, chat, joined_at=now)
            self.aliases[platform, chat] = old.id
        if old.unit not in {None, unit}:
            self._store.reviews.leave(old.id)
        since = old.joined_at if old.active and old.unit == unit else now
        self.rows[old.id] = replace(
            old, unit=unit, chat=chat, thread=thread, active=True, joined_at=since
        )
        return self.rows[old.id]

    async def leave(self, platform: str, chat: str, now: datetime) -> None:
        self.chats.pop((platform, chat), None)
        self._store.outgoing.leave(platform, chat)
        group = await self.find(platform, chat)
        if group and group.chat == chat:
            self.rows[group.id] = replace(group, active=False)
            self._store.reviews.leave(group.id)

    async def migrate(self, platform: str, old: str, new: str, now: datetime) -> None:
        if (platform, old) in self.chats:
            self.chats.setdefault((platform, new), self.chats.pop((platform, old)))
        group, newcomer = await self.find(platform, old), await self.find(platform, new)
        if group is None or group == newcomer:
            return
        for row in self._store.reviews.rows.values():
            if row.shown.group == group.id:
                row.shown = replace(row.shown, answer=None)
        if newcomer:
            group = self._absorb(group, newcomer)
        self.chats.pop((platform, new), None)
        self.aliases[platform, new] = group.id
        self.rows[group.id] = replace(group, chat=new)
        self._store.outgoing.migrate(platform, old, new)

    def _absorb(self, group: Group, other: Group) -> Group:
        rows = [r for r in self._store.reviews.rows.values() if r.shown.group == other.id]
        for row in rows:
            came = row.post
            post = self._store.reviews.post(group.id, came.fingerprint) or MemoryPost(
                group.id, came.fingerprint
            )
            row.shown, row.post = replace(row.shown, group=group.id), post
            post.person_tone = came.person_tone or post.person_tone
            post.share = post.share or came.share
            if came.person_tone:
                post.count_as(came.person_tone)
            post.answers = {**came.answers, **post.answers}
            post.signature = post.signature or came.signature
        self._store.nudges.absorb(group.id, other.id)
        for alias, owner in self.aliases.items():
            if owner == other.id:
                self.aliases[alias] = group.id
        self.rows[other.id] = replace(other, unit=None, active=False, chat=f"merged/{other.id}")
        active = group.active or other.active
        return replace(group, unit=other.unit, active=active, thread=other.thread)

    async def configure(self, group: int, settings: GroupSettings) -> None:
        if group in self.rows:
            self.rows[group] = replace(self.rows[group], settings=settings)

    async def active(self) -> list[Group]:
        return [group for group in self.rows.values() if group.active and group.unit]

    async def in_units(self, units: Sequence[int]) -> list[int]:
        return [group.id for group in self.rows.values() if group.unit in units]

    async def wait(self, platform: str, chat: str, now: datetime) -> bool:
        return self.chats.setdefault((platform, chat), now) is now

    async def waiting(self, before: datetime) -> list[Waiting]:
        found = [Waiting(*chat, since) for chat, since in self.chats.items() if since < before]
        return sorted(found, key=lambda waiting: waiting.since)

    async def stop_waiting(self, platform: str, chat: str) -> None:
        self.chats.pop((platform, chat), None)


class MemoryStore:
    """Keeps ``models.ledger.Store``."""

    def __init__(self) -> None:
        self.units = MemoryUnits()
        self.groups = MemoryGroups(self)
        self.members = MemoryMembers(self.units)
        self.outgoing = MemoryOutgoing()
        self.reviews = MemoryReviews(self.outgoing, self._neighbours, self._tree)
        self.outgoing.noted = self.reviews.note
        self.shares = MemoryShares(self.reviews)
        self.nudges = MemoryNudges()
        self.keys = MemoryKeys()
        self.told = MemoryTold(self.outgoing)

    async def purge(self, code: str, before: datetime, day: date) -> int:
        if code == "senders":
            self.reviews.forget_hashes(before)
        steps: dict[str, Callable[[], int]] = {
            "texts": lambda: self.reviews.purge(before),
            "senders": lambda: self.keys.purge(day),
            "told": lambda: self.told.purge(day),
        }
        return steps[code]()

    def _neighbours(self, group: int) -> list[int]:
        """Other groups of the same province whose unit gives, if this one's unit gets."""
        own = self.groups.rows[group].unit
        if own is None or not self.units.rows[own].gets:
            return []
        province = self.units.line(own)[-1]
        return [
            other.id
            for other in self.groups.rows.values()
            if other.id != group
            and other.unit is not None
            and self.units.rows[other.unit].gives
            and self.units.line(other.unit)[-1] == province
        ]

    def _tree(self, unit: int) -> list[int]:
        """Every group below the unit's topmost one."""
        top = self.units.line(unit)[-1]
        return [
            group.id
            for group in self.groups.rows.values()
            if group.unit is not None and self.units.line(group.unit)[-1] == top
        ]

    async def settle(self) -> None:
        return

    commits = 0

    async def touch(self) -> None:
        """There is always room in memory."""

    async def backup(self, target: Path) -> None:
        await asyncio.to_thread(_touch, target)

    async def health(self) -> Health:
        posts = {id(row.post): row.post for row in self.reviews.rows.values()}
        marks = self.nudges.marks.values()
        return Health(
            counts={
                "units": len(self.units.rows),
                "groups": sum(group.unit is not None for group in self.groups.rows.values()),
                "reviews": len(self.reviews.rows),
                "shares": sum(post.share is not None for post in posts.values()),
                "outgoing": len(self.outgoing.letters),
                "outcome_unknown": sum(mark.state == "outcome_unknown" for mark in marks),
            }
        )

    async def close(self) -> None:
        return


def _touch(target: Path) -> None:
    if target.exists():
        raise UserError("backup_exists", path=str(target))
    target.write_bytes(b"")
