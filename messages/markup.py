"""Turns facts into markup: the template engine, safe cutting, and a text's visible length."""

from __future__ import annotations

import html
import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from messages.numbers import count, day, percent
from messages.words import DISK
from models.text import clean

CAPTION_LIMIT = 1024
TEXT_LIMIT = 4096
ADVICE_LIMIT = 900
ADVICE_LINES = 16

_SURROGATES = re.compile("[\ud800-\udfff]")
_TAGS = re.compile(r"<[^>]*>")
_LOOSE_SPACE = re.compile(r"\s+")
# What a messenger turns into a link, a mention, a command or a call of its own accord.
_CLICKABLE = re.compile(r"[@/#$]\w|\w\.\w|\d{6}|\d[ .-]\d{3}")
_CUT_AT_WORD = 16


def units(text: str) -> int:
    """Length in UTF-16 units, which is how messengers count."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def visible(markup: str) -> str:
    """What a reader sees of a markup: tags off, entities resolved."""
    return html.unescape(_TAGS.sub("", markup))


def one_line(text: str) -> str:
    """A foreign string as one line of letters that can be seen and sent."""
    seen = _SURROGATES.sub("", text) if _SURROGATES.search(text) else text
    return _LOOSE_SPACE.sub(" ", clean(seen)).strip()


@lru_cache(maxsize=1024)
def clip_ours(text: str, limit: int) -> str:
    """``clip`` for the few sentences of our own that come again and again."""
    return clip(text, limit)


def clip(text: object, limit: int) -> str:
    """One line of at most ``limit`` UTF-16 units; what was cut off is marked with an ellipsis."""
    line = one_line(str(text)[: 4 * limit + 64])
    if units(line) <= limit:
        return line
    kept = line[: limit - 1]
    while units(kept) > limit - 1:
        kept = kept[:-1]
    space = kept.rfind(" ", max(0, len(kept) - _CUT_AT_WORD))
    return (kept[:space] if space > 0 else kept).rstrip(" ,;:.(“") + "…"


def sentence(text: str, limit: int) -> str:
    """A clipped sentence of a rule with its first letter large and a full stop at its end."""
    line = clip_ours(text, limit)
    if not line:
        return ""
    return line[0].upper() + line[1:] + ("" if line[-1] in ".…!?" else ".")


def phrase(text: str, limit: int) -> str:
    """A clipped sentence of a rule without its full stop, to be followed by more."""
    return clip_ours(text, limit).rstrip(" .:;,")


def quote(text: object, limit: int) -> Markup:
    """Foreign words in quotation marks, never clickable: they may be a trap or call somebody."""
    line = clip(text, limit)
    tag = "code" if _CLICKABLE.search(line) else "i"
    return Markup(f"“<{tag}>{escape(line)}</{tag}>”")  # noqa: S704 - escaped, in a tag of our own


def inert(text: object, limit: int) -> Markup:
    """Foreign words without quotation marks; as code when a messenger would make them a link."""
    line = clip(text, limit)
    shown = escape(line)
    return Markup(f"<code>{shown}</code>") if _CLICKABLE.search(line) else shown  # noqa: S704


def disk(reason: object) -> object:
    """Why the store's file cannot be used, in words; what has none is shown as it is."""
    return DISK.get(str(reason), reason)


@cache
def engine() -> Environment:
    """The one template engine: markup is escaped, ``.txt.j2`` is plain text, blanks are errors."""
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        undefined=StrictUndefined,
        autoescape=select_autoescape((), ("txt.j2",), default=True),
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    made.filters.update(
        clip=clip, sentence=sentence, phrase=phrase, quote=quote, inert=inert,
        disk=disk, count=count, day=day, percent=percent,
    )  # fmt: skip
    return made


def render(template: str, /, **facts: Any) -> str:
    """Fill a whole template."""
    return engine().get_template(template).render(facts).strip()


def render_block(template: str, name: str, /, **facts: Any) -> str:
    """Fill one named block of a template that holds a family of short texts.

    Raises KeyError when the family has no such text.
    """
    family = engine().get_template(template)
    return "".join(family.blocks[name](family.new_context(facts))).strip("\n")
