"""What people do in a chat: say, forward, send pictures, edit, delete, press."""

from __future__ import annotations

import zlib
from typing import Any

from bot.sandbox.errors import ActionError, ApiError, Json
from bot.sandbox.pictures import keep_photo
from bot.sandbox.sending import photo_size
from bot.sandbox.targets import without_reply
from bot.sandbox.typed import find
from bot.sandbox.updates import PRESS_LIFE
from bot.sandbox.visibility import deliver
from bot.sandbox.world import PRESENT, Chat, Press, World

KEPT_PRESSES = 5000


def post(
    world: World,
    chat_id: int,
    user: int,
    content: Json,
    *,
    reply_to: int | None = None,
    thread: int | None = None,
) -> Json:
    """A person posts any content (fields of the Bot API's Message) and the bot is told.

    Raises ``ActionError``: no_chat, no_user, not_member, no_message.
    """
    chat = place(world, chat_id, user)
    message: Json = {"from": world.users[user]}
    if reply_to:
        message["reply_to_message"] = without_reply(said(chat, reply_to))
    if thread:
        message |= {"message_thread_id": thread, "is_topic_message": True}
    if chat.type == "channel":
        message = {"sender_chat": world.chat_json(chat)}
    made = world.store(chat, message | content)
    deliver(world, chat, made)
    return made


def place(world: World, chat_id: int, user: int) -> Chat:
    """The chat in which a person may write. A private chat opens with the first word."""
    if user not in world.users:
        raise ActionError("no_user", user=user)
    if chat_id == user:
        return world.private(user)
    chat = world.chats.get(chat_id)
    if chat is None or chat.type == "private":
        raise ActionError("no_chat", chat=chat_id)
    if chat.migrated_to is not None:
        return place(world, chat.migrated_to, user)
    if chat.status(user) not in PRESENT:
        raise ActionError("not_member", user=user, chat=chat_id)
    return chat


def said(chat: Chat, number: int) -> Json:
    """A message of a chat."""
    message = chat.messages.get(number)
    if message is None:
        raise ActionError("no_message", message=number)
    return message


def text_content(text: str, entities: list[Json] | None = None) -> Json:
    """Typed text; ``entities`` given are taken as they are (even broken ones)."""
    if not text.strip():
        raise ActionError("empty")
    found = find(text) if entities is None else entities
    return {"text": text} | ({"entities": found} if found else {})


def photo_content(
    world: World, picture: bytes, caption: str = "", entities: list[Json] | None = None
) -> Json:
    """A photo with a caption."""
    try:
        sizes = keep_photo(world, picture)
    except ApiError as error:
        raise ActionError("no_picture", reason=error.description) from error
    content: Json = {"photo": [photo_size(size) for size in sizes]}
    if caption:
        found = find(caption) if entities is None else entities
        content |= {"caption": caption} | ({"caption_entities": found} if found else {})
    return content


def say(world: World, chat_id: int, user: int, text: str, **more: Any) -> Json:
    """A person types a text. ``more``: entities, reply_to, thread."""
    entities = more.pop("entities", None)
    return post(world, chat_id, user, text_content(text, entities), **more)


def picture(world: World, chat_id: int, user: int, data: bytes, caption: str = "") -> Json:
    """A person sends a picture."""
    return post(world, chat_id, user, photo_content(world, data, caption))


def album(
    world: World,
    chat_id: int,
    user: int,
    pictures: list[bytes],
    caption: str = "",
    *,
    source: Json | None = None,
) -> list[Json]:
    """A person sends 2 to 10 pictures as one album, the caption on the first; or forwards one."""
    if not 2 <= len(pictures) <= 10:
        raise ActionError("album_size")
    head: Json = {"media_group_id": str(14_000_000_000_000_000 + world.fresh())}
    if source:
        head["forward_origin"] = origin(world, source)
    made = []
    for number, data in enumerate(pictures):
        content = photo_content(world, data, caption if number == 0 else "")
        made.append(post(world, chat_id, user, head | content))
    return made


def steady_id(name: str) -> int:
    """A channel's or person's id by its name, the same in every run."""
    return 1_000_000_000 + zlib.crc32(name.encode()) % 900_000_000


