"""The store cannot write: one clear sentence, nothing acknowledged; later everything is done."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from models.store import SqliteStore
from tests.bot.office import MAI, Office, office
from tests.handlers.posts import asks, eventually, good, press_and_see, tally, written


@pytest_asyncio.fixture(loop_scope="module")
async def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    """An office that tries again after a moment instead of seconds."""
    monkeypatch.setattr("bot.polling._FIRST_PAUSE", 0.02)
    monkeypatch.setattr("bot.polling._LONGEST_PAUSE", 0.1)
    async with office(tmp_path) as opened:
        yield opened


def writing(place: Office) -> sqlite3.Connection:
    """The writer's own connection, idle between two writes."""
    store = place.parts.desk.store
    assert isinstance(store, SqliteStore)
    return store._access.writer._connection


def fill(place: Office) -> None:
    """The disk is full: not a page more."""
    pages = writing(place).execute("PRAGMA page_count").fetchone()[0]
    writing(place).execute(f"PRAGMA max_page_count={pages}")


def make_room(place: Office) -> None:
    writing(place).execute("PRAGMA max_page_count=1000000")


async def some_attempts(place: Office) -> None:
    """Wait until the bot has asked four more times for what it could not keep."""
    updates = place.sandbox.world.updates
    start = updates.polls

    async def asked() -> bool:
        return updates.polls >= start + 4

    await eventually(asked, "more attempts")


async def test_a_post_on_a_full_disk_is_answered_once_there_is_room(
    place: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """However often it is tried: one sentence, then one answer, one review, one share."""
    before = len(place.messages())
    fill(place)
    post = good()
    text = f"{post['text']} " * 100
    sent = await place.person().forwards(place.group, text=text, link=post["link"])
    complaint = await place.person().answer_in(place.group, sent)
    assert "chưa ghi được vào sổ" in written(complaint)
    assert "ổ đĩa đầy" in written(complaint)
    await some_attempts(place)
    assert place.sandbox.world.updates.pending(), "not acknowledged: Telegram keeps it"
    assert len(place.messages()) == before + 1, "told once, however often it is tried"
    make_room(place)
    await place.quiet()
    assert len(place.messages()) == before + 2
    answer = place.last()
    assert "Số nhận định" in written(answer)
    assert "Đã ghi" in await press_and_see(place, answer, "Đã chia sẻ")
    assert (await tally(place)).total == 1
    health = await place.parts.desk.store.health()
    assert (health.problems, health.counts["reviews"]) == ((), 1)
    assert "update failed" not in caplog.text, "a full disk is no error of ours"


async def test_reading_goes_on_while_nothing_can_be_written(place: Office) -> None:
    """What needs no room is answered: the figures are read, the fixed line needs no store."""
    await place.person().says(MAI, "/start")
    await place.quiet()
    writing(place).execute("PRAGMA query_only=ON")
    await place.person().forwards(MAI, **good())
    await place.quiet()
    assert "Số nhận định" in written(place.last(MAI))
    writing(place).execute("PRAGMA query_only=OFF")
    assert "photo" in await asks(place, "/stats")
