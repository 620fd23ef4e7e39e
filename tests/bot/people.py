"""People for end-to-end tests: they speak in a sandbox's chats and wait for the bot's answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from bot.sandbox import actions
from bot.sandbox.pictures import plain_png
from bot.sandbox.server import Sandbox
from bot.sandbox.world import World

Json = dict[str, Any]
WITHIN = 15.0
"""Seconds to wait before an answer counts as missing; a ceiling, not a measure."""
CHANNEL = {"kind": "channel", "name": "Kênh Ví Dụ", "username": "kenh_vi_du"}


@contextmanager
def unheard(world: World) -> Iterator[None]:
    """Of what happens meanwhile the bot is sent nothing."""
    allowed, world.updates.allowed = world.updates.allowed, frozenset()
    try:
        yield
    finally:
        world.updates.allowed = allowed


class Person:
    """Somebody with an account. ``chat`` arguments are chat ids; messages are Bot API objects."""

    def __init__(self, sandbox: Sandbox, user: int) -> None:
        self.sandbox = sandbox
        self.user = user

    @property
    def private(self) -> int:
        """The id of this person's private chat with the bot."""
        return self.user

    async def says(self, chat: int, text: str, **more: Any) -> Json:
        """Type a text. ``more``: reply_to (message id), thread, entities."""
        return actions.say(self.sandbox.world, chat, self.user, text, **more)

    async def posts(self, chat: int, content: Json, **more: Any) -> Json:
        """Post any content, in the fields of the Bot API's Message."""
        return actions.post(self.sandbox.world, chat, self.user, content, **more)

    async def forwards(
        self,
        chat: int,
        *,
        origin: Json | str = "channel",
        text: str = "",
        link: str = "",
        **more: Any,
    ) -> Json:
        """Forward a post from an origin: a kind, or ``{"kind", "name", "username"?, "id"?, …}``.

        ``more``: photo (bytes), hide_link, entities, thread.
        """
        source = {**CHANNEL, "kind": origin} if isinstance(origin, str) else origin
        world = self.sandbox.world
        return actions.forward(world, chat, self.user, source, text=text, link=link, **more)

    async def sends_photo(self, chat: int, caption: str = "", photo: bytes | None = None) -> Json:
        """Send a picture."""
        data = photo or plain_png()
        return actions.picture(self.sandbox.world, chat, self.user, data, caption)

    async def sends_album(
        self, chat: int, caption: str = "", *, count: int = 3, origin: Json | None = None
    ) -> list[Json]:
        """Send, or forward, an album of plain pictures."""
        pictures = [plain_png(colour=(40 * n, 90, 120)) for n in range(count)]
        world = self.sandbox.world
        return actions.album(world, chat, self.user, pictures, caption, source=origin)

    async def edits(self, message: Json, text: str) -> Json:
        """Edit an own message."""
        chat, number = message["chat"]["id"], message["message_id"]
        return actions.edit(self.sandbox.world, chat, self.user, number, text)

    async def deletes(self, message: Json) -> None:
        """Delete a message."""
        chat, number = message["chat"]["id"], message["message_id"]
        actions.delete(self.sandbox.world, chat, self.user, number)

    async def presses(self, message: Json, label: str) -> Json:
        """Press a button by its label, a part of it, or its data."""
        chat, number = message["chat"]["id"], message["message_id"]
        return actions.press(self.sandbox.world, chat, self.user, number, label)

    async def answer_in(self, chat: int, after: Json | int, within: float = WITHIN) -> Json:
        """The bot's next message in a chat after a message (or its number)."""
        return await answer_in(self.sandbox, chat, after, within)

    async def popup(self, after: int = 0, within: float = WITHIN) -> str:
        """The text of the next pop-up that this person sees (``after``: a notice's number)."""

        def shown() -> str | None:
            mine = (n for n in self.sandbox.world.notices if n.user == self.user)
            return next((n.text for n in mine if n.number > after), None)

        found: str = await until(self.sandbox, shown, "a pop-up", within)
        return found


async def until(
    sandbox: Sandbox, look: Callable[[], Any], what: str, within: float = WITHIN
) -> Any:
    """Look again at every change until ``look`` gives something."""
    changed = asyncio.Event()
    sandbox.world.watchers.append(changed.set)
    try:
        async with asyncio.timeout(within):
            while (found := look()) is None or found is False:
                changed.clear()
                await changed.wait()
            return found
    except TimeoutError as error:
        last = [call["method"] for call in list(sandbox.world.calls)[-8:]]
        raise AssertionError(f"waited {within} s for {what}; last calls: {last}") from error
    finally:
        sandbox.world.watchers.remove(changed.set)


def number_of(message: Json | int) -> int:
    """A message's number."""
    return message if isinstance(message, int) else int(message["message_id"])


async def answer_in(sandbox: Sandbox, chat: int, after: Json | int, within: float = WITHIN) -> Json:
    """The bot's first message in a chat with a number higher than ``after``'s."""
    start, me = number_of(after), sandbox.world.bot["id"]

    def look() -> Json | None:
        said = sandbox.world.chats[chat].messages.values()
        return next(
            (m for m in said if m["message_id"] > start and m.get("from", {}).get("id") == me), None
        )

    found: Json = await until(sandbox, look, f"an answer in {chat}", within)
    return found


async def changed(sandbox: Sandbox, message: Json, within: float = WITHIN) -> Json | None:
    """The bot's message once it differs from ``message``; an empty object if it was deleted."""
    chat, number = message["chat"]["id"], message["message_id"]

    def look() -> Json | None:
        now = sandbox.world.chats[chat].messages.get(number, {})
        return now if now != message else None

    found: Json = await until(sandbox, look, f"a change of message {number}", within)
    return found


async def settled(sandbox: Sandbox, within: float = WITHIN) -> None:
    """Wait until the bot has confirmed every update: then silence is silence."""
    async with asyncio.timeout(within):
        while sandbox.world.updates.pending():
            await sandbox.world.updates.arrival(None)
