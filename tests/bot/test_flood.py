"""More than Telegram permits, in virtual time: its limits enforced, nothing lost."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from telegram.error import RetryAfter

from bot.messenger import Wait
from bot.nudger import Nudger
from bot.outbox import Outbox
from bot.pacing import Limits, Pacer
from bot.sandbox.errors import ApiError
from bot.sandbox.faults import Flood
from bot.sandbox.request import Call
from models.calendar import WorkCalendar
from models.desk import Desk
from models.letter import Letter
from tests.fakes.memory_store import MemoryStore
from tests.fakes.virtual_time import virtually

MONDAY = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)  # 08:00 in Vietnam
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> float:
    return asyncio.get_running_loop().time()


def clock() -> datetime:
    return MONDAY + timedelta(seconds=now())


@dataclass(slots=True)
class Telegram:
    """Enforces its limits on answers and nudges together; ``taken`` with the second of each."""

    flood: Flood = field(default_factory=lambda: Flood(on=True, clock=now))
    taken: list[tuple[float, str, str]] = field(default_factory=list)
    refusals: int = 0

    def take(self, chat: str, text: str, *, edit: bool = False) -> int:
        try:
            method = "editMessageText" if edit else "sendMessage"
            self.flood.check(Call(method, {"chat_id": chat}))
        except ApiError as error:
            self.refusals += 1
            seconds = (error.parameters or {})["retry_after"]
            raise Wait(float(seconds), "retry_after") from error
        self.taken.append((now(), chat, text))
        return len(self.taken)

    async def deliver(self, letter: Letter) -> str | None:
        await asyncio.sleep(0.08)
        return str(self.take(letter.chat, letter.text, edit=letter.kind == "edit"))


@dataclass(slots=True)
class NudgeBot:
    """python-telegram-bot's side of the same server."""

    telegram: Telegram

    async def send_message(self, chat_id: str, text: str, **_: Any) -> Any:
        await asyncio.sleep(0.08)
        try:
            number = self.telegram.take(chat_id, "nudge")
        except Wait as wait:
            raise RetryAfter(timedelta(seconds=wait.seconds or 1)) from wait
        return type("Sent", (), {"message_id": number})


def answer(chat: str, number: int) -> Letter:
    return Letter(f"answer:{chat}/{number}", "telegram", chat, f"{chat}/{number}")


def test_twenty_times_the_permitted_load_loses_no_answer() -> None:
    """600 answers a second for ten seconds, and a group that is asked twenty times too much."""

    async def work() -> None:
        telegram, store = Telegram(), MemoryStore()
        pacer = Pacer(Limits(), now)
        box = Outbox(store, telegram, pacer, clock)
        sending = asyncio.ensure_future(box.run())
        offered = []
        for second in range(10):
            chats = [f"{number}" for number in range(1, 585)] + ["-1"] * 7 + ["-2", "-3", "-4"] * 3
            for place, chat in enumerate(chats):
                offered.append(answer(chat, 1000 * second + place))
                await box.send(offered[-1])
            await asyncio.sleep(1)
        await box.idle()
        assert Counter(text for _, _, text in telegram.taken) == Counter(
            one.text for one in offered
        )
        assert await store.outgoing.pending() == []
        assert telegram.refusals < len(offered) / 20
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)

    virtually(work())


def test_ten_thousand_nudges_go_at_the_permitted_rate_and_answers_at_once() -> None:
    """At least 95 % of 30 a second; an answer in another chat takes under two seconds."""

    async def work() -> None:
        telegram, store = Telegram(), MemoryStore()
        pacer = Pacer(Limits(), now)
        box = Outbox(store, telegram, pacer, clock)
        sending = asyncio.ensure_future(box.run())
        unit = await store.units.add("Phường", None, MONDAY)
        for number in range(10_000):
            chat = f"-{1000 + number}"
            await store.groups.join("telegram", chat, unit.id, MONDAY - timedelta(days=30))
        desk = Desk(cast(Any, None), store, HANOI, b"k" * 32)
        bot = cast(Any, NudgeBot(telegram))
        nudger = Nudger(desk, bot, pacer, WorkCalendar(), clock)
        begun = now()
        nudging = asyncio.ensure_future(nudger.round())
        asked: dict[str, float] = {}
        while not nudging.done():
            await asyncio.sleep(3)
            asked[answer("7", len(asked)).text] = now()
            await box.send(answer("7", len(asked) - 1))
        await box.idle()
        assert nudging.result() == 10_000
        sent = [at for at, _, text in telegram.taken if text == "nudge"]
        assert 10_000 / (sent[-1] - begun) >= 0.95 * 30
        late = [at - asked[text] for at, _, text in telegram.taken if text in asked]
        assert len(late) == len(asked)
        assert max(late) < 2
        assert telegram.refusals == 0
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)

    virtually(work())
