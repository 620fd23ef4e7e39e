"""Message → Post: the only reader of a Telegram message's fields."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from aiogram.enums import ContentType
from aiogram.types import (
    Message,
    MessageEntity,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginHiddenUser,
    MessageOriginUser,
)

from handlers.wording import buttons_of, words_of
from models.links import links_in
from models.post import Origin, Post
from models.wrappers import unwrapped

LONGEST_TEXT = 20_000
# A mention of somebody without a username is a link for Telegram, and no source for anybody.
_PEOPLE = ("tg://user", "mailto:", "tel:")

# What a person may hand over; every other content type is a service message and no post.
POST_KINDS = frozenset(
    {
        ContentType.TEXT,
        ContentType.ANIMATION,
        ContentType.AUDIO,
        ContentType.DOCUMENT,
        ContentType.PAID_MEDIA,
        ContentType.PHOTO,
        ContentType.STICKER,
        ContentType.STORY,
        ContentType.VIDEO,
        ContentType.VIDEO_NOTE,
        ContentType.VOICE,
        ContentType.CONTACT,
        ContentType.DICE,
        ContentType.GAME,
        ContentType.POLL,
        ContentType.VENUE,
        ContentType.LOCATION,
        ContentType.LIVE_PHOTO,
        ContentType.CHECKLIST,
        ContentType.RICH_MESSAGE,
        ContentType.INVOICE,
        ContentType.GIVEAWAY,
    }
)


def is_post(message: Message) -> bool:
    """Whether a person handed something over, as against a service message.

    What was forwarded was handed over, also when its kind is newer than this program.
    """
    said = message.text or message.caption or message.forward_origin
    return message.content_type in POST_KINDS or said is not None


def to_post(message: Message) -> Post:
    """Take the messenger off: words, links (hidden ones too), origin, media kind, date."""
    words, hidden = words_of(message)
    text = sound((message.text or message.caption or words)[:LONGEST_TEXT])
    marked = message.entities or message.caption_entities or []
    named = [*_marked_links(text, marked), *hidden, *buttons_of(message)]
    origin, date, stable = _origin(message)
    kind = message.content_type
    media = (
        ()
        if kind == ContentType.TEXT or kind not in POST_KINDS
        else (str(getattr(kind, "value", kind)),)
    )
    return Post(
        text=text,
        links=_links(text, named),
        origin=origin,
        media=media,
        date=date,
        stable_id=stable or _file_id(message),
    )


def sound(text: str) -> str:
    """Half an emoji, which JSON can carry and no database can keep, becomes a question mark."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def key_of(message: Message) -> tuple[str, str]:
    """The natural key of what this message belongs to, and of its part in it.

    An album is one post: its messages share a key. The chat is part of the key, since message ids
    start anew when a group becomes a supergroup.
    """
    part = str(message.message_id)
    if message.media_group_id:
        return f"{message.chat.id}/album/{message.media_group_id}", part
    return f"{message.chat.id}/{part}", part


def _origin(message: Message) -> tuple[Origin | None, datetime | None, str | None]:
    match message.forward_origin:
        case MessageOriginChannel(chat=chat, message_id=number, date=date):
            origin = Origin("channel", str(chat.id), chat.username, sound(chat.title or ""))
            return origin, date, f"{chat.id}/{number}"
        case MessageOriginChat(sender_chat=chat, date=date):
            name = sound(chat.title or "")
            return Origin("chat", str(chat.id), chat.username, name), date, None
        case MessageOriginUser(sender_user=user, date=date):
            name = sound(user.full_name)
            return Origin("user", str(user.id), user.username, name), date, None
        case MessageOriginHiddenUser(sender_user_name=name, date=date):
            return Origin("hidden", name=sound(name)), date, None
    return None, None, None


def _marked_links(text: str, entities: list[MessageEntity]) -> Iterator[str]:
    """What Telegram marked as a link. Its offsets count UTF-16 units, and may be wrong."""
    units = text.encode("utf-16-le", "surrogatepass")
    for entity in entities:
        if entity.type == "text_link" and entity.url:
            yield entity.url
        elif entity.type == "url" and entity.offset >= 0 and entity.length > 0:
            piece = units[2 * entity.offset : 2 * (entity.offset + entity.length)]
            address = "".join(piece.decode("utf-16-le", "ignore").split())
            if address:
                yield address if "://" in address else f"https://{address}"


def _links(text: str, named: list[str]) -> tuple[str, ...]:
    """The links that were named and those that stand in the text, unwrapped, without repeats."""
    found = dict.fromkeys(unwrapped(link) for link in named if not link.startswith(_PEOPLE))
    known = set(map(_bare, found))
    for address in map(unwrapped, links_in(text)):
        if (bare := _bare(address)) not in known:
            known.add(bare)
            found[address] = None
    return tuple(found)


def _bare(link: str) -> str:
    return link.partition("://")[2].rstrip("/").casefold()


def _file_id(message: Message) -> str | None:
    photo = message.photo[-1] if message.photo else None
    files = (photo, message.live_photo, message.video, message.document, message.animation,
             message.audio, message.voice, message.video_note, message.sticker)  # fmt: skip
    return next((file.file_unique_id for file in files if file is not None), None)
