"""Receiving: each update once, in order within a chat, acknowledged only after its effects."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.webhook import BODY_LIMIT, SECRET_HEADER, webhook
from models.letter import Letter
from tests.bot.reception import Reception, eventually, pressed, reception, said
from tests.fakes.mail import FakeMail
from tests.fakes.virtual_time import rest

SECRET = "bi_mat-0123456789"
WITH_SECRET = {SECRET_HEADER: SECRET}


@pytest.fixture
async def place() -> AsyncIterator[Reception]:
    async with reception() as made:
        yield made


async def test_an_update_is_taken_once_however_often_it_comes(place: Reception) -> None:
    assert await place.receiver.take(said(1, "a"))
    assert await place.receiver.take(said(1, "a"))
    assert place.done == ["a"]


async def test_an_update_in_flight_is_joined_and_not_begun_twice(place: Reception) -> None:
    """Telegram sends again what takes long; both get the same answer, and not before the end."""
    async with asyncio.TaskGroup() as tasks:
        both = [tasks.create_task(place.receiver.take(said(1, "chờ"))) for _ in range(2)]
        await rest()
        assert place.begun == ["chờ"]
        assert not any(task.done() for task in both)
        place.gates["chờ"].set()
    assert [task.result() for task in both] == [True, True]
    assert place.begun == place.done == ["chờ"]


async def test_who_delivers_and_goes_away_breaks_off_nothing(place: Reception) -> None:
    first = asyncio.ensure_future(place.receiver.take(said(1, "chờ")))
    await rest()
    second = asyncio.ensure_future(place.receiver.take(said(1, "chờ")))
    await rest()
    first.cancel()
    await rest()
    place.gates["chờ"].set()
    assert await second is True
    assert place.begun == place.done == ["chờ"]


async def test_what_takes_too_long_goes_on_and_must_come_again(place: Reception) -> None:
    """Telegram waits for a minute only."""
    assert await place.receiver.take(said(1, "chờ"), within=0.01) is False
    place.gates["chờ"].set()
    assert await place.receiver.take(said(1, "chờ"), within=15) is True
    assert place.begun == ["chờ"]


async def test_a_stopped_bot_begins_nothing_and_what_it_broke_off_must_come_again() -> None:
    async with reception() as place:
        flight = asyncio.ensure_future(place.receiver.take(said(1, "chờ")))
        await rest()
    assert await flight is False
    assert await place.receiver.take(said(2, "b")) is False
    assert (place.begun, place.done) == (["chờ"], [])


async def test_an_answer_that_waits_in_memory_only_holds_its_update_and_no_other_work(
    place: Reception,
) -> None:
    """A kill would lose it; later updates of the chat are handled all the same."""
    place.mail.ears.clear()
    async with asyncio.TaskGroup() as tasks:
        both = [tasks.create_task(place.receiver.take(said(n, f"{n}"))) for n in (1, 2)]
        await rest()
        assert place.done == ["1", "2"]
        assert not any(one.done() for one in both)
        place.mail.ears.set()
    assert [one.result() for one in both] == [True, True]
    assert await place.receiver.take(said(1, "1")) is True
    assert place.begun == ["1", "2"]


async def test_updates_of_a_chat_go_in_order_and_of_many_chats_at_once(place: Reception) -> None:
    """A press belongs to the chat of its message."""
    updates = [said(1, "chờ 1"), pressed(2, "chờ 2"), said(3, "c"), said(4, "chờ 4", -5)]
    async with asyncio.TaskGroup() as tasks:
        for update in [*updates, said(5, "e", 9)]:
            tasks.create_task(place.receiver.take(update))
        await rest()
        assert place.begun == ["chờ 1", "chờ 4", "e"]
        place.gates["chờ 1"].set()
        await rest()
        assert place.begun == ["chờ 1", "chờ 4", "e", "chờ 2"]
        place.gates["chờ 2"].set()
        place.gates["chờ 4"].set()
    assert place.done[-2:] == ["chờ 4", "c"] or place.done[-1] == "c"
    assert sorted(place.done) == sorted(place.begun)
    assert place.errands._turns._chats == {}


async def test_what_could_not_be_kept_must_come_again_and_is_handled_then(
    place: Reception,
) -> None:
    """Its sender is told, by a letter that needs no disk."""
    assert await place.receiver.take(said(1, "đầy")) is False
    [note] = place.mail.whispered
    assert note.chat == "7"
    assert place.mail.sent == []
    place.full = False
    assert await place.receiver.take(said(1, "đầy")) is True
    assert place.done == ["đầy"]


async def test_a_full_disk_is_told_once_in_a_chat(place: Reception) -> None:
    """One letter with one key, however many messages wait."""
    for number in (1, 2, 1):
        await place.receiver.take(said(number, "đầy"))
    assert len({note.key for note in place.mail.whispered}) == 1


@pytest.mark.parametrize("text", ["lỗi", "sai", "lạ"])
async def test_an_error_is_told_and_the_update_acknowledged(place: Reception, text: str) -> None:
    """It would break again tomorrow, and hold up its chat till then."""
    assert await place.receiver.take(said(1, text)) is True
    assert await place.receiver.take(said(2, "b")) is True
    assert place.done == ["b"]
    [note] = place.mail.whispered
    assert "một lỗi của ta" not in note.text


class BrokenMail(FakeMail):
    """A letter box that takes nothing."""

    async def whisper(self, letter: Letter) -> None:
        raise RuntimeError("hỏng")


async def test_an_error_that_cannot_be_told_stops_no_receiving(place: Reception) -> None:
    place.receiver._mail = BrokenMail()
    assert await place.receiver.take(said(1, "lỗi")) is True
    assert await place.receiver.take(said(2, "đầy")) is False
    assert await place.receiver.take(said(3, "b")) is True
    assert place.done == ["b"]


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"update_id": "1"},
        {"update_id": 1},
        {"update_id": 1, "message": None},
        {"update_id": 1, "message": []},
        {"update_id": 1, "message": {"chat": 5}},
        {"update_id": 1, "message": {"chat": {"id": "x"}}},
        {"update_id": 1, "callback_query": {"message": {"chat": None}}},
        {"update_id": 1, "kind_of_tomorrow": {"chat": {"id": 7}}},
        {"update_id": 1, "message": {**said(1, "a")["message"], "date": "hôm qua"}},
    ],
)
async def test_what_cannot_be_understood_is_acknowledged_and_blocks_nothing(
    place: Reception, raw: dict[str, Any]
) -> None:
    assert await place.receiver.take(raw) is True
    assert await place.receiver.take(said(2, "b")) is True
    assert place.done == ["b"]


@pytest.fixture
async def client(place: Reception) -> AsyncIterator[TestClient[Any, Any]]:
    """The webhook over HTTP."""
    async with TestClient(TestServer(webhook(place.receiver, SECRET))) as made:
        yield made


async def status(client: TestClient[Any, Any], body: Any, **headers: str) -> int:
    """The answer to one delivery; a dictionary is sent as JSON."""
    data = body if isinstance(body, str | bytes) else json.dumps(body)
    async with client.post("/telegram", data=data, headers=headers or WITH_SECRET) as answer:
        assert await answer.read() == b""
        assert "Server" not in answer.headers
        return answer.status


async def test_a_delivery_is_answered_with_200_after_its_effects(
    place: Reception, client: TestClient[Any, Any]
) -> None:
    async with asyncio.TaskGroup() as tasks:
        delivery = tasks.create_task(status(client, said(1, "chờ")))
        await eventually(lambda: place.begun)
        await rest()
        assert not delivery.done()
        place.gates["chờ"].set()
    assert delivery.result() == 200
    assert place.done == ["chờ"]


async def test_the_same_delivery_twice_at_once_is_begun_once(
    place: Reception, client: TestClient[Any, Any]
) -> None:
    async with asyncio.TaskGroup() as tasks:
        both = [tasks.create_task(status(client, said(1, "chờ"))) for _ in range(2)]
        await eventually(lambda: place.begun)
        place.gates["chờ"].set()
    assert [one.result() for one in both] == [200, 200]
    assert place.begun == ["chờ"]


async def test_503_asks_for_the_delivery_again(
    place: Reception, client: TestClient[Any, Any]
) -> None:
    assert await status(client, said(1, "đầy")) == 503
    place.full = False
    assert await status(client, said(1, "đầy")) == 200


@pytest.mark.parametrize(
    "shown", ["", "x", SECRET[:-1], SECRET + "x", SECRET.upper(), f" {SECRET}x", "bí mật"]
)
async def test_a_wrong_secret_is_refused_before_anything_is_read(
    place: Reception, client: TestClient[Any, Any], shown: str
) -> None:
    assert await status(client, said(1, "a"), **{SECRET_HEADER: shown}) == 403
    assert place.begun == []


async def test_a_secret_that_is_no_text_is_refused_too(
    place: Reception, client: TestClient[Any, Any]
) -> None:
    """Bytes that no well-behaved client would send."""
    reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
    head = f"POST /telegram HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n{SECRET_HEADER}: "
    writer.write(head.encode() + b"\xff\xfe\r\n\r\n")
    assert b" 403 " in await reader.readline()
    writer.close()


async def test_without_a_secret_nobody_is_let_in(
    place: Reception, client: TestClient[Any, Any]
) -> None:
    assert await status(client, said(1, "a"), **{"X-Other": SECRET}) == 403
    assert await status(client, "x" * (BODY_LIMIT + 1), **{"X-Other": SECRET}) == 403
    assert place.begun == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("", 400),
        ("{", 400),
        (b"\xff\xfe", 400),
        ("[]", 400),
        (json.dumps([said(1, "a")]), 400),
        ('"a"', 400),
        ("null", 400),
        ("[" * 200_000, 400),
        ('{"a":' * 150_000, 400),
        ("{}", 200),
        (json.dumps({**said(1, "a"), "pad": "x" * BODY_LIMIT}), 413),
    ],
    ids=["empty", "cut", "bytes", "array", "updates", "string", "null", "deep", "deeper", "no id",
         "large"],
)  # fmt: skip
async def test_a_body_that_is_no_update_is_refused_and_the_next_is_taken(
    place: Reception, client: TestClient[Any, Any], body: str | bytes, expected: int
) -> None:
    assert await status(client, body) == expected
    assert place.begun == []
    assert await status(client, said(2, "b")) == 200


@pytest.mark.parametrize("depth", [50, 400])
async def test_deep_nesting_inside_an_update_breaks_nothing(
    place: Reception, client: TestClient[Any, Any], depth: int
) -> None:
    """As deep as the JSON reader goes."""
    update = json.dumps(said(1, "a"))
    deep = '{"a":[' * depth + "]}" * depth
    assert await status(client, update.replace('"text"', f'"tomorrow": {deep}, "text"')) == 200
    assert await status(client, f'{{"update_id": 2, "message": {deep}}}') == 200
    assert place.done == ["a"]


async def test_other_paths_and_methods_are_nobodys(client: TestClient[Any, Any]) -> None:
    """Not even a word about what would be right."""
    for method in ("GET", "PUT", "HEAD", "OPTIONS", "DELETE", "PROPFIND"):
        async with client.request(method, "/telegram", headers=WITH_SECRET) as answer:
            assert (answer.status, await answer.read()) == (404, b"")
            assert "Allow" not in answer.headers
    for path in ("/", "/telegram/", "/telegram/x", "/metrics", "/healthz"):
        async with client.post(path, headers=WITH_SECRET) as answer:
            assert (answer.status, await answer.read()) == (404, b"")


async def test_a_sender_who_hangs_up_does_not_break_off_the_handling(
    place: Reception, client: TestClient[Any, Any]
) -> None:
    delivery = asyncio.ensure_future(status(client, said(1, "chờ")))
    await eventually(lambda: place.begun)
    delivery.cancel()
    with pytest.raises((asyncio.CancelledError, aiohttp.ClientError)):
        await delivery
    place.gates["chờ"].set()
    assert await status(client, said(1, "chờ")) == 200
    assert place.begun == place.done == ["chờ"]
