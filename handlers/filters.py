"""Async filters: aiogram runs plain functions in a thread, 170 µs each."""

from __future__ import annotations

from aiogram.filters import Filter
from aiogram.types import Message

from handlers.intake import is_post
from handlers.place import Place


class IsCommand(Filter):
    """A message that starts with a slash: only then are the commands asked."""

    async def __call__(self, message: Message) -> bool:
        return (message.text or "").startswith("/") and message.forward_origin is None


class Joined(Filter):
    """The chat belongs to a unit."""

    async def __call__(self, event: Message, place: Place) -> bool:
        return place.unit is not None


class HandedOver(Filter):
    """Something a person sent, as against a service message or one of a bot's."""

    async def __call__(self, message: Message) -> bool:
        return is_post(message)
