"""The page for machines: ``/healthz`` and ``/metrics``, on a listener of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.listening import listening
from bot.settings import Settings
from bot.vitals import Vitals
from bot.watching import Watch
from models.errors import UserError

log = structlog.get_logger(__name__)


def status_page(vitals: Vitals, watch: Watch) -> web.Application:
    """``/healthz``: JSON, 200 when all is well and 503 when not. ``/metrics``: Prometheus' text."""

    async def health(_request: web.Request) -> web.Response:
        report = await vitals.look()
        return web.json_response(report, status=200 if report["ok"] else 503)

    async def metrics(_request: web.Request) -> web.Response:
        await vitals.look()
        headers = {"Content-Type": CONTENT_TYPE_LATEST}
        return web.Response(body=generate_latest(watch.registry), headers=headers)

    application = web.Application(client_max_size=0)
    application.router.add_get("/healthz", health)
    application.router.add_get("/metrics", metrics)
    return application


@asynccontextmanager
async def showing(settings: Settings, vitals: Vitals, watch: Watch) -> AsyncIterator[None]:
    """Show the page where the settings say, if they do.

    Where the address was not chosen and is taken, as by a second bot on the machine, there is no
    page and the bot runs all the same.

    Raises:
        UserError: ``port_taken``, for an address that was chosen.
    """
    async with AsyncExitStack() as stack:
        if settings.metrics_place is not None:
            page = listening(status_page(vitals, watch), *settings.metrics_place)
            try:
                await stack.enter_async_context(page)
            except UserError:
                if settings.metrics != Settings.model_fields["metrics"].default:
                    raise
                log.warning("status page not shown, its address is taken")
        yield
