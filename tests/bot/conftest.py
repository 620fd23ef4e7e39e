"""A started sandbox and a client for its Bot API; commands at a terminal; logs put back."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import structlog

from bot.__main__ import main
from bot.sandbox.server import Sandbox
from bot.sandbox.world import Chat

GROUP = -1001000000001
LAN, BA = 101, 102
#: A command at a terminal: its exit code and all that it said.
Run = Callable[..., tuple[int, str]]


class Api:
    """Calls methods as a bot library would, and keeps the whole answer."""

    def __init__(self, base: str, token: str, http: aiohttp.ClientSession) -> None:
        self.base, self.token, self.http = base, token, http

    async def raw(self, method: str, **params: Any) -> dict[str, Any]:
        """The whole JSON answer."""
        url = f"{self.base}/bot{self.token}/{method}"
        async with self.http.post(url, json=params) as answer:
            body: dict[str, Any] = await answer.json()
            assert body["ok"] or answer.status == body["error_code"]
            return body

    async def __call__(self, method: str, **params: Any) -> Any:
        """The result of a call that must succeed."""
        body = await self.raw(method, **params)
        assert body["ok"], body
        return body["result"]

    async def refusal(self, method: str, **params: Any) -> str:
        """The description of a call that must fail."""
        body = await self.raw(method, **params)
        assert not body["ok"], body
        return str(body["description"])


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """A running sandbox: Lan (owner) and Ba in a group where the bot is a plain member."""
    made = Sandbox()
    made.world.add_user(LAN, "Lan", username="lan_thu")
    made.world.add_user(BA, "Ba")
    members = {LAN: "creator", BA: "member", made.world.bot["id"]: "member"}
    made.world.add_chat(Chat(GROUP, "supergroup", "Tổ Thử"), members)
    made.world.private(LAN)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def api(sandbox: Sandbox) -> AsyncIterator[Api]:
    """The Bot API of the running sandbox."""
    async with aiohttp.ClientSession() as http:
        yield Api(sandbox.url, sandbox.token, http)


@pytest.fixture
def logging_put_back() -> Iterator[None]:
    """The logging of the other tests is as it was."""
    root = logging.getLogger()
    handlers, level, ours = list(root.handlers), root.level, structlog.get_config()
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**ours)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder that is not there yet."""
    return tmp_path / "data"


@pytest.fixture
def run(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Run:
    """A command on that data folder: its exit code and all that it said."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CANTIN_DATA", str(data))

    def work(*words: object) -> tuple[int, str]:
        code = main([str(word) for word in words])
        said = capfd.readouterr()
        assert "Traceback" not in said.err
        return code, said.out + said.err

    return work
