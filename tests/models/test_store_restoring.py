"""A copy takes the database's place whole or not at all, and what was deleted stays deleted."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from models.errors import NewerDatabase, UserError
from models.ledger import NudgeMark
from models.store import SqliteStore, files, open_store
from models.store.restoring import restore
from tests.fakes.writing import DAY, NOW, Bench, letter, verdict
from tests.models.earlier import NAMES, TEXT, make
from tests.models.sharing import everything, shared


@pytest.fixture
async def bench(sqlite: SqliteStore) -> Bench:
    return await Bench.of(sqlite)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return tmp_path / "copy.db"


def raw(file: Path) -> bytes:
    return file.read_bytes()


def so_far(file: Path) -> bytes:
    """What lies there now; nothing before it is made, nor once it has its name."""
    try:
        return raw(file)
    except FileNotFoundError:
        return b""


async def figures(path: Path) -> int:
    store = open_store(path)
    try:
        health = await store.health()
        assert health.problems == ()
        return health.counts["shares"]
    finally:
        await store.close()


async def test_a_copy_has_the_counts_and_no_text(bench: Bench, path: Path, copy: Path) -> None:
    await bench.put(replace(bench.new("1", "m", TEXT), verdict=verdict(evidence=TEXT), sender="s1"))
    await shared(bench, "2")
    key = await bench.store.keys.key(DAY)
    await bench.store.outgoing.put(letter("waits", text=TEXT))
    await bench.store.backup(copy)
    assert await figures(copy) == 1
    for trace in (TEXT.encode(), key, b"baochinhphu.vn/1"):
        assert trace in everything(path.parent)
        assert trace not in raw(copy)


async def test_what_a_killed_copy_leaves_has_no_text_either(bench: Bench, copy: Path) -> None:
    """At no moment is a word in the draft: nobody would know where to delete it."""
    for number in range(400):
        await bench.put(bench.new(str(number), f"m{number}", f"{TEXT} " + "đường mới " * 200))
    draft, seen = copy.with_name("copy.db.part"), []
    async with asyncio.TaskGroup() as tasks:
        taking = tasks.create_task(bench.store.backup(copy))
        while not taking.done():
            seen.append(so_far(draft))
            await asyncio.sleep(0)
    assert any(seen)
    assert not any(TEXT.encode() in one for one in seen)


async def test_the_next_copy_takes_the_place_of_what_a_killed_one_left(
    bench: Bench, copy: Path
) -> None:
    left = [copy.with_name(f"copy.db.part{end}") for end in ("", "-journal", "-wal", "-shm")]
    for file in left:
        file.write_text(TEXT)
    await bench.store.backup(copy)
    assert [file.name for file in copy.parent.glob("copy.db*")] == ["copy.db"]


async def test_a_copy_under_a_stream_of_writes_is_one_moment(bench: Bench, tmp_path: Path) -> None:
    """Taken again and again while others write: every copy is sound, none goes back in time."""
    stop = asyncio.Event()

    async def load(start: int) -> None:
        number = start
        while not stop.is_set():
            await shared(bench, str(number))
            number += 4

    async def copies() -> list[int]:
        taken = []
        for number in range(6):
            await bench.store.backup(tmp_path / f"{number}.db")
            taken.append(await bench.figures())
        stop.set()
        return [shares[0] for shares in taken]

    async with asyncio.TaskGroup() as tasks:
        for start in range(4):
            tasks.create_task(load(start))
        after = tasks.create_task(copies())
    found = [await figures(tmp_path / f"{number}.db") for number in range(6)]
    assert found == sorted(found)
    assert all(copied <= now for copied, now in zip(found, after.result(), strict=True))
    assert found[-1] > found[0]


async def test_a_restored_copy_is_the_database(bench: Bench, path: Path, copy: Path) -> None:
    await shared(bench, "1")
    await bench.store.backup(copy)
    await shared(bench, "2")
    await bench.store.close()
    aside = restore(copy, path)
    assert aside in files.automatic(path)
    assert await figures(path) == 1
    assert await figures(aside) == 2
    assert not path.with_name("cantin.db.part").exists()


async def test_nothing_deleted_comes_back(bench: Bench, path: Path, copy: Path) -> None:
    """A copy that holds texts, letters and keys (made by hand) is put in: none of it arrives."""
    await shared(bench, "1")
    await bench.store.keys.key(DAY)
    await bench.store.close()
    sqlite3.connect(path).execute("PRAGMA journal_mode=DELETE")
    shutil.copy(path, copy)
    assert TEXT.encode() in raw(copy)
    restore(copy, path)
    assert TEXT.encode() not in everything(path.parent)
    store = open_store(path)
    assert await store.keys.live() == []
    assert await store.outgoing.pending() == []
    await store.close()


async def test_a_nudge_of_this_week_is_not_sent_again(bench: Bench, path: Path, copy: Path) -> None:
    """Though the copy knows the group by the chat that it had."""
    await bench.store.backup(copy)
    await bench.store.groups.migrate("telegram", "-1", "-1001", NOW)
    await bench.store.nudges.mark(NudgeMark(bench.group.id, "weekly", "2026-W47", "sent", NOW))
    await bench.store.close()
    restore(copy, path)
    store = open_store(path)
    assert not await store.nudges.claim(bench.group.id, "weekly", "2026-W47", NOW)
    await store.close()


async def test_where_there_is_no_database_one_is_put(
    bench: Bench, tmp_path: Path, copy: Path
) -> None:
    await shared(bench, "1")
    await bench.store.backup(copy)
    new = tmp_path / "new" / "cantin.db"
    assert restore(copy, new) is None
    assert await figures(new) == 1


@pytest.mark.parametrize("version", NAMES)
async def test_an_earlier_versions_copy_is_upgraded(
    tmp_path: Path, path: Path, version: str
) -> None:
    make(tmp_path / "old.db", version)
    restore(tmp_path / "old.db", path)
    assert await figures(path) == 1
    assert files.automatic(path) == []


def _cut(file: Path) -> None:
    with file.open("r+b") as opened:
        opened.truncate(file.stat().st_size * 2 // 3)


def _scribble(file: Path) -> None:
    with file.open("r+b") as opened:
        opened.seek(file.stat().st_size // 2)
        opened.write(b"\xff" * 6000)


def _empty(file: Path) -> None:
    file.write_bytes(b"")


def _text(file: Path) -> None:
    file.write_text("sổ tay của phòng")


def _foreign(file: Path) -> None:
    file.unlink()
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE notes (text)")
    connection.close()


def _folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def _gone(file: Path) -> None:
    file.unlink()


def _run(sql: str) -> Callable[[Path], None]:
    def work(file: Path) -> None:
        connection = sqlite3.connect(file)
        connection.executescript(sql)
        connection.close()

    return work


_LATER = """INSERT INTO _sqlite_migrations (migration_set, name, applied_at)
    VALUES ('can_tin', 'm999_later', '2030')"""


@pytest.mark.parametrize(
    ("spoil", "key"),
    [
        (_cut, "damaged_backup"),
        (_scribble, "damaged_backup"),
        (_run("UPDATE tallies SET n = n + 1"), "damaged_backup"),
        (_run("DROP TABLE disputes"), "damaged_backup"),
        (_empty, "not_a_database"),
        (_text, "not_a_database"),
        (_foreign, "not_a_database"),
        (_folder, "not_a_file"),
        (_gone, "not_a_file"),
        (_run(_LATER), "newer_database"),
    ],
    ids=[
        "cut",
        "scribbled",
        "sums",
        "table",
        "empty",
        "text",
        "foreign",
        "folder",
        "gone",
        "newer",
    ],
)
async def test_a_bad_copy_is_refused_and_nothing_is_touched(
    bench: Bench, path: Path, copy: Path, spoil: Callable[[Path], None], key: str
) -> None:
    for number in range(40):
        await shared(bench, str(number))
    await bench.store.backup(copy)
    await bench.store.close()
    spoil(copy)
    before = everything(path.parent)
    with pytest.raises(UserError) as caught:
        restore(copy, path)
    assert caught.value.key == key
    assert everything(path.parent) == before


_READS = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("SELECT COUNT(*) FROM reviews").fetchone()
print("open", flush=True)
sys.stdin.readline()
"""


