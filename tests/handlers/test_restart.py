"""The bot is stopped and started again on the same data folder."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.bot.office import MAI, Office, office
from tests.handlers.posts import (
    asks,
    eventually,
    files_with,
    press_and_see,
    rumour,
    weighed,
    written,
)


@asynccontextmanager
async def reopened(data: Path) -> AsyncIterator[Office]:
    """Start again on the same folder; Telegram goes on numbering its messages and updates."""
    async with office(data, joined=False) as place:
        for chat in place.sandbox.world.chats.values():
            chat.last_id = 1000
        place.sandbox.world.updates.next_id += 1000
        yield place


async def test_groups_figures_and_settings_survive(tmp_path: Path) -> None:
    """No new code is asked for; the share of before still counts."""
    async with office(tmp_path) as place:
        await press_and_see(place, await weighed(place), "Đã chia sẻ")
        known = await place.kept_group()
    async with reopened(tmp_path) as place:
        assert await place.kept_group() == known
        assert "Đã chia sẻ 1 bài" in (await asks(place, "/stats"))["caption"]
        assert "Số nhận định" in written(await weighed(place, **rumour()))


async def test_an_answer_that_waited_is_sent_after_the_restart(tmp_path: Path) -> None:
    """Telegram was away when the bot was stopped: the answer was kept and is sent once."""
    async with office(tmp_path) as place:
        place.sandbox.faults.add({"kind": "error", "method": "sendMessage", "times": None})
        await place.person().forwards(place.group, **rumour())

        async def kept() -> bool:
            return (await place.parts.desk.store.health()).counts["outgoing"] == 1

        await eventually(kept, "the answer to be kept")
    async with reopened(tmp_path) as place:
        await place.quiet()
        [answer] = place.messages()
        assert "Số nhận định" in written(answer)
        assert (await place.parts.desk.store.health()).counts["outgoing"] == 0
        await press_and_see(place, answer, "Đã chia sẻ")
        assert "Đã chia sẻ 1 bài" in (await asks(place, "/stats"))["caption"]


async def test_a_private_answer_leaves_no_trace_and_its_update_comes_again(tmp_path: Path) -> None:
    """It waits in memory only: until it was taken, Telegram keeps what it answers."""
    async with office(tmp_path) as place:
        away = {"kind": "error", "method": "sendMessage", "times": 1000, "chat": str(MAI)}
        fault = place.sandbox.faults.add(away)
        words = rumour() | {"text": "Nghe nói Khuvuonbimat đóng"}
        sent = await place.person().forwards(MAI, **words)

        async def tried() -> bool:
            return fault.times != away["times"]

        await eventually(tried, "a try")
        assert files_with(tmp_path, "Khuvuonbimat") == []
        [kept] = place.sandbox.world.updates.pending()
        assert kept.body["message"]["message_id"] == sent["message_id"]
        place.sandbox.faults.waiting.clear()
        await place.quiet()
        assert "Khuvuonbimat" in written(place.last(MAI))
        assert files_with(tmp_path, "Khuvuonbimat") == []
