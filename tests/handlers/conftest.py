"""Offices for the tests of the handlers: one for each test, or one for a whole module.

All tests of a module run in one event loop, so that they may share an office.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from pytest_asyncio import is_async_test

from tests.bot.office import Office, office

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One loop for all tests of a module."""
    for item in items:
        if HERE in item.path.parents and is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="module"), append=False)


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting for the rest of an album, or for a code, takes a moment instead of seconds."""
    monkeypatch.setattr("handlers.weighing._ALBUM_PAUSE", timedelta(seconds=0.3))
    monkeypatch.setattr("handlers.joining._PATIENCE", timedelta(seconds=0.3))


@pytest_asyncio.fixture(loop_scope="module")
async def place(tmp_path: Path) -> AsyncIterator[Office]:
    """An office of this test's own."""
    async with office(tmp_path) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    """The module's office: a test looks only at what it wrote itself."""
    async with office(tmp_path_factory.mktemp("office")) as opened:
        yield opened
