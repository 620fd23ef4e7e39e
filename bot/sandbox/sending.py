"""What the bot sends: text, photo, document, album, "typing"."""

from __future__ import annotations

import json
from typing import Any

from bot.sandbox.entities import parse_html, trimmed, utf16
from bot.sandbox.errors import Json, bad
from bot.sandbox.markup import keyboard
from bot.sandbox.pictures import keep_photo, measure
from bot.sandbox.request import Call
from bot.sandbox.targets import reachable, without_reply
from bot.sandbox.typed import find
from bot.sandbox.world import ADMINS, Chat, File, World

TOPIC = ("message_thread_id", "is_topic_message")
MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_UPLOAD = 50 << 20
ACTIONS = frozenset(
    """typing upload_photo record_video upload_video record_voice upload_voice upload_document
    choose_sticker find_location record_video_note upload_video_note""".split()  # noqa: SIM905
)


def formatted(call: Call, name: str, entities_name: str = "entities") -> tuple[str, list[Json]]:
    """A text parameter with its entities, by parse_mode, by list, or plain."""
    source = call.text(name)
    mode = call.text("parse_mode").lower()
    if mode == "html":
        text, entities = parse_html(source)
    elif mode:
        raise bad("unsupported parse_mode")
    else:
        given = call.structure(entities_name, "message entities") or []
        text, entities = trimmed(source, given)
    return text, find(text, entities)


def text_part(call: Call) -> Json:
    """Text and entities of a text message, within Telegram's limits."""
    text, entities = formatted(call, "text")
    if not text:
        raise bad("message text is empty")
    if utf16(text) > MAX_TEXT:
        raise bad("message is too long")
    return {"text": text} | ({"entities": entities} if entities else {})


def caption_part(call: Call) -> Json:
    """Caption and its entities, within Telegram's limits."""
    text, entities = formatted(call, "caption", "caption_entities")
    if utf16(text) > MAX_CAPTION:
        raise bad("message caption is too long")
    made: Json = {"caption": text} if text else {}
    if entities:
        made["caption_entities"] = entities
    return made


def reply_part(world: World, chat: Chat, call: Call) -> Json:
    """The message replied to, and the topic it is said in: as in Telegram that of the message."""
    given = call.structure("reply_parameters", "reply parameters")
    if not isinstance(given, dict):
        given = {
            "message_id": call.number("reply_to_message_id"),
            "allow_sending_without_reply": call.flag("allow_sending_without_reply"),
        }
    part: Json = {}
    wanted = int(given.get("message_id") or 0)
    if wanted:
        original = chat.messages.get(wanted)
        if original is not None:
            part["reply_to_message"] = without_reply(original)
            part |= {name: original[name] for name in TOPIC if original.get("is_topic_message")}
        elif not given.get("allow_sending_without_reply"):
            raise bad("message to be replied not found")
    thread = call.number("message_thread_id")
    if thread:
        if thread not in chat.topics:
            raise bad("message thread not found")
        part |= {"message_thread_id": thread, "is_topic_message": True}
    if part.get("message_thread_id") in chat.closed and world.bot_status(chat) not in ADMINS:
        raise bad("TOPIC_CLOSED")
    return part


def say(world: World, chat: Chat, call: Call, content: Json) -> Json:
    """Post the bot's message with everything that all messages have in common."""
    message = {"from": world.bot, **reply_part(world, chat, call), **content}
    markup = keyboard(call)
    if markup:
        message["reply_markup"] = markup
    chat.action_until = 0
    return world.store(chat, message)


def send_message(world: World, call: Call) -> Json:
    """SendMessage."""
    chat = reachable(world, call)
    return say(world, chat, call, text_part(call))


def send_photo(world: World, call: Call) -> Json:
    """SendPhoto."""
    chat = reachable(world, call)
    content = photo_content(world, call, call.params.get("photo"), "photo") | caption_part(call)
    return say(world, chat, call, content)


