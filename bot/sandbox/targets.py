"""Which chat and message a call means, and whether the bot may reach them."""

from __future__ import annotations

from bot.sandbox.errors import ApiError, Json, bad, forbidden
from bot.sandbox.request import Call
from bot.sandbox.world import PRESENT, Chat, World

WORDS = {"group": "group chat", "supergroup": "supergroup chat", "channel": "channel chat"}
UPGRADED = "group chat was upgraded to a supergroup chat"


def upgraded(new: int) -> ApiError:
    """The refusal that tells a group's new id."""
    return bad(UPGRADED, {"migrate_to_chat_id": new})


def chat_of(world: World, call: Call, name: str = "chat_id") -> Chat:
    """The chat that a call names by id or @username, whether the bot is in it or not."""
    value = call.text(name).strip()
    if not value:
        raise bad(f"{name} is empty")
    chat = None
    if value.startswith("@"):
        same = (c for c in world.chats.values() if (c.username or "").lower() == value[1:].lower())
        chat = next(same, None)
    elif value.lstrip("-").isdigit():
        chat = world.chats.get(int(value))
    if chat is None or world.bot["id"] not in chat.members:
        raise bad("chat not found")
    if chat.migrated_to is not None:
        raise upgraded(chat.migrated_to)
    return chat


def reachable(world: World, call: Call) -> Chat:
    """The chat of a call, which the bot must be in."""
    chat = chat_of(world, call)
    status = world.bot_status(chat)
    if status in PRESENT:
        return chat
    if chat.type == "private":
        raise forbidden("bot was blocked by the user")
    if status == "kicked":
        raise forbidden(f"bot was kicked from the {WORDS[chat.type]}")
    raise forbidden(f"bot is not a member of the {WORDS[chat.type]}")


def message_of(chat: Chat, call: Call, missing: str) -> Json:
    """The message that ``message_id`` names; ``missing`` is Telegram's text when there is none."""
    if not call.text("message_id"):
        raise bad("message identifier is not specified")
    message = chat.messages.get(call.number("message_id"))
    if message is None:
        raise bad(missing)
    return message


def without_reply(message: Json) -> Json:
    """A message as it stands inside another one: Telegram nests replies once."""
    return {name: value for name, value in message.items() if name != "reply_to_message"}
