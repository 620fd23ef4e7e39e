"""What tells from outside that the store is well: a little write, counted commits, nudges."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from models.errors import StoreUnavailable
from models.ledger import NudgeMark
from models.store import SqliteStore
from tests.fakes.writing import NOW, Bench
from tests.models.conftest import writing_connection

WEEK, OTHER = "2026-W47", "2026-W48"


async def test_the_weeks_nudges_are_known_by_group(bench: Bench) -> None:
    """Of the asked kind and week only."""
    nudges, group = bench.store.nudges, bench.group.id
    assert await nudges.states("weekly", WEEK) == {}
    await nudges.mark(NudgeMark(group, "weekly", WEEK, "sent", NOW))
    await nudges.mark(NudgeMark(group, "weekly", OTHER, "skipped", NOW))
    await nudges.mark(NudgeMark(group, "other", WEEK, "refused", NOW))
    assert await nudges.states("weekly", WEEK) == {group: "sent"}
    assert await nudges.states("weekly", OTHER) == {group: "skipped"}


async def test_a_touch_is_a_real_write_that_changes_nothing(
    sqlite: SqliteStore, path: Path
) -> None:
    bench = await Bench.of(sqlite)
    await bench.review("1")
    log = path.with_name(path.name + "-wal")
    before, committed = log.stat().st_mtime_ns, sqlite.commits
    await sqlite.touch()
    assert sqlite.commits == committed + 1
    assert log.stat().st_mtime_ns > before
    assert (await sqlite.health()).problems == ()


async def test_a_touch_says_what_stands_in_the_way(sqlite: SqliteStore, path: Path) -> None:
    bench = await Bench.of(sqlite)
    connection = writing_connection(bench)
    connection.execute("PRAGMA query_only=ON")
    with pytest.raises(StoreUnavailable) as caught:
        await sqlite.touch()
    assert caught.value.facts == {"reason": "read_only"}
    connection.execute("PRAGMA query_only=OFF")
    await sqlite.touch()


async def test_writes_that_come_together_are_one_commit(sqlite: SqliteStore) -> None:
    committed = sqlite.commits
    await asyncio.gather(*(sqlite.touch() for _ in range(5)))
    assert sqlite.commits == committed + 1
