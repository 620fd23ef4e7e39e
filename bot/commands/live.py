"""``run`` and ``nudge``: what stays up until it is stopped."""

from __future__ import annotations

import asyncio
import os
import resource
import shutil
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from bot import logs, wiring
from bot.commands import output
from bot.running import Running, nudging, running, stop_signal
from bot.settings import Settings, load
from models.errors import UserError
from models.registry import Unit

if TYPE_CHECKING:
    from bot.sandbox.server import Sandbox

log = structlog.get_logger(__name__)
FIRST_UNIT = "Đơn vị của tôi"
SANDBOX_UNIT = "Phường Thử Nghiệm"


def run() -> int:
    """Start the bot: with the token's Bot API server, or without a token with the sandbox."""
    settings = load()
    leave_no_dump()
    token = settings.telegram_token
    logs.set_up(
        settings.log,
        settings.log_level,
        (token.get_secret_value() if token else "", settings.secret),
    )
    if token is None:
        return asyncio.run(_run_sandbox(settings))
    return asyncio.run(_run_live(settings, token.get_secret_value()))


def leave_no_dump() -> None:
    """A crash leaves no picture of the memory on disk: posts of which nothing is kept were in it.

    Processes that are started inherit that.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


async def _run_live(settings: Settings, token: str) -> int:
    logs.take_over()
    stop = stop_signal()
    async with running(settings, token, settings.telegram_api, wiring.utc_now) as parts:
        await _first_unit(parts)
        output.tell("live_banner", username=parts.username, webhook=bool(settings.webhook_url))
        await stop.wait()
        output.tell("stopping")
    output.tell("stopped")
    return 0


async def _first_unit(parts: Running) -> None:
    """The first run makes a unit, so that there is a code to join with; its links are printed."""
    units = await parts.desk.store.units.all()
    if units:
        return
    unit = await parts.desk.store.units.add(FIRST_UNIT, None, wiring.utc_now())
    output.tell("first_unit", name=unit.name, code=unit.code, **links(parts.username, unit))


def links(username: str, unit: Unit) -> dict[str, str]:
    """The addresses that join a group or a private chat to the unit."""
    place = f"https://t.me/{username}"
    return {
        "group_link": f"{place}?startgroup={unit.code}",
        "private_link": f"{place}?start={unit.code}",
    }


async def _run_sandbox(settings: Settings) -> int:
    """The trial: a Bot API server of our own on loopback, and the same bot talking to it.

    The sandbox's world is new at every start, and so is its data, kept apart from the real one.
    """
    from bot.sandbox.demo import demo, welcome
    from bot.sandbox.server import JoinCode, Sandbox

    logs.take_over()
    stop = stop_signal()
    data = settings.data / "sandbox"
    _clear(data)
    sandbox = demo(Sandbox())
    address = await _listen(sandbox, settings)
    # Nothing leaves the trial: no page is fetched either, and the answers say so.
    trial = settings.model_copy(update={"data": data, "webhook_url": "", "read_links": "off"})
    pages = wiring.make_closed_pages(settings)
    try:
        async with running(trial, sandbox.token, address, sandbox.clock.now, pages) as parts:
            unit = await parts.desk.store.units.add(SANDBOX_UNIT, None, sandbox.clock.now())
            sandbox.join_codes.append(JoinCode(unit.name, unit.code))

            async def ring(_now: datetime) -> None:
                parts.bell.set()

            sandbox.on_jump = ring
            welcome(sandbox, unit.code)
            output.tell("sandbox_banner", address=address)
            await stop.wait()
            output.tell("stopping")
    finally:
        await sandbox.stop()
    output.tell("stopped")
    return 0


async def _listen(sandbox: Sandbox, settings: Settings) -> str:
    """Start the sandbox where the settings say, or on a free port when that one is taken."""
    try:
        return await sandbox.start(settings.host, settings.port)
    except OSError:
        await sandbox.stop()
        return await sandbox.start(settings.host, 0)


def _clear(data: Path) -> None:
    """Start the trial's data anew; nothing but the sandbox's own folder is touched."""
    # False also where it may not be looked into: whoever opens the store says that in plain words.
    if data.name == "sandbox" and os.path.isdir(data):
        shutil.rmtree(data)


def nudge(*, once: bool) -> int:
    """The nudge as a process of its own, beside a ``run`` or instead of it."""
    settings = load()
    if settings.telegram_token is None:
        raise UserError("no_token")
    token = settings.telegram_token.get_secret_value()
    logs.set_up(settings.log, settings.log_level, (token,))

    async def work() -> int:
        logs.take_over()
        stop = stop_signal()
        async with nudging(settings, token, wiring.utc_now) as nudger:
            if once:
                sent = await nudger.round()
                output.tell("nudges_sent", count=sent)
                return 0
            output.tell("nudger_banner")
            await stop.wait()
        return 0

    return asyncio.run(work())
