"""/caidat and /nhactuan: anybody may look, only administrators of this group may change."""

from __future__ import annotations

import pytest

from bot.sandbox.chats import menu
from models.registry import GroupSettings
from tests.bot.office import HANH, KHOA, MAI, TAN, Office
from tests.handlers.posts import (
    asks,
    current,
    files_with,
    forge,
    labels,
    marked,
    now_reads,
    press_and_see,
    rumour,
    weighed,
    written,
)


async def settings(place: Office) -> GroupSettings:
    return (await place.kept_group()).settings


async def test_members_see_the_settings_without_buttons(shared: Office) -> None:
    for command in ("/caidat", "/nhactuan"):
        answer = await asks(shared, command, HANH)
        assert "Chỉ quản trị nhóm mới đổi được" in written(answer)
        assert labels(answer) == []


@pytest.mark.parametrize("field", ["auto", "questions", "nudge", "quiet"])
async def test_an_administrator_turns_a_switch_and_back(shared: Office, field: str) -> None:
    """The message shows it, the store keeps it."""
    answer = await asks(shared, "/caidat", TAN)
    before = getattr(await settings(shared), field)
    number = (await shared.kept_group()).id
    there, back = (f"1:set:{number}:{field}:{int(value)}" for value in (not before, before))
    said = await press_and_see(shared, answer, there, TAN)
    assert "Đã lưu cài đặt" in said
    assert getattr(await settings(shared), field) is not before
    assert now_reads(shared, answer) != written(answer)
    await press_and_see(shared, current(shared, answer), back, TAN)
    assert getattr(await settings(shared), field) is before
    assert now_reads(shared, answer) == written(answer)


@pytest.mark.parametrize("field", ["gives", "gets"])
async def test_a_units_part_in_suggestions_can_be_opted_out_of(shared: Office, field: str) -> None:
    answer = await asks(shared, "/caidat")
    number = (await shared.kept_group()).id
    units = shared.parts.desk.store.units
    await press_and_see(shared, answer, f"1:set:{number}:{field}:0")
    changed = await units.get(shared.unit.id)
    assert changed is not None
    assert getattr(changed, field) is False
    await press_and_see(shared, current(shared, answer), f"1:set:{number}:{field}:1")
    restored = await units.get(shared.unit.id)
    assert restored is not None
    assert getattr(restored, field) is True


async def test_a_members_press_changes_nothing(shared: Office) -> None:
    """Hạnh presses under the administrator's message."""
    answer, before = await asks(shared, "/caidat"), await settings(shared)
    for label in labels(answer):
        assert "Chỉ quản trị nhóm" in await press_and_see(shared, answer, label, HANH)
    nudge = await asks(shared, "/nhactuan")
    assert "Chỉ quản trị nhóm" in await press_and_see(shared, nudge, "Tạm dừng", HANH)
    assert await settings(shared) == before


async def test_another_groups_administrator_changes_nothing_here(shared: Office) -> None:
    """Khoa, administrator of the other group, forges a button of this one."""
    before, number = await settings(shared), (await shared.kept_group()).id
    welcome = shared.messages(shared.other)[0]
    for data in (f"1:set:{number}:auto:0", f"1:nset:{number}:hour:9", f"1:pause:{number}"):
        assert "hết hạn" in await forge(shared, welcome, data, KHOA)
    assert await settings(shared) == before


@pytest.mark.parametrize(
    "data", ["weekday:7", "weekday:-1", "hour:6", "hour:20", "hour:x", "hour:", "nothing:1"]
)
async def test_values_that_are_none_are_refused(shared: Office, data: str) -> None:
    answer, before = await asks(shared, "/nhactuan"), await settings(shared)
    number = (await shared.kept_group()).id
    assert "hết hạn" in await forge(shared, answer, f"1:nset:{number}:{data}")
    assert await settings(shared) == before


async def test_the_nudges_day_and_hour_are_chosen_by_buttons(place: Office) -> None:
    answer = await asks(place, "/nhactuan")
    assert "Thứ Hai, 08:00" in written(answer)
    await press_and_see(place, answer, "T4")
    await press_and_see(place, current(place, answer), "14h")
    assert "Thứ Tư, 14:00" in now_reads(place, answer)
    found = await settings(place)
    assert (found.weekday, found.hour) == (2, 14)


async def test_the_nudge_is_paused_and_resumed(place: Office) -> None:
    answer = await asks(place, "/nhactuan")
    await press_and_see(place, answer, "Tạm dừng nhắc tuần")
    assert (await settings(place)).nudge is False
    assert "Đang tạm dừng" in now_reads(place, answer)
    await press_and_see(place, current(place, answer), "Bật lại nhắc tuần")
    assert (await settings(place)).nudge is True


async def test_the_basis_is_named_by_an_administrator_only(place: Office) -> None:
    """Once a letter is named the answers say "yêu cầu" and its number."""
    refused = await asks(place, "/caidat cancu Công văn 12/SVHTT", HANH)
    assert "dành cho quản trị nhóm" in written(refused)
    answer = await asks(place, "/caidat cancu Công văn 12/SVHTT")
    assert "Công văn 12/SVHTT" in written(answer)
    stats = await asks(place, "/stats")
    assert "Công văn 12/SVHTT" in stats["caption"]
    cleared = await asks(place, "/caidat cancu")
    assert "mức tham chiếu" in written(cleared)


async def test_a_group_can_be_made_the_one_to_ask(place: Office) -> None:
    """``lienhe`` in the chat of the person in charge; ``lienhe tat`` takes it away."""
    await place.person(KHOA).says(place.other, "/caidat lienhe")
    await place.quiet()
    answer = await weighed(place, **rumour())
    count = len(place.messages(place.other))
    assert "Đã nhắn" in await press_and_see(place, answer, "Hỏi người phụ trách", HANH)
    assert len(place.messages(place.other)) == count + 1
    await asks(place, "/caidat lienhe tat")
    answer = await weighed(place, **rumour())
    assert "chưa đặt" in await press_and_see(place, answer, "Hỏi người phụ trách")


async def test_a_paper_with_a_secrecy_mark_is_no_basis_and_a_word_no_chat(place: Office) -> None:
    """Nothing of it is kept, as of a post."""
    refused = await asks(place, f"/caidat cancu {marked('Dieumatthu')}")
    assert "KHÔNG LƯU" in written(refused)
    assert "KHÔNG LƯU" in written(await asks(place, f"/caidat lienhe {marked('Dieumatthu')}"))
    for value in ("chị Lan", "5 6", "@", "²"):
        assert "/caidat lienhe" in written(await asks(place, f"/caidat lienhe {value}"))
    unit = await place.parts.desk.store.units.get(place.unit.id)
    assert unit is not None
    assert (unit.basis, unit.contact) == (None, None)
    assert files_with(place.data, "Dieumatthu") == []


async def test_menus_offer_what_one_may_do_here(shared: Office) -> None:
    """Private chats, members and administrators each see their own commands."""
    world = shared.sandbox.world

    def offered(chat: int, user: int) -> set[str]:
        return {command["command"] for command in menu(world, world.chats[chat], user)}

    everywhere = {"trogiup", "kiemtra", "stats", "baocao", "quyenriengtu", "xoadulieu", "visao"}
    assert offered(MAI, MAI) == everywhere | {"start"}
    assert offered(shared.group, HANH) == everywhere
    assert offered(shared.group, TAN) == everywhere | {"nhactuan", "caidat"}
