"""The table of what is kept names every column there is, and the purge keeps to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from models import privacy
from models.desk import Desk
from models.judge import Judge
from models.store import SqliteStore
from models.store.purging import FILES, STEPS
from tests.fakes.classifier import FakeClassifier
from tests.fakes.writing import DAY, NOW, Bench, edited, letter
from tests.models.conftest import writing_connection
from tests.models.weighing import sources


@pytest.fixture
async def bench(sqlite: SqliteStore) -> Bench:
    return await Bench.of(sqlite)


@pytest.fixture
def desk(bench: Bench) -> Desk:
    judge = Judge(FakeClassifier(), (), sources())
    return Desk(judge, bench.store, UTC, b"key")


def columns(bench: Bench) -> Iterator[str]:
    """Every column of every table of our own."""
    db = writing_connection(bench)
    sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    for (table,) in db.execute(sql).fetchall():
        for row in db.execute("SELECT name FROM pragma_table_info(?)", (table,)).fetchall():
            yield f"{table}.{row[0]}"


async def test_the_table_names_every_column_of_the_store(bench: Bench) -> None:
    """Whoever adds a column says in models/privacy.py what it is for and how long it stays."""
    named = frozenset().union(*(kept.columns for kept in privacy.table()))
    assert named == set(columns(bench))


def test_every_row_says_what_how_long_and_why() -> None:
    rows = privacy.table(30)
    for kept in rows:
        assert kept.what
        assert kept.term
        assert kept.why
    assert len({kept.code for kept in rows}) == len(rows)


def test_what_has_a_limit_has_a_purge_and_nothing_else_has() -> None:
    limited = {kept.code for kept in privacy.table() if kept.days is not None}
    assert STEPS.keys() | FILES.keys() == limited


def test_the_owner_sets_how_long_texts_stay_and_nothing_else() -> None:
    usual, short = privacy.table(), privacy.table(3)
    changed = [new.code for old, new in zip(usual, short, strict=True) if old != new]
    assert changed == ["texts"]
    assert "30 ngày" in usual[0].term
    assert "3 ngày" in short[0].term
    assert "7 ngày" in next(kept.term for kept in usual if kept.code == "senders")


@pytest.mark.parametrize("days", [0, 3, 30])
async def test_texts_stay_as_long_as_the_owner_said(bench: Bench, desk: Desk, days: int) -> None:
    kept = await bench.review("1")
    await desk.purge(NOW + timedelta(days=days), days)
    assert (await bench.again(kept)).parts
    await desk.purge(NOW + timedelta(days=days, seconds=1), days)
    assert not (await bench.again(kept)).parts


async def test_a_key_lives_seven_days_and_not_one_more(bench: Bench, desk: Desk) -> None:
    """However late on its day it was made: at the midnight after the seventh day it is gone."""
    await desk.hashed("7", NOW)
    midnight = NOW.replace(hour=0) + timedelta(days=7)
    await desk.purge(midnight - timedelta(seconds=1), 30)
    assert await bench.store.keys.live() != []
    await desk.purge(midnight, 30)
    assert await bench.store.keys.live() == []


async def test_a_hash_goes_with_the_key_of_its_day(bench: Bench, desk: Desk) -> None:
    """Though it was judged again without naming anybody, and though no other day has a key."""
    evening = NOW.replace(hour=22)
    new = replace(bench.new("1"), sender=await desk.hashed("7", evening))
    await bench.put(new, evening)
    await bench.put(replace(edited(new, "Chữ khác"), sender=None), evening + timedelta(days=6))
    midnight = NOW.replace(hour=0) + timedelta(days=7)
    db = writing_connection(bench)
    hashes = "SELECT COUNT(*) FROM reviews WHERE sender IS NOT NULL"
    await desk.purge(midnight - timedelta(seconds=1), 30)
    assert db.execute(hashes).fetchone() == (1,)
    await desk.purge(midnight, 30)
    assert db.execute(hashes).fetchone() == (0,)


async def test_a_hash_that_outlived_its_key_goes_too(bench: Bench, desk: Desk) -> None:
    """As earlier versions left it."""
    await bench.put(replace(bench.new("1"), sender="hash"))
    assert await bench.store.keys.live() == []
    assert await desk.purge(NOW + timedelta(days=8), 30) == 1


async def test_a_purge_without_work_writes_nothing(bench: Bench, desk: Desk, path: Path) -> None:
    """Not a byte, and no waiting turn of the writer, half-minute after half-minute."""
    await bench.review("1")
    await desk.purge(NOW, 30)
    changes = writing_connection(bench).total_changes
    before = touched(path)
    assert await desk.purge(NOW, 30) == 0
    assert touched(path) == before
    assert writing_connection(bench).total_changes == changes
    assert await desk.purge(NOW + timedelta(days=40), 30) > 0
    assert touched(path) != before


def touched(path: Path) -> list[tuple[str, int, int]]:
    """When each file was written last, and its length."""
    found = [(file, file.stat()) for file in sorted(path.parent.iterdir())]
    return [(file.name, stat.st_mtime_ns, stat.st_size) for file, stat in found]


async def test_a_letter_that_was_sent_is_in_no_byte_after_the_housekeeping(
    bench: Bench, desk: Desk, path: Path
) -> None:
    """Its words and its chat went into the log when it waited."""
    put = await bench.store.outgoing.put(letter("k", chat="4711", text="Khuvuonbimat"))
    await bench.store.outgoing.drop(put)
    await desk.purge(NOW, 30)
    left = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert b"4711" not in left
    assert b"Khuvuonbimat" not in left


async def test_what_is_purged_is_in_no_byte(bench: Bench, desk: Desk, path: Path) -> None:
    await bench.put(bench.new("1", "mark", "Khuvuonbimat"))
    mark = letter("stranger", chat="4711")
    assert await desk.once(mark, "hello", "4711", NOW, timedelta(days=1))
    key = await bench.store.keys.key(DAY)
    await bench.store.outgoing.drop((await bench.store.outgoing.pending())[-1])
    await desk.purge(NOW + timedelta(days=31), 30)
    left = b"".join(file.read_bytes() for file in path.parent.iterdir())
    for trace in (b"Khuvuonbimat", b"4711", key):
        assert trace not in left
