"""Nudges to a Telegram that cannot be reached: what certainly was not sent is sent later."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from bot.nudger import NotSent, make_application
from tests.bot.office import office
from tests.bot.test_nudger import MONDAY, SATURDAY, Clock, process, rounds, state
from tests.fakes.proxy import proxy

TOKEN = "123456789:AAE-khong-phai-that_0123456789"


@pytest.fixture
def silence() -> Iterator[str]:
    """An address at which a connection is neither opened nor refused, as behind some blockings."""
    with closing(socket.socket()) as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        callers = [socket.socket() for _ in range(3)]
        for caller in callers:  # they fill the place where connections wait to be accepted
            caller.setblocking(False)
            with suppress(BlockingIOError):
                caller.connect(deaf.getsockname())
        yield f"http://127.0.0.1:{deaf.getsockname()[1]}"
        for caller in callers:
            caller.close()


async def sends(api: str) -> None:
    application = make_application(TOKEN, api)
    await application.bot.request.initialize()
    try:
        await application.bot.send_message(-1, "Nhắc tuần")
    finally:
        await application.bot.request.shutdown()


async def test_where_nobody_answers_nothing_was_sent(
    silence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The week stays open, and the nudge comes once Telegram is back."""
    monkeypatch.setattr("bot.nudger.CONNECT_SECONDS", 0.2)
    with pytest.raises(NotSent):
        await sends(silence)
    async with office(tmp_path, start=SATURDAY) as place:
        async with process(place, Clock(MONDAY), silence) as nudger:
            assert await nudger.round() == 0
        assert await state(place) is None
        assert await rounds(place, MONDAY) == 2


async def test_a_proxy_that_opens_no_way_sent_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async with proxy(1) as closed:
        monkeypatch.setenv("HTTPS_PROXY", closed.address)
        with pytest.raises(NotSent):
            await sends("https://telegram.test")
        assert closed.asked == [("CONNECT", "telegram.test:443")]
