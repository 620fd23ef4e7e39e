"""Where an update comes from, and what we know of that place."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import CallbackQuery, Chat, Message, TelegramObject

from models.ledger import Store
from models.registry import Group, Unit

PLATFORM = "telegram"


@dataclass(frozen=True, slots=True)
class Place:
    """A chat, with the group or the unit that it belongs to.

    ``group`` is None where no code joined the chat, or the bot was removed. ``unit`` is the unit
    of the group, or the one whose code a private chat holds.
    """

    chat: str
    private: bool
    thread: str | None = None
    group: Group | None = None
    unit: Unit | None = None


def thread_of(message: Message) -> str | None:
    """The topic that a message was written in; None in the general one and elsewhere."""
    number = message.message_thread_id
    return str(number) if message.is_topic_message and number else None


def author(message: Message) -> str:
    """Who wrote: a channel or a group that speaks in its own name, else the account.

    Anonymous administrators of all groups share one account.
    """
    return str((message.sender_chat or message.from_user or message.chat).id)


class Acquaint(BaseMiddleware):
    """Puts ``now`` and ``place`` before every handler of messages and presses."""

    def __init__(self, store: Store, clock: Callable[[], datetime], owners: frozenset[str]) -> None:
        self._store = store
        self._clock = clock
        self._owners = owners

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        data["now"] = self._clock()
        message = event.message if isinstance(event, CallbackQuery) else event
        chat = getattr(message, "chat", None)
        if isinstance(chat, Chat):
            thread = thread_of(message) if isinstance(message, Message) else None
            data["place"] = await self.place(chat, thread)
        return await handler(event, data)

    async def place(self, chat: Chat, thread: str | None = None) -> Place:
        name = str(chat.id)
        if chat.type == "private":
            return Place(name, True, unit=await self._unit_in_private(name))
        group = await self._store.groups.find(PLATFORM, name)
        if group is None or not group.active or group.unit is None:
            return Place(name, False, thread)
        return Place(name, False, thread, group, await self._store.units.get(group.unit))

    async def _unit_in_private(self, chat: str) -> Unit | None:
        unit = await self._store.members.unit_of(PLATFORM, chat)
        if unit is None and chat in self._owners:
            units = await self._store.units.all()
            return units[0] if units else None
        return unit
