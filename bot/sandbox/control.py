"""The control API and the page's files: /sandbox/… on the same address as the Bot API."""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.sandbox import actions, members
from bot.sandbox.clock import next_monday
from bot.sandbox.errors import ActionError, Json
from bot.sandbox.methods import is_loopback
from bot.sandbox.pictures import plain_png
from bot.sandbox.snapshot import snapshot
from bot.sandbox.world import Chat

if TYPE_CHECKING:
    from bot.sandbox.server import Sandbox

HERE = Path(__file__).parent
FILES = {"page.html": "text/html", "page.css": "text/css", "page.js": "text/javascript"}
POLICY = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
COLOURS = ((74, 122, 176), (96, 150, 96), (178, 120, 70), (130, 100, 160))
STATUSES = {"add": "member", "remove": "kicked", "leave": "left"}
STATUSES |= {"promote": "administrator", "demote": "member", "block": "kicked", "unblock": "member"}


def picture_of(value: Any, number: int = 0) -> bytes:
    """A picture from the page: base64 bytes, or true for a plain one."""
    if value is True or value is None:
        return plain_png(colour=COLOURS[number % len(COLOURS)])
    try:
        return base64.b64decode(str(value).rpartition(",")[2], validate=True)
    except binascii.Error as error:
        raise ActionError("no_picture") from error


