"""What is said once is said once, restart or not; and nobody's number is kept for it."""

from __future__ import annotations

from pathlib import Path

from bot.sandbox.members import set_bot
from tests.bot.office import HANH, MAI, SEN, Office, days, office
from tests.handlers.posts import asks, files_with, good, press_and_see, weighed, written
from tests.handlers.test_restart import reopened

ASKED, ALREADY = "Đã nhắn", "được gửi cho người phụ trách rồi"


async def greets(place: Office, user: int = SEN) -> int:
    """A stranger says hello; how often the bot answers."""
    known = user in place.sandbox.world.chats
    before = len(place.messages(user)) if known else 0
    await place.person(user).says(user, "Xin chào")
    await place.quiet()
    return len(place.messages(user)) - before


async def test_a_stranger_is_greeted_once_a_day_over_a_restart(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        assert await greets(place) == 1
    assert files_with(tmp_path, str(SEN)) == []
    async with reopened(tmp_path) as place:
        assert await greets(place) == 0
        await place.sandbox.jump(place.now + days(1.1))
        assert await greets(place) == 1


async def test_the_one_in_charge_is_asked_once_over_a_restart(tmp_path: Path) -> None:
    """In the group whose post it was; another post is another question."""
    async with office(tmp_path) as place:
        await place.parts.desk.store.units.change(place.unit.id, contact=f"telegram:{MAI}")
        answer = await weighed(place, **good())
        assert ASKED in await press_and_see(place, answer, "Hỏi người phụ trách", HANH)
    async with reopened(tmp_path) as place:
        chat = place.sandbox.world.chats[place.group]
        chat.messages[answer["message_id"]] = answer
        assert ALREADY in await press_and_see(place, answer, "Hỏi người phụ trách", HANH)
        assert place.messages(MAI) == []
        other = await weighed(place, text="Một bài khác hẳn về lễ hội của phường")
        assert ASKED in await press_and_see(place, other, "Hỏi người phụ trách", HANH)


async def test_deleting_ones_data_deletes_the_marks_too(place: Office) -> None:
    await greets(place)
    await place.person(SEN).says(SEN, "/xoadulieu")
    await place.quiet()
    assert "Đã xóa 1 dấu “đã nhắn”" in written(place.last(SEN))
    assert await greets(place) == 1, "nothing is known of the greeting any more"


async def test_of_who_blocks_the_bot_nothing_is_kept(place: Office) -> None:
    """A private chat's number is its person's: it goes, from every file."""
    await place.person(HANH).says(HANH, f"/start {place.unit.code}")
    await place.quiet()
    assert files_with(place.data, str(HANH)) != []
    world = place.sandbox.world
    set_bot(world, world.chats[HANH], "kicked", by=HANH)
    await place.quiet()
    assert files_with(place.data, str(HANH)) == []


async def test_leaving_deletes_the_groups_words_and_keeps_its_counts(place: Office) -> None:
    answer = await weighed(place, **good() | {"text": "Khuvuonbimat mở cửa, bà con phấn khởi"})
    await press_and_see(place, answer, "Đã chia sẻ")
    assert files_with(place.data, "Khuvuonbimat") != []
    world = place.sandbox.world
    set_bot(world, world.chats[place.group], "kicked", by=MAI)
    await place.quiet()
    assert files_with(place.data, "Khuvuonbimat") == []
    assert (await place.parts.desk.store.health()).counts["shares"] == 1
    set_bot(world, world.chats[place.group], "member", by=MAI)
    await place.quiet()
    assert "Đã chia sẻ 1 bài" in (await asks(place, "/stats"))["caption"]
