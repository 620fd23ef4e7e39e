"""Listening for HTTP: where the settings say, and for nobody who does not speak."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.typedefs import Handler
from aiohttp.web_protocol import RequestHandler

from models.errors import UserError

STOP_SECONDS = 2.0
"""How long requests under way may take once the listening ends; they are cut off then."""
HEAD_SECONDS = 10.0
"""Until a connection has shown a whole request, else it is closed."""
SILENT_AT_MOST = 100
LOOKED_EVERY = 1.0


@asynccontextmanager
async def listening(application: web.Application, host: str, port: int) -> AsyncIterator[None]:
    """Listen there; connections that show no request are closed after ten seconds.

    Raises:
        UserError: ``port_taken``.
    """
    patience = Patience()
    application.middlewares.append(patience.heard)
    runner = web.AppRunner(
        application,
        access_log=None,
        shutdown_timeout=STOP_SECONDS,
        keepalive_timeout=75,
        lingering_time=1.0,
        auto_decompress=False,
    )
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise UserError("port_taken", address=f"{host}:{port}") from error
        assert runner.server is not None  # noqa: S101 - there is one after the set-up
        patience.watch(runner.server)
        yield
    finally:
        patience.stop()
        await runner.cleanup()


class Patience:
    """Closes connections on which no whole request came in time, and the oldest of too many.

    aiohttp waits for a request's head as long as its client likes.
    """

    def __init__(self) -> None:
        self._spoke: set[RequestHandler] = set()
        self._since: dict[RequestHandler, float] = {}
        self._timer: asyncio.TimerHandle | None = None

    @web.middleware
    async def heard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """The middleware that notes who spoke."""
        self._spoke.add(request.protocol)
        return await handler(request)

    def watch(self, server: web.Server) -> None:
        """Look at the server's connections now and again, until stopped."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        self._spoke.intersection_update(server.connections)
        silent = [one for one in server.connections if one not in self._spoke]
        self._since = {one: self._since.get(one, now) for one in silent}
        silent.sort(key=lambda one: self._since[one])
        crowd = max(0, len(silent) - SILENT_AT_MOST)
        for place, one in enumerate(silent):
            if place < crowd or now - self._since[one] >= HEAD_SECONDS:
                one.force_close()
        self._timer = loop.call_later(LOOKED_EVERY, self.watch, server)

    def stop(self) -> None:
        """Look no more."""
        if self._timer is not None:
            self._timer.cancel()