def send_document(world: World, call: Call) -> Json:
    """SendDocument."""
    chat = reachable(world, call)
    content = document_content(world, call, call.params.get("document"), "document")
    return say(world, chat, call, content | caption_part(call))


def send_media_group(world: World, call: Call) -> list[Json]:
    """SendMediaGroup: 2 to 10 photos or documents as one album."""
    chat = reachable(world, call)
    media = call.structure("media", "media")
    if not isinstance(media, list) or not media:
        raise bad("there are no media in the request")
    if len(media) == 1 or len(media) > 10:
        raise bad("too few or too many media in the album: expected 2-10")
    contents = [album_content(world, call, item) for item in media]
    album = str(13_000_000_000_000_000 + world.fresh())
    return [say(world, chat, call, {"media_group_id": album} | one) for one in contents]


def album_content(world: World, call: Call, item: Any) -> Json:
    """One item of an album with its caption."""
    if not isinstance(item, dict) or item.get("type") not in ("photo", "document"):
        raise bad("can't use the media of the specified type in the album")
    part = Call(call.method, item, call.files)
    build = photo_content if item["type"] == "photo" else document_content
    return build(world, part, item.get("media"), "media") | caption_part(part)


def file_of(world: World, call: Call, value: Any, name: str, kind: str) -> File | bytes:
    """The file of a call: bytes sent along, or a file that Telegram already has."""
    upload = call.files.get(name)
    if isinstance(value, str) and value.startswith("attach://"):
        upload = call.files.get(value.removeprefix("attach://"))
    if upload is not None:
        if not upload.data:
            raise bad("file must be non-empty")
        return upload.data
    if not value:
        raise bad(f"there is no {kind} in the request")
    if str(value).startswith(("http://", "https://")):
        raise bad("failed to get HTTP URL content")
    known = world.files.get(str(value))
    if known is None:
        raise bad("wrong file identifier/HTTP URL specified")
    return known


def photo_content(world: World, call: Call, value: Any, name: str) -> Json:
    """The ``photo`` field: sizes of an uploaded or known photo."""
    found = file_of(world, call, value, name, "photo")
    if isinstance(found, bytes):
        sizes = keep_photo(world, found)
    elif found.kind != "photo":
        raise bad("type of file mismatch")
    else:
        sizes = [found]
    return {"photo": [photo_size(size) for size in sizes]}


def photo_size(file: File) -> Json:
    """The Bot API's PhotoSize object."""
    return file_json(file) | {"width": file.size[0], "height": file.size[1]}


def document_content(world: World, call: Call, value: Any, name: str) -> Json:
    """The ``document`` field."""
    found = file_of(world, call, value, name, "document")
    if isinstance(found, bytes):
        if len(found) > MAX_UPLOAD:
            raise bad("file is too big")
        title = upload_name(call, value, name)
        mime = (measure(found) or ("application/octet-stream",))[0]
        found = world.keep_file(found, "document", name=title, mime=mime)
    elif found.kind != "document":
        raise bad("type of file mismatch")
    return {"document": file_json(found) | {"file_name": found.name, "mime_type": found.mime}}


def upload_name(call: Call, value: Any, name: str) -> str:
    """The name that the sender gave to an uploaded file."""
    key = str(value).removeprefix("attach://") if value else name
    upload = call.files.get(key) or call.files.get(name)
    return upload.name if upload else "file"


def file_json(file: File) -> Json:
    """What all file objects have."""
    return {"file_id": file.id, "file_unique_id": file.unique_id, "file_size": len(file.data)}


def send_chat_action(world: World, call: Call) -> bool:
    """SendChatAction: shown for five seconds or until the message comes."""
    chat = reachable(world, call)
    if call.text("action") not in ACTIONS:
        raise bad("wrong parameter action in request")
    chat.action_until = world.clock() + 5
    world.touch()
    return True


def same(first: Any, second: Any) -> bool:
    """Equal as JSON."""
    return json.dumps(first, sort_keys=True) == json.dumps(second, sort_keys=True)
