"""What log lines keep to themselves: words of others, names, ids, what exceptions say."""

from __future__ import annotations

import ast
import asyncio
import errno
import gc
import io
import json
import logging
import sqlite3
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import given

from bot.discretion import chat_mark, kind, trace, unquoted
from bot.logs import set_up, take_over
from bot.nudger import make_application
from bot.sandbox.demo import CULTURE
from bot.webhook import SECRET_HEADER, webhook
from models.errors import StoreUnavailable, UserError
from tests.bot.office import HANH, MAI, office
from tests.bot.reception import TOKEN, reception, said
from tests.fakes.vietnamese import anything

Lines = Callable[[], str]
ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "handlers", "messages", "models")
POST = "Nguyễn Thị Lan vừa gửi bài về trạm y tế"
ADDRESS = f"https://api.telegram.org/bot{TOKEN}/sendMessage"

pytestmark = pytest.mark.usefixtures("logging_put_back")


@pytest.fixture
def lines(logging_put_back: None) -> Lines:
    """Log as an operator who looks for a fault does; gives what was printed so far."""
    set_up("json", "debug", (TOKEN,))
    stream = io.StringIO()
    (handler,) = logging.getLogger().handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(stream)
    return stream.getvalue


def raised(error: BaseException) -> BaseException:
    """The error as it is after it was raised and caught."""
    with pytest.raises(type(error)) as caught:
        raise error
    return caught.value


@given(anything)
def test_of_an_exception_its_place_is_shown_and_not_what_it_says(words: str) -> None:
    """Also of its causes, of the members of a group and of what was noted on it."""
    said_by = f"«{words}»"
    inner = raised(KeyError(said_by))
    middle = raised(ValueError(said_by))
    middle.__cause__, middle.__notes__ = inner, [said_by]
    shown = trace(raised(ExceptionGroup(said_by, [middle, OSError(said_by)])))
    assert said_by not in shown
    for part in ("KeyError", "ValueError", "OSError", "ExceptionGroup", "in raised"):
        assert part in shown


def test_the_code_that_the_system_gave_is_shown() -> None:
    broken = raised(OSError(errno.ENOSPC, POST, POST))
    assert kind(broken) == "OSError ENOSPC"
    assert kind(raised(UserError("expired", name=POST))) == "UserError expired"
    with pytest.raises(sqlite3.Error) as caught:
        sqlite3.connect(":memory:").execute(f"INSERT INTO {POST}")
    assert kind(caught.value) == "OperationalError SQLITE_ERROR"
    told = StoreUnavailable("store_unavailable", reason="full")
    assert kind(told) == "StoreUnavailable store_unavailable"


def test_a_ring_of_causes_ends() -> None:
    one, other = ValueError("a"), ValueError("b")
    one.__context__, other.__context__ = other, one
    assert trace(one).count("ValueError") < 20


def test_a_reason_of_somebody_else_quotes_nothing_and_names_no_id() -> None:
    reason = f'Bad Request: tag "{POST}" of chat -1001234567890, user 98765\n{POST}'
    assert unquoted(reason) == "Bad Request: tag […] of chat […], user […]"


def test_a_librarys_line_shows_its_pattern_and_not_what_was_put_in(lines: Lines) -> None:
    logging.getLogger("theirs").warning("Failed on %s of %d", POST, 987654321)
    logging.getLogger("theirs").error(f"Could not send '{POST}' to 987654321")
    shown = lines()
    assert "Failed on %s of %d" in shown
    assert "Could not send […] to […]" in shown
    assert POST not in shown
    assert "987654321" not in shown


