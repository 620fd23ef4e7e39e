"""How much may be asked of the bot: whoever asks too much is told so once, then waits."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Literal

from aiogram import BaseMiddleware
from aiogram.types import Message, TelegramObject

from handlers.mail import Mail, answer
from handlers.place import Place, author
from messages import render
from models.limits import Limits, Reached

What = Literal["posts", "commands", "edits", "marks"]


@dataclass(frozen=True, slots=True)
class Turnstile:
    """Counts what a person, and what a group, asks for; ids are counted in memory only."""

    limits: Limits
    mail: Mail
    zone: tzinfo

    async def lets(
        self,
        message: Message,
        place: Place,
        now: datetime,
        *,
        what: What = "posts",
        item: str = "",
        asked: bool = True,
    ) -> bool:
        """Whether this may go on; who ``asked`` and may not is told once in the limit's span.

        ``item`` names what passes as often as it comes, by default the message.
        """
        names = [f"{what} of {author(message)}"]
        if not place.private:
            names.append(f"{what} in {place.chat}")
        reached = self.limits.take(item or f"{place.chat}/{message.message_id}", names, now)
        if reached is None:
            return True
        if asked and place.unit is not None and self.limits.tell(reached, now):
            await self._say(message, place, what, reached)
        return False

    async def _say(self, message: Message, place: Place, what: What, reached: Reached) -> None:
        until = reached.until.astimezone(self.zone)
        reply = render.too_much(
            "commands" if what == "commands" else "posts",
            "group" if reached.name == f"{what} in {place.chat}" else "person",
            reached.most,
            reached.span,
            until,
        )
        await answer(self.mail, message, place, reply)


class Sparing(BaseMiddleware):
    """Before every command: it is counted, and not looked at when there were too many."""

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        turnstile, place, now = data["turnstile"], data["place"], data["now"]
        if isinstance(event, Message) and not await turnstile.lets(
            event, place, now, what="commands"
        ):
            return None
        return await handler(event, data)
