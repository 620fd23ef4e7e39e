"""Who comes, goes and rises in a chat, with the updates that Telegram would send."""

from __future__ import annotations

from bot.sandbox import visibility
from bot.sandbox.errors import ActionError, Json
from bot.sandbox.world import PRESENT, Chat, Member, World

RIGHTS = (
    "can_be_edited",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
    "can_manage_topics",
    "can_send_welcome_messages",
)


def member_json(world: World, member: Member) -> Json:
    """The Bot API's ChatMember object in the shape of its status."""
    made: Json = {"user": world.users[member.user], "status": member.status}
    if member.status == "creator":
        made["is_anonymous"] = False
    elif member.status == "administrator":
        made["is_anonymous"] = False
        made |= dict.fromkeys(RIGHTS, True) | {"can_be_edited": False}
    elif member.status == "kicked":
        made["until_date"] = 0
    return made


def change(world: World, chat: Chat, user: int, status: str, *, by: int) -> Json:
    """Set a member's status, as ``by`` did it; the ChatMemberUpdated object that tells of it."""
    old = chat.members.get(user) or Member(user, "left")
    sees_all = world.reads_all if old.status not in PRESENT else old.sees_all
    new = Member(user, status, sees_all)
    chat.members[user] = new
    world.touch()
    return {
        "chat": world.chat_json(chat),
        "from": world.users[by],
        "date": world.now(),
        "old_chat_member": member_json(world, old),
        "new_chat_member": member_json(world, new),
    }


def set_bot(world: World, chat: Chat, status: str, *, by: int) -> None:
    """Add, remove (kicked, left), promote or demote the bot, as ``by`` did it."""
    was = world.bot_status(chat)
    if was == status:
        raise ActionError("unchanged", status=status)
    payload = change(world, chat, world.bot["id"], status, by=by)
    world.updates.put("my_chat_member", chat.id, payload)
    if chat.type == "private":
        return
    if status in PRESENT and was not in PRESENT:
        added = {"from": world.users[by], "new_chat_members": [world.bot]}
        visibility.deliver(world, chat, world.store(chat, added))
    elif status not in PRESENT and was in PRESENT:
        gone = {"from": world.users[by], "left_chat_member": world.bot}
        world.store(chat, gone)


def set_person(world: World, chat: Chat, user: int, status: str, *, by: int) -> None:
    """Let a person join, leave, become an administrator or stop being one."""
    was = chat.status(user)
    payload = change(world, chat, user, status, by=by)
    world.updates.put("chat_member", user, payload)
    if status in PRESENT and was not in PRESENT:
        service = {"from": world.users[by], "new_chat_members": [world.users[user]]}
    elif status not in PRESENT and was in PRESENT:
        service = {"from": world.users[by], "left_chat_member": world.users[user]}
    else:
        return
    visibility.deliver(world, chat, world.store(chat, service))


def upgrade(world: World, chat: Chat, *, by: int) -> Chat:
    """Make a basic group a supergroup: a new id, both service messages, the old id refused."""
    if chat.type != "group" or chat.migrated_to is not None:
        raise ActionError("not_a_group")
    new = Chat(-(1_000_000_000_000 + abs(chat.id) + 1_000_000_000), "supergroup", chat.title)
    new.members = dict(chat.members)
    world.chats[new.id] = new
    person = world.users[by]
    old_word = world.store(chat, {"from": person, "migrate_to_chat_id": new.id})
    new_word = world.store(
        new,
        {"from": person, "sender_chat": world.chat_json(new), "migrate_from_chat_id": chat.id},
    )
    visibility.deliver(world, chat, old_word)
    visibility.deliver(world, new, new_word)
    chat.migrated_to = new.id
    world.touch()
    return new
