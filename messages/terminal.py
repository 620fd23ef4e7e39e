"""Sentences for the command line: the sandbox's banner, join links, doctor's findings."""

from __future__ import annotations

from jinja2 import UndefinedError

from messages.markup import clip, render_block, visible
from messages.reply import Reply
from models.errors import UserError

_FAMILY = "terminal.txt.j2"
_FACT_LIMIT = 1000


def say(key: str, /, **facts: object) -> str:
    """A plain text for the terminal. A key without words of its own still prints key and facts.

    Facts are whole numbers, truth values, strings or None; strings lose control characters.
    """
    seen = {name: _shown(fact) for name, fact in facts.items()}
    try:
        return render_block(_FAMILY, key, **seen)
    except (KeyError, UndefinedError):  # a code newer than these words, or told with fewer facts
        details = ", ".join(f"{name}={fact}" for name, fact in seen.items())
        return render_block(_FAMILY, "unknown", key=clip(key, 80), details=details)


def _shown(fact: object) -> object:
    return fact if fact is None or isinstance(fact, bool | int) else clip(fact, _FACT_LIMIT)


def plain(reply: Reply) -> str:
    """A reply's words without markup, for people at a terminal."""
    return visible(reply.text)


def complain(user_error: UserError) -> str:
    """An error that its reader can mend, in the words that the chat would use."""
    from messages.notices import error  # noqa: PLC0415 - only a failing command pays for it

    return plain(error(user_error))
