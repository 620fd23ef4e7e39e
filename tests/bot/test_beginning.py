"""A start that Telegram does not allow is said in words; one that it puts off comes later."""

from __future__ import annotations

import asyncio
import socket
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiogram.exceptions import TelegramUnauthorizedError

from bot.receiving import delivery_trouble, make_bot
from bot.running import nudging, running
from bot.sandbox import actions
from bot.sandbox.server import Sandbox
from bot.settings import Settings
from models.errors import UserError
from tests.bot.conftest import LAN
from tests.bot.office import NO_LIMITS
from tests.bot.reception import eventually

OTHER = "123456789:AAE-khong-phai-that_0123456789"


def settings(sandbox: Sandbox, data: Path, **more: Any) -> Settings:
    chosen = {"data": data, "telegram_api": sandbox.url, **NO_LIMITS, **more}
    return Settings(_env_file=None, **chosen)


def with_webhook(sandbox: Sandbox, data: Path, host: str = "127.0.0.1") -> Settings:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    own = {"listen": f"127.0.0.1:{port}", "webhook_url": f"http://{host}:{port}"}
    return settings(sandbox, data, webhook_secret="bi_mat", **own)


async def begun(sandbox: Sandbox, chosen: Settings) -> None:
    async with running(chosen, sandbox.token, sandbox.url, sandbox.clock.now):
        """It runs."""


async def test_a_webhook_that_telegram_refuses_is_named(sandbox: Sandbox, tmp_path: Path) -> None:
    with pytest.raises(UserError) as told:
        await begun(sandbox, with_webhook(sandbox, tmp_path, "can-tin.example"))
    assert told.value.key == "webhook_refused"
    assert str(told.value.facts["address"]).startswith("http://can-tin.example:")


async def test_a_webhook_that_is_put_off_is_set_after_the_wait(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    """Telegram takes one setWebhook a second: quick restarts meet that."""
    sandbox.faults.add({"kind": "retry", "method": "setWebhook", "seconds": 1})
    chosen = with_webhook(sandbox, tmp_path)
    await begun(sandbox, chosen)
    assert sandbox.world.updates.webhook.url == f"{chosen.webhook_url}/telegram"


@pytest.mark.parametrize(("kind", "times"), [("error", 1), ("retry", 3)])
async def test_a_webhook_that_cannot_be_set_is_said(
    sandbox: Sandbox, tmp_path: Path, kind: str, times: int
) -> None:
    sandbox.faults.add({"kind": kind, "method": "setWebhook", "seconds": 0.1, "times": times})
    with pytest.raises(UserError) as told:
        await begun(sandbox, with_webhook(sandbox, tmp_path))
    assert told.value.key == "telegram_unreachable"


async def test_a_nudger_alone_says_that_its_token_is_refused(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    with pytest.raises(UserError) as told:
        async with nudging(settings(sandbox, tmp_path), OTHER, sandbox.clock.now):
            """Never comes so far."""
    assert told.value.key == "token_refused"


async def test_a_nudger_alone_says_that_telegram_is_away(sandbox: Sandbox, tmp_path: Path) -> None:
    chosen = settings(sandbox, tmp_path, telegram_api="http://127.0.0.1:9")
    with pytest.raises(UserError) as told:
        async with nudging(chosen, sandbox.token, sandbox.clock.now):
            """Never comes so far."""
    assert (told.value.key, told.value.facts) == (
        "telegram_unreachable",
        {"address": "http://127.0.0.1:9"},
    )


async def test_a_bot_whose_nudger_finds_telegram_away_says_so(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first library was answered, the second was not."""

    async def between(_bot: object) -> None:
        sandbox.faults.add({"kind": "error", "method": "getMe"})

    monkeypatch.setattr("bot.running.register_commands", between)
    chosen = settings(sandbox, tmp_path)
    with pytest.raises(UserError) as told:
        async with running(chosen, sandbox.token, sandbox.url, sandbox.clock.now):
            await asyncio.sleep(20)  # it is broken off
    assert told.value.key == "telegram_unreachable"
    assert sandbox.token not in str(told.value.facts)


async def test_what_keeps_telegram_from_delivering_here_is_known(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    """The bot is away; then a second one with the token, which polls, deletes its webhook."""
    chosen = with_webhook(sandbox, tmp_path)
    await begun(sandbox, chosen)
    bot = make_bot(sandbox.token, sandbox.url)

    async def trouble(later: timedelta = timedelta(0)) -> str:
        return await delivery_trouble(bot, chosen.webhook_url, sandbox.clock.now() + later)

    async with bot.context():
        assert await trouble() == ""
        actions.say(sandbox.world, LAN, LAN, "một tin")
        await eventually(lambda: sandbox.world.updates.webhook.last_error_date)
        assert await trouble() == "webhook_failing"
        assert await trouble(timedelta(minutes=6)) == ""
        await begun(sandbox, settings(sandbox, tmp_path))
        assert await trouble() == "webhook_taken"


@pytest.mark.parametrize("refused", [False, True])
async def test_a_refusal_of_the_token_is_no_answer_to_us(sandbox: Sandbox, refused: bool) -> None:
    """Whatever else it refuses, Telegram is there."""
    answers: list[None] = []
    token = OTHER if refused else sandbox.token
    bot = make_bot(token, sandbox.url, lambda: answers.append(None))
    async with bot.context():
        if refused:
            with pytest.raises(TelegramUnauthorizedError):
                await bot.get_me()
        else:
            await bot.get_me()
    assert len(answers) == (0 if refused else 1)
