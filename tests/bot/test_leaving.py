"""Chats without a code are left: one after the other, as long as Telegram is there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.running import leave_waiting
from models.ledger import Groups
from tests.fakes.memory_store import MemoryStore
from tests.fakes.virtual_time import virtually

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


async def waiting(*chats: str) -> Groups:
    """Groups that wait for a code, in this order."""
    groups = MemoryStore().groups
    for number, chat in enumerate(chats):
        await groups.wait("telegram", chat, NOW + timedelta(seconds=number))
    return groups


async def chats(groups: Groups) -> list[str]:
    return [one.chat for one in await groups.waiting(LATER)]


def test_while_telegram_is_away_one_chat_is_tried_and_no_more() -> None:
    """Each would take ten seconds, and the nudges wait for them all."""

    async def work() -> None:
        groups, tried = await waiting("-1", "-2", "-3"), list[str]()

        async def leave(chat: str) -> bool:
            tried.append(chat)
            if chat == "-2":
                raise ConnectionError("away")
            return True

        await leave_waiting(groups, LATER, leave)
        assert tried == ["-1", "-2"]
        assert await chats(groups) == ["-2", "-3"]

    virtually(work())


def test_a_chat_that_cannot_be_left_for_itself_holds_up_no_other() -> None:
    async def work() -> None:
        groups = await waiting("-1", "-2")

        async def leave(chat: str) -> bool:
            return chat != "-1"

        await leave_waiting(groups, LATER, leave)
        assert await chats(groups) == ["-1"]

    virtually(work())


def test_a_group_that_enters_its_code_while_others_are_left_is_kept() -> None:
    async def work() -> None:
        groups, left = await waiting("-1", "-2", "-3"), list[str]()

        async def leave(chat: str) -> bool:
            left.append(chat)
            await groups.stop_waiting("telegram", "-2")
            return True

        await leave_waiting(groups, LATER, leave)
        assert left == ["-1", "-3"]

    virtually(work())
