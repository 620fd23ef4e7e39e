"""The two bots that are compared, each a process of its own behind a webhook."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

from bot.running import running, stop_signal
from bot.settings import Settings
from bot.webhook import SECRET_HEADER
from bot.wiring import utc_now

SECRET = "bench-secret"
UNLIMITED = {
    "send_per_second": 0, "send_per_chat_second": 0, "send_per_group_minute": 0,
    "posts_per_hour": 0, "posts_per_day": 0,
}  # fmt: skip


async def plain(token: str, api: str, port: int) -> None:
    """An aiogram handler that only answers a fixed text, acknowledged after the answer."""
    bot = Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(api)))
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def answer(message: Message) -> None:
        await message.answer("Đã nhận.")

    application = web.Application()
    handler = SimpleRequestHandler(dispatcher, bot, handle_in_background=False, secret_token=SECRET)
    handler.register(application, path="/telegram")
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    print("ready", flush=True)
    await stop_signal().wait()
    await runner.cleanup()
    await bot.session.close()


async def ours(token: str, api: str, port: int, data: Path, groups: list[int]) -> None:
    """The whole bot with its limits lifted, its groups already joined."""
    settings: Any = Settings(
        _env_file=None,
        data=data,
        webhook_url=f"http://127.0.0.1:{port}",
        webhook_secret=SECRET,
        listen=f"127.0.0.1:{port}",
        log_level="error",
        read_links="off",
        encoder=False,
        **UNLIMITED,
    )
    async with running(settings, token, api, utc_now) as parts:
        unit = await parts.desk.store.units.add("Bench", None, utc_now())
        for group in groups:
            await parts.desk.store.groups.join("telegram", str(group), unit.id, utc_now())
        print("ready", flush=True)
        await stop_signal().wait()
        await parts.outbox.idle()
        health = await parts.desk.store.health()
        print(health.counts, file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("which", choices=("plain", "ours"))
    parser.add_argument("--token", required=True)
    parser.add_argument("--api", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--groups", type=int, nargs="*", default=[])
    given = parser.parse_args()
    if given.which == "plain":
        asyncio.run(plain(given.token, given.api, given.port))
    else:
        asyncio.run(ours(given.token, given.api, given.port, given.data, given.groups))


if __name__ == "__main__":
    main()

__all__ = ["SECRET", "SECRET_HEADER"]
