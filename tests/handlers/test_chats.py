"""Chats of every kind: anonymous administrators, channels, a bot that goes and comes back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.clock import next_monday
from bot.sandbox.members import set_bot
from bot.sandbox.world import Chat
from tests.bot.office import MAI, Office, office
from tests.bot.people import Json, until
from tests.handlers.posts import (
    answer_to,
    asks,
    current,
    eventually,
    good,
    labels,
    press_and_see,
    rumour,
    tally,
    weighed,
    written,
)

CHANNEL = -1001900000066
ANONYMOUS = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}
TELEGRAM = {"id": 777000, "is_bot": False, "first_name": "Telegram"}


def masked(place: Office) -> Json:
    """How an anonymous administrator's messages are signed."""
    world = place.sandbox.world
    return {"from": ANONYMOUS, "sender_chat": world.chat_json(world.chats[place.group])}


def origin(**more: Any) -> Json:
    channel = {"id": CHANNEL, "type": "channel", "title": "Kênh của phường", **more}
    return {"type": "channel", "chat": channel, "message_id": 9, "date": 1_795_000_000}


async def test_an_anonymous_administrators_post_is_weighed_like_anybodys(place: Office) -> None:
    """Its author is the group; any member may press below the answer."""
    content = {**masked(place), "forward_origin": origin(), "text": rumour()["text"]}
    sent = await place.person().posts(place.group, content)
    await place.quiet()
    answer = answer_to(place, sent)
    before = await tally(place)
    await press_and_see(place, answer, "Đã chia sẻ")
    assert (await tally(place)).total == before.total + 1
    assert labels(current(place, answer))[0] == "Hoàn tác"


async def test_an_anonymous_administrator_may_ask_and_set(place: Office) -> None:
    """/kiemtra in reply, and settings that only administrators see as such."""
    post = await place.person().says(place.group, rumour()["text"])
    command = {**masked(place), "text": "/kiemtra"}
    command["entities"] = [{"type": "bot_command", "offset": 0, "length": 8}]
    sent = await place.person().posts(place.group, command, reply_to=post["message_id"])
    await place.quiet()
    assert "Số nhận định" in written(place.last())
    settings = {**masked(place), "text": "/nhactuan"}
    settings["entities"] = [{"type": "bot_command", "offset": 0, "length": 9}]
    sent = await place.person().posts(place.group, settings)
    await place.quiet()
    assert labels(answer_to(place, sent))


async def test_what_the_linked_channel_posts_is_weighed_in_its_discussion_group(
    place: Office,
) -> None:
    """Telegram forwards it there itself, in its own account's name."""
    content = {
        "from": TELEGRAM,
        "sender_chat": origin()["chat"],
        "is_automatic_forward": True,
        "forward_origin": origin(),
        "text": rumour()["text"],
    }
    sent = await place.person().posts(place.group, content)
    await place.quiet()
    assert "CẦN KIỂM CHỨNG" in written(answer_to(place, sent))


async def test_in_a_channel_it_says_and_keeps_nothing(place: Office) -> None:
    """Nobody hands anything over there: its posts are not even asked for from Telegram."""
    world = place.sandbox.world
    channel = world.add_chat(Chat(CHANNEL, "channel", "Kênh"), {MAI: "creator"})
    set_bot(world, channel, "administrator", by=MAI)
    counts = (await place.parts.desk.store.health()).counts
    await place.person().posts(CHANNEL, {"text": rumour()["text"]})
    await place.quiet()
    assert place.messages(CHANNEL) == []
    assert (await place.parts.desk.store.health()).counts == counts
    assert await place.parts.desk.store.groups.waiting(place.now + timedelta(days=1)) == []


async def test_kicked_and_added_again_it_goes_on_where_it_was(place: Office) -> None:
    """History, settings and nudges; while it was out it is not written to."""
    await press_and_see(place, await weighed(place), "Đã chia sẻ")
    known, world = await place.kept_group(), place.sandbox.world
    chat = world.chats[place.group]
    set_bot(world, chat, "kicked", by=MAI)
    await place.quiet()
    monday = next_monday(place.now)
    await place.sandbox.jump(monday)
    await until(place.sandbox, lambda: _nudged(place, place.other), "the other group's nudge")
    assert not _nudged(place, place.group)
    set_bot(world, chat, "administrator", by=MAI)
    await place.quiet()
    back = await place.kept_group()
    assert (back.id, back.active, back.settings) == (known.id, True, known.settings)
    assert "Đã chia sẻ 1 bài" in (await asks(place, "/stats"))["caption"]
    await place.sandbox.jump(next_monday(place.now))
    await until(place.sandbox, lambda: _nudged(place, place.group), "its own nudge again")


def _nudged(place: Office, chat: int) -> bool:
    return any("Nhắc tuần" in written(message) for message in place.messages(chat))


async def test_demoted_it_says_what_it_cannot_see_any_more(tmp_path: Path) -> None:
    """With privacy mode on, forwards reach administrators only."""
    async with office(tmp_path, reads_all=False) as place:
        world = place.sandbox.world
        world.chats[place.group].members[world.bot["id"]].sees_all = False
        set_bot(world, world.chats[place.group], "member", by=MAI)
        await place.quiet()
        assert "quản trị" in written(place.last())
        await place.person().forwards(place.group, **good())
        await place.quiet()
        assert "quản trị" in written(place.last())
        set_bot(world, world.chats[place.group], "administrator", by=MAI)
        assert "Số nhận định" in written(await weighed(place))


async def test_a_post_of_yesterday_is_answered_with_its_delay_told(place: Office) -> None:
    """Telegram took nothing for more than a day: late, but not dropped."""
    away = {"kind": "error", "method": "sendMessage", "times": 1000, "chat": str(place.group)}
    fault = place.sandbox.faults.add(away)
    sent = await place.person().forwards(place.group, **rumour())

    async def tried() -> bool:
        return fault.times != away["times"]

    await eventually(tried, "a try")
    await place.sandbox.jump(place.now + timedelta(hours=25))
    place.sandbox.faults.waiting.clear()
    await place.quiet()
    answer = answer_to(place, sent)
    assert written(answer).startswith("Trả lời muộn: bài này gửi lúc ")
    assert "Số nhận định" in written(answer)


@pytest.mark.parametrize("hours", [0, 23])
async def test_younger_ones_are_answered_without_a_word_about_it(place: Office, hours: int) -> None:
    sent = await place.person().forwards(place.group, **good())
    await place.sandbox.jump(place.now + timedelta(hours=hours, seconds=1))
    await place.quiet()
    assert "Trả lời muộn" not in written(answer_to(place, sent))
