"""What the bot asks about chats and members, and its command menus."""

from __future__ import annotations

import json
import re
from typing import Any

from bot.sandbox.errors import Json, bad
from bot.sandbox.members import member_json, set_bot
from bot.sandbox.request import Call
from bot.sandbox.sending import file_json
from bot.sandbox.targets import chat_of, reachable
from bot.sandbox.world import ADMINS, PRESENT, Chat, Member, World

COMMAND = re.compile(r"[a-z0-9_]{1,32}")


def get_me(world: World, _call: Call) -> Json:
    """GetMe."""
    return world.bot | {
        "can_join_groups": True,
        "can_read_all_group_messages": world.reads_all,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def get_chat(world: World, call: Call) -> Json:
    """GetChat: the full object."""
    chat = reachable(world, call)
    made = world.chat_json(chat) | {
        "accent_color_id": 4,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(
            (
                "unlimited_gifts",
                "limited_gifts",
                "unique_gifts",
                "premium_subscription",
                "gifts_from_channels",
            ),
            True,
        ),
    }
    if chat.type in ("group", "supergroup"):
        made["permissions"] = {"can_send_messages": True, "can_send_photos": True}
    return made


def get_chat_member(world: World, call: Call) -> Json:
    """GetChatMember."""
    chat = reachable(world, call)
    user = call.number("user_id")
    if user <= 0:
        raise bad("invalid user_id specified")
    if user not in world.users:
        raise bad("user not found")
    return member_json(world, chat.members.get(user) or Member(user, "left"))


def get_chat_administrators(world: World, call: Call) -> list[Json]:
    """GetChatAdministrators."""
    chat = reachable(world, call)
    if chat.type == "private":
        raise bad("there are no administrators in the private chat")
    return [member_json(world, m) for m in chat.members.values() if m.status in ADMINS]


def get_chat_member_count(world: World, call: Call) -> int:
    """GetChatMemberCount."""
    chat = reachable(world, call)
    return sum(member.status in PRESENT for member in chat.members.values())


def leave_chat(world: World, call: Call) -> bool:
    """LeaveChat."""
    chat = reachable(world, call)
    if chat.type == "private":
        raise bad("chat member status can't be changed in private chats")
    set_bot(world, chat, "left", by=world.bot["id"])
    return True


def get_file(world: World, call: Call) -> Json:
    """GetFile."""
    file_id = call.text("file_id")
    if not file_id:
        raise bad("file_id not specified")
    file = world.files.get(file_id)
    if file is None:
        raise bad("invalid file_id")
    if len(file.data) > 20 << 20:
        raise bad("file is too big")
    return file_json(file) | {"file_path": file.path}


def scope_key(world: World, call: Call) -> str:
    """The key under which a scope's commands are kept."""
    scope: Any = call.structure("scope", "BotCommandScope") or {"type": "default"}
    kind = str(scope.get("type"))
    if kind in ("chat", "chat_administrators", "chat_member"):
        chat = chat_of(world, Call(call.method, scope))
        return f"{kind}:{chat.id}:{scope.get('user_id', '')}:{call.text('language_code')}"
    if kind not in ("default", "all_private_chats", "all_group_chats", "all_chat_administrators"):
        raise bad("can't parse BotCommandScope: Unsupported type specified")
    return f"{kind}:::{call.text('language_code')}"


def set_my_commands(world: World, call: Call) -> bool:
    """SetMyCommands."""
    key = scope_key(world, call)
    commands = call.structure("commands", "BotCommand")
    if not isinstance(commands, list):
        raise bad("expected an Array of BotCommand")
    if len(commands) > 100:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        name = str(command.get("command", "")).removeprefix("/")
        if not COMMAND.fullmatch(name):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(str(command.get("description", ""))) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    world.commands[key] = commands
    world.touch()
    return True


def get_my_commands(world: World, call: Call) -> list[Json]:
    """GetMyCommands."""
    return world.commands.get(scope_key(world, call), [])


def delete_my_commands(world: World, call: Call) -> bool:
    """DeleteMyCommands."""
    world.commands.pop(scope_key(world, call), None)
    return True


def menu(world: World, chat: Chat, user: int) -> list[Json]:
    """The commands that a person's app would show, by Telegram's order of scopes."""
    admin = chat.status(user) in ADMINS
    kinds = [f"chat_member:{chat.id}:{user}"]
    kinds += [f"chat_administrators:{chat.id}:"] if admin else []
    kinds += [f"chat:{chat.id}:"]
    if chat.type == "private":
        kinds += ["all_private_chats::"]
    else:
        kinds += ["all_chat_administrators::"] if admin else []
        kinds += ["all_group_chats::"]
    for kind in [*kinds, "default::"]:
        for language in ("vi", ""):
            found = world.commands.get(f"{kind}:{language}")
            if found:
                return json.loads(json.dumps(found))  # type: ignore[no-any-return]
    return []
