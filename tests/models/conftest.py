"""The two stores that one suite of contract tests runs on."""

from __future__ import annotations

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
async def sqlite(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    kept = open_store(tmp_path / "data" / "cantin.db")
    yield kept
    await kept.close()