class Control:
    """Routes for the page and for tests. Only from this machine, only with JSON bodies."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.world = sandbox.world
        self.actions: dict[str, Callable[[Json], Any | Awaitable[Any]]] = {
            "say": self.say,
            "post": self.post,
            "forward": self.forward,
            "photo": self.photo,
            "album": self.album,
            "edit": self.edit,
            "delete": self.delete,
            "press": self.press,
            "bot": self.bot,
            "person": self.person,
            "upgrade": self.upgrade,
            "privacy": self.privacy,
            "fault": self.fault,
            "clear_faults": self.clear_faults,
            "flood": self.flood,
            "jump": self.jump,
        }

    def register(self, app: web.Application) -> None:
        """Add the routes and their guard."""
        app.middlewares.append(self.guard)
        app.router.add_get("/", self.file)
        app.router.add_get("/sandbox/{name:page[.](?:html|css|js)}", self.file)
        app.router.add_get("/sandbox/state", self.state)
        app.router.add_get("/sandbox/events", self.events)
        app.router.add_get("/sandbox/calls", self.calls)
        app.router.add_get("/sandbox/file/{id}", self.picture)
        app.router.add_post("/sandbox/{action}", self.act)

    @web.middleware
    async def guard(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Keep other sites' pages out: a loopback Host, our own Origin, JSON only."""
        if request.path.startswith(("/bot", "/file/")):
            return await handler(request)
        origin = request.headers.get("Origin")
        foreign = origin is not None and origin != f"http://{request.host}"
        if foreign or not is_loopback(request.host.rpartition(":")[0].strip("[]") or request.host):
            return web.json_response({"error": "foreign"}, status=403)
        if request.method == "POST" and request.content_type != "application/json":
            return web.json_response({"error": "json_only"}, status=415)
        answer = await handler(request)
        if not answer.prepared:
            answer.headers.update(POLICY)
        return answer

    async def file(self, request: web.Request) -> web.Response:
        """The page's own three files."""
        name = request.match_info.get("name", "page.html")
        text = await asyncio.to_thread((HERE / name).read_text, "utf-8")
        return web.Response(text=text, content_type=FILES[name], charset="utf-8")

    async def picture(self, request: web.Request) -> web.Response:
        """A picture for the page; anything else is not shown."""
        file = self.world.files.get(request.match_info["id"])
        if file is None or not file.mime.startswith("image/"):
            raise web.HTTPNotFound
        return web.Response(body=file.data, content_type=file.mime)

    async def state(self, request: web.Request) -> web.Response:
        """Everything that one person sees."""
        first = next((u["id"] for u in self.world.users.values() if not u["is_bot"]), 0)
        asked = request.query.get("user", "")
        user = int(asked) if asked.isdigit() and int(asked) in self.world.users else first
        codes = [{"label": join.label, "code": join.code} for join in self.sandbox.join_codes]
        more = {"join_codes": codes, "examples": self.sandbox.examples}
        return web.json_response(snapshot(self.world, user) | more)

    async def calls(self, _request: web.Request) -> web.Response:
        """The journal: what the bot asked for, newest last."""
        return web.json_response(list(self.world.calls), dumps=lambda x: json.dumps(x, default=str))

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: one per change, with the world's version."""
        answer = web.StreamResponse(headers={"Content-Type": "text/event-stream", **POLICY})
        await answer.prepare(request)
        changed = asyncio.Event()
        self.world.watchers.append(changed.set)
        try:
            while not self.sandbox.closing.is_set():
                changed.clear()
                await answer.write(f"data: {self.world.version}\n\n".encode())
                await self.next_change(changed)
        except ConnectionError:
            return answer
        finally:
            self.world.watchers.remove(changed.set)
        return answer

    async def next_change(self, changed: asyncio.Event) -> None:
        """Wait for a change, looking twice a second whether the sandbox closes."""
        for _ in range(30):
            try:
                await asyncio.wait_for(changed.wait(), 0.5)
            except TimeoutError:
                if self.sandbox.closing.is_set():
                    return
            else:
                return

    async def act(self, request: web.Request) -> web.Response:
        """One action. A wrong one is answered with its code and facts."""
        name = request.match_info["action"]
        action = self.actions.get(name)
        if action is None:
            return web.json_response({"error": "no_action", "action": name}, status=404)
        try:
            body = await request.json()
            result = action(body)
            if isinstance(result, Awaitable):
                result = await result
        except ActionError as error:
            return web.json_response({"error": error.code, "facts": error.facts}, status=409)
        except (KeyError, TypeError, ValueError) as error:
            return web.json_response({"error": "wrong_request", "why": repr(error)}, status=400)
        return web.json_response({"ok": True, "result": result})

    def chat(self, body: Json) -> Chat:
        """The chat that an action names."""
        chat = self.world.chats.get(int(body["chat"]))
        if chat is None:
            raise ActionError("no_chat", chat=body["chat"])
        return chat

    def say(self, body: Json) -> Json:
        """``{chat, user, text, reply_to?, thread?, entities?}``."""
        more = {key: body[key] for key in ("reply_to", "thread", "entities") if key in body}
        return actions.say(self.world, int(body["chat"]), int(body["user"]), body["text"], **more)

    def post(self, body: Json) -> Json:
        """``{chat, user, content, reply_to?, thread?}``: any content as the Bot API writes it."""
        more = {key: body[key] for key in ("reply_to", "thread") if key in body}
        return actions.post(
            self.world, int(body["chat"]), int(body["user"]), body["content"], **more
        )

    def forward(self, body: Json) -> Json | list[Json]:
        """``{chat, user, origin, text?, link?, hide_link?, photo?, entities?, thread?}``."""
        chat, user = int(body["chat"]), int(body["user"])
        more = {key: body[key] for key in ("hide_link", "entities", "thread") if key in body}
        photo = picture_of(body["photo"]) if body.get("photo") else None
        return actions.forward(
            self.world,
            chat,
            user,
            body["origin"],
            text=body.get("text", ""),
            link=body.get("link", ""),
            photo=photo,
            **more,
        )

    def photo(self, body: Json) -> Json:
        """``{chat, user, photo?, caption?}``."""
        data = picture_of(body.get("photo"))
        chat, user = int(body["chat"]), int(body["user"])
        return actions.picture(self.world, chat, user, data, body.get("caption", ""))

    def album(self, body: Json) -> list[Json]:
        """``{chat, user, photos? | count?, caption?, origin?}``."""
        photos = body.get("photos") or [True] * int(body.get("count", 3))
        pictures = [picture_of(photo, number) for number, photo in enumerate(photos)]
        chat, user = int(body["chat"]), int(body["user"])
        caption, source = body.get("caption", ""), body.get("origin")
        return actions.album(self.world, chat, user, pictures, caption, source=source)

    def edit(self, body: Json) -> Json:
        """``{chat, user, message, text}``."""
        chat, user = int(body["chat"]), int(body["user"])
        return actions.edit(self.world, chat, user, int(body["message"]), body["text"])

    def delete(self, body: Json) -> None:
        """``{chat, user, message}``."""
        actions.delete(self.world, int(body["chat"]), int(body["user"]), int(body["message"]))

    def press(self, body: Json) -> Json:
        """``{chat, user, message, label}``; the label, or the data, of the button."""
        chat, user = int(body["chat"]), int(body["user"])
        return actions.press(self.world, chat, user, int(body["message"]), body["label"])

    def bot(self, body: Json) -> None:
        """``{chat, user, do}``: add, remove, leave, promote, demote, block, unblock."""
        members.set_bot(self.world, self.chat(body), STATUSES[body["do"]], by=int(body["user"]))

    def person(self, body: Json) -> None:
        """``{chat, user, do, by?}``: the same for a person."""
        user = int(body["user"])
        by = int(body.get("by", user))
        members.set_person(self.world, self.chat(body), user, STATUSES[body["do"]], by=by)

    def upgrade(self, body: Json) -> Json:
        """``{chat, user}``: the group becomes a supergroup."""
        chat = members.upgrade(self.world, self.chat(body), by=int(body["user"]))
        return self.world.chat_json(chat)

    def privacy(self, body: Json) -> None:
        """``{reads_all}``: BotFather's switch; takes effect when the bot joins anew."""
        self.world.reads_all = bool(body["reads_all"])

    def fault(self, body: Json) -> None:
        """A fault: see ``faults.Fault``."""
        self.sandbox.faults.add(body)

    def clear_faults(self, _body: Json) -> None:
        """End all faults."""
        self.sandbox.faults.waiting.clear()

    def flood(self, body: Json) -> None:
        """``{on}``: enforce Telegram's flood limits."""
        self.sandbox.flood.on = bool(body["on"])

    async def jump(self, body: Json) -> Json:
        """``{to?}``: move the clock to an ISO time with its zone, or to the next Monday, 08:00."""
        now = self.sandbox.clock.now()
        to = datetime.fromisoformat(body["to"]) if body.get("to") else next_monday(now)
        await self.sandbox.jump(to)
        return {"now": self.world.now()}
