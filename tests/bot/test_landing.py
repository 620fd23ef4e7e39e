"""Once the bot stops: what was sent is recorded, and nothing more is sent."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.landing import Landing
from bot.outgoing import TelegramMessenger
from bot.sandbox.demo import CULTURE
from models.letter import Letter
from models.store import open_store
from tests.bot.office import office
from tests.bot.reception import eventually
from tests.fakes.virtual_time import rest


async def test_what_is_in_the_air_lands_before_the_closing_is_over() -> None:
    landing, gate, done = Landing(), asyncio.Event(), []

    async def send() -> None:
        async with landing.flight():
            await gate.wait()
            done.append("sent and recorded")

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(send())
        await rest()
        closing = tasks.create_task(landing.close(30))
        await rest()
        assert not closing.done()
        gate.set()
        await closing
        assert done == ["sent and recorded"]


async def test_after_the_closing_nothing_takes_off() -> None:
    landing, begun = Landing(), []

    async def send() -> None:
        async with landing.flight():
            begun.append("sent")

    await landing.close(0)
    task = asyncio.ensure_future(send())
    await rest()
    assert begun == []
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_who_fails_in_the_air_has_landed_too() -> None:
    landing = Landing()
    try:
        async with landing.flight():
            raise ValueError
    except ValueError:
        pass
    await landing.close(30)


async def test_what_hangs_is_waited_for_no_longer_than_was_said() -> None:
    landing = Landing()

    async def hang() -> None:
        async with landing.flight():
            await asyncio.Event().wait()

    task = asyncio.ensure_future(hang())
    await rest()
    closing = asyncio.ensure_future(landing.close(0.01))
    await eventually(closing.done)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_stopping_bot_waits_until_what_was_sent_is_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the next start would send it again."""
    sent, answered = asyncio.Event(), asyncio.Event()
    answered.set()

    class Slow(TelegramMessenger):
        async def deliver(self, letter: Letter) -> str | None:
            message = await super().deliver(letter)
            sent.set()
            await answered.wait()
            return message

    monkeypatch.setattr("bot.running.TelegramMessenger", Slow)
    monkeypatch.setattr("bot.running._FINISH_SECONDS", 0.01)
    async with office(tmp_path) as place:
        answered.clear()
        sent.clear()
        await place.person().forwards(CULTURE, text="Phường trồng thêm cây xanh ven đường mới")
        await sent.wait()
        asyncio.get_running_loop().call_later(0.5, answered.set)
    store = open_store(tmp_path / "cantin.db")
    assert await store.outgoing.pending() == []
    await store.close()
