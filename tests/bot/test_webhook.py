"""Clients that dawdle, lie about their length or never stop: none gets a word, none stays."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from bot import listening as door
from bot import webhook as hook
from bot.listening import listening
from bot.webhook import BODY_LIMIT, SECRET_HEADER, webhook
from tests.bot.reception import Reception, eventually, reception, said

SECRET = "bi_mat-0123456789"
HEAD = f"POST /telegram HTTP/1.1\r\nHost: x\r\n{SECRET_HEADER}: {SECRET}\r\n"
STRANGER = "POST /telegram HTTP/1.1\r\nHost: x\r\n"


@dataclass(slots=True)
class Door:
    """The webhook on a port of its own."""

    place: Reception
    port: int

    async def knock(self, *pieces: str | bytes) -> Line:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        line = Line(reader, writer)
        for piece in pieces:
            await line.send(piece)
        return line


@dataclass(slots=True)
class Line:
    """One connection, byte by byte."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, piece: str | bytes) -> None:
        self.writer.write(piece.encode() if isinstance(piece, str) else piece)
        with contextlib.suppress(ConnectionError):
            await self.writer.drain()

    async def rest(self) -> bytes:
        """All that comes until the other side hangs up; a ceiling, not a measure."""
        async with asyncio.timeout(15):
            with contextlib.suppress(ConnectionError):
                return await self.reader.read()
        return b""


@pytest.fixture
async def opened(unused_tcp_port: int, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Door]:
    """The door with little patience."""
    monkeypatch.setattr(door, "HEAD_SECONDS", 0.3)
    monkeypatch.setattr(door, "LOOKED_EVERY", 0.05)
    monkeypatch.setattr(hook, "BODY_SECONDS", 0.3)
    async with (
        reception() as place,
        listening(webhook(place.receiver, SECRET), "127.0.0.1", unused_tcp_port),
    ):
        yield Door(place, unused_tcp_port)


def status(answer: bytes) -> int:
    """The number in an answer that says nothing else."""
    head, _, body = answer.partition(b"\r\n\r\n")
    assert body == b""
    assert b"aiohttp" not in head
    return int(head.split()[1])


async def works(opened: Door) -> None:
    """An honest delivery is taken."""
    body = json.dumps(said(99, "b"))
    line = await opened.knock(HEAD, f"Content-Length: {len(body.encode())}\r\n\r\n{body}")
    async with asyncio.timeout(15):
        assert b" 200 " in await line.reader.readline()
    line.writer.close()
    assert opened.place.done[-1] == "b"


@pytest.mark.parametrize(
    "sent",
    ["", "P", "POST /telegram HT", HEAD, HEAD + "X-Slow: ", STRANGER + "X-A: b\r\n" * 20],
    ids=["nothing", "a letter", "a line", "no end", "no value", "headers"],
)
async def test_who_shows_no_request_is_hung_up_on(opened: Door, sent: str) -> None:
    line = await opened.knock(sent)
    assert await line.rest() == b""
    await works(opened)


async def test_a_head_that_drips_for_ever_is_cut_off(opened: Door) -> None:
    line = await opened.knock(STRANGER)
    rest = asyncio.ensure_future(line.rest())
    for number in range(2_000):
        if rest.done():
            break
        await line.send(f"X-{number}: y\r\n")
        await asyncio.sleep(0.01)
    assert await rest == b""


async def test_a_body_that_does_not_come_is_not_waited_for(opened: Door) -> None:
    line = await opened.knock(HEAD, "Content-Length: 1000\r\n\r\n{")
    assert status(await line.rest()) == 408
    await works(opened)


async def test_without_the_secret_no_body_is_waited_for(opened: Door) -> None:
    line = await opened.knock(STRANGER, "Content-Length: 1000\r\n\r\n{")
    assert status(await line.rest()) == 403
    assert opened.place.begun == []


async def test_a_crowd_that_says_nothing_keeps_nobody_out(
    opened: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The oldest go first."""
    monkeypatch.setattr(door, "HEAD_SECONDS", 3_600)
    monkeypatch.setattr(door, "SILENT_AT_MOST", 20)
    crowd = [await opened.knock("POST ") for _ in range(60)]
    await eventually(lambda: sum(line.reader.at_eof() for line in crowd) >= 30)
    await works(opened)
    for line in crowd:
        line.writer.close()


async def test_who_waits_for_its_answer_is_not_hung_up_on(opened: Door) -> None:
    """However long the handling takes."""
    body = json.dumps(said(1, "chờ"))
    line = await opened.knock(HEAD, f"Content-Length: {len(body.encode())}\r\n\r\n{body}")
    await eventually(lambda: opened.place.begun)
    await asyncio.sleep(0.6)
    opened.place.gates["chờ"].set()
    async with asyncio.timeout(15):
        assert b" 200 " in await line.reader.readline()
    line.writer.close()


async def test_a_body_without_a_length_is_capped_too(opened: Door) -> None:
    """In chunks: a megabyte and no more, before its end is seen."""
    line = await opened.knock(HEAD, "Transfer-Encoding: chunked\r\n\r\n")
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    answer = asyncio.ensure_future(line.rest())
    for _ in range(2 * BODY_LIMIT // 0x10000):
        await line.send(chunk)
    assert status(await answer) == 413
    assert opened.place.begun == []
    await works(opened)


async def test_a_small_update_in_chunks_is_taken(opened: Door) -> None:
    body = json.dumps(said(1, "a")).encode()
    line = await opened.knock(HEAD, "Transfer-Encoding: chunked\r\n\r\n")
    for start in range(0, len(body), 50):
        piece = body[start : start + 50]
        await line.send(b"%x\r\n%s\r\n" % (len(piece), piece))
    await line.send("0\r\n\r\n")
    async with asyncio.timeout(15):
        assert b" 200 " in await line.reader.readline()
    assert opened.place.done == ["a"]
    line.writer.close()


async def test_a_packed_body_is_not_unpacked(opened: Door) -> None:
    """A kilobyte that would become a gigabyte."""
    bomb = gzip.compress(b"x" * 3_000_000)
    head = f"Content-Encoding: gzip\r\nContent-Length: {len(bomb)}\r\n\r\n"
    line = await opened.knock(HEAD + head, bomb)
    async with asyncio.timeout(15):
        assert b" 400 " in await line.reader.readline()
    line.writer.close()


@pytest.mark.parametrize(
    "noise",
    [b"\x16\x03\x01\x02\x00\x01\x00", b"GET / HTTP/9.9\r\n\r\n", b"\x00" * 100, b"EHLO x\r\n\r\n"],
    ids=["tls", "version", "zeros", "mail"],
)
async def test_noise_does_no_harm(opened: Door, noise: bytes) -> None:
    line = await opened.knock(noise)
    line.writer.write_eof()
    await line.rest()
    await works(opened)
