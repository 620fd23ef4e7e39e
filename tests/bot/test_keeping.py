"""``backup``, ``restore``, ``stats`` and ``doctor`` on disks and files that are in trouble.

Real files, real full and read-only disks where the machine lets a test mount one: what is wrong is
said in Vietnamese on one line, the exit code tells it too, and nothing is half-written.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.wiring import installation_key
from models.store import open_store
from tests.bot.conftest import Run
from tests.fakes.writing import DAY, NOW, Bench
from tests.models.earlier import NAMES, make

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def database(data: Path) -> Path:
    """A database with thirty shares in it."""
    path = data / "cantin.db"
    asyncio.run(_filled(path))
    return path


async def _filled(path: Path) -> None:
    bench = await Bench.of(open_store(path))
    for number in range(30):
        kept = await bench.review(str(number))
        await bench.store.shares.share(kept.id, NOW, DAY)
    await bench.store.close()


def test_backup_and_restore(run: Run, database: Path, tmp_path: Path) -> None:
    target = tmp_path / "sao-luu.db"
    code, said = run("backup", target)
    assert (code, "Đã sao lưu" in said) == (0, True)
    assert run("backup", target)[0] == 2, "nothing is overwritten"
    asyncio.run(_add_unit(database))
    code, said = run("restore", target)
    assert code == 0
    assert "Đã khôi phục" in said
    assert "backups/cantin-" in said
    assert "Xã Mới" not in run("unit", "list")[1]


async def _add_unit(path: Path) -> None:
    store = open_store(path)
    await store.units.add("Xã Mới", None, NOW)
    await store.close()


def test_restoring_over_a_broken_file_says_where_that_is(
    run: Run, database: Path, tmp_path: Path
) -> None:
    run("backup", tmp_path / "copy.db")
    database.write_bytes(b"hong" * 2000)
    code, said = run("restore", tmp_path / "copy.db")
    assert code == 0
    assert "giữ nguyên cả nội dung" in said
    assert run("doctor", "--offline")[0] == 0


def test_restoring_while_the_bot_runs_is_refused(run: Run, database: Path, tmp_path: Path) -> None:
    run("backup", tmp_path / "copy.db")
    store = open_store(database)
    code, said = run("restore", tmp_path / "copy.db")
    assert code == 2
    assert "Dừng bot" in said
    asyncio.run(store.close())


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _zero(path: Path) -> None:
    path.write_bytes(b"")


def _text(path: Path) -> None:
    path.write_text("ghi chú của phòng " * 200, "utf-8")


def _cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _later(path: Path) -> None:
    _run(path, "INSERT INTO _sqlite_migrations VALUES (99, 'can_tin', 'm999_later', '2030')")


def _run(path: Path, *lines: str) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    for line in lines:
        connection.execute(line)
    connection.close()


@pytest.mark.parametrize(
    ("spoil", "words", "code"),
    [
        (_folder, "không phải là cơ sở dữ liệu", 2),
        (_zero, "rỗng", 2),
        (_text, "không phải là cơ sở dữ liệu", 2),
        (_cut, "tệp bị hỏng", 1),
        (_later, "mới hơn", 2),
    ],
    ids=["folder", "zero", "text", "cut", "newer"],
)
def test_a_file_that_cannot_be_used_is_said_and_left_alone(
    run: Run, database: Path, spoil: Callable[[Path], None], words: str, code: int
) -> None:
    """By any command; ``doctor`` says how to mend it and ends with 1."""
    spoil(database)
    before = None if database.is_dir() else database.read_bytes()
    for command, expected in ((("stats",), code), (("doctor", "--offline"), 1)):
        found, said = run(*command)
        assert words in said
        assert found == expected
    assert "Cách sửa" in said
    assert before is None or database.read_bytes() == before


DAMAGES = {
    "tallies_differ": ("Số đếm trong ngày", ["UPDATE tallies SET n = n + 1"]),
    "orphan_lines": (
        "không thuộc bài hoặc nhóm",
        ["PRAGMA foreign_keys=OFF", "DELETE FROM reviews WHERE post_id = 1",
         "DELETE FROM signatures WHERE post_id = 1", "DELETE FROM posts WHERE id = 1"],
    ),
    "foreign_key_check": (
        "trỏ tới dữ liệu không còn",
        ["PRAGMA foreign_keys=OFF", "UPDATE reviews SET post_id = 999 WHERE post_id = 1"],
    ),
    "share_without_review": ("không còn nhận định", ["DELETE FROM reviews WHERE post_id = 1"]),
    "share_counted_twice": (
        "tính hai lần",
        ["DROP TRIGGER ledger_order",
         "INSERT INTO ledger SELECT 999, post_id, 3, 1, group_id, tone, day, shared_at,"
         " recorded_at, reason FROM ledger WHERE post_id = 1"],
    ),
    "reversal_differs": (
        "hoàn tác không khớp",
        ["DROP TRIGGER ledger_reversal",
         "INSERT INTO ledger SELECT 999, post_id, 2, -1, group_id, 'negative', day, shared_at,"
         " recorded_at, 'undo' FROM ledger WHERE post_id = 1"],
    ),
    "schema_differs": ("sửa tay", ["DROP INDEX reviews_answer"]),
    "schema_differs, a table gone": ("sửa tay", ["DROP TABLE disputes"]),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGES)
def test_doctor_names_each_damage_and_how_to_mend_it(run: Run, database: Path, name: str) -> None:
    words, lines = DAMAGES[name]
    assert run("doctor", "--offline")[0] == 0
    if name == "reversal_differs":  # the tallies' own guard is in the way of a wrong line
        lines = ["INSERT INTO tallies VALUES (1, '2026-11-16', 'negative', 1)", *lines]
    _run(database, *lines)
    code, said = run("doctor", "--offline")
    assert code == 1
    [found] = [line for line in said.splitlines() if words in line]
    assert "python -m bot restore" in found


def test_doctor_reads_every_page(run: Run, database: Path) -> None:
    """Bytes overwritten in the middle of the file, as a failing disk leaves them."""
    with database.open("r+b") as file:
        file.seek(database.stat().st_size // 2)
        file.write(b"\x00\xff" * 8192)
    code, said = run("doctor", "--offline")
    assert code == 1
    assert "hỏng" in said
    assert "python -m bot restore" in said


def test_a_new_key_is_whole_and_for_us_alone(data: Path) -> None:
    data.mkdir()
    key = installation_key(data)
    assert len(key) == 32
    assert installation_key(data) == key
    assert stat.S_IMODE((data / "fingerprint.key").stat().st_mode) == 0o600
    assert [file.name for file in data.iterdir()] == ["fingerprint.key"]


@pytest.mark.parametrize("left", ["", "abc", "00" * 8, "không phải khóa"])
def test_a_broken_key_is_said_and_not_replaced(
    run: Run, data: Path, database: Path, left: str
) -> None:
    """A new key would make every old post a new one."""
    file = data / "fingerprint.key"
    file.write_text(left, "utf-8")
    code, said = run("stats")
    assert code == 2
    assert "fingerprint.key" in said
    code, said = run("doctor", "--offline")
    assert (code, "Cách sửa" in said) == (1, True)
    assert file.read_text("utf-8") == left


def test_a_locked_file_is_said(run: Run, database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.store.connect.BUSY_SECONDS", 0.05)
    other = sqlite3.connect(database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    code, said = run("stats")
    assert code == 1
    assert "chương trình khác khóa" in said
    code, said = run("doctor", "--offline")
    assert code == 1
    assert "dừng chương trình khác" in said
    other.close()
    assert run("stats")[0] == 0


# -- disks -------------------------------------------------------------------------------------

_MOUNT = ["unshare", "--user", "--map-root-user", "--mount"]
_BOUND = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]


def _may(*words: str) -> bool:
    if shutil.which(words[0]) is None:
        return False
    return subprocess.run([*words, "true"], capture_output=True, check=False).returncode == 0


mounts = pytest.mark.skipif(
    not _may(*_MOUNT, "sh", "-c", "mount -t tmpfs tmpfs /mnt && $0"), reason="no mount is allowed"
)


def on_disk(data: Path, size: str, *lines: str) -> tuple[int, str]:
    """Shell lines with a small disk at the data folder; $PYTHON is ours. The last one's code."""
    script = f'set -e; mount -t tmpfs -o size={size} tmpfs "$CANTIN_DATA"; {"; ".join(lines)}'
    return _shell([*_MOUNT, "sh", "-c", script], data)


