"""What the page shows, as one JSON object for one person."""

from __future__ import annotations

from bot.sandbox.chats import menu
from bot.sandbox.errors import Json
from bot.sandbox.world import PRESENT, Chat, World

SHOWN = 150


def snapshot(world: World, user: int) -> Json:
    """The chats that a person sees, newest messages last, and their pop-ups."""
    mine = [chat for chat in world.chats.values() if shown(chat, user)]
    if not any(chat.id == user for chat in mine) and user in world.users:
        mine.insert(0, Chat(user, "private"))
    mine.sort(key=lambda chat: chat.type != "private")
    return {
        "version": world.version,
        "now": world.now(),
        "bot": world.bot,
        "user": user,
        "people": [u for u in world.users.values() if not u["is_bot"]],
        "chats": [chat_view(world, chat, user) for chat in mine],
        "notices": [
            {"number": n.number, "chat": n.chat, "text": n.text, "alert": n.alert}
            for n in world.notices
            if n.user == user
        ],
    }


def shown(chat: Chat, user: int) -> bool:
    """Whether a chat stands in this person's list."""
    if chat.type == "private":
        return chat.id == user
    return chat.migrated_to is None and chat.status(user) in PRESENT


def chat_view(world: World, chat: Chat, user: int) -> Json:
    """One chat with its members' roles, the bot's status and the command menu."""
    members = {} if chat.type == "private" else {m.user: m.status for m in chat.members.values()}
    return world.chat_json(chat) | {
        "bot_status": world.bot_status(chat),
        "role": chat.status(user),
        "members": [
            {"id": number, "status": status}
            for number, status in members.items()
            if status in PRESENT and number != world.bot["id"]
        ],
        "typing": chat.action_until > world.clock(),
        "commands": menu(world, chat, user),
        "messages": list(chat.messages.values())[-SHOWN:],
    }
