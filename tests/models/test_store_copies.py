"""What is deleted goes out of the automatic copies too: nothing outlives it there."""

from __future__ import annotations

import os
import sqlite3
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from models.errors import StoreUnavailable
from models.store import SqliteStore, backups, checkup, connect, copying, files, open_store
from models.store.restoring import restore
from tests.fakes.writing import DAY, NOW, Bench
from tests.models.conftest import writing_connection
from tests.models.earlier import NAMES, TEXT, make
from tests.models.sharing import everything, shared
from tests.models.test_store_seen import OTHER, written
from tests.models.test_store_seen import TEXT as WORDS


@pytest.fixture
async def bench(sqlite: SqliteStore) -> Bench:
    return await Bench.of(sqlite)


def _cut(file: Path) -> None:
    os.truncate(file, file.stat().st_size * 2 // 3)


async def test_a_refusal_reaches_the_automatic_copies(bench: Bench, path: Path) -> None:
    """The post was no secret when the copy was made: its row and its hash go there too."""
    kept = await shared(bench, "1")
    other = await shared(bench, "2")
    copy = backups.keep(path)
    assert b"mark 1" in copy.read_bytes()
    await bench.store.reviews.refuse(bench.group.id, "1", NOW, DAY)
    assert b"mark 1" not in everything(path.parent)
    store = open_store(copy)
    assert await store.reviews.get(kept) is None
    assert await store.reviews.get(other)
    assert (await store.health()).problems == ()
    await store.close()


async def test_a_copy_that_cannot_be_rewritten_goes_whole(bench: Bench, path: Path) -> None:
    await shared(bench, "1")
    copy = backups.keep(path)
    _cut(copy)
    await bench.store.reviews.refuse(bench.group.id, "1", NOW, DAY)
    assert not copy.exists()


@pytest.mark.parametrize("version", NAMES[:-1])
@pytest.mark.parametrize("way", ["refuse", "forget", "sender", "member", "contact"])
async def test_the_copy_that_leads_back_to_an_earlier_version_outlives_deletions(
    path: Path, version: str, way: str
) -> None:
    """It has not all of today's tables and columns; what is deleted goes from it all the same."""
    make(path, version)
    store = open_store(path)
    [copy] = files.automatic(path)
    match way:
        case "refuse":
            await store.reviews.refuse(1, "5", NOW, DAY)
        case "forget":
            assert await store.reviews.forget(11)
        case "sender":
            assert await store.reviews.forget_senders(["sender-hash"]) == 1
        case "member":
            assert await store.members.forget("telegram", "7")
        case _:
            await store.units.change(1, contact=None)
    await store.close()
    assert files.automatic(path) == [copy]
    kept = open_store(copy)
    assert (await kept.reviews.get(11) is None) == (way == "refuse")
    assert await kept.reviews.get(12)
    assert (await kept.members.unit_of("telegram", "7") is None) == (way == "member")
    assert (await kept.health()).problems == ()
    await kept.close()


async def test_while_somebody_reads_a_copy_nothing_is_deleted_and_then_all_of_it(
    bench: Bench, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An update whose handling failed so comes again; the copy is not given up for it."""
    monkeypatch.setattr(connect, "BUSY_SECONDS", 0.05)
    mine = await bench.put(written(bench, "1"))
    copy = backups.keep(path)
    reader = sqlite3.connect(copy, isolation_level=None)
    reader.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreUnavailable) as caught:
        await bench.store.reviews.forget(mine.id)
    reader.close()
    assert caught.value.facts == {"reason": "locked"}
    assert (await bench.again(mine)).parts == mine.parts
    assert await bench.store.reviews.forget(mine.id)
    assert signed_posts(copy) == []


@pytest.mark.parametrize(
    ("work", "stays"),
    [
        ("PRAGMA max_page_count=1; CREATE TABLE more (one TEXT)", True),
        ("DELETE FROM no_such_table", False),
        ("UPDATE units SET name = NULL", False),
    ],
    ids=["no room", "another schema", "a rule of its own"],
)
async def test_a_copy_is_given_up_where_waiting_would_not_help(
    bench: Bench, path: Path, work: str, *, stays: bool
) -> None:
    copy = backups.keep(path)
    whole = copy.read_bytes()
    with nullcontext() if not stays else pytest.raises(StoreUnavailable):
        backups.strike(path, lambda db: [db.execute(sql) for sql in work.split(";")])
    assert copy.exists() == stays
    assert not stays or copy.read_bytes() == whole
    assert await bench.healthy()


DAMAGED = [f'{{"findings":[{{"evidence":"{TEXT}', f'["{TEXT}"]', f'{{"findings":["{TEXT}"]}}']


@pytest.mark.parametrize("verdict", DAMAGED, ids=["cut off", "no object", "another shape"])
async def test_a_damaged_verdict_in_a_copy_goes_whole_and_the_copy_stays(
    bench: Bench, path: Path, verdict: str
) -> None:
    mine = await bench.put(replace(written(bench, "1"), sender="mine"))
    await bench.put(replace(written(bench, "2", OTHER), sender="other"))
    copy = backups.keep(path)
    run(copy, f"UPDATE reviews SET verdict = '{verdict}' WHERE id = {mine.id}")
    assert await bench.store.reviews.forget_senders(["mine"]) == 1
    assert TEXT.encode() not in everything(path.parent)
    kept = open_store(copy)
    assert (await kept.reviews.get(mine.id)).verdict is None  # type: ignore[union-attr]
    assert (await kept.reviews.by_key(bench.group.id, "2")).verdict  # type: ignore[union-attr]
    assert (await kept.health()).problems == ()
    await kept.close()


@pytest.mark.parametrize("verdict", DAMAGED, ids=["cut off", "no object", "another shape"])
async def test_a_damaged_verdict_holds_up_neither_a_copy_nor_the_purge(
    bench: Bench, path: Path, verdict: str
) -> None:
    mine = await bench.put(written(bench, "1"))
    await shared(bench, "2")
    run(path, f"UPDATE reviews SET verdict = '{verdict}' WHERE id = {mine.id}")
    copy = backups.keep(path)
    assert TEXT.encode() not in copy.read_bytes()
    assert sound(copy)
    assert await bench.store.purge("texts", NOW + timedelta(days=31), DAY) == 2
    assert TEXT.encode() not in everything(path.parent)


async def test_texts_are_in_no_copy_after_a_purge(bench: Bench, path: Path) -> None:
    await shared(bench, "1")
    backups.keep(path)
    await bench.store.purge("texts", NOW + timedelta(days=31), DAY)
    assert TEXT.encode() not in everything(path.parent)
    assert writing_connection(bench).execute("PRAGMA secure_delete").fetchone() == (1,)


@pytest.mark.parametrize("way", ["by reply", "by sender"])
async def test_what_tells_a_forgotten_post_again_goes_from_the_copies(
    bench: Bench, path: Path, way: str
) -> None:
    """Its signature and every trace of it; those of other people's posts stay."""
    mine = await bench.put(replace(written(bench, "1"), sender="mine"))
    await bench.put(replace(written(bench, "2", OTHER), sender="other"))
    copy = backups.keep(path)
    before = signed_posts(copy)
    assert len(before) == 2
    if way == "by reply":
        assert await bench.store.reviews.forget(mine.id)
    else:
        assert await bench.store.reviews.forget_senders(["mine", "nobody"]) == 1
    assert signed_posts(copy) == signed_posts(path) == before[1:]
    assert sound(copy)


@pytest.mark.parametrize("new", [None, "telegram:4712"])
async def test_who_is_in_charge_no_more_goes_from_every_file(
    bench: Bench, path: Path, new: str | None
) -> None:
    unit = bench.group.unit or 0
    await bench.store.units.change(unit, contact="telegram:4711")
    copy = backups.keep(path)
    assert b"telegram:4711" in copy.read_bytes()
    changed = await bench.store.units.change(unit, contact=new)
    assert changed.contact == new
    assert b"telegram:4711" not in everything(path.parent)
    assert sound(copy)


async def test_a_unit_is_struck_in_a_copy_under_another_code_and_no_other_unit(
    bench: Bench, path: Path
) -> None:
    """Its code was renewed since; after a restore, the number of one may be another's."""
    late = bench.group.unit or 0
    await bench.store.units.change(late, contact="telegram:4711")
    copy = backups.keep(path)
    renumbered = backups.keep(path)
    run(renumbered, "UPDATE units SET created_at = '2026-11-15T01:00:00.000000+00:00'")
    await bench.store.units.renew_code(late)
    await bench.store.units.change(late, contact=None)
    assert b"telegram:4711" not in copy.read_bytes()
    assert b"telegram:4711" in renumbered.read_bytes()


@pytest.mark.parametrize("way", ["refuse", "forget", "sender"])
async def test_after_a_restore_the_post_itself_is_struck_not_who_has_its_number(
    path: Path, way: str
) -> None:
    """Two messages came in one order before the restore, and in the other after it."""
    early = path.with_name("early.db")
    bench = await Bench.of(open_store(path))
    await bench.store.backup(early)
    await both(bench, "1", "2")
    await bench.store.close()
    aside = restore(early, path)
    assert aside
    bench = Bench(open_store(path), bench.group)
    mine = await both(bench, "2", "1")
    assert keys(aside) == {1001: "1", 1002: "2"}
    assert keys(path) == {1001: "2", 1002: "1"}
    match way:
        case "refuse":
            await bench.store.reviews.refuse(bench.group.id, "1", NOW, DAY)
        case "forget":
            assert await bench.store.reviews.forget(mine)
        case _:
            assert await bench.store.reviews.forget_senders(["sender of 1"]) == 1
    await bench.store.close()
    assert signed_posts(aside) == [2]
    assert keys(aside) == ({1002: "2"} if way == "refuse" else {1001: "1", 1002: "2"})
    assert sound(aside)


async def test_a_post_of_a_group_that_moved_is_known_in_a_copy(bench: Bench, path: Path) -> None:
    """What was done in the new chat before the move was known is one group's by now."""
    new = await bench.store.groups.join("telegram", "-100", bench.group.unit or 0, NOW)
    post = written(bench, "1", group=new)
    await bench.put(post)
    copy = backups.keep(path)
    await bench.store.groups.migrate("telegram", "-1", "-100", NOW)
    assert await bench.store.reviews.forget(post.id)
    assert signed_posts(copy) == []


async def test_a_copy_reads_each_table_once(bench: Bench, path: Path, tmp_path: Path) -> None:
    """An index made after its rows reads them all again: most of the time, and memory that grows.

    A trigger made before them would work on each.
    """
    await shared(bench, "1")
    done: list[str] = []
    writer = connect.connect(tmp_path / "copy.db")
    writer.set_trace_callback(lambda sql: done.append(" ".join(sql.split()[:2])))
    copying.fill(writer, path)
    writer.close()
    at = {what: [n for n, one in enumerate(done) if one == what] for what in done}
    assert max(at["CREATE INDEX"]) < min(at["INSERT INTO"])
    assert max(at["INSERT INTO"]) < min(at["CREATE TRIGGER"])


async def both(bench: Bench, first: str, second: str) -> int:
    """Two posts in this order; the number of the review of message "1"."""
    texts = {"1": WORDS, "2": OTHER}
    numbers = {}
    for key in (first, second):
        new = replace(written(bench, key, texts[key]), sender=f"sender of {key}")
        numbers[key] = (await bench.put(new)).id
    return numbers["1"]


async def test_a_broken_file_put_aside_is_kept_a_week_and_no_longer(
    bench: Bench, path: Path
) -> None:
    """It may hold texts; nobody can delete one in it."""
    copy = backups.keep(path)
    broken = copy.with_name("cantin-20261116-010000-1-hong.db")
    names = [broken, broken.with_name(f"{broken.name}-wal")]
    for file in names:
        file.write_text(TEXT)
    assert await bench.store.purge("broken", NOW, DAY) == 0
    assert await bench.store.purge("broken", NOW + timedelta(seconds=1), DAY) == 1
    assert not any(file.exists() for file in names)
    assert copy.exists()


async def test_forgetting_nobody_leaves_the_copies_as_they_are(bench: Bench, path: Path) -> None:
    await shared(bench, "1")
    copy = backups.keep(path)
    before = copy.stat().st_mtime_ns
    assert await bench.store.reviews.forget_senders(["nobody"]) == 0
    assert copy.stat().st_mtime_ns == before


def run(file: Path, sql: str) -> list[tuple[Any, ...]]:
    db = sqlite3.connect(file)
    with db:
        found = db.execute(sql).fetchall()
    db.close()
    return found


def keys(file: Path) -> dict[int, str]:
    """The messages of the reviews in a file, by number."""
    return dict(run(file, "SELECT id, key FROM reviews ORDER BY id"))


def signed_posts(file: Path) -> list[int]:
    """The posts that a file has traces of; each has its signature there."""
    db = sqlite3.connect(file)
    found = [row[0] for row in db.execute("SELECT DISTINCT post_id FROM traces ORDER BY 1")]
    signed = db.execute("SELECT post_id FROM signatures ORDER BY 1").fetchall()
    db.close()
    assert [row[0] for row in signed] == found
    return found


def sound(file: Path) -> bool:
    db = sqlite3.connect(file)
    problems = checkup.examine(db).problems
    db.close()
    return problems == ()
