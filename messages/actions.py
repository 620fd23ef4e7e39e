"""The code words behind buttons: "1:<verb>:<id>[:<field>...]", ids only, at most 64 bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass

VERSION = "1"
LIMIT_BYTES = 64
LONGEST_ID = 18  # digits: what a store's 64-bit number can always hold

_REFERENCE = re.compile(r"[^A-Za-z0-9_-]")


@dataclass(frozen=True, slots=True)
class Action:
    """A pressed button, read back. ``fields`` are what follows the id, "" for those missing."""

    verb: str
    id: int
    fields: tuple[str, ...] = ()

    def field(self, place: int) -> str:
        return self.fields[place] if place < len(self.fields) else ""


def action(verb: str, number: int, *fields: str | int) -> str:
    """Write a button's code word.

    Raises ValueError over 64 bytes: a messenger would refuse the whole message.
    """
    word = ":".join([VERSION, verb, str(number), *map(str, fields)])
    if len(word.encode()) > LIMIT_BYTES:
        raise ValueError(f"button data over {LIMIT_BYTES} bytes: {word}")
    return word


def on_review(verb: str, review: int | None, reference: str, *fields: str) -> str:
    """A code word about a judgement: by the review's id, or in private by its reference (id 0)."""
    if review is not None:
        return action(verb, review, *fields)
    return action(verb, 0, *fields, _REFERENCE.sub("", reference)[:24])


def read(word: str) -> Action | None:
    """Read a code word back; None for one that this version did not write (an expired button)."""
    parts = word.split(":")
    if len(parts) < 3 or parts[0] != VERSION or not parts[1]:
        return None
    if not (parts[2].isascii() and parts[2].isdigit() and len(parts[2]) <= LONGEST_ID):
        return None
    return Action(parts[1], int(parts[2]), tuple(parts[3:]))
