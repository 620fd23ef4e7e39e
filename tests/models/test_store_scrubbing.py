"""What is refused or forgotten is in no byte of the data folder."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from models.store import SqliteStore, open_store
from tests.fakes.writing import DAY, NOW, Bench, letter, verdict
from tests.models.conftest import writing_connection

SECRET = "Kế hoạch bảo vệ mục tiêu số bốn mươi bảy"


@pytest.fixture
async def bench(sqlite: SqliteStore) -> Bench:
    return await Bench.of(sqlite)


async def test_a_refused_text_is_in_no_byte_of_the_data_folder(bench: Bench, path: Path) -> None:
    new = replace(bench.new("1", "secret-fingerprint", SECRET), verdict=verdict(evidence=SECRET))
    await bench.put(new)
    await bench.store.outgoing.put(replace(letter("other", text=SECRET), review=new.id))
    for number in range(30):
        await bench.review(f"n{number}")
    assert SECRET.encode() in _bytes(path.parent)
    await bench.store.reviews.refuse(bench.group.id, "1", NOW, DAY)
    left = _bytes(path.parent)
    assert SECRET.encode() not in left
    assert b"secret-fingerprint" not in left


async def test_a_reader_in_the_way_of_a_refusal_only_puts_it_off(bench: Bench, path: Path) -> None:
    await bench.put(bench.new("1", "mark", SECRET))
    writing_connection(bench).execute("PRAGMA busy_timeout=20")
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT COUNT(*) FROM reviews").fetchone()
    await bench.store.reviews.refuse(bench.group.id, "1", NOW, DAY)
    reader.execute("ROLLBACK")
    reader.close()
    assert SECRET.encode() in _bytes(path.parent)
    await bench.store.reviews.forget(12345)
    assert SECRET.encode() not in _bytes(path.parent)


async def test_forgotten_texts_and_keys_are_in_no_byte_either(bench: Bench, path: Path) -> None:
    kept = await bench.put(bench.new("1", "mark", SECRET))
    key = await bench.store.keys.key(DAY)
    await bench.store.reviews.forget(kept.id)
    assert SECRET.encode() not in _bytes(path.parent)
    await bench.store.purge("senders", NOW, DAY.replace(day=17))
    assert key not in _bytes(path.parent)


@pytest.mark.parametrize("way", ["leave", "join"])
async def test_a_group_whose_leaving_was_cut_short_leaves_again(bench: Bench, way: str) -> None:
    """The texts go first: killed between, the group is still where its texts are being deleted."""
    for number in range(3):
        await bench.review(str(number))
    other = await bench.store.units.add("Sở Khác", None, NOW)
    writing_connection(bench).execute(
        "CREATE TEMP TRIGGER killed BEFORE UPDATE OF parts ON main.reviews"
        " BEGIN SELECT RAISE(ABORT, 'killed'); END"
    )
    groups, chat = bench.store.groups, ("telegram", "-1")
    leaving = groups.leave(*chat, NOW) if way == "leave" else groups.join(*chat, other.id, NOW)
    with pytest.raises(sqlite3.IntegrityError):
        await leaving
    assert await bench.store.groups.active() == [bench.group]


async def test_what_a_killed_process_deleted_goes_with_the_next_housekeeping(
    bench: Bench, path: Path, tmp_path: Path
) -> None:
    """It was killed between the deletion and the emptying of the log."""
    kept = await bench.put(bench.new("1", "mark", SECRET))
    writing_connection(bench).execute("PRAGMA busy_timeout=20")
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT COUNT(*) FROM reviews").fetchone()
    await bench.store.reviews.forget(kept.id)
    left = tmp_path / "left" / "cantin.db"
    left.parent.mkdir()
    for end in ("", "-wal"):
        shutil.copy(path.with_name(path.name + end), left.with_name(left.name + end))
    reader.close()
    assert SECRET.encode() in _bytes(left.parent)
    again = open_store(left)
    await again.settle()
    assert SECRET.encode() not in _bytes(left.parent)
    await again.close()


def _bytes(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.iterdir()))
