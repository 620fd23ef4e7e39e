"""Polling against a Bot API server that has its bad days."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from bot.receiving import Poller
from bot.sandbox import actions
from bot.sandbox.server import Sandbox
from tests.bot.conftest import LAN
from tests.bot.people import settled
from tests.bot.reception import Reception, eventually, said


class Pauses:
    """Sleeps no longer than a moment, and remembers how long it should have been."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        await asyncio.sleep(0.01)


@asynccontextmanager
async def polling(
    place: Reception, token: str, api: str, pauses: Pauses | None = None
) -> AsyncIterator[Pauses]:
    """A poller at work; one that ends by itself fails the test."""
    pauses = pauses or Pauses()
    task = asyncio.ensure_future(Poller(place.receiver, token, api, pauses).run())
    try:
        yield pauses
        assert not task.done(), task.exception()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def tried(place: Reception, text: str, times: int = 1) -> None:
    """Wait until the handling of a text has begun so often."""
    await eventually(lambda: place.begun.count(text) >= times)


async def test_an_update_is_confirmed_only_after_it_was_handled(sandbox: Sandbox) -> None:
    place = Reception()
    async with polling(place, sandbox.token, sandbox.url):
        actions.say(sandbox.world, LAN, LAN, "chờ")
        await tried(place, "chờ")
        assert len(sandbox.world.updates.pending()) == 1
        place.gates["chờ"].set()
        await settled(sandbox)
    assert place.done == ["chờ"]


async def test_an_update_that_was_not_kept_comes_again_and_later_ones_are_not_lost(
    sandbox: Sandbox,
) -> None:
    """Nor handled twice."""
    place = Reception()
    for text in ("a", "đầy", "b"):
        actions.say(sandbox.world, LAN, LAN, text)
    async with polling(place, sandbox.token, sandbox.url) as pauses:
        await tried(place, "đầy", 3)
        assert len(sandbox.world.updates.pending()) == 2
        place.full = False
        await settled(sandbox)
    assert place.done == ["a", "b", "đầy"]
    assert pauses.seconds[:2] == [1.0, 2.0]


async def test_a_restart_takes_up_what_was_not_confirmed(sandbox: Sandbox) -> None:
    first, second = Reception(), Reception()
    async with polling(first, sandbox.token, sandbox.url):
        actions.say(sandbox.world, LAN, LAN, "chờ")
        await tried(first, "chờ")
    second.gates["chờ"].set()
    async with polling(second, sandbox.token, sandbox.url):
        await settled(sandbox)
    assert (first.done, second.done) == ([], ["chờ"])


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "error", "status": 401, "text": "Unauthorized"},
        {"kind": "error", "status": 409, "text": "Conflict: terminated by other getUpdates"},
        {"kind": "error", "status": 500},
        {"kind": "retry", "seconds": 3},
        {"kind": "html"},
        {"kind": "reset"},
        {"kind": "bad"},
    ],
    ids=lambda fault: str(fault.get("status", fault["kind"])),
)
async def test_trouble_is_sat_out_with_growing_pauses(
    sandbox: Sandbox, fault: dict[str, Any]
) -> None:
    """Up to half a minute; once it is over the next trouble starts from the beginning."""
    place = Reception()
    sandbox.faults.add({**fault, "method": "getUpdates", "times": 8})
    actions.say(sandbox.world, LAN, LAN, "a")
    async with polling(place, sandbox.token, sandbox.url) as pauses:
        await settled(sandbox)
        assert pauses.seconds == [1, 2, 4, 8, 16, 30, 30, 30]
        sandbox.faults.add({**fault, "method": "getUpdates"})
        actions.say(sandbox.world, LAN, LAN, "b")
        await settled(sandbox)
        actions.say(sandbox.world, LAN, LAN, "c")
        await settled(sandbox)
    assert place.done == ["a", "b", "c"]
    assert pauses.seconds[8:] == [1]


