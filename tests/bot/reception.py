"""A receiver with the real dispatcher and one handler that does what each text says."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiogram import Bot, Dispatcher
from aiogram.types import CallbackQuery, Message

from bot.errands import Errands
from bot.receiving import Receiver
from models.errors import StoreUnavailable, UserError
from tests.fakes.mail import FakeMail

Json = dict[str, Any]
TOKEN = "123456789:AAE-khong-phai-that_0123456789"


class Reception:
    """``begun`` and ``done`` are the texts whose handling began and ended, in order.

    A text that starts with "chờ" waits for its gate in ``gates``. "đầy" finds the disk full as
    long as ``full`` lasts; "lỗi" breaks; "sai" is the reader's own mistake; "lạ" is a mistake
    whose sentence cannot be put together.
    """

    def __init__(self) -> None:
        self.mail = FakeMail()
        self.begun: list[str] = []
        self.done: list[str] = []
        self.gates: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self.full = True
        dispatcher = Dispatcher(disable_fsm=True)
        dispatcher.message.register(self.on_message)
        dispatcher.callback_query.register(self.on_press)
        self.errands = Errands()
        self.receiver = Receiver(Bot(TOKEN), dispatcher, self.mail, self.errands)

    async def on_message(self, message: Message) -> None:
        await self.handle(message.text or "")

    async def on_press(self, query: CallbackQuery) -> None:
        await self.handle(query.data or "")

    async def handle(self, text: str) -> None:
        self.begun.append(text)
        if text.startswith("chờ"):
            await self.gates[text].wait()
        errors = {
            "lỗi": RuntimeError("một lỗi của ta"),
            "sai": UserError("expired"),
            "lạ": UserError("wrong_settings"),
        }
        if text in errors:
            raise errors[text]
        if text == "đầy" and self.full:
            raise StoreUnavailable("store_unavailable")
        self.done.append(text)


@asynccontextmanager
async def reception() -> AsyncIterator[Reception]:
    """A reception at work."""
    place = Reception()
    working = asyncio.ensure_future(place.errands.run())
    try:
        yield place
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


async def eventually(look: Callable[[], object], within: float = 15) -> None:
    """Wait until there is something to see; the limit is a ceiling, not a measure."""
    async with asyncio.timeout(within):
        while not look():  # noqa: ASYNC110 - whatever a test may look at
            await asyncio.sleep(0.002)


def said(number: int, text: str, chat: int = 7) -> Json:
    """An update with a message."""
    return {
        "update_id": number,
        "message": {
            "message_id": number,
            "date": 1_767_225_600,
            "chat": {"id": chat, "type": "private", "first_name": "Lan"},
            "from": {"id": 7, "is_bot": False, "first_name": "Lan"},
            "text": text,
        },
    }


def pressed(number: int, data: str, chat: int = 7) -> Json:
    """An update with a press of a button in a chat."""
    message = said(number, "nhận định", chat)["message"]
    query = {"id": str(number), "from": message["from"], "chat_instance": "1", "data": data}
    return {"update_id": number, "callback_query": {**query, "message": message}}
