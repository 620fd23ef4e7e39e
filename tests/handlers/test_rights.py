"""Who is an administrator: as Telegram reports it, asked again when it may have changed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from bot.sandbox.members import set_bot, set_person
from tests.bot.office import KHOA, MAI, TAN, Office, days, office
from tests.bot.people import Json
from tests.handlers.posts import asks, files_with, good, press_and_see, written
from tests.handlers.test_joining import anonymously

ONLY_ADMINS = "Chỉ quản trị nhóm"


@pytest_asyncio.fixture(loop_scope="module")
async def place(tmp_path: Path) -> AsyncIterator[Office]:
    """An office whose owner is Khoa, who is no member of the first group's administration."""
    async with office(tmp_path, owners=str(KHOA)) as opened:
        yield opened


def lookups(place: Office, user: int) -> int:
    """How often Telegram was asked about somebody."""
    asked = [call for call in place.sandbox.world.calls if call["method"] == "getChatMember"]
    return sum(str(user) in str(call) for call in asked)


def silently(place: Office, user: int, status: str) -> None:
    """A change that no update tells of, as where the bot is no administrator."""
    place.sandbox.world.chats[place.group].members[user].status = status


async def test_a_demotion_without_an_update_is_honoured_after_five_minutes(
    place: Office,
) -> None:
    switch = await asks(place, "/nhactuan", MAI)
    await press_and_see(place, switch, "9h", TAN)
    silently(place, TAN, "member")
    known = lookups(place, TAN)
    assert ONLY_ADMINS not in await press_and_see(place, switch, "10h", TAN)
    assert lookups(place, TAN) == known, "what was answered lately is not asked again"
    await place.sandbox.jump(place.now + days(5.1 / 24 / 60))
    assert ONLY_ADMINS in await press_and_see(place, switch, "14h", TAN)


async def test_a_demotion_that_telegram_tells_of_is_honoured_at_once(place: Office) -> None:
    world = place.sandbox.world
    switch = await asks(place, "/nhactuan", MAI)
    assert ONLY_ADMINS not in await press_and_see(place, switch, "9h", TAN)
    set_person(world, world.chats[place.group], TAN, "member", by=MAI)
    await place.quiet()
    assert ONLY_ADMINS in await press_and_see(place, switch, "10h", TAN)
    set_person(world, world.chats[place.group], TAN, "administrator", by=MAI)
    await place.quiet()
    assert ONLY_ADMINS not in await press_and_see(place, switch, "14h", TAN)


async def test_the_bots_own_change_of_role_forgets_what_was_known(place: Office) -> None:
    switch = await asks(place, "/nhactuan", MAI)
    await press_and_see(place, switch, "9h", TAN)
    silently(place, TAN, "member")
    world = place.sandbox.world
    set_bot(world, world.chats[place.group], "member", by=MAI)
    await place.quiet()
    assert ONLY_ADMINS in await press_and_see(place, switch, "10h", TAN)


async def test_an_owner_may_everywhere_without_being_asked_about(place: Office) -> None:
    world = place.sandbox.world
    set_person(world, world.chats[place.group], KHOA, "member", by=MAI)
    switch = await asks(place, "/nhactuan", MAI)
    assert ONLY_ADMINS not in await press_and_see(place, switch, "9h", KHOA)
    assert lookups(place, KHOA) == 0


async def test_when_telegram_does_not_say_nothing_is_changed(place: Office) -> None:
    switch = await asks(place, "/nhactuan", MAI)
    for method in ("getChatMember", "getChatAdministrators"):
        place.sandbox.faults.add({"kind": "error", "times": None, "method": method})
    assert ONLY_ADMINS in await press_and_see(place, switch, "9h", TAN)
    assert (await place.kept_group()).settings.hour == 8


async def test_what_one_anonymous_administrator_sent_another_groups_cannot_delete(
    place: Office,
) -> None:
    """All of them share one account; each group is a sender of its own."""
    world = place.sandbox.world
    here: Json = world.chat_json(world.chats[place.group])
    there: Json = world.chat_json(world.chats[place.other])
    words = good()["text"]
    assert "Số nhận định" in await anonymously(place, f"/kiemtra Khuvuonbimat {words}", here)
    content = {"text": "/xoadulieu", "from": {"id": 1087968824, "is_bot": True, "first_name": "G"}}
    sent = await place.person(KHOA).posts(place.other, content | {"sender_chat": there})
    await place.quiet()
    said = written(await place.person().answer_in(place.other, sent, within=1))
    assert "Không còn nội dung nào" in said
    assert files_with(place.data, "Khuvuonbimat") != []
    assert "Đã xóa nội dung của 1 bài" in await anonymously(place, "/xoadulieu", here)
    assert files_with(place.data, "Khuvuonbimat") == []