async def test_a_real_second_poller_ends_neither_for_good(sandbox: Sandbox) -> None:
    """Two servers by mistake: each update is handled, and both say that the other is there."""
    one, other = Reception(), Reception()
    async with (
        polling(one, sandbox.token, sandbox.url),
        polling(other, sandbox.token, sandbox.url),
    ):
        for text in "abc":
            actions.say(sandbox.world, LAN, LAN, text)
            await settled(sandbox)
    assert set(one.done + other.done) == {"a", "b", "c"}


class Telegram:
    """A server that answers getUpdates with what it is told to, then with nothing new."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.offsets: list[int | None] = []
        self.runner = web.AppRunner(self.application(), access_log=None, shutdown_timeout=0.1)
        self.port = 0

    def application(self) -> web.Application:
        application = web.Application()
        application.router.add_post("/bot1:x/getUpdates", self.updates)
        return application

    async def updates(self, request: web.Request) -> web.Response:
        self.offsets.append((await request.json()).get("offset"))
        if self.answers:
            return web.json_response(self.answers.pop(0))
        await asyncio.sleep(0.02)
        return web.json_response({"ok": True, "result": []})

    async def open(self) -> str:
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", self.port).start()
        self.port = self.runner.addresses[0][1]
        return f"http://127.0.0.1:{self.port}"

    async def handled(self, place: Reception, text: str) -> None:
        await eventually(lambda: text in place.done)


def good(*updates: Any) -> dict[str, Any]:
    return {"ok": True, "result": list(updates)}


@pytest.mark.parametrize(
    "answer",
    [
        [], "x", 5, None, {}, {"ok": True}, {"ok": True, "result": None},
        {"ok": True, "result": {"a": 1}}, {"ok": False, "error_code": "x"},
        {"ok": False, "error_code": None}, good("x", 5, None, [], {}), good({"update_id": "7"}),
    ],
)  # fmt: skip
async def test_an_answer_that_is_none_is_sat_out(answer: Any) -> None:
    """It moves no offset and ends no polling."""
    place, server = Reception(), Telegram(answer, good(said(41, "a")))
    async with polling(place, "1:x", await server.open()) as pauses:
        await server.handled(place, "a")
    assert server.offsets[:2] == [None, None]
    assert pauses.seconds == [1]
    await server.runner.cleanup()


async def test_an_update_that_cannot_be_understood_blocks_none() -> None:
    """Nor does it come again."""
    strange = {"update_id": 41, "message": {"chat": "?"}}
    place, server = Reception(), Telegram(good(strange, said(42, "a")), good(said(43, "b")))
    async with polling(place, "1:x", await server.open()):
        await server.handled(place, "b")
    assert place.done == ["a", "b"]
    assert server.offsets[:2] == [None, 43]
    await server.runner.cleanup()


async def test_telegram_goes_away_and_comes_back() -> None:
    """Nobody listens for a while; then polling goes on where it was."""
    place, server = Reception(), Telegram(good(said(41, "a")))
    async with polling(place, "1:x", await server.open()) as pauses:
        await server.handled(place, "a")
        await server.runner.cleanup()
        await eventually(lambda: len(pauses.seconds) >= 3)
        again = Telegram(good(said(42, "b")))
        again.port = server.port
        await again.open()
        await again.handled(place, "b")
    assert again.offsets[0] == 42
    await again.runner.cleanup()


async def test_a_batch_is_handled_chat_by_chat_at_once(sandbox: Sandbox) -> None:
    """A slow update holds up its own chat only."""
    place = Reception()
    for text in ("chờ", "sau"):
        actions.say(sandbox.world, LAN, LAN, text)
    actions.say(sandbox.world, -1001000000001, LAN, "nhóm")
    async with polling(place, sandbox.token, sandbox.url):
        await tried(place, "nhóm")
        assert place.done == ["nhóm"]
        place.gates["chờ"].set()
        await settled(sandbox)
    assert place.done == ["nhóm", "chờ", "sau"]
