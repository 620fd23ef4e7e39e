"""The webhook's door: one path, one secret; whoever has not got it learns nothing."""

from __future__ import annotations

import asyncio
import hmac
import json

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.receiving import Receiver

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
BODY_LIMIT = 1024 * 1024
BODY_SECONDS = 10.0
ANSWERED_WITHIN = 20.0
"""Seconds; Telegram waits for 60, on few connections."""


def webhook(receiver: Receiver, secret: str) -> web.Application:
    """The webhook's web application; the secret is compared in constant time.

    200 once the update is done, 503 when it must come again, at the latest after
    ``ANSWERED_WITHIN``. 403 for others, and 404 elsewhere; no answer has a body.
    """

    async def take(request: web.Request) -> web.Response:
        shown = request.headers.get(SECRET_HEADER, "")
        # aiohttp reads bytes that are no text as lone surrogates.
        if not hmac.compare_digest(shown.encode("utf-8", "surrogateescape"), secret.encode()):
            return _last(403)
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await request.read()
        except TimeoutError:
            return _last(408)
        try:
            raw = json.loads(body)
        except (ValueError, RecursionError):
            return web.Response(status=400)
        if not isinstance(raw, dict):
            return web.Response(status=400)
        return web.Response(status=200 if await receiver.take(raw, ANSWERED_WITHIN) else 503)

    application = web.Application(client_max_size=BODY_LIMIT, middlewares=[_without_words])
    application.router.add_post("/telegram", take)
    application.on_response_prepare.append(_without_name)
    return application


@web.middleware
async def _without_words(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A wrong path or method, or too large a body: a number and no word."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        return _last(404 if error.status == web.HTTPMethodNotAllowed.status_code else error.status)


async def _without_name(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers.popall("Server", None)


def _last(status: int) -> web.Response:
    """The last answer on its connection."""
    response = web.Response(status=status)
    response.force_close()
    return response
