"""Inline keyboards: what Telegram accepts as one."""

from __future__ import annotations

import re

from bot.sandbox.errors import Json, bad
from bot.sandbox.request import Call

ACTIONS = (
    "callback_data",
    "url",
    "login_url",
    "web_app",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)
OTHER_KEYBOARDS = ("keyboard", "remove_keyboard", "force_reply")
URL = re.compile(r"(?i)^(https?|tg)://[^\s/]+\S*$|^[\w-]+(\.[\w-]+)+(/\S*)?$")


def keyboard(call: Call) -> Json | None:
    """The inline keyboard of a call, checked; None when there is none to show."""
    markup = call.structure("reply_markup", "reply markup")
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    if any(markup.get(name) for name in OTHER_KEYBOARDS):
        return None
    rows = markup.get("inline_keyboard", [])
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    kept = [[button(item) for item in row] for row in rows if row]
    if sum(map(len, kept)) > 100 or any(len(row) > 8 for row in kept):
        raise bad("reply markup is too long")
    return {"inline_keyboard": kept} if kept else None


def button(item: object) -> Json:
    """One checked button."""
    wrong = "can't parse inline keyboard button: "
    if not isinstance(item, dict):
        raise bad(f"{wrong}InlineKeyboardButton must be an Object")
    made = {name: value for name, value in item.items() if value is not None}
    if not isinstance(made.get("text"), str):
        raise bad(f'{wrong}Can\'t find field "text"')
    if not made["text"].strip():
        raise bad("BUTTON_TEXT_INVALID")
    if not any(name in made for name in ACTIONS):
        raise bad(f"{wrong}Text buttons are unallowed in the inline keyboard")
    data = made.get("callback_data")
    if data is not None and not 1 <= len(str(data).encode()) <= 64:
        raise bad("BUTTON_DATA_INVALID")
    url = made.get("url")
    if url is not None and not URL.match(str(url)):
        raise bad(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    return made
