"""A small HTTP proxy on loopback that remembers what it was asked for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class Proxy:
    """Passes plain requests on to the server at ``port``, whatever their host; refuses tunnels.

    ``asked`` are the request lines' methods and addresses, ``logins`` what was shown to be let in.
    """

    port: int
    address: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection: note its first request, then pass everything on."""
        try:
            await self._serve(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            """Somebody hung up."""
        finally:
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        method, address, _ = lines[0].split(" ")
        self.asked.append((method, address))
        shown = (line.partition(":")[2] for line in lines if line.lower().startswith("proxy-auth"))
        self.logins.extend(one.strip() for one in shown)
        if method == "CONNECT":
            writer.write(b"HTTP/1.1 502 No tunnels here\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()
            return
        answers, questions = await asyncio.open_connection("127.0.0.1", self.port)
        questions.write(head)
        async with asyncio.TaskGroup() as pipes:
            pipes.create_task(_pipe(reader, questions))
            pipes.create_task(_pipe(answers, writer))


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(1 << 16):
        writer.write(data)
        await writer.drain()
    writer.close()


@asynccontextmanager
async def proxy(port: int) -> AsyncIterator[Proxy]:
    """A proxy in front of the server at ``port``."""
    made = Proxy(port)
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield made
    finally:
        server.close()
