"""Stopping the real process: what is in hand is finished or safely left, whatever hangs."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.sandbox.demo import CULTURE, demo
from bot.sandbox.server import Sandbox
from tests.bot.office import MAI
from tests.bot.people import Json, Person, until

ROOT = Path(__file__).parents[2]
WITHIN = 60.0
"""Seconds until a test gives up; a ceiling, not a measure."""
TEXTS = [f"Phường trồng thêm {number} nghìn cây xanh ven đường mới mở" for number in range(8)]


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    made = demo(Sandbox())
    made.world.reads_all = True
    await made.start()
    yield made
    await made.stop()


@asynccontextmanager
async def process(sandbox: Sandbox, data: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """The bot as an operator starts it, once it says that it runs."""
    settings = {
        "CANTIN_TELEGRAM_TOKEN": sandbox.token,
        "CANTIN_TELEGRAM_API": sandbox.url,
        "CANTIN_DATA": str(data),
        "CANTIN_METRICS": "off",
        "CANTIN_READ_LINKS": "off",
        "CANTIN_SEND_PER_CHAT_SECOND": "0",
        "CANTIN_SEND_PER_GROUP_MINUTE": "0",
        "PYTHONPATH": str(ROOT),
    }
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", cwd=data, env=settings,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    try:
        await said(running, "đang chạy")
        yield running
    finally:
        if running.returncode is None:
            running.kill()
        await running.wait()


async def said(running: asyncio.subprocess.Process, words: str) -> str:
    """Read what the process prints until it says these words; everything so far."""
    assert running.stdout is not None
    shown = ""
    async with asyncio.timeout(WITHIN):
        while words not in shown:
            line = await running.stdout.readline()
            assert line, shown
            shown += line.decode()
    return shown


async def ended(running: asyncio.subprocess.Process) -> int:
    async with asyncio.timeout(WITHIN):
        return await running.wait()


def answered(sandbox: Sandbox, posts: list[Json]) -> list[int]:
    """The numbers of the posts that the bot answered, once for each answer."""
    known = {post["message_id"] for post in posts}
    there = sandbox.world.chats[CULTURE].messages.values()
    mine = [one for one in there if one["from"]["id"] == sandbox.world.bot["id"]]
    quoted = [one.get("reply_to_message", {}).get("message_id") for one in mine]
    return [number for number in quoted if number in known]


async def joined(sandbox: Sandbox, data: Path) -> None:
    """Make the group a member with the code that the first start printed."""
    unit = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "unit", "list", "--json", cwd=data,
        env={"CANTIN_DATA": str(data), "PYTHONPATH": str(ROOT)}, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, _ = await unit.communicate()
    code = out.decode().partition('"code": "')[2].partition('"')[0]
    before = len(sandbox.world.chats[CULTURE].messages)
    await Person(sandbox, MAI).says(CULTURE, f"/start {code}")
    await until(
        sandbox, lambda: len(sandbox.world.chats[CULTURE].messages) > before + 1, "the greeting"
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_stop_in_the_midst_of_work_loses_and_doubles_no_answer(
    sandbox: Sandbox, tmp_path: Path, number: signal.Signals
) -> None:
    """It ends by itself, with 0, and the next start answers the rest."""
    async with process(sandbox, tmp_path) as running:
        await joined(sandbox, tmp_path)
        posts = [await Person(sandbox, MAI).forwards(CULTURE, text=text) for text in TEXTS]
        await until(sandbox, lambda: bool(answered(sandbox, posts)), "an answer", WITHIN)
        running.send_signal(number)
        shown = await said(running, "Đã dừng")
        assert await ended(running) == 0
        assert "Traceback" not in shown
        assert "error" not in shown
    async with process(sandbox, tmp_path) as running:
        await until(sandbox, lambda: len(answered(sandbox, posts)) >= len(TEXTS), "all", WITHIN)
        running.send_signal(number)
        assert await ended(running) == 0
    assert sorted(answered(sandbox, posts)) == [post["message_id"] for post in posts]


async def test_a_messenger_that_hangs_holds_up_no_stop_and_a_second_signal_ends_at_once(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    """The first start ends within its seconds, the second by the second signal."""
    async with process(sandbox, tmp_path) as running:
        await joined(sandbox, tmp_path)
        sandbox.faults.add({"kind": "hang", "method": "sendMessage", "seconds": 600, "times": None})
        await Person(sandbox, MAI).forwards(CULTURE, text=TEXTS[0])
        await until(sandbox, lambda: bool(sandbox.world.updates.pending()), "the update")
        await asyncio.sleep(1)
        running.send_signal(signal.SIGTERM)
        assert await ended(running) == 0
    async with process(sandbox, tmp_path) as running:
        await asyncio.sleep(1)
        running.send_signal(signal.SIGTERM)
        await said(running, "Đang dừng")
        running.send_signal(signal.SIGTERM)
        assert await ended(running) == -signal.SIGTERM
