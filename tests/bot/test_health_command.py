"""``health``: one line and an exit code, whatever the bot answers or does not."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from bot.__main__ import FAILED, GOOD, main
from bot.status import showing
from models.errors import StoreUnavailable
from tests.bot.test_status import KEPT_SECONDS, Patient, free_port

SHORT = ["health"]


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> int:
    """A free port that the settings name; a proxy that must not be asked."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    free = free_port()
    monkeypatch.setenv("CANTIN_METRICS", f"0.0.0.0:{free}")
    return free


async def test_the_running_bots_answer_is_printed_and_is_the_exit_code(
    port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    from bot.settings import load

    patient = Patient()
    async with showing(load(), patient.vitals, patient.watch):
        assert await asyncio.to_thread(main, SHORT) == GOOD
        assert json.loads(capsys.readouterr().out)["ok"] is True
        patient.store.error = StoreUnavailable("store_unavailable", reason="full")
        patient.seconds += KEPT_SECONDS
        assert await asyncio.to_thread(main, SHORT) == FAILED
        assert json.loads(capsys.readouterr().out)["failing"] == ["store"]


def test_a_bot_that_does_not_answer_is_not_well(
    port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(SHORT) == FAILED
    assert f":{port}" in capsys.readouterr().out


def test_where_there_is_no_page_that_is_said(
    port: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CANTIN_METRICS", "off")
    assert main(SHORT) == FAILED
    assert "CANTIN_METRICS" in capsys.readouterr().out