def origin(world: World, source: Json) -> Json:
    """A forward_origin of one of the four kinds from ``{"kind", "name", "username"?, "id"?, …}``.

    ``kind``: channel, chat, user or hidden; ``date`` in unix seconds, a minute ago if not given.
    """
    kind = source.get("kind", "hidden")
    name = str(source.get("name") or "Không rõ")
    made: Json = {"date": int(source.get("date") or world.now() - 60)}
    if kind in ("hidden", "hidden_user"):
        return {"type": "hidden_user", "sender_user_name": name, **made}
    if kind == "user":
        user = {"id": int(source.get("id") or steady_id(name)), "is_bot": False, "first_name": name}
        if source.get("username"):
            user["username"] = source["username"]
        return {"type": "user", "sender_user": user, **made}
    if kind not in ("channel", "chat"):
        raise ActionError("no_origin", kind=kind)
    number = int(source.get("id") or -1_000_000_000_000 - steady_id(name))
    chat: Json = {"id": number, "title": name}
    chat["type"] = "channel" if kind == "channel" else "supergroup"
    if source.get("username"):
        chat["username"] = source["username"]
    signed = {"author_signature": source["signature"]} if source.get("signature") else {}
    if kind == "chat":
        return {"type": "chat", "sender_chat": chat, **signed, **made}
    number = int(source.get("message_id") or world.fresh() + 100)
    return {"type": "channel", "chat": chat, "message_id": number, **signed, **made}


def forward(
    world: World,
    chat_id: int,
    user: int,
    source: Json,
    *,
    text: str = "",
    link: str = "",
    photo: bytes | None = None,
    **more: Any,
) -> Json:
    """A person forwards a post. ``link`` is put below the text unless the text has it.

    With ``hide_link`` true the link stands behind the words "Xem thêm" (a text_link).
    """
    text, entities = with_link(text, link, hide=bool(more.pop("hide_link", False)))
    given = more.pop("entities", None) or entities
    body = photo_content(world, photo, text, given) if photo else text_content(text, given)
    content = {"forward_origin": origin(world, source)} | body
    return post(world, chat_id, user, content, **more)


def with_link(text: str, link: str, *, hide: bool) -> tuple[str, list[Json] | None]:
    """A text with its link below it, in the open or behind words."""
    if not link or link in text:
        return text, None
    shown = "Xem thêm" if hide else link
    whole = f"{text}\n{shown}" if text else shown
    if not hide:
        return whole, None
    start = len(whole.encode("utf-16-le")) // 2 - len(shown)
    return whole, find(
        whole, [{"type": "text_link", "offset": start, "length": len(shown), "url": link}]
    )


def edit(world: World, chat_id: int, user: int, number: int, text: str) -> Json:
    """A person edits an own message. A forwarded one cannot be edited, as in Telegram."""
    chat = place(world, chat_id, user)
    message = said(chat, number)
    if message.get("from", {}).get("id") != user:
        raise ActionError("not_yours")
    if "forward_origin" in message:
        raise ActionError("forwarded")
    name, marks = ("text", "entities") if "text" in message else ("caption", "caption_entities")
    if name == "text" and not text.strip():
        raise ActionError("empty")
    made = {key: value for key, value in message.items() if key not in (name, marks)}
    made |= {name: text, "edit_date": world.now()}
    if found := find(text):
        made[marks] = found
    world.replace(chat, made)
    deliver(world, chat, made, edited=True)
    return made


def delete(world: World, chat_id: int, user: int, number: int) -> None:
    """A person deletes a message: the bot is not told, as with Telegram."""
    chat = place(world, chat_id, user)
    message = said(chat, number)
    own = message.get("from", {}).get("id") == user
    if not own and chat.type != "private" and chat.status(user) == "member":
        raise ActionError("not_yours")
    del chat.messages[number]
    world.touch()


def press(world: World, chat_id: int, user: int, number: int, label: str) -> Json:
    """A person presses a button, found by its label or its data; the callback query sent."""
    chat = place(world, chat_id, user)
    message = said(chat, number)
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    buttons = [button for row in rows for button in row]
    match = [b for b in buttons if label in (b["text"], b.get("callback_data"))]
    if not match:
        match = [b for b in buttons if label.casefold() in b["text"].casefold()]
    if not match or "callback_data" not in match[0]:
        raise ActionError("no_button", label=label, there=[b["text"] for b in buttons])
    made = Press(str(10_000_000_000 + world.fresh()), user, chat.id, number, world.clock())
    world.presses[made.id] = made
    if len(world.presses) > KEPT_PRESSES:
        del world.presses[next(iter(world.presses))]
    query = {
        "id": made.id,
        "from": world.users[user],
        "message": message,
        "chat_instance": str(zlib.crc32(str(chat.id).encode()) + 5_000_000_000),
        "data": match[0]["callback_data"],
    }
    world.updates.put("callback_query", user, query, PRESS_LIFE)
    world.touch()
    return query
