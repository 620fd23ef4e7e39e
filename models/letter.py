"""A message on its way out: what waits until the messenger took it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Kind = Literal["answer", "edit"]


@dataclass(frozen=True, slots=True)
class Letter:
    """One message on its way out: it waits in the outgoing table until the messenger took it.

    ``text`` is the markup of ``messages``; ``choices`` rows of {"label", "action" or "url"}.
    ``edit_of`` is the id of the message to change (``kind`` "edit"). ``review`` is the review
    whose answer this is: when the letter is taken, the answer's id is noted there. ``key`` is the
    natural key: a second letter with the key of a waiting one replaces it (edits coalesce, a
    redelivered update adds nothing). ``picture`` are PNG bytes; then ``text`` is the caption.
    ``once`` names what is answered for good by it: should its update come again after a crash, it
    is not answered twice (empty: it may be said again). ``asked_at`` is when that was asked.
    ``quotes`` is a review whose words are in it, ``who`` the keyed hash of the chat that
    had it written: whoever deletes what is theirs deletes the letter too.
    """

    key: str
    platform: str
    chat: str
    text: str
    kind: Kind = "answer"
    thread: str | None = None
    reply_to: str | None = None
    edit_of: str | None = None
    choices: tuple[tuple[dict[str, str], ...], ...] = ()
    picture: bytes | None = None
    review: int | None = None
    id: int = 0
    not_before: datetime | None = None
    once: str = ""
    asked_at: datetime | None = None
    quotes: int | None = None
    who: str | None = None
