"""A Bot API server that takes everything that Telegram would take, and nothing else."""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.fuzz.updates import ADMIN, BOT, START
from tests.messages.strict import read, units

Json = dict[str, Any]
ME = {
    "id": BOT, "is_bot": True, "first_name": "Cân Tin", "username": "can_tin_thu_bot",
    "can_read_all_group_messages": True,
}  # fmt: skip


class Peer:
    """``said`` are the bot's latest messages, ``complaints`` what Telegram would have refused.

    Every seventh question about a member, and every ninth answer to a press, is refused.
    """

    def __init__(self) -> None:
        self.said: deque[Json] = deque(maxlen=400)
        self.complaints: list[str] = []
        self.calls = 0
        self._numbers = itertools.count(1_000)
        self._turns = itertools.count(1)

    async def take(self, request: web.Request) -> web.Response:
        method = request.match_info["method"].lower()
        self.calls += 1
        if request.content_type == "application/json":
            call = await request.json()
        else:
            call = dict(await request.post())
        return web.json_response(await self._answer(method, call))

    async def _answer(self, method: str, call: Json) -> Json:
        if method == "getupdates":
            await asyncio.sleep(3_600)
        if method in ("sendmessage", "editmessagetext", "sendphoto"):
            return self._message(method, call)
        turn = next(self._turns)
        if method == "getchatmember":
            if turn % 7 == 0:
                return _refusal("Bad Request: user not found")
            status = "administrator" if int(call["user_id"]) == ADMIN else "member"
            return _fine({"status": status, "user": {**ME, "id": int(call["user_id"])}})
        if method == "answercallbackquery":
            if units(call.get("text") or "") > 200:
                self.complaints.append(f"{method}: too long")
            return _refusal("Bad Request: query is too old") if turn % 9 == 0 else _fine(True)
        if method == "getfile":
            return _refusal("Bad Request: wrong file_id")
        return _fine({"getme": ME, "getchatadministrators": []}.get(method, True))

    def _message(self, method: str, call: Json) -> Json:
        text = str(call.get("text") or call.get("caption") or "")
        try:
            shown = read(text)
            if not shown.strip() or units(shown) > (1024 if method == "sendphoto" else 4096):
                raise AssertionError("empty or too long")
        except AssertionError as error:
            self.complaints.append(f"{method}: {error}: {text[:200]!r}")
        number = int(call.get("message_id") or next(self._numbers))
        chat = int(call["chat_id"])
        made: Json = {
            "message_id": number,
            "date": START,
            "chat": {"id": chat, "type": "private" if chat > 0 else "supergroup", "title": "Tổ"},
            "from": ME,
            "text": shown if "shown" in locals() else text,
        }
        if isinstance(call.get("reply_markup"), dict):
            made["reply_markup"] = call["reply_markup"]
        self.said.append(made)
        return _fine(made)


def _fine(result: Any) -> Json:
    return {"ok": True, "result": result}


def _refusal(why: str) -> Json:
    return {"ok": False, "error_code": 400, "description": why}


@asynccontextmanager
async def listening(peer: Peer) -> AsyncIterator[str]:
    """The address of a started peer."""
    application = web.Application(client_max_size=2**24)
    application.router.add_post("/bot{token}/{method}", peer.take)
    server = TestServer(application)
    await server.start_server()
    try:
        yield str(server.make_url("")).rstrip("/")
    finally:
        await server.close()
