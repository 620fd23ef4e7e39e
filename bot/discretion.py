"""What a log line may show: no secret, no words of others, no name, no id in clear.

What an exception says may quote a post or a URL with the token in it, so of an exception only its
kind, its place in the code and, where the system gave one, its error code are shown.
"""

from __future__ import annotations

import errno
import re
import secrets
import sqlite3
import traceback
from collections.abc import Iterator, Mapping, MutableMapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from models.errors import UserError
from models.fingerprint import keyed

# No \b in front: in a URL's path the token follows "bot" at once.
_TOKEN = re.compile(r"(?<!\d)\d{3,}(?::|%3[Aa])[A-Za-z0-9_-]{20,}")
_LOGIN = re.compile(r"(?<=://)[^\s/@]+(?=@)")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'|“[^”]*”|«[^»]*»")
_ID = re.compile(r"-?\d{5,}")
_BLOT = "[…]"
_LONGEST = 200
_CAUSES = 8
# The key lives as long as the process: lines of two runs cannot be put together.
_KEY = secrets.token_bytes(16)
Event = MutableMapping[str, Any]


@lru_cache(maxsize=1024)
def chat_mark(chat: object) -> str:
    """By what a log line tells one chat from another; another one after each start."""
    return keyed(f"log {chat}", _KEY)[:8]


class Redactor:
    """A structlog processor that blots out known secrets and whatever looks like a bot token.

    So it does with the login of a proxy. It goes last before the renderer and leaves nothing but
    plain values behind, so that no renderer can print an object whose words were not looked at.
    """

    def __init__(self, known: tuple[str, ...]) -> None:
        forms = {form for one in known if one for form in (one, quote(one, safe=""))}
        # The longest first: one secret may begin another.
        self._secrets = sorted(forms, key=len, reverse=True)

    def __call__(self, _logger: Any, _method: str, event: Event) -> Event:
        return {self.text(key): self._blot(value) for key, value in event.items()}

    def _blot(self, value: Any) -> Any:
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, Mapping):
            return {self.text(str(key)): self._blot(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self._blot(inner) for inner in value]
        return self.text(value if isinstance(value, str) else repr(value))

    def text(self, line: str) -> str:
        for secret in self._secrets:
            line = line.replace(secret, _BLOT)
        return _LOGIN.sub(_BLOT, _TOKEN.sub(_BLOT, line))


def reasons(_logger: Any, _method: str, event: Event) -> Event:
    """A structlog processor: a reason that somebody else worded quotes nothing and names no id."""
    if isinstance(event.get("reason"), str):
        event["reason"] = unquoted(event["reason"])
    return event


def foreign(_logger: Any, _method: str, event: Event) -> Event:
    """A structlog processor for the libraries' lines: the pattern, without what was put in."""
    event["event"] = unquoted(str(event.get("event")))
    event.pop("positional_args", None)
    return event


def unquoted(words: str) -> str:
    """The first line, short, without what stands in quotation marks and without long numbers."""
    first = words.partition("\n")[0][:_LONGEST]
    return _ID.sub(_BLOT, _QUOTED.sub(_BLOT, first))


def exceptions(_logger: Any, _method: str, event: Event) -> Event:
    """A structlog processor: exceptions as ``trace`` shows them."""
    info = event.pop("exc_info", None)
    if isinstance(info, tuple):
        info = info[1]
    if isinstance(info, BaseException):
        event["exception"] = trace(info)
    return event


def trace(error: BaseException) -> str:
    """Where an exception came from, its causes first; not what it says."""
    blocks = []
    for one in reversed(list(_chain(error))):
        frames = "".join(traceback.format_tb(one.__traceback__)).rstrip()
        blocks.append(f"{frames}\n{kind(one)}".strip("\n"))
        if isinstance(one, BaseExceptionGroup):
            blocks += [f"one of these: {trace(inner)}" for inner in one.exceptions[:_CAUSES]]
    return "\n\nand then:\n\n".join(blocks)


def _chain(error: BaseException) -> Iterator[BaseException]:
    one: BaseException | None = error
    for _ in range(_CAUSES):
        if one is None:
            return
        yield one
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)


def kind(error: BaseException) -> str:
    """An exception's kind, with the code that the system or we ourselves gave it."""
    name = type(error).__name__
    match error:
        case UserError():
            return f"{name} {error.key}"
        case sqlite3.Error():
            return f"{name} {getattr(error, 'sqlite_errorname', '')}".rstrip()
        case OSError() if error.errno is not None and error.errno in errno.errorcode:
            return f"{name} {errno.errorcode[error.errno]}"
        case _:
            return name
