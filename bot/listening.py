"""Listening on an address for as long as a block lasts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from models.errors import UserError

STOP_SECONDS = 2.0
"""How long requests under way may take once the listening ends; they are cut off then."""


@asynccontextmanager
async def listening(application: web.Application, host: str, port: int) -> AsyncIterator[None]:
    """Listen there.

    Raises:
        UserError: ``port_taken``.
    """
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=STOP_SECONDS)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise UserError("port_taken", address=f"{host}:{port}") from error
        yield
    finally:
        await runner.cleanup()