async def test_what_nobody_caught_is_logged_without_what_it_says(
    lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lost task, a thread, a finaliser, the main program."""
    for name in ("excepthook", "unraisablehook"):
        monkeypatch.setattr(sys, name, getattr(sys, name))
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    take_over()

    async def lost() -> None:
        raise ValueError(f"{POST} {ADDRESS}")

    def fails() -> None:
        raise ValueError(f"{POST} {ADDRESS}")

    class Thing:
        def __del__(self) -> None:
            fails()

    task = asyncio.ensure_future(lost())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    del task
    gc.collect()
    thread = threading.Thread(target=fails)
    thread.start()
    thread.join()
    Thing()
    sys.excepthook(ValueError, ValueError(POST), None)
    shown = lines()
    for event in ("event loop trouble", "thread crashed", "error while cleaning up", "crashed"):
        assert f'"{event}"' in shown
    assert POST not in shown
    assert TOKEN.partition(":")[2] not in shown


async def test_an_error_page_and_its_log_line_show_no_token(lines: Lines) -> None:
    """A web handler that fails is answered with a bare 500."""

    async def breaks(_request: web.Request) -> web.Response:
        raise ValueError(f"{POST} {ADDRESS}")

    application = web.Application()
    application.router.add_post("/x", breaks)
    async with TestClient(TestServer(application)) as client:
        async with client.post(f"/x?{TOKEN}", data=POST) as response:
            page = await response.text()
            assert response.status == 500
        async with client.get(f"/bot{TOKEN}/x") as response:
            page += await response.text()
    shown = lines()
    assert "ValueError" in shown
    assert "Traceback" not in page
    for secret in (POST, TOKEN.partition(":")[2]):
        assert secret not in page
        assert secret not in shown


async def test_a_handler_that_fails_on_the_tokens_address_shows_neither(lines: Lines) -> None:
    """Through aiogram's dispatcher and the webhook; the sender gets a number only."""
    async with reception() as place:

        async def breaks(_text: str) -> None:
            try:
                raise KeyError(POST)
            except KeyError as error:
                raise ValueError(f"{POST} {ADDRESS}") from error

        place.handle = breaks  # type: ignore[method-assign]
        async with TestClient(TestServer(webhook(place.receiver, "s"))) as client:
            letters = {SECRET_HEADER: "s"}
            async with client.post("/telegram", json=said(1, POST), headers=letters) as response:
                page = await response.text()
    shown = lines()
    assert "update failed" in shown
    assert "in breaks" in shown
    for secret in (POST, TOKEN.partition(":")[2], "Lan"):
        assert secret not in shown + page


async def test_a_job_of_the_nudger_that_fails_shows_neither(lines: Lines) -> None:
    """python-telegram-bot and its scheduler log what a job ended with."""
    application = make_application(TOKEN, "http://127.0.0.1:9")
    done = asyncio.Event()

    async def breaks(_context: Any) -> None:
        done.set()
        raise ValueError(f"{POST} {ADDRESS}")

    queue = application.job_queue
    assert queue is not None
    await queue.start()
    queue.run_once(breaks, 0)
    await asyncio.wait_for(done.wait(), 15)
    await asyncio.sleep(0.05)
    await queue.stop()
    shown = lines()
    assert "ValueError" in shown
    assert POST not in shown
    assert TOKEN.partition(":")[2] not in shown


def test_a_chats_mark_tells_chats_apart_and_is_no_id() -> None:
    marks = {chat_mark(chat) for chat in (-1001234567890, 987654321, 7)}
    assert len(marks) == 3
    assert all(len(mark) == 8 for mark in marks)
    assert chat_mark("7") == chat_mark(7)


async def test_a_day_in_the_office_is_told_without_texts_names_and_ids(
    lines: Lines, tmp_path: Path
) -> None:
    """At the most talkative level: joins, posts, presses, a flood, mistakes, a closed chat."""
    async with office(tmp_path, log_level="debug") as place:
        hanh = place.person(HANH)
        await place.share(POST, 2)
        await hanh.forwards(CULTURE, text=f"HỎA TỐC {POST}", origin="user")
        await place.person(MAI).says(CULTURE, "/start SAI_MA_THAM_GIA")
        await place.person(MAI).says(MAI, f"/stats {POST}")
        for fault in ("bad", "kicked"):
            text = f'tag "{POST}" in {CULTURE}'
            place.sandbox.faults.add({"kind": fault, "method": "sendMessage", "text": text})
            await hanh.says(CULTURE, "/trogiup")
            await place.quiet()
        names = {user["first_name"] for user in place.sandbox.world.users.values()}
        names |= {chat.title for chat in place.sandbox.world.chats.values() if chat.title}
        known = {str(abs(chat)) for chat in place.sandbox.world.chats}
        code = place.unit.code
    shown = lines()
    assert "letter refused" in shown
    assert "chat closed to us" in shown
    words = json.dumps([json.loads(line) for line in shown.splitlines()], ensure_ascii=False)
    for secret in {POST, code, "SAI_MA_THAM_GIA", place.sandbox.token, *names, *known}:
        assert secret not in words


def log_calls() -> list[tuple[str, ast.Call]]:
    """Every ``log.warning(...)`` and the like of the project, with its place."""
    files = [one for room in ROOMS for one in sorted((ROOT / room).rglob("*.py"))]
    return [
        (f"{file.name}:{node.lineno}", node)
        for file in files
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("log.")
    ]


def test_our_lines_are_fixed_sentences_with_fields_that_hold_no_words() -> None:
    """Who adds a field here has made sure that it is a code or a count, never a text or an id."""
    fields = {
        "code", "count", "exc_info", "fields", "key", "kind", "letter", "number", "reason",
        "reference", "seconds", "signal", "tries",
    }  # fmt: skip
    calls = log_calls()
    assert len(calls) > 20
    for place, call in calls:
        made_up = [one for one in ast.walk(call.args[0]) if isinstance(one, ast.JoinedStr)]
        assert not made_up, f"{place}: put values into fields"
        assert len(call.args) == 1, place
        assert {word.arg for word in call.keywords} <= fields, place
