"""Keyed marks of people: keys that live a few days, and what was told to whom under them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from models.letter import Letter


@dataclass(frozen=True, slots=True)
class Mark:
    """That something was told to somebody, as keyed hashes of one ``day``'s key.

    ``known`` are the hashes it would have under each live key, ``since`` how far back they count;
    ``who`` is the hash of the chat alone, so that a person's marks can be found and deleted.
    """

    mark: str
    who: str
    day: date
    at: datetime
    known: tuple[str, ...]
    since: datetime


class Keys(Protocol):
    async def key(self, day: date) -> bytes:
        """The random key under which senders are hashed on that day; made on first use."""
        ...

    async def live(self) -> list[bytes]: ...


class Told(Protocol):
    async def once(self, mark: Mark, letter: Letter) -> Letter | None:
        """Note the mark and let the letter wait, in one transaction; None when it is known."""
        ...

    async def forget(self, people: Sequence[str]) -> int:
        """Delete the marks of these keyed hashes, and letters they had written; how many marks."""
        ...
