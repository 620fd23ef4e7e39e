"""Polling against a Bot API server that has its bad days."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from bot.polling import Poller, Window
from bot.sandbox import actions
from bot.sandbox.server import Sandbox
from models.errors import UserError
from tests.bot.conftest import GROUP, LAN
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
    working = asyncio.ensure_future(place.errands.run())
    try:
        yield pauses
        assert not task.done(), task.exception()
    finally:
        task.cancel()
        working.cancel()
        await asyncio.gather(task, working, return_exceptions=True)


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


async def test_a_flood_wait_of_the_polling_is_honoured(sandbox: Sandbox) -> None:
    """Where it is longer than our own pause."""
    place = Reception()
    sandbox.faults.add({"kind": "retry", "seconds": 3, "method": "getUpdates", "times": 4})
    actions.say(sandbox.world, LAN, LAN, "a")
    async with polling(place, sandbox.token, sandbox.url) as pauses:
        await settled(sandbox)
    assert pauses.seconds == [3, 3, 4, 8]


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
        return web.json_response(good())

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
        {"ok": False, "error_code": None}, {"ok": False, "parameters": {"retry_after": "x"}},
        {"ok": False, "parameters": 5}, good("x", 5, None, [], {}), good({"update_id": "7"}),
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


async def test_a_slow_update_keeps_no_other_chat_waiting(sandbox: Sandbox) -> None:
    """What comes after it, in another chat, is handled and not confirmed before it."""
    place = Reception()
    async with polling(place, sandbox.token, sandbox.url):
        actions.say(sandbox.world, LAN, LAN, "chờ")
        await tried(place, "chờ")
        for text in "abc":
            actions.say(sandbox.world, GROUP, LAN, text)
        await eventually(lambda: place.done == ["a", "b", "c"])
        assert len(sandbox.world.updates.pending()) == 4
        place.gates["chờ"].set()
        await settled(sandbox)
    assert place.begun == ["chờ", "a", "b", "c"]


async def test_known_updates_that_come_again_are_not_asked_for_without_a_break(
    sandbox: Sandbox,
) -> None:
    """While one is under way the poll answers at once: a few polls a second are enough."""
    place = Reception()
    async with polling(place, sandbox.token, sandbox.url):
        actions.say(sandbox.world, LAN, LAN, "chờ")
        await tried(place, "chờ")
        before = sandbox.world.updates.polls
        await asyncio.sleep(1)
        assert sandbox.world.updates.polls - before <= 6
        place.gates["chờ"].set()
        await settled(sandbox)


def known(window: Window, *numbers: int) -> list[int]:
    """An answer with these updates; those to handle."""
    return window.begin(list(numbers))


def test_the_offset_is_the_lowest_that_is_not_done() -> None:
    window = Window()
    assert window.offset() is None
    assert known(window, 5, 6, 7) == [5, 6, 7]
    window.end(6, True)
    window.end(7, False)
    assert window.offset() == 5
    assert known(window, 5, 6, 7, 8) == [7, 8]
    for number in (5, 7, 8):
        window.end(number, True)
    assert window.offset() == 9
    assert window.done == set()


def test_what_was_to_come_again_and_does_not_is_forgotten() -> None:
    """Telegram keeps an update for a day; the polling goes on without it."""
    window = Window()
    known(window, 5)
    window.end(5, False)
    assert window.offset() == 5
    known(window)
    assert window.offset() == 6


def test_numbers_may_begin_anew_below_the_offset() -> None:
    """As after a week without updates."""
    window = Window()
    known(window, 900)
    window.end(900, True)
    assert known(window, 17) == [17]
    window.end(17, True)
    assert window.offset() == 18


def test_one_that_was_let_go_holds_up_nothing_more() -> None:
    window = Window()
    known(window, *range(100))
    for number in range(1, 100):
        window.end(number, True)
    assert window.offset() == 0
    assert window.let_go() == 0
    assert window.offset() == 100
    window.end(0, True)
    assert window.offset() == 100


class FullTelegram(Telegram):
    """Has more updates than it gives at once."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.waiting = [said(n, "chờ" if n == 0 else "a", n) for n in range(1, count + 1)]

    async def updates(self, request: web.Request) -> web.Response:
        offset = (await request.json()).get("offset") or 0
        self.offsets.append(offset)
        left = [one for one in self.waiting if one["update_id"] >= offset][:100]
        if not left:
            await asyncio.sleep(0.02)
        return web.json_response(good(*left))


async def test_one_update_that_never_ends_does_not_stop_the_polling_for_good(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With a hundred behind it nothing more would come: after a while it is confirmed."""
    monkeypatch.setattr("bot.polling._MOMENT", 0.001)
    place, server = Reception(), FullTelegram(150)
    server.waiting[0]["message"]["text"] = "chờ"
    async with polling(place, "1:x", await server.open()):
        await eventually(lambda: len(place.done) == 149)
        assert place.begun.count("chờ") == 1
    await server.runner.cleanup()


async def test_another_receiver_is_sat_out_and_in_the_end_yielded_to(sandbox: Sandbox) -> None:
    """One token, two programs: it stops with a sentence."""
    place = Reception()
    sandbox.faults.add({"kind": "error", "status": 409, "method": "getUpdates", "times": None})
    poller = Poller(place.receiver, sandbox.token, sandbox.url, Pauses())
    with pytest.raises(ExceptionGroup) as caught:
        await poller.run()
    [told] = caught.value.exceptions
    assert isinstance(told, UserError)
    assert told.key == "another_receiver"
