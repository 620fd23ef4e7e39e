"""The bot comes and goes: added, removed, promoted, and groups that become supergroups."""

from __future__ import annotations

from datetime import datetime

from aiogram import Bot, Router
from aiogram.filters import Filter
from aiogram.types import ChatMemberUpdated, Message

from handlers.filters import HandedOver
from handlers.joining import Doorkeeper
from handlers.mail import Mail, letter
from handlers.place import PLATFORM, Place
from handlers.rights import Rights
from messages import render
from models.desk import Desk

router = Router(name="group")
strangers = Router(name="strangers")
_OUT = {"left", "kicked"}


class Moved(Filter):
    """The service message that a group leaves behind when it becomes a supergroup."""

    async def __call__(self, message: Message) -> bool:
        return bool(message.migrate_to_chat_id or message.migrate_from_chat_id)


@router.message(Moved())
async def on_moved(message: Message, desk: Desk, door: Doorkeeper, now: datetime) -> None:
    """The history follows the group to its new id, whichever of the two messages comes first.

    News of the bot's own place in either chat may have come before: it left the old one, and
    arrived in one that nobody knew.
    """
    here = message.chat.id
    old = message.migrate_from_chat_id or here
    new = str(message.migrate_to_chat_id or here)
    await desk.store.groups.migrate(PLATFORM, str(old), new, now)
    group = await desk.store.groups.find(PLATFORM, new)
    if group is None or group.unit is None:
        return
    if not group.active and message.migrate_from_chat_id:
        await desk.store.groups.join(PLATFORM, new, group.unit, now, group.thread)
    await door.withdraw_request(new)


@router.my_chat_member()
async def on_membership(
    event: ChatMemberUpdated,
    place: Place,
    desk: Desk,
    mail: Mail,
    door: Doorkeeper,
    rights: Rights,
    now: datetime,
) -> None:
    """Added: ask for a code. Removed: stop. Role changed: say whether forwards can be seen."""
    if event.chat.type == "channel":
        return
    before, after = event.old_chat_member.status, event.new_chat_member.status
    rights.forget(place.chat)
    if after in _OUT:
        await _left(place, desk, now)
    elif event.chat.type == "private":
        return
    elif place.group is None:
        await _arrived(place, desk, door, now)
    elif before != after and not await rights.sees_forwards(place.chat):
        key = f"sees:{place.chat}/{int(event.date.timestamp())}"
        await mail.send(letter(render.cannot_see(), place, key))


@router.chat_member()
async def on_role(event: ChatMemberUpdated, rights: Rights) -> None:
    """Somebody rose or fell: Telegram tells it where the bot is administrator."""
    rights.forget(str(event.chat.id))


async def _left(place: Place, desk: Desk, now: datetime) -> None:
    """A group's texts are deleted; of a private chat that blocks the bot nothing is kept."""
    if place.private:
        await desk.store.members.forget(PLATFORM, place.chat)
        return
    await desk.store.groups.leave(PLATFORM, place.chat, now)
    await desk.store.groups.stop_waiting(PLATFORM, place.chat)


async def _arrived(place: Place, desk: Desk, door: Doorkeeper, now: datetime) -> None:
    """A group that comes back keeps its unit and its history."""
    known = await desk.store.groups.find(PLATFORM, place.chat)
    if known is not None and known.unit is not None:
        await desk.store.groups.join(PLATFORM, place.chat, known.unit, now, known.thread)
    else:
        await door.arrived(place, now)


@strangers.message(HandedOver())
async def on_stranger(
    message: Message, place: Place, door: Doorkeeper, now: datetime, bot: Bot
) -> None:
    """Whoever has not joined gets one polite sentence; nothing that was sent is looked at."""
    if message.from_user is None or message.from_user.id != bot.id:
        await door.stranger(message, place, now)
