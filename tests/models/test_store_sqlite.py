"""What only a database on disk can get wrong: disks, errors, copies."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from models.errors import StoreUnavailable, UserError
from models.post import Post
from models.store import SqliteStore, open_store
from models.verdict import Tone
from tests.fakes.writing import DAY, NOW, Bench, letter
from tests.models.conftest import writing_connection


@pytest.fixture
async def bench(sqlite: SqliteStore) -> Bench:
    return await Bench.of(sqlite)


async def test_concurrent_tasks_lose_nothing_and_count_nothing_twice(bench: Bench) -> None:
    async def forward(number: int) -> int:
        review = await bench.review(str(number), f"post {number % 40}")
        pressed = await bench.store.shares.share(review.id, NOW, DAY)
        return int(pressed.changed)

    changed = await asyncio.gather(*(forward(number) for number in range(200)))
    assert sum(changed) == 40
    assert await bench.figures() == (40, 0, 0, 0)
    assert len(await bench.letters()) == 200
    assert await bench.healthy()


async def test_a_failing_write_does_not_undo_its_neighbours(bench: Bench) -> None:
    async def write(number: int) -> object:
        return await bench.store.shares.share(number, NOW, DAY)

    good = [(await bench.review(str(number))).id for number in range(10)]
    work = [write(number) for review in good for number in (review, -review)]
    found = await asyncio.gather(*work, return_exceptions=True)
    assert [isinstance(one, UserError) for one in found] == [False, True] * 10
    assert await bench.figures() == (10, 0, 0, 0)


async def test_everything_is_there_after_reopening(bench: Bench, path: Path) -> None:
    kept = await bench.review("1")
    await bench.store.shares.share(kept.id, NOW, DAY)
    await bench.store.close()
    again = open_store(path)
    found = await again.reviews.get(kept.id)
    await again.close()
    assert found == replace(kept, shared=True)


async def test_closing_finishes_what_waits_and_then_takes_nothing(bench: Bench, path: Path) -> None:
    async with asyncio.TaskGroup() as tasks:
        put = [tasks.create_task(bench.store.outgoing.put(letter(f"k{n}"))) for n in range(300)]
        await asyncio.sleep(0)
        await bench.store.close()
    assert all(task.result().id for task in put)
    with pytest.raises(RuntimeError):
        await bench.store.outgoing.put(letter("late"))
    await bench.store.close()
    again = open_store(path)
    assert len(await again.outgoing.pending()) == 300
    await again.close()


async def test_a_cancelled_caller_harms_nobody(bench: Bench) -> None:
    task = asyncio.ensure_future(bench.review("1"))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await bench.review("2")).version == 1


async def test_the_ledger_is_append_only_and_cannot_count_twice(bench: Bench) -> None:
    kept = await bench.review("1")
    await bench.store.shares.share(kept.id, NOW, DAY)
    line = "SELECT post_id, {}, {}, group_id, tone, day, shared_at, recorded_at, reason FROM ledger"
    columns = "post_id, seq, delta, group_id, tone, day, shared_at, recorded_at, reason"
    other_time = line.replace(" shared_at,", " 'another time',")
    for forbidden in (
        "UPDATE ledger SET tone = 'neutral'",
        "DELETE FROM ledger",
        f"INSERT INTO ledger ({columns}) {line.format(2, 1)}",
        f"INSERT INTO ledger ({columns}) {line.format(3, 1)}",
        f"INSERT INTO ledger ({columns}) {line.format(1, 1)}",
        f"INSERT INTO ledger ({columns}) {other_time.format(2, -1)}",
    ):
        with pytest.raises(sqlite3.IntegrityError):
            writing_connection(bench).execute(forbidden)
    writing_connection(bench).execute(f"INSERT INTO ledger ({columns}) {line.format(2, -1)}")
    assert await bench.figures() == (0, 0, 0, 0)


async def test_a_full_disk_is_said_and_nothing_is_lost(bench: Bench) -> None:
    await bench.review("1")
    pages = writing_connection(bench).execute("PRAGMA page_count").fetchone()[0]
    writing_connection(bench).execute(f"PRAGMA max_page_count={pages}")
    big = {"2": Post("Tin dài " * 20_000)}
    with pytest.raises(StoreUnavailable) as caught:
        await bench.put(replace(bench.new("2"), parts=big))
    assert caught.value.facts == {"reason": "full"}
    assert await bench.store.reviews.by_key(bench.group.id, "2") is None
    assert await bench.letters() == ["answer:1"]
    writing_connection(bench).execute("PRAGMA max_page_count=1000000")
    assert (await bench.put(replace(bench.new("2"), parts=big))).parts == big
    assert await bench.healthy()


async def test_a_file_that_may_not_be_written_is_said(bench: Bench) -> None:
    writing_connection(bench).execute("PRAGMA query_only=ON")
    with pytest.raises(StoreUnavailable) as caught:
        await bench.review("1")
    assert caught.value.facts == {"reason": "read_only"}
    assert isinstance(caught.value.__cause__, sqlite3.Error)


async def test_another_writer_that_does_not_end_is_said(bench: Bench, path: Path) -> None:
    writing_connection(bench).execute("PRAGMA busy_timeout=20")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable) as caught:
        await bench.review("1")
    assert caught.value.facts == {"reason": "locked"}
    other.execute("ROLLBACK")
    other.close()
    assert (await bench.review("1")).version == 1


def _garbage(path: Path) -> None:
    path.write_bytes(b"not a database at all, " * 100)


def _foreign(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE notes (text)")
    connection.close()


@pytest.mark.parametrize("make", [_garbage, _foreign])
def test_a_file_that_is_not_ours_is_left_alone(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    path = tmp_path / "c.db"
    make(path)
    before = path.read_bytes()
    with pytest.raises(UserError) as caught:
        open_store(path)
    assert caught.value.key == "not_a_database"
    assert path.read_bytes() == before


async def test_a_backup_under_load_is_whole_and_overwrites_nothing(
    bench: Bench, tmp_path: Path
) -> None:
    async def load() -> None:
        for number in range(120):
            review = await bench.review(str(number))
            await bench.store.shares.share(review.id, NOW, DAY)

    target = tmp_path / "copy.db"
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(load())
        await asyncio.sleep(0.02)
        await bench.store.backup(target)
    with pytest.raises(UserError) as caught:
        await bench.store.backup(target)
    assert caught.value.key == "backup_exists"
    assert sorted(os.listdir(tmp_path)) == ["copy.db", "data"]
    copy = open_store(target)
    health = await copy.health()
    await copy.close()
    assert health.problems == ()
    assert health.counts["units"] == 1
    assert health.counts["shares"] <= health.counts["reviews"] <= 120


async def test_a_backup_to_nowhere_is_said_and_leaves_nothing(bench: Bench, tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        await bench.store.backup(tmp_path / "missing" / "copy.db")
    assert caught.value.key == "backup_failed"


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        ("UPDATE tallies SET n = n + 1", "tallies_differ"),
        ("DELETE FROM reviews", "share_without_review"),
        ("UPDATE reviews SET post_id = 999", "foreign_key_check"),
    ],
)
async def test_health_finds_what_is_broken(bench: Bench, damage: str, problem: str) -> None:
    kept = await bench.review("1")
    await bench.store.shares.share(kept.id, NOW, DAY)
    writing_connection(bench).execute("PRAGMA foreign_keys=OFF")
    writing_connection(bench).execute(damage)
    assert problem in (await bench.store.health()).problems


async def test_health_finds_a_share_counted_twice(bench: Bench) -> None:
    kept = await bench.review("1")
    await bench.store.shares.share(kept.id, NOW, DAY)
    writing_connection(bench).execute("DROP TRIGGER ledger_order")
    writing_connection(bench).execute(
        "INSERT INTO ledger SELECT 99, post_id, 3, 1, group_id, tone, day, shared_at, recorded_at,"
        " reason FROM ledger"
    )
    assert "share_counted_twice" in (await bench.store.health()).problems


async def test_a_verdict_of_a_later_version_is_read_as_none(bench: Bench) -> None:
    one, two = await bench.review("1"), await bench.review("2")
    change = "UPDATE reviews SET verdict = json_set(verdict, ?, ?) WHERE id = ?"
    writing_connection(bench).execute(change, ("$.mood", "calm", one.id))
    writing_connection(bench).execute(change, ("$.level", "celebrate", two.id))
    assert (await bench.again(one)).verdict == one.verdict
    assert (await bench.again(two)).verdict is None


async def test_broken_halves_of_letters_are_kept_as_question_marks(bench: Bench) -> None:
    kept = await bench.put(replace(bench.new("1"), parts={"1": Post("Xin \ud83d chào")}))
    assert kept.parts["1"].text == "Xin ? chào"
    put = await bench.store.outgoing.put(letter("k", text="\udc00"))
    assert (await bench.store.outgoing.pending())[-1].text == "?"
    assert put.id


async def test_a_naive_time_is_refused(bench: Bench) -> None:
    with pytest.raises(ValueError, match="naive"):
        await bench.put(bench.new("1"), NOW.replace(tzinfo=None))


async def test_a_tone_is_kept_by_its_name(bench: Bench) -> None:
    kept = await bench.review("1", tone=Tone.UNCLEAR)
    await bench.store.shares.share(kept.id, NOW, DAY)
    found = writing_connection(bench).execute("SELECT tone, delta, reason FROM ledger").fetchall()
    assert found == [("unclear", 1, "share")]
