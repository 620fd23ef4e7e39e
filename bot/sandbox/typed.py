"""Entities that Telegram finds by itself in typed text: links, mentions, commands, hashtags."""

from __future__ import annotations

import re

from bot.sandbox.entities import utf16
from bot.sandbox.errors import Json

PATTERNS = (
    ("url", re.compile(r"(?i)\bhttps?://[^\s<>\"]+")),
    ("email", re.compile(r"(?i)(?<![\w.+-])[a-z0-9.+_-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+")),
    ("mention", re.compile(r"(?<![\w@])@[A-Za-z]\w{3,31}", re.ASCII)),
    ("bot_command", re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?(?![\w/])")),
    ("hashtag", re.compile(r"(?<!\w)#\w+")),
    (
        "url",
        re.compile(
            r"(?i)(?<![\w@./-])(?:[\w-]+\.)+(?:vn|com|net|org|info|me|gov|edu|io|xyz|top|ly|gl|co)"
            r"(?![\w-])(?:[/?#][^\s<>\"]*)?"
        ),
    ),
)
CLOSED = frozenset({"text_link", "code", "pre", "url"})
TAIL = ".,;:!?)]}'\"»…"


def find(text: str, taken: list[Json] | None = None) -> list[Json]:
    """All entities of ``text``: ``taken`` and those that its wording shows, by offset."""
    closed = [e for e in taken or [] if e["type"] in CLOSED]
    spans = [(e["offset"], e["offset"] + e["length"]) for e in closed]
    found = list(taken or [])
    for kind, pattern in PATTERNS:
        for match in pattern.finditer(text):
            word = match.group().rstrip(TAIL) if kind == "url" else match.group()
            low = utf16(text[: match.start()])
            high = low + utf16(word)
            if all(high <= a or low >= b for a, b in spans):
                spans.append((low, high))
                found.append({"type": kind, "offset": low, "length": high - low})
    found.sort(key=lambda item: (item["offset"], -item["length"]))
    return found
