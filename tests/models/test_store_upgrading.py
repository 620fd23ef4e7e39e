"""Every earlier version's file becomes today's with nothing lost, and a copy is kept first."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlite_utils import Database

from models.balance import Tally
from models.errors import NewerDatabase, StoreUnavailable, UserError
from models.privacy import BACKUPS
from models.store import backups, files, open_store
from models.store.schema import migrations
from models.verdict import Source, Tier, Tone
from tests.fakes.writing import DAY
from tests.models.earlier import NAMES, TEXT, make, schema

BEFORE = NAMES[:-1]
NOW = datetime(2026, 11, 17, tzinfo=UTC)


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """A database that today's version made."""
    return made(tmp_path / "fresh" / "cantin.db")


def made(path: Path) -> Path:
    store = open_store(path)
    store._access.writer.close()
    store._access._short.close()
    store._access._long.close()
    return path


def test_migrations_are_numbered_without_a_gap() -> None:
    assert [name.partition("_")[0] for name in NAMES] == [
        f"m{number:03}" for number in range(1, len(NAMES) + 1)
    ]


@pytest.mark.parametrize("version", NAMES)
async def test_an_earlier_file_is_upgraded_whole(path: Path, version: str, fresh: Path) -> None:
    """Same tables as a new file's; reviews, texts, figures, marks and letters as they were."""
    make(path, version)
    store = open_store(path)
    health = await store.health()
    assert health.problems == ()
    assert {name: health.counts[name] for name in ("units", "groups", "reviews", "shares")} == {
        "units": 1,
        "groups": 1,
        "reviews": 2,
        "shares": 1,
    }
    kept = await store.reviews.by_key(1, "5")
    assert kept
    assert (kept.parts["5"].text, kept.shared, kept.verdict.reference) == (TEXT, True, "CT-AAAAAA")
    assert await store.shares.tally([1], DAY, DAY) == Tally(positive=1)
    [letter] = await store.outgoing.pending()
    assert (letter.key, letter.text, letter.review) == ("answer:5", TEXT, 11)
    assert await store.nudges.get(1, "weekly", "2026-W47")
    assert await store.reviews.forget_senders(["sender-hash"]) == 1
    assert await store.purge("senders", NOW, date(2026, 12, 1)) == 1
    await store.close()
    assert schema(path) == schema(fresh)


@pytest.mark.parametrize("version", BEFORE)
async def test_a_copy_is_kept_before_an_upgrade(path: Path, version: str) -> None:
    """As the file was, by date and version, for us alone, and without a text or a hash."""
    make(path, version)
    before = schema(path)
    await open_store(path).close()
    [copy] = files.automatic(path)
    assert copy.parent == path.parent / "backups"
    assert copy.name.startswith("cantin-20")
    assert copy.stem.endswith(version.partition("_")[0])
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert schema(copy) == before
    for trace in (TEXT.encode(), b"sender-hash", b"\xab" * 32):
        assert trace not in copy.read_bytes()
    store = open_store(copy)
    assert (await store.health()).problems == ()
    assert await store.shares.tally([1], DAY, DAY) == Tally(positive=1)
    await store.close()


_EMPTIED = """
    UPDATE reviews SET parts = NULL, title = NULL, link = NULL, sender = NULL WHERE id = 11;
    UPDATE reviews SET parts = '[["6",{}]]',
        verdict = json_set(verdict, '$.keep_text', json('false')) WHERE id = 12;
    UPDATE reviews SET verdict = json_set(verdict, '$.source.tier', 'T4', '$.source.host',
        'nguyen-van-a.example', '$.source.suspicion', 'không phải nguyen-van-a.example',
        '$.source.name', 'nguyen-van-a');"""


@pytest.mark.parametrize("version", BEFORE)
async def test_what_named_a_source_and_outlived_its_post_is_deleted(
    path: Path, version: str
) -> None:
    """Earlier versions left it in verdicts without words, and in copies of these."""
    make(path, version)
    run(path, _EMPTIED)
    copy = files.place(path, version.partition("_")[0])
    shutil.copy(path, copy)
    await open_store(path).close()
    assert len(files.automatic(path)) == 2
    for file in (path, *files.automatic(path)):
        assert b"nguyen-van-a" not in file.read_bytes()
        store = open_store(file)
        kept = await store.reviews.get(12)
        assert kept
        assert (kept.verdict.source, kept.verdict.tone) == (Source(Tier.T4), Tone.POSITIVE)
        assert (await store.health()).problems == ()
        await store.close()


