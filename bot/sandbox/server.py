"""The sandbox as one object: a Bot API server and a chat page on loopback."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from bot.sandbox.clock import MovableClock
from bot.sandbox.control import Control
from bot.sandbox.errors import ApiError
from bot.sandbox.faults import HTML_502, Fault, Faults, Flood
from bot.sandbox.methods import perform
from bot.sandbox.request import Call, read
from bot.sandbox.webhook import Deliverer
from bot.sandbox.world import World
from bot.settings import nearby

TOKEN = "900000001:thu-nghiem-khong-phai-that"  # noqa: S105 - opens this sandbox only
UNAUTHORIZED = ApiError(401, "Unauthorized")
MAX_BODY = 64 << 20


@dataclass(frozen=True, slots=True)
class JoinCode:
    """A code that the page offers to type: ``label`` is the unit's name."""

    label: str
    code: str


class Sandbox:
    """Start it, give the bot ``url`` and ``token``; the bot cannot tell it from Telegram.

    ``clock`` is the time of everything in it, which the page can move; ``on_jump`` is awaited
    with the new time after such a move, so that the bot's own clock and timers may follow.
    ``patience`` multiplies the pauses between two deliveries to a webhook.
    """

    def __init__(
        self,
        *,
        token: str = TOKEN,
        clock: MovableClock | None = None,
        on_jump: Callable[[datetime], Awaitable[None]] | None = None,
        patience: float = 1.0,
    ) -> None:
        self.token = token
        self.clock = clock or MovableClock()
        self.on_jump = on_jump
        self.patience = patience
        self.world = World(token, self.clock.timestamp)
        self.faults = Faults()
        self.flood = Flood()
        self.join_codes: list[JoinCode] = []
        self.examples: list[dict[str, object]] = []
        self.url = ""
        self.closing = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self._delivery: asyncio.Task[None] | None = None

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listen and give the base address, such as ``http://127.0.0.1:8081``. 0 picks a port."""
        app = web.Application(client_max_size=MAX_BODY)
        app.router.add_route("*", "/bot{token:[^/]*}/{method:[^/]*}", self.api)
        app.router.add_get("/file/bot{token:[^/]*}/{path:.+}", self.download)
        Control(self).register(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        real = self._runner.addresses[0][1]
        near = nearby(host)
        self.url = f"http://[{near}]:{real}" if ":" in near else f"http://{near}:{real}"
        self._delivery = asyncio.ensure_future(Deliverer(self.world, self.patience).run())
        return self.url

    async def stop(self) -> None:
        """Stop listening; open polls and streams end."""
        self.closing.set()
        self.world.updates.end_polls()
        if self._delivery:
            self._delivery.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._delivery
        if self._runner:
            await self._runner.cleanup()

    async def jump(self, to: datetime) -> None:
        """Move the clock (only forward) and tell the composition root."""
        self.clock.move(to)
        self.world.touch()
        if self.on_jump:
            await self.on_jump(self.clock.now())

    async def api(self, request: web.Request) -> web.StreamResponse:
        """One Bot API call."""
        try:
            if not self.known(request.match_info["token"]):
                raise UNAUTHORIZED
            call = await read(request, request.match_info["method"])
            fault = self.faults.take(call)
            if fault:
                return await self.broken(request, call, fault)
            self.flood.check(call)
            return web.json_response({"ok": True, "result": await perform(self.world, call)})
        except ApiError as error:
            return web.json_response(error.body(), status=error.code)

    def known(self, token: str) -> bool:
        """Whether this is the bot's token."""
        return hmac.compare_digest(token.encode(), self.token.encode())

    async def broken(self, request: web.Request, call: Call, fault: Fault) -> web.StreamResponse:
        """Answer a call the way its fault says."""
        error = fault.error()
        if error:
            raise error
        if fault.kind == "html":
            return web.Response(text=HTML_502, status=502, content_type="text/html")
        if fault.kind == "lost_ack":
            await perform(self.world, call)
        if fault.kind == "hang":
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.closing.wait(), fault.seconds)
        if request.transport:
            request.transport.abort()
        return web.Response(status=500)

    async def download(self, request: web.Request) -> web.Response:
        """The bytes of a file that getFile named."""
        path = request.match_info["path"]
        file = next((f for f in self.world.files.values() if f.path == path), None)
        if not self.known(request.match_info["token"]) or file is None:
            return web.json_response(ApiError(404, "Not Found").body(), status=404)
        return web.Response(body=file.data, content_type="application/octet-stream")
