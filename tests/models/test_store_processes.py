"""Several processes, connections and event loops on one database."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from models.ledger import NudgeMark
from models.store import SqliteStore, open_store
from tests.fakes.writing import NOW, Bench


@pytest.fixture
async def bench(sqlite: SqliteStore) -> Bench:
    return await Bench.of(sqlite)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "cantin.db"


def test_one_store_serves_several_event_loops(tmp_path: Path) -> None:
    store = open_store(tmp_path / "c.db")
    units = [asyncio.run(store.units.add("Sở", None, NOW)).id for _ in range(3)]
    assert units == [1, 2, 3]
    asyncio.run(store.close())


_OPEN = """
import pathlib, sys
from models.store import open_store
open_store(pathlib.Path(sys.argv[1]))
"""

_CLAIM = """
import asyncio, sys
from datetime import datetime, timezone
from pathlib import Path
from models.store import open_store
async def main():
    store = open_store(Path(sys.argv[1]))
    sys.stdin.readline()
    now = datetime.now(timezone.utc)
    weeks = [f"2026-W{n:02}" for n in range(1, 53)]
    print(sum([await store.nudges.claim(1, "weekly", week, now) for week in weeks]))
    await store.close()
asyncio.run(main())
"""


async def test_of_two_processes_one_gets_each_nudge(bench: Bench, path: Path) -> None:
    def start() -> subprocess.Popen[str]:
        command = [sys.executable, "-c", _CLAIM, str(path)]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)

    pair = [await asyncio.to_thread(start) for _ in range(2)]
    ends = [asyncio.to_thread(process.communicate, "go\n") for process in pair]
    claimed = [int(out) for out, _ in await asyncio.gather(*ends)]
    assert sum(claimed) == 52
    assert len(await bench.store.nudges.recent(100)) == 52


def test_two_processes_may_open_a_new_database_at_once(tmp_path: Path) -> None:
    path = str(tmp_path / "c.db")
    pair = [subprocess.Popen([sys.executable, "-c", _OPEN, path]) for _ in range(3)]
    assert [process.wait() for process in pair] == [0, 0, 0]


async def test_two_connections_claim_a_nudge_once(bench: Bench, path: Path) -> None:
    other = open_store(path)
    weeks = [f"2026-W{n:02}" for n in range(1, 40)]
    claims = [
        store.nudges.claim(bench.group.id, "weekly", week, NOW)
        for week in weeks
        for store in (bench.store, other)
    ]
    won = await asyncio.gather(*claims)
    await other.nudges.mark(NudgeMark(bench.group.id, "weekly", weeks[0], "sent", NOW))
    mark = await bench.store.nudges.get(bench.group.id, "weekly", weeks[0])
    await other.close()
    assert sum(won) == len(weeks)
    assert mark
    assert mark.state == "sent"
