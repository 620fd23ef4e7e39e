"""The two stores that one suite of contract tests runs on."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from models.ledger import Store
from models.store import SqliteStore, open_store
from tests.fakes.memory_store import MemoryStore
from tests.fakes.writing import Bench


@pytest.fixture(params=["memory", "sqlite"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    kept: Store = MemoryStore() if request.param == "memory" else open_store(tmp_path / "c.db")
    yield kept
    health = await kept.health()
    await kept.close()
    assert health.problems == ()


@pytest.fixture
async def bench(store: Store) -> Bench:
    return await Bench.of(store)


@pytest.fixture
async def sqlite(path: Path) -> AsyncIterator[SqliteStore]:
    kept = open_store(path)
    yield kept
    await kept.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the ``sqlite`` store is kept."""
    return tmp_path / "data" / "cantin.db"


def writing_connection(bench: Bench) -> sqlite3.Connection:
    """The writer's own connection, idle between two awaited writes."""
    store = bench.store
    assert isinstance(store, SqliteStore)
    return store._access.writer._connection