def reads(path: Path) -> subprocess.Popen[bytes]:
    """Another process that has the file open, and does nothing with it."""
    command = [sys.executable, "-c", _READS, str(path)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout
    assert process.stdout.readline() == b"open\n"
    return process


async def test_a_database_in_use_is_not_replaced(bench: Bench, path: Path, copy: Path) -> None:
    """Open anywhere, even idle, even in another process that only reads."""
    await shared(bench, "1")
    await bench.store.backup(copy)
    with pytest.raises(UserError) as caught:
        restore(copy, path)
    assert caught.value.key == "store_in_use"
    await bench.store.close()
    await open_store(path).close()  # the log's mode is on again
    other = await asyncio.to_thread(reads, path)
    with pytest.raises(UserError) as caught:
        restore(copy, path)
    assert caught.value.key == "store_in_use"
    await asyncio.to_thread(other.communicate, b"\n")
    assert restore(copy, path)


async def test_the_database_itself_is_no_copy(bench: Bench, path: Path, tmp_path: Path) -> None:
    await bench.store.close()
    link = tmp_path / "link.db"
    link.symlink_to(path)
    for file in (path, link):
        with pytest.raises(UserError) as caught:
            restore(file, path)
        assert caught.value.key == "same_file"


@pytest.mark.parametrize("spoil", [_cut, _scribble, _text, _foreign, _empty])
async def test_a_present_database_that_cannot_be_read_is_kept_as_it_is(
    bench: Bench, path: Path, copy: Path, spoil: Callable[[Path], None]
) -> None:
    """With its log, which must not be taken for the new one's; it goes with the next deletion."""
    for number in range(40):
        await shared(bench, str(number))
    await bench.store.backup(copy)
    await bench.store.close()
    spoil(path)
    log = path.with_name("cantin.db-wal")
    log.write_bytes(b"old log")
    before = raw(path)
    aside = restore(copy, path)
    assert aside
    assert files.is_broken(aside)
    assert sorted(file.name for file in path.parent.glob("*.db*")) == ["cantin.db"]
    assert raw(aside)[100:] == before[100:]  # the header tells the log's mode
    assert await figures(path) == 40
    store = open_store(path)
    again = await store.reviews.by_key(bench.group.id, "1")
    assert again
    await store.reviews.forget(again.id)
    assert not aside.exists()
    assert list(aside.parent.glob(f"{aside.name}*")) == []
    await store.close()


async def test_a_newer_present_database_is_not_put_aside(
    bench: Bench, path: Path, copy: Path
) -> None:
    await bench.store.backup(copy)
    await bench.store.close()
    _run(_LATER)(path)
    with pytest.raises(NewerDatabase):
        restore(copy, path)
    assert files.automatic(path) == []


async def test_a_restore_killed_half_way_leaves_the_old_or_the_new(
    bench: Bench, path: Path, copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped just before the swap: the old one is whole. (The swap itself is one rename.)"""
    await shared(bench, "1")
    await bench.store.backup(copy)
    await shared(bench, "2")
    await bench.store.close()

    def killed(*_names: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            restore(copy, path)
    assert await figures(path) == 2


@pytest.mark.parametrize("part", [0.0, 0.2, 0.5, 0.9, 0.999])
async def test_a_cut_log_costs_only_the_last_commits(
    bench: Bench, path: Path, tmp_path: Path, part: float
) -> None:
    """As after a power cut: the database opens at its last whole commit, sound."""
    for number in range(30):
        await shared(bench, str(number))
    found = tmp_path / "found" / "cantin.db"
    found.parent.mkdir()
    shutil.copy(path, found)
    log = path.with_name("cantin.db-wal").read_bytes()
    found.with_name("cantin.db-wal").write_bytes(log[: int(len(log) * part)])
    assert 0 <= await figures(found) <= 30