def _shell(command: list[str], data: Path) -> tuple[int, str]:
    clean = {name: value for name, value in os.environ.items() if "CANTIN" not in name}  # noqa: TID251
    place = {"CANTIN_DATA": str(data), "PYTHON": sys.executable, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, env=clean | place, cwd=data.parent, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


@mounts
def test_on_a_full_disk_a_copy_is_not_begun_by_halves(data: Path, database: Path) -> None:
    keep = database.rename(data.parent / "cantin.db")
    full = f"{keep.stat().st_size // 1024 + 60}k"
    code, said = on_disk(
        data,
        full,
        f'cp "{keep}" "$CANTIN_DATA/cantin.db"',
        'code=0; "$PYTHON" -m bot backup "$CANTIN_DATA/copy.db" || code=$?',
        'ls "$CANTIN_DATA"',
        "exit $code",
    )
    assert code == 1
    assert "ổ đĩa đầy" in said
    assert "copy.db\n" not in said
    assert ".part" not in said


@mounts
def test_a_full_disk_stops_an_upgrade_before_it_begins(data: Path) -> None:
    """There is no room for the copy that comes first: the old file stays the old one."""
    data.mkdir()
    old = data.parent / "old.db"
    make(old, NAMES[0])
    _run(old, "PRAGMA journal_mode=DELETE")
    full = f"{old.stat().st_size // 1024 + 80}k"
    code, said = on_disk(
        data,
        full,
        f'cp "{old}" "$CANTIN_DATA/cantin.db"',
        'code=0; "$PYTHON" -m bot stats || code=$?',
        f'"$PYTHON" -c "{_VERSIONS}" "$CANTIN_DATA/cantin.db"',
        "exit $code",
    )
    assert code == 1
    assert "ổ đĩa đầy" in said
    assert f"versions: {NAMES[0]}\n" in said


_VERSIONS = (
    "import sqlite3, sys; print('versions:', *[row[0] for row in"
    " sqlite3.connect(sys.argv[1]).execute('SELECT name FROM _sqlite_migrations')])"
)


@mounts
def test_a_restore_on_a_full_disk_keeps_what_is_there(data: Path, database: Path) -> None:
    keep = database.rename(data.parent / "cantin.db")
    code, said = on_disk(
        data,
        f"{keep.stat().st_size // 1024 + 60}k",
        f'cp "{keep}" "$CANTIN_DATA/cantin.db"',
        f'code=0; "$PYTHON" -m bot restore "{keep}" || code=$?',
        f'cmp "{keep}" "$CANTIN_DATA/cantin.db" && ls "$CANTIN_DATA"',
        "exit $code",
    )
    assert code == 1
    assert "Chưa khôi phục được" in said
    assert "ổ đĩa đầy" in said
    assert ".part" not in said


@mounts
def test_a_read_only_disk_is_said(data: Path, database: Path) -> None:
    keep = database.rename(data.parent / "cantin.db")
    for command, expected in (("stats", 1), ("doctor --offline", 1), (f'restore "{keep}"', 1)):
        code, said = on_disk(
            data,
            "20m",
            f'cp "{keep}" "$CANTIN_DATA/cantin.db"',
            'mount -o remount,ro "$CANTIN_DATA"',
            f'"$PYTHON" -m bot {command}',
        )
        assert code == expected
        assert "chỉ cho đọc" in said


@pytest.mark.skipif(
    os.geteuid() == 0 and not _may(*_BOUND), reason="nobody is kept out of anything here"
)
@pytest.mark.parametrize(
    ("file", "mode", "words"),
    [
        ("cantin.db", 0o000, "không có quyền"),
        ("cantin.db", 0o400, "chỉ cho đọc"),
        (".", 0o000, "không có quyền"),
    ],
)
def test_wrong_permissions_are_said(
    data: Path, database: Path, file: str, mode: int, words: str
) -> None:
    before = database.read_bytes()
    asked = (data / file).stat().st_mode
    (data / file).chmod(mode)
    bound = _BOUND if os.geteuid() == 0 else []
    try:
        code, said = _shell([*bound, sys.executable, "-m", "bot", "stats"], data)
    finally:
        (data / file).chmod(asked)
    assert code == 1
    assert words in said
    assert database.read_bytes() == before
