"""What the bot changes afterwards: edits, deletions, answers to presses."""

from __future__ import annotations

from bot.sandbox.errors import Json, bad
from bot.sandbox.markup import keyboard
from bot.sandbox.request import Call
from bot.sandbox.sending import caption_part, photo_content, same, text_part
from bot.sandbox.targets import message_of, reachable
from bot.sandbox.updates import PRESS_LIFE
from bot.sandbox.world import ADMINS, Chat, World

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
Names = tuple[str, ...]
TWO_DAYS = 48 * 3600
CONTENT = ("text", "entities", "caption", "caption_entities", "photo", "document")


def editable(world: World, call: Call) -> tuple[Chat, Json]:
    """The bot's own message that an edit means."""
    chat = reachable(world, call)
    message = message_of(chat, call, "message to edit not found")
    if message.get("from", {}).get("id") != world.bot["id"]:
        raise bad("message can't be edited")
    return chat, message


def put(
    world: World, chat: Chat, message: Json, part: Json, markup: Json | None, *, drop: Names = ()
) -> Json:
    """Put ``part`` in the place of the fields ``drop``; refuses an edit that changes nothing."""
    made = rid(message, *drop, "reply_markup") | part
    if markup:
        made["reply_markup"] = markup
    if same(made, message):
        raise bad(NOT_MODIFIED)
    made["edit_date"] = world.now()
    world.replace(chat, made)
    return made


def rid(message: Json, *names: str) -> Json:
    """A message without some of its fields."""
    return {name: value for name, value in message.items() if name not in names}


def edit_text(world: World, call: Call) -> Json:
    """EditMessageText. Without reply_markup the keyboard goes, as with Telegram."""
    chat, message = editable(world, call)
    part, markup = text_part(call), keyboard(call)
    if "text" not in message:
        raise bad("there is no text in the message to edit")
    return put(world, chat, message, part, markup, drop=("text", "entities"))


def edit_caption(world: World, call: Call) -> Json:
    """EditMessageCaption."""
    chat, message = editable(world, call)
    part, markup = caption_part(call), keyboard(call)
    if not any(name in message for name in ("photo", "document")):
        raise bad("there is no caption in the message to edit")
    return put(world, chat, message, part, markup, drop=("caption", "caption_entities"))


def edit_media(world: World, call: Call) -> Json:
    """EditMessageMedia, for photos."""
    chat, message = editable(world, call)
    media = call.structure("media", "media")
    if not isinstance(media, dict) or media.get("type") != "photo":
        raise bad("can't parse InputMedia: only photos here")
    part = Call(call.method, media, call.files)
    content = photo_content(world, part, media.get("media"), "media") | caption_part(part)
    return put(world, chat, message, content, keyboard(call), drop=CONTENT)


def edit_markup(world: World, call: Call) -> Json:
    """EditMessageReplyMarkup."""
    chat, message = editable(world, call)
    markup = keyboard(call)
    return put(world, chat, message, {}, markup)


def delete_message(world: World, call: Call) -> bool:
    """DeleteMessage: its own, or as administrator anybody's; younger than 48 hours."""
    chat = reachable(world, call)
    message = message_of(chat, call, "message to delete not found")
    own = message.get("from", {}).get("id") == world.bot["id"]
    may = own or chat.type == "private" or world.bot_status(chat) in ADMINS
    if not may:
        raise bad("message can't be deleted")
    if world.now() - message["date"] > TWO_DAYS and (own or chat.type == "private"):
        raise bad("message can't be deleted for everyone")
    del chat.messages[message["message_id"]]
    world.touch()
    return True


def answer_press(world: World, call: Call) -> bool:
    """AnswerCallbackQuery: once, and while the query lives."""
    press = world.presses.get(call.text("callback_query_id"))
    if press is None or press.answered or world.clock() - press.at > PRESS_LIFE:
        raise bad(TOO_OLD)
    text = call.text("text")
    if len(text) > 200:
        raise bad("MESSAGE_TOO_LONG")
    press.answered = True
    world.notify(press.user, press.chat, text, alert=call.flag("show_alert"), url=call.text("url"))
    return True
