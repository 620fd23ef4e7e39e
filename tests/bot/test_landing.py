"""Once the bot stops: what was sent is recorded, and nothing more is sent."""

from __future__ import annotations

import asyncio

from bot.landing import Landing
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
