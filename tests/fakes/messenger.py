"""A messenger that does what it is told: takes letters, refuses them, or keeps one waiting."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque

from models.letter import Letter


class FakeMessenger:
    """``script[chat]`` are the outcomes of the next tries there; without one a letter is taken.

    While ``gate`` is closed nothing is answered. ``tried`` are all tries with their second,
    ``taken`` the letters that went through.
    """

    def __init__(self) -> None:
        self.script: defaultdict[str, deque[Exception | None]] = defaultdict(deque)
        self.gate = asyncio.Event()
        self.gate.set()
        self.tried: list[tuple[float, Letter]] = []
        self.taken: list[Letter] = []
        self._numbers: defaultdict[str, int] = defaultdict(int)

    async def deliver(self, letter: Letter) -> str | None:
        """Take it and number it within its chat, or raise what the script says."""
        self.tried.append((asyncio.get_running_loop().time(), letter))
        await self.gate.wait()
        script = self.script[letter.chat]
        outcome = script.popleft() if script else None
        if outcome is not None:
            raise outcome
        self.taken.append(letter)
        if letter.edit_of is not None:
            return letter.edit_of
        self._numbers[letter.chat] += 1
        return str(self._numbers[letter.chat])

    def texts(self, chat: str | None = None) -> list[str]:
        """What went through, in order; only of one chat if named."""
        return [one.text for one in self.taken if chat in (None, one.chat)]

    def seconds(self) -> list[float]:
        """When each try was made."""
        return [at for at, _ in self.tried]
