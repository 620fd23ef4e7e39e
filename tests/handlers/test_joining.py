"""Joining by a unit's code, and what happens without one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.sandbox.members import set_bot
from bot.sandbox.world import Chat
from tests.bot.office import HANH, MAI, SEN, TAN, Office, days, office
from tests.bot.people import Json, until
from tests.handlers.posts import eventually, good, press_and_see, rumour, tally, weighed, written

NEW = -1001900000077
ANONYMOUS = 1087968824


@pytest_asyncio.fixture(loop_scope="module")
async def bare(tmp_path: Path) -> AsyncIterator[Office]:
    """An office that nobody has joined yet."""
    async with office(tmp_path, joined=False) as opened:
        yield opened


def new_group(place: Office, number: int = NEW) -> int:
    """A group that Mai made and Hạnh is in, without the bot."""
    chat = Chat(number, "supergroup", "Tổ mới")
    place.sandbox.world.add_chat(chat, {MAI: "creator", HANH: "member"})
    return number


def bring(place: Office, chat: int, status: str = "member", by: int = MAI) -> None:
    """The bot is added to a chat, or taken out of it."""
    world = place.sandbox.world
    set_bot(world, world.chats[chat], status, by=by)


async def says(place: Office, text: str, user: int = MAI, chat: int | None = None) -> list[str]:
    """Say something; what the bot writes there then."""
    number = chat or place.group
    there = place.sandbox.world.chats
    before = len(place.messages(number)) if number in there else 0
    await place.person(user).says(number, text)
    await place.quiet()
    return [written(message) for message in place.messages(number)[before:]]


async def test_an_administrators_code_joins_the_group(bare: Office) -> None:
    [welcome] = await says(bare, f"/start {bare.unit.code}")
    assert "Phường Thử Nghiệm" in welcome
    assert "Cân Tin là AI" in welcome
    group = await bare.kept_group()
    assert (group.unit, group.active) == (bare.unit.id, True)
    assert "Số nhận định" in written(await weighed(bare, **rumour()))


async def test_a_members_code_does_not_join_the_group(bare: Office) -> None:
    [refusal] = await says(bare, f"/start {bare.unit.code}", HANH)
    assert "dành cho quản trị nhóm" in refusal
    assert await bare.parts.desk.store.groups.active() == []


async def anonymously(place: Office, text: str, sender: Json) -> str:
    """Say something in the name of a chat instead of a person's; the bot's answer."""
    place.sandbox.world.add_user(ANONYMOUS, "Group")
    content = {
        "text": text,
        "entities": [{"type": "bot_command", "offset": 0, "length": 6}],
        "from": {"id": ANONYMOUS, "is_bot": True, "first_name": "Group"},
        "sender_chat": sender,
    }
    sent = await place.person().posts(place.group, content)
    await place.quiet()
    return written(await place.person().answer_in(place.group, sent, within=1))


async def test_an_anonymous_administrator_joins_the_group(bare: Office) -> None:
    world = bare.sandbox.world
    here = world.chat_json(world.chats[bare.group])
    assert "Phường Thử Nghiệm" in await anonymously(bare, f"/start {bare.unit.code}", here)


async def test_a_channel_that_writes_in_the_group_is_no_administrator(bare: Office) -> None:
    channel = {"id": -1001555, "type": "channel", "title": "Kênh lạ"}
    said = await anonymously(bare, f"/start {bare.unit.code}", channel)
    assert "dành cho quản trị nhóm" in said
    assert await bare.parts.desk.store.groups.active() == []


async def test_a_wrong_code_joins_nothing(bare: Office) -> None:
    for chat in (bare.group, SEN):
        user = MAI if chat == bare.group else SEN
        [refusal] = await says(bare, "/start KHONGCO1", user, chat)
        assert "Mã này chưa đúng" in refusal
    assert await bare.parts.desk.store.groups.active() == []
    assert await bare.parts.desk.store.members.unit_of("telegram", str(SEN)) is None


async def test_after_five_wrong_codes_none_is_looked_at_for_an_hour(bare: Office) -> None:
    """Not even the right one; that is said once, with the time from when it goes on."""
    for number in range(5):
        [refusal] = await says(bare, f"/start SAI{number}", SEN, SEN)
        assert "Mã này chưa đúng" in refusal
    [told] = await says(bare, f"/start {bare.unit.code}", SEN, SEN)
    assert "Đã có 5 mã chưa đúng" in told
    assert await says(bare, f"/start {bare.unit.code}", SEN, SEN) == []
    assert await bare.parts.desk.store.members.unit_of("telegram", str(SEN)) is None
    await bare.sandbox.jump(bare.now + days(1.1 / 24))
    [welcome] = await says(bare, f"/start {bare.unit.code}", SEN, SEN)
    assert "Phường Thử Nghiệm" in welcome


async def test_guesses_are_counted_for_the_person_in_all_chats(bare: Office) -> None:
    """And another's guesses do not lock out the group's administrator."""
    for number in range(5):
        await says(bare, f"/start SAI{number}", MAI, MAI)
    [told] = await says(bare, f"/start {bare.unit.code}", MAI)
    assert "Đã có 5 mã chưa đúng" in told
    for number in range(6):
        await says(bare, f"/start SAI{number}", HANH)
    [welcome] = await says(bare, f"/start {bare.unit.code}", TAN)
    assert "Phường Thử Nghiệm" in welcome


async def test_a_days_guesses_are_few(bare: Office) -> None:
    looked_at = 0
    for number in range(10):
        for guess in range(5):
            said = await says(bare, f"/start SAI{number}-{guess}", SEN, SEN)
            looked_at += any("Mã này chưa đúng" in text for text in said)
        await bare.sandbox.jump(bare.now + days(1.01 / 24))
    assert looked_at == 20


async def test_a_renewed_code_replaces_the_old_one(bare: Office) -> None:
    """Who joined with the old one stays."""
    await says(bare, f"/start {bare.unit.code}")
    renewed = await bare.parts.desk.store.units.renew_code(bare.unit.id)
    [refusal] = await says(bare, f"/start {bare.unit.code}", HANH, HANH)
    assert "Mã này chưa đúng hoặc đã được thay" in refusal
    [welcome] = await says(bare, f"/start {renewed.code}", HANH, HANH)
    assert "Phường Thử Nghiệm" in welcome
    assert "Số nhận định" in written(await weighed(bare, **rumour()))


async def test_a_stranger_gets_one_sentence_a_day_whatever_he_sends(bare: Office) -> None:
    """Posts, pictures, commands; what is kept may be asked once, nothing else is said."""
    said = []
    for text in ("Chào", "/start", "/stats", "/trogiup", "/caidat", "https://vidu.vn", "/check a"):
        said += await says(bare, text, SEN, SEN)
    await bare.person(SEN).forwards(SEN, **good())
    await bare.person(SEN).sends_photo(SEN, "Xem giúp")
    await bare.quiet()
    assert len(bare.messages(SEN)) == len(said) == 1
    for text in ("/quyenriengtu", "/privacy", "/quyenriengtu"):
        said += await says(bare, text, SEN, SEN)
    assert len(said) == 2
    await bare.sandbox.jump(bare.now + days(1.1))
    assert len(await says(bare, "Chào lần nữa", SEN, SEN)) == 1


async def test_anyone_with_the_code_joins_in_private(bare: Office) -> None:
    [welcome] = await says(bare, f"/start {bare.unit.code}", HANH, HANH)
    assert "Phường Thử Nghiệm" in welcome


async def test_the_code_is_read_as_people_type_it(bare: Office) -> None:
    """Spaces around it do no harm."""
    [welcome] = await says(bare, f"/start   {bare.unit.code} ", HANH, HANH)
    assert "Phường Thử Nghiệm" in welcome


async def test_start_again_greets_who_has_joined(bare: Office) -> None:
    await says(bare, f"/start {bare.unit.code}")
    [welcome] = await says(bare, "/start", HANH)
    assert "Phường Thử Nghiệm" in welcome


async def test_without_a_code_it_says_once_what_it_needs(bare: Office) -> None:
    """Added, spoken to, forwarded to: one sentence; nothing is weighed or kept."""
    chat = new_group(bare)
    bring(bare, chat)
    await bare.quiet()
    [asked] = bare.messages(chat)
    assert "cần mã của đơn vị" in written(asked)
    assert await says(bare, "Đây là bot gì vậy?", HANH, chat) == []
    await bare.person(MAI).forwards(chat, **good())
    await bare.quiet()
    assert len(bare.messages(chat)) == 1
    assert (await bare.parts.desk.store.health()).counts["reviews"] == 0


async def test_without_a_code_it_leaves_after_a_day(bare: Office) -> None:
    chat = new_group(bare)
    bring(bare, chat)
    await bare.quiet()
    await bare.sandbox.jump(bare.now + days(0.9))
    await says(bare, "Chưa có mã ạ", HANH, chat)
    world = bare.sandbox.world
    assert world.bot_status(world.chats[chat]) == "member"
    await bare.sandbox.jump(bare.now + days(0.2))
    await until(bare.sandbox, lambda: world.bot_status(world.chats[chat]) == "left", "its leaving")


@pytest.mark.parametrize("kind", ["error", "html", "reset", "retry"])
async def test_a_group_that_could_not_be_left_is_left_the_next_time(
    bare: Office, kind: str
) -> None:
    """Telegram was away just then; the group is told nothing more meanwhile."""
    chat, world = new_group(bare), bare.sandbox.world
    bring(bare, chat)
    await bare.quiet()
    count = len(bare.messages(chat))
    fault = bare.sandbox.faults.add({"kind": kind, "method": "leaveChat", "times": 2})

    async def tried(left: int) -> None:
        async def look() -> bool:
            return fault.times == left

        await eventually(look, "a try")

    await bare.sandbox.jump(bare.now + days(1.1))
    await tried(1)
    assert world.bot_status(world.chats[chat]) == "member"
    await says(bare, "Vẫn chưa có mã ạ", HANH, chat)
    bare.parts.bell.set()
    await tried(0)
    bare.parts.bell.set()
    await until(bare.sandbox, lambda: world.bot_status(world.chats[chat]) == "left", "its leaving")
    await bare.quiet()
    assert sum(bool(written(m)) for m in bare.messages(chat)) == count, "but that it has left"
    assert await bare.parts.desk.store.groups.waiting(bare.now) == []


async def test_while_telegram_is_away_one_look_tries_one_group(bare: Office) -> None:
    for chat in (NEW, NEW - 1):
        bring(bare, new_group(bare, chat))
    await bare.quiet()
    fault = bare.sandbox.faults.add({"kind": "reset", "method": "leaveChat", "times": 9})
    await bare.sandbox.jump(bare.now + days(1.1))

    async def tried() -> bool:
        return fault.times != 9

    await eventually(tried, "a try")
    await asyncio.sleep(0.2)
    assert fault.times == 8
    bare.sandbox.faults.waiting.clear()
    bare.parts.bell.set()
    world = bare.sandbox.world

    def left() -> bool:
        return {world.bot_status(world.chats[chat]) for chat in (NEW, NEW - 1)} == {"left"}

    await until(bare.sandbox, left, "their leaving")


@pytest.mark.parametrize("fault", [{"kind": "kicked"}, {"kind": "bad", "text": "chat not found"}])
async def test_a_group_that_is_gone_is_left_no_more(bare: Office, fault: Json) -> None:
    chat = new_group(bare)
    bring(bare, chat)
    await bare.quiet()
    asked = bare.sandbox.faults.add({**fault, "method": "leaveChat", "times": 9})
    await bare.sandbox.jump(bare.now + days(1.1))

    async def settled() -> bool:
        return not await bare.parts.desk.store.groups.waiting(bare.now)

    await eventually(settled, "its being forgotten")
    assert asked.times == 8


async def test_a_group_that_moved_is_left_where_it_is(bare: Office) -> None:
    """Its old number answers with the new one."""
    chat, new = new_group(bare), new_group(bare, -1001900000088)
    for one in (chat, new):
        bring(bare, one)
    await bare.quiet()
    await bare.parts.desk.store.groups.stop_waiting("telegram", str(new))
    moved = {"kind": "migrate", "to": new, "method": "leaveChat", "chat": str(chat)}
    bare.sandbox.faults.add(moved)
    await bare.sandbox.jump(bare.now + days(1.1))
    world = bare.sandbox.world
    await until(bare.sandbox, lambda: world.bot_status(world.chats[new]) == "left", "its leaving")


async def test_a_group_that_joined_in_time_is_not_left(bare: Office) -> None:
    chat = new_group(bare)
    bring(bare, chat)
    await bare.quiet()
    assert len(await says(bare, f"/start {bare.unit.code}", MAI, chat)) == 1
    await bare.sandbox.jump(bare.now + days(1.2))
    await says(bare, "Chào cả nhà", HANH, chat)
    world = bare.sandbox.world
    assert world.bot_status(world.chats[chat]) == "member"
    assert await bare.parts.desk.store.groups.waiting(bare.now) == []


async def test_added_by_its_link_it_does_not_ask_for_a_code(bare: Office) -> None:
    """A ?startgroup=CODE link: membership first, then /start CODE. One welcome, no request."""
    chat = new_group(bare)
    bring(bare, chat)
    sent = await bare.person(MAI).says(chat, f"/start@can_tin_thu_bot {bare.unit.code}")
    await bare.quiet()
    assert sent
    assert ["Phường Thử Nghiệm" in written(m) for m in bare.messages(chat)] == [True]


async def test_a_group_that_comes_back_keeps_its_history(bare: Office) -> None:
    """Removed and added again: the same group, the same balance, no new code asked for."""
    await says(bare, f"/start {bare.unit.code}")
    await press_and_see(bare, await weighed(bare), "Đã chia sẻ")
    known = await bare.kept_group()
    bring(bare, bare.group, "kicked")
    await bare.quiet()
    assert not (await bare.kept_group()).active
    bring(bare, bare.group)
    await bare.quiet()
    group = await bare.kept_group()
    assert (group.id, group.unit, group.active) == (known.id, bare.unit.id, True)
    assert (await tally(bare)).total == 1
    assert "Số nhận định" in written(await weighed(bare, **rumour()))


async def test_another_units_code_moves_the_group_with_its_history(bare: Office) -> None:
    await says(bare, f"/start {bare.unit.code}")
    await press_and_see(bare, await weighed(bare), "Đã chia sẻ")
    known = await bare.kept_group()
    other = await bare.parts.desk.store.units.add("Xã Ví Dụ", None, bare.now)
    [welcome] = await says(bare, f"/start {other.code}")
    assert "Xã Ví Dụ" in welcome
    group = await bare.kept_group()
    assert (group.id, group.unit) == (known.id, other.id)
    assert (await tally(bare)).total == 1


async def test_where_it_cannot_see_forwards_it_says_how_to_mend_it(tmp_path: Path) -> None:
    """Privacy mode is on and it is a plain member: told at the welcome; /kiemtra still works."""
    async with office(tmp_path, joined=False, reads_all=False) as place:
        chat = new_group(place)
        bring(place, chat)
        await place.quiet()
        [*_, welcome] = await says(place, f"/start {place.unit.code}", MAI, chat)
        assert "chưa nhìn thấy bài chuyển tiếp" in welcome
        sent = await place.person(MAI).forwards(chat, **rumour())
        await place.quiet()
        before = len(place.messages(chat))
        await place.person(HANH).says(chat, "/kiemtra", reply_to=sent["message_id"])
        await place.quiet()
        assert len(place.messages(chat)) == before + 1
        bring(place, chat, "administrator")
        await place.quiet()
        assert len(place.messages(chat)) == before + 1, "now it sees: nothing to mend"
        bring(place, chat, "member")
        await place.quiet()
        assert "đặt Cân Tin làm quản trị viên" in written(place.last(chat))
