"""Privacy mode: which messages of a chat reach the bot."""

from __future__ import annotations

from bot.sandbox.entities import cut16
from bot.sandbox.errors import Json
from bot.sandbox.world import ADMINS, PRESENT, Chat, World

SERVICE = frozenset(
    """new_chat_members left_chat_member new_chat_title new_chat_photo delete_chat_photo
    group_chat_created supergroup_chat_created channel_chat_created migrate_to_chat_id
    migrate_from_chat_id pinned_message message_auto_delete_timer_changed forum_topic_created
    forum_topic_closed forum_topic_reopened video_chat_started video_chat_ended
    video_chat_participants_invited""".split()  # noqa: SIM905
)


def sees(world: World, chat: Chat, message: Json) -> bool:
    """Whether the bot gets a message: with privacy mode only what is meant for it."""
    me = chat.members.get(world.bot["id"])
    if me is None or me.status not in PRESENT:
        return False
    if chat.type in ("private", "channel") or me.status in ADMINS or me.sees_all:
        return True
    return bool(SERVICE & message.keys()) or meant(world, message)


def meant(world: World, message: Json) -> bool:
    """Whether a message is a command, a mention of the bot or a reply to it."""
    name = str(world.bot["username"]).lower()
    replied = message.get("reply_to_message", {}).get("from", {}).get("id")
    if replied == world.bot["id"] or message.get("via_bot", {}).get("id") == world.bot["id"]:
        return True
    text = message.get("text") or message.get("caption") or ""
    entities = message.get("entities") or message.get("caption_entities") or []
    for entity in entities:
        word = cut16(text, entity["offset"], entity["length"]).lower()
        if entity["type"] == "mention" and word == f"@{name}":
            return True
        if entity["type"] == "bot_command" and word.partition("@")[2] in ("", name):
            return True
    return False


def deliver(world: World, chat: Chat, message: Json, *, edited: bool = False) -> bool:
    """Queue a message for the bot if it may see it; whether it may."""
    if not sees(world, chat, message):
        return False
    kind = "channel_post" if chat.type == "channel" else "message"
    return world.updates.put(f"edited_{kind}" if edited else kind, chat.id, message) is not None
