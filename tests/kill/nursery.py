"""The process that bots are forked from: everything is imported and loaded once.

Reads one JSON object a line (token, api, port, data, offset), forks a bot for it and says its id;
the bot says when it receives. It ends with its input.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot import wiring
from bot.logs import set_up
from bot.running import running
from bot.settings import Settings
from tests.bot.office import NO_LIMITS

SECRET = "kill-test-secret"


def settings_for(order: dict[str, Any]) -> Settings:
    address = f"127.0.0.1:{order['port']}"
    given: dict[str, Any] = {
        **NO_LIMITS,
        "send_per_second": 1000,  # none is reached, and the gate is as narrow as in earnest
        "nudges_per_second": 25,
        "read_pictures": "off",
        "encoder": False,
        "data": Path(order["data"]),
        "webhook_url": f"http://{address}",
        "webhook_secret": SECRET,
        "listen": address,
    }
    return Settings(_env_file=None, **given)


def clock_for(order: dict[str, Any]) -> Callable[[], datetime]:
    offset = timedelta(seconds=order["offset"])
    return lambda: wiring.utc_now() + offset


async def live(order: dict[str, Any]) -> None:
    """Be a bot until killed."""
    chosen = settings_for(order)
    async with running(chosen, order["token"], order["api"], clock_for(order)) as parts:
        parts.bell.set()
        _say({"ready": os.getpid()})
        await asyncio.Event().wait()


def _say(line: dict[str, Any]) -> None:
    os.write(1, f"{json.dumps(line)}\n".encode())


def _fork(order: dict[str, Any]) -> None:
    child = os.fork()
    if child:
        _say({"born": child})
        return
    try:
        asyncio.run(live(order))
    finally:
        os._exit(1)


def main() -> None:
    set_up("console", "error")
    judge = wiring.make_judge()
    wiring.make_judge = lambda *_, **__: judge  # loaded once for all who are forked
    wiring.make_calendar(Path())
    gc.collect()
    gc.freeze()
    _say({"ready": os.getpid()})
    for line in sys.stdin:
        _fork(json.loads(line))
        _reap()


def _reap() -> None:
    """The killed leave the list of processes."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return


if __name__ == "__main__":
    main()
