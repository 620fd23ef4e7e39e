"""What an answer is made of, whatever the messenger: text, a picture, choices."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: ``action`` is at most 64 bytes of ids ("1:share:417"), or it opens ``url``."""

    label: str
    action: str = ""
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer. ``text`` is HTML of the few tags every messenger has (b, i, code, a, blockquote).

    With a ``picture`` (PNG) the text is its caption. ``choices`` are rows of buttons.
    """

    text: str
    picture: bytes | None = None
    choices: tuple[tuple[Choice, ...], ...] = ()