async def test_a_copy_that_holds_nothing_of_it_is_not_written_to(path: Path) -> None:
    """An upgrade on a slow card does not write every copy anew."""
    make(path, BEFORE[0])
    copies = [backups.keep(path) for _ in range(2)]
    with_texts = files.place(path, "m001")
    shutil.copy(path, with_texts)
    before = [(copy.stat().st_mtime_ns, copy.read_bytes()) for copy in copies]
    await open_store(path).close()
    assert [(copy.stat().st_mtime_ns, copy.read_bytes()) for copy in copies] == before
    assert TEXT.encode() not in with_texts.read_bytes()
    assert len(files.automatic(path)) == 4


async def test_the_source_of_a_post_whose_words_are_kept_stays(path: Path) -> None:
    """So does that of a source that the unit trusts."""
    make(path, BEFORE[-1])
    run(path, _EMPTIED)
    run(path, "UPDATE reviews SET parts = '[]', verdict = json_set(verdict, '$.keep_text', TRUE)")
    run(
        path,
        "UPDATE reviews SET verdict = json_set(verdict, '$.source.trusted_as', 'Của ta'),"
        " parts = NULL WHERE id = 12",
    )
    store = open_store(path)
    for number in (11, 12):
        kept = await store.reviews.get(number)
        assert kept
        assert kept.verdict.source.host == "nguyen-van-a.example"
    await store.close()


def run(path: Path, sql: str) -> None:
    connection = sqlite3.connect(path)
    connection.executescript(sql)
    connection.close()


async def test_a_file_of_today_is_not_copied(path: Path) -> None:
    for _ in range(2):
        await open_store(path).close()
    assert files.automatic(path) == []


async def test_only_the_newest_copies_are_kept(path: Path) -> None:
    folder = path.parent / "backups"
    folder.mkdir(parents=True)
    old = [folder / f"cantin-2025010{n}-000000-1-m001.db" for n in range(1, BACKUPS + 3)]
    other = folder / "ghi-chu.txt"
    for file in (*old, other):
        file.touch()
    make(path, BEFORE[-1])
    await open_store(path).close()
    left = files.automatic(path)
    assert len(left) == BACKUPS
    assert left[:-1] == old[-BACKUPS + 1 :]
    assert other.exists()


def test_an_upgrade_that_fails_changes_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A migration that trips half-way takes back all of them: the file stays usable as it was."""

    def m998_trips(db: Database) -> None:
        db.execute("CREATE TABLE half (done TEXT)")
        db.execute("UPDATE units SET name = NULL")

    make(path, BEFORE[-1])
    before = schema(path)
    with monkeypatch.context() as patch:
        broken = [*migrations._migrations, migrations._Migration("m998_trips", m998_trips)]
        patch.setattr(migrations, "_migrations", broken)
        with pytest.raises(sqlite3.IntegrityError):
            open_store(path)
    assert schema(path) == before
    assert len(files.automatic(path)) == 1
    made(path)


def test_without_room_for_the_copy_nothing_is_upgraded(path: Path) -> None:
    """A file stands where the folder of copies should be."""
    make(path, BEFORE[-1])
    (path.parent / "backups").write_text("không phải thư mục")
    before = schema(path)
    with pytest.raises(StoreUnavailable):
        open_store(path)
    assert schema(path) == before


def test_what_a_killed_copy_left_is_deleted(path: Path) -> None:
    """It may hold texts."""
    made(path)
    folder = path.parent / "backups"
    folder.mkdir()
    drafts = [path.with_name("cantin.db.part"), folder / "cantin-20260101-000000-1-m001.db.part"]
    left = [*drafts, *(draft.with_name(f"{draft.name}-journal") for draft in drafts)]
    for file in left:
        file.write_text(TEXT)
    made(path)
    assert [file.exists() for file in left] == [False] * 4


def test_a_database_of_a_newer_version_is_left_alone(path: Path) -> None:
    made(path)
    connection = sqlite3.connect(path)
    connection.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
        " VALUES ('can_tin', 'm999_later', '2030')"
    )
    connection.commit()
    connection.close()
    before = path.read_bytes()
    with pytest.raises(NewerDatabase) as caught:
        open_store(path)
    assert caught.value.facts == {"path": str(path)}
    assert path.read_bytes() == before
    assert files.automatic(path) == []


def test_a_file_that_lost_everything_is_not_taken_for_a_new_one(path: Path) -> None:
    """Zero bytes, with a log beside it that SQLite would throw away."""
    path.parent.mkdir()
    path.touch()
    log = path.with_name("cantin.db-wal")
    log.write_bytes(b"what is left")
    with pytest.raises(UserError) as caught:
        open_store(path)
    assert caught.value.key == "empty_database"
    assert (path.read_bytes(), log.read_bytes()) == (b"", b"what is left")


def test_a_new_database_appears_whole(path: Path) -> None:
    """Nothing else is left in the folder, and nobody else may read it."""
    made(path)
    assert sorted(file.name for file in path.parent.iterdir()) == ["cantin.db"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
