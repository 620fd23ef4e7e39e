"""A letter box that sends nothing and keeps everything."""

from __future__ import annotations

import asyncio

from models.letter import Letter


class FakeMail:
    """Keeps ``handlers.mail.Mail``. ``sent`` were committed first, ``posted`` before.

    ``whispered`` never are; while ``ears`` is cleared none of them is heard.
    """

    def __init__(self) -> None:
        self.sent: list[Letter] = []
        self.posted: list[Letter] = []
        self.whispered: list[Letter] = []
        self.ears = asyncio.Event()
        self.ears.set()
        self.withdrawn: list[tuple[str, str]] = []
        self.answers: dict[str, str] = {}

    async def send(self, letter: Letter) -> None:
        self.sent.append(letter)

    def post(self, letter: Letter) -> None:
        self.posted.append(letter)

    async def whisper(self, letter: Letter) -> None:
        self.whispered.append(letter)

    async def heard(self, chat: str) -> None:
        await self.ears.wait()

    def withdraw(self, chat: str, key: str) -> None:
        self.withdrawn.append((chat, key))

    def answer_of(self, key: str) -> str | None:
        return self.answers.get(key)
