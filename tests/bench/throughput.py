"""Updates a second through the webhook, as a ratio to a handler that only answers a fixed text.

The Bot API server is the sandbox's, in this process; each bot runs in a process of its own. Every
chat has one update under way at a time; the next goes out when the answer to the last came in.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import signal
import socket
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from bot.sandbox.server import Sandbox
from bot.sandbox.world import Chat
from models.worknotice import is_work_notice
from tests.bench.bots import SECRET, SECRET_HEADER
from tests.bench.figures import processor, quantile, resident, row
from tests.bench.judging import ROOT, texts

CHATS = [-1002000000000 - n for n in range(32)]
PERSON = 910001
UPDATES = 1500
ROUNDS = 3


class Counting(Sandbox):
    """The sandbox, telling when a chat's answer came in."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: dict[int, asyncio.Future[float]] = {}

    async def api(self, request: web.Request) -> web.StreamResponse:
        response = await super().api(request)
        if request.match_info["method"] == "sendMessage":
            plain = request.content_type == "application/json"
            form = await request.json() if plain else await request.post()
            waiting = self.waiting.pop(int(str(form.get("chat_id", 0))), None)
            if waiting is not None and not waiting.done():
                waiting.set_result(time.perf_counter())
        return response


@dataclass(slots=True)
class Run:
    """What one run of one bot came to."""

    seconds: float
    times: list[float] = field(default_factory=list)
    memory: float = 0.0
    processor: float = 0.0

    @property
    def rate(self) -> float:
        return len(self.times) / self.seconds


def furnish(sandbox: Sandbox) -> None:
    sandbox.world.add_user(PERSON, "Mai", "Ví Dụ", None)
    bot = sandbox.world.bot["id"]
    for chat in CHATS:
        members = {PERSON: "creator", bot: "administrator"}
        sandbox.world.add_chat(Chat(chat, "supergroup", "Bench"), members)


def update(number: int, chat: int, message: int, text: str) -> dict[str, Any]:
    """A forwarded post, as Telegram would deliver it."""
    now = int(time.time())
    return {
        "update_id": number,
        "message": {
            "message_id": message,
            "date": now,
            "chat": {"id": chat, "type": "supergroup", "title": "Bench"},
            "from": {"id": PERSON, "is_bot": False, "first_name": "Mai"},
            "forward_origin": {
                "type": "channel",
                "date": 1795000000,
                "chat": {"id": -1001999999999, "type": "channel", "title": "Kênh Ví Dụ"},
                "message_id": 4711,
            },
            "text": text,
        },
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


POST = (
    "UBND tỉnh vừa khánh thành cây cầu dân sinh nối hai xóm vùng cao sau mùa lũ. Cầu dài 42 m, "
    "do người dân góp công, hợp tác xã góp vật liệu và ngân sách tỉnh hỗ trợ. Từ nay học sinh "
    "không còn phải đi bè qua suối. Xem thêm: https://baothainguyen.vn/cau-dan-sinh-post1.html"
)


async def drive(sandbox: Counting, port: int, first: int, count: int, *, varied: bool) -> Run:
    """Send ``count`` updates, one under way in each chat; times are update to answer, in ms.

    The same forwarded post each time, or the project's own posts in turn (``varied``).
    """
    chosen = [text for text in texts() if not is_work_notice(text)] if varied else [POST]
    posts = itertools.cycle(chosen)
    numbers = itertools.count(first)
    left = itertools.count(count, -1)
    run = Run(0.0)
    url = f"http://127.0.0.1:{port}/telegram"
    headers = {SECRET_HEADER: SECRET}

    async def one_chat(session: aiohttp.ClientSession, chat: int) -> None:
        while next(left) > 0:
            number = next(numbers)
            waiting = asyncio.get_running_loop().create_future()
            sandbox.waiting[chat] = waiting
            words = f"{next(posts)} ({number})" if varied else next(posts)
            body = update(number, chat, number, words)
            start = time.perf_counter()
            async with session.post(url, json=body, headers=headers) as response:
                if response.status != 200:
                    raise RuntimeError(f"webhook answered {response.status}")
            run.times.append(1000 * (await asyncio.wait_for(waiting, 30) - start))

    start = time.perf_counter()
    async with aiohttp.ClientSession() as session:
        await asyncio.gather(*(one_chat(session, chat) for chat in CHATS))
    run.seconds = time.perf_counter() - start
    return run


async def run_bot(which: str, folder: Path, *, varied: bool = False) -> Run:
    """Start a bot, warm it up, drive it, stop it."""
    sandbox = Counting()
    furnish(sandbox)
    api = await sandbox.start()
    port = free_port()
    words = [sys.executable, "-m", "tests.bench.bots", which, "--token", sandbox.token]
    words += ["--api", api, "--port", str(port), "--data", str(folder)]
    words += ["--groups", *map(str, CHATS)]
    process = await asyncio.create_subprocess_exec(
        *words, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    try:
        if process.stdout is None or (await process.stdout.readline()).strip() != b"ready":
            raise RuntimeError((await process.communicate())[1].decode()[-2000:])
        await asyncio.sleep(0.5)
        await drive(sandbox, port, 1, 200, varied=varied)
        before = processor(process.pid)
        run = await drive(sandbox, port, 10_000, UPDATES, varied=varied)
        run.processor = 1000 * (processor(process.pid) - before) / UPDATES
        run.memory = resident(process.pid)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        _, errors = await asyncio.wait_for(process.communicate(), 30)
        await sandbox.stop()
    if which == "ours":
        counts = json.loads(errors.decode().strip().splitlines()[-1].replace("'", '"'))
        if counts["reviews"] != UPDATES + 200 or counts["outgoing"]:
            raise RuntimeError(f"not all effects are committed: {counts}")
    return run


async def report() -> None:
    print("Through the webhook, 32 chats at once, SQLite on disk, limits lifted")
    (ROOT / "build").mkdir(exist_ok=True)
    best: dict[str, Run] = {}
    runs = (("plain", False), ("ours", False), ("ours", True))
    for turn, (which, varied) in itertools.product(range(ROUNDS), runs):
        name = f"{which}, varied" if varied else which
        with tempfile.TemporaryDirectory(dir=ROOT / "build") as folder:
            run = await run_bot(which, Path(folder), varied=varied)
        found = f"{run.rate:.0f}/s, {run.processor:.2f} ms"
        row(f"round {turn + 1}, {name}: rate, processor time an update", found)
        if name not in best or run.rate > best[name].rate:
            best[name] = run
    plain, ours, varied_run = best["plain"], best["ours"], best["ours, varied"]
    row("a handler that answers a fixed text", f"{plain.rate:.0f}/s")
    row("Cân Tin, a forwarded post, every effect committed", f"{ours.rate:.0f}/s")
    row("ratio", f"{ours.rate / plain.rate:.2f}", "at least 0.5")
    row("the same with a different post each time", f"{varied_run.rate:.0f}/s")
    row("ratio", f"{varied_run.rate / plain.rate:.2f}")
    found = f"{quantile(ours.times, 0.5):.0f} / {quantile(ours.times, 0.99):.0f} ms"
    row("update to answer at full load, median / p99", found)
    row("resident memory", f"{ours.memory:.0f} MB")
