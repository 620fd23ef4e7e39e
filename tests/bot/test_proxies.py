"""An office network's outgoing proxy is taken by everything that leaves the machine."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from urllib.parse import urlsplit

import aiohttp
import pytest
from yarl import URL

from bot.examining import TelegramExam
from bot.nudger import make_application
from bot.polling import Poller
from bot.reading.fetch import Fetcher
from bot.receiving import make_bot
from bot.sandbox import actions
from bot.sandbox.server import Sandbox
from models.errors import UserError
from models.reading import PageFailed
from tests.bot.conftest import LAN
from tests.bot.reception import eventually, reception
from tests.fakes.proxy import Proxy, proxy

HOST = "telegram.test"
"""A name that nobody resolves: only the proxy leads there."""
NAMES = ["http_proxy", "https_proxy", "all_proxy", "no_proxy"]
Go = Callable[[str, str], Awaitable[None]]


@pytest.fixture
async def outside(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Proxy]:
    """The only way out, to the sandbox; the environment names nothing yet."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    async with proxy(int(urlsplit(sandbox.url).port or 0)) as made:
        yield made


async def receives(token: str, api: str) -> None:
    """aiogram, as answers are sent."""
    bot = make_bot(token, api)
    async with bot.context():
        await bot.get_me()


async def downloads(token: str, api: str) -> None:
    """aiogram, as pictures are fetched; the sandbox has no such file."""
    bot = make_bot(token, api)
    async with bot.context():
        try:
            await bot.download_file("photos/file_1.jpg")
        except aiohttp.ClientResponseError as refused:
            if refused.status != 404:
                raise


async def nudges(token: str, api: str) -> None:
    """python-telegram-bot, as nudges are sent."""
    application = make_application(token, api)
    await application.bot.request.initialize()
    try:
        await application.bot.send_message(LAN, "Nhắc tuần")
    finally:
        await application.bot.request.shutdown()


async def examines(token: str, api: str) -> None:
    """``doctor``."""
    async with TelegramExam(token, api) as exam:
        await exam.me()


async def reads(_token: str, api: str) -> None:
    """The reader of links; the sandbox shows its pages to nobody who calls it so."""
    try:
        await Fetcher(lambda _host: True).fetch(URL(f"{api}/bai-viet"))
    except PageFailed as failed:
        if not failed.reason.startswith("http_"):
            raise


async def polls(token: str, api: str) -> None:
    """The poller; it does not give up, so it is stopped after its first answer."""
    answered = asyncio.Event()

    async def no_pause(_seconds: float) -> None:
        raise UserError("telegram_unreachable", address=api)

    async with reception() as place:
        poller = Poller(place.receiver, token, api, no_pause, answered.set)
        task = asyncio.ensure_future(poller.run())
        await eventually(lambda: answered.is_set() or task.done())
        task.cancel()
        (outcome,) = await asyncio.gather(task, return_exceptions=True)
        if not answered.is_set() and isinstance(outcome, BaseException):
            raise outcome


WAYS = [receives, downloads, nudges, examines, reads, polls]


@pytest.mark.parametrize("go", WAYS)
@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "all_proxy"])
async def test_plain_requests_go_through_the_proxy(
    go: Go, name: str, outside: Proxy, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proxy is given the whole address, and its login where there is one."""
    monkeypatch.setenv(name, outside.address.replace("//", "//lan:mat-khau@"))
    if go is polls:
        actions.say(sandbox.world, LAN, LAN, "một tin")
    await go(sandbox.token, f"http://{HOST}")
    assert outside.asked
    assert all(address.startswith(f"http://{HOST}/") for _, address in outside.asked)
    assert set(outside.logins) == {"Basic " + base64.b64encode(b"lan:mat-khau").decode()}


@pytest.mark.parametrize("go", WAYS)
@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy"])
async def test_secure_requests_ask_the_proxy_for_a_tunnel(
    go: Go, name: str, outside: Proxy, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, outside.address)
    with pytest.raises(Exception):  # noqa: B017, PT011 - each library has its own
        await go(sandbox.token, f"https://{HOST}")
    assert outside.asked
    assert set(outside.asked) == {("CONNECT", f"{HOST}:443")}


@pytest.mark.parametrize("go", WAYS)
@pytest.mark.parametrize("name", ["NO_PROXY", "no_proxy"])
async def test_hosts_that_are_excepted_are_asked_directly(
    go: Go, name: str, outside: Proxy, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a Bot API server of the unit's own may be."""
    monkeypatch.setenv("HTTP_PROXY", outside.address)
    monkeypatch.setenv(name, f"localhost,{HOST}")
    with pytest.raises(Exception):  # noqa: B017, PT011 - the name cannot be resolved
        await go(sandbox.token, f"http://{HOST}")
    assert outside.asked == []


@pytest.mark.parametrize("name", ["ALL_PROXY", "https_proxy"])
@pytest.mark.parametrize("login", ["", "lan:mat-khau@"])
def test_a_proxy_that_cannot_be_used_is_said_without_its_login(
    name: str, login: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for other in NAMES:
        monkeypatch.delenv(other, raising=False)
        monkeypatch.delenv(other.upper(), raising=False)
    monkeypatch.setenv(name, f"socks5h://{login}10.0.0.1:1080/")
    with pytest.raises(UserError) as told:
        make_bot("123456789:x", f"https://{HOST}")
    assert (told.value.key, told.value.facts) == ("socks_proxy", {"address": "10.0.0.1:1080"})
    monkeypatch.setenv("no_proxy", HOST)
    make_bot("123456789:x", f"https://{HOST}")


@pytest.mark.parametrize("go", [receives, nudges, downloads])
async def test_this_machine_is_asked_directly(
    go: Go, outside: Proxy, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the trial's server is, whatever proxy the office has."""
    monkeypatch.setenv("HTTP_PROXY", outside.address)
    await go(sandbox.token, sandbox.url)
    assert outside.asked == []
