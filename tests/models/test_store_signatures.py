"""SQLite's own part of finding earlier posts: indexes, bounds, nothing left behind."""

from __future__ import annotations

import random
import sqlite3

import pytest

from models.likeness import EMPTY, TRACES, Signer
from models.seen import Search
from models.store import SqliteStore, signatures
from tests.fakes.rewriting import made_up
from tests.fakes.writing import DAY, HOUR, NOW, Bench
from tests.models.conftest import writing_connection
from tests.models.test_store_seen import OTHER, TEXT, kept, signed

SIGNER = Signer(b"k" * 32)


@pytest.fixture
async def bench(sqlite: SqliteStore) -> Bench:
    return await Bench.of(sqlite)


def rows(db: sqlite3.Connection, table: str) -> int:
    return int(db.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0])


async def test_a_look_up_goes_by_indexes_alone(bench: Bench) -> None:
    """No statement of it scans a table, however many posts there are."""
    await kept(bench, "5")
    db = writing_connection(bench)
    asked: list[str] = []
    db.set_trace_callback(asked.append)
    search = Search(bench.group.unit or 0, "unknown", signed(TEXT), NOW + HOUR, bench.group.id)
    assert signatures.find(db, search) is not None
    db.set_trace_callback(None)
    assert len(asked) >= 4
    for statement in asked:
        plan = db.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()
        steps = [row[3] for row in plan if row[3].startswith("SCAN")]
        made_here = ("SCAN up", "SCAN (subquery", "SCAN CONSTANT")
        assert [step for step in steps if not step.startswith(made_here)] == []


async def test_every_trace_of_a_post_goes_with_its_signature(bench: Bench) -> None:
    """Refused, forgotten or superseded: no value stays behind."""
    for key in "123":
        await kept(bench, key, made_up(random.Random(int(key)), 50))
    db = writing_connection(bench)
    assert rows(db, "traces") == 3 * (TRACES + 1)
    await bench.store.reviews.refuse(bench.group.id, "1", NOW, DAY)
    second = await bench.store.reviews.by_key(bench.group.id, "2")
    assert second is not None
    await bench.store.reviews.forget(second.id)
    assert (rows(db, "signatures"), rows(db, "traces")) == (1, TRACES + 1)
    assert (await bench.store.health()).problems == ()


async def test_a_share_that_stays_keeps_no_signature(bench: Bench) -> None:
    """A refused post whose ledger lines stand is a number without any hash."""
    new = await kept(bench, "1")
    await bench.store.shares.share(new.id, NOW, DAY)
    await bench.store.reviews.refuse(bench.group.id, "1", NOW, DAY)
    db = writing_connection(bench)
    assert rows(db, "posts") == 1
    assert (rows(db, "signatures"), rows(db, "traces")) == (0, 0)


async def test_what_very_many_posts_have_does_not_hide_the_one(bench: Bench) -> None:
    """Of a common trace only the newest posts are looked at; the rare ones still lead there."""
    await kept(bench, "1", f"{TEXT} {OTHER}")
    common = OTHER.split()[:5]
    for number in range(2, signatures.NEWEST + 40):
        words = [*common, *made_up(random.Random(number), 6).split()]
        await kept(bench, str(number), " ".join(words))
    search = Search(bench.group.unit or 0, "x", signed(f"{OTHER} {TEXT}"), NOW + HOUR)
    found = await bench.store.reviews.seen(search)
    assert found is not None
    assert found.fingerprint == f"{TEXT} {OTHER}"


async def test_health_tells_of_traces_without_a_signature(bench: Bench) -> None:
    await kept(bench, "1")
    db = writing_connection(bench)
    db.execute("DELETE FROM signatures")
    assert (await bench.store.health()).problems == ("trace_without_signature",)


def test_no_word_is_in_a_signature() -> None:
    """What is kept are hashes of 32 bits: a text's words cannot be told from the bytes."""
    signature = SIGNER.sign("Trung tâm y tế xã cho biết có ba ca mắc tại hai xóm ven sông")
    assert signature is not None
    for word in (b"trung", b"xa", b"song"):
        assert word not in signature.pairs
    assert EMPTY.pairs == b""
