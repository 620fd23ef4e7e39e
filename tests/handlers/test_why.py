"""“Vì sao?”: the words behind a tone, in a group by reply, in private by button or by reply."""

from __future__ import annotations

import pytest

from tests.bot.office import MAI, Office, days
from tests.bot.people import Json
from tests.handlers.posts import (
    asks,
    draft,
    files_with,
    labels,
    marked,
    press_and_see,
    rumour,
    scam,
    weighed,
    written,
)

FIRE = {
    "origin": {"kind": "hidden", "name": "Bạn Của Bạn"},
    "text": "Cháy lớn tại xưởng gỗ Hoatigonvang, 3 người TỬ VONG, nhiều người bị thương nặng!!!",
}
WORDS = "Nghiêng về tiêu cực vì các từ:"


async def hears(place: Office, text: str, chat: int | None = None, **more: object) -> list[Json]:
    """Say something; what the bot says then."""
    number = chat or place.group
    before = len(place.messages(number))
    await place.person(MAI).says(number, text, **more)
    await place.quiet()
    return place.messages(number)[before:]


@pytest.mark.parametrize(
    "words",
    ["Vì sao?", "vì sao", "Tại sao vậy?", "vi sao lai tieu cuc", "tai sao", "/visao", "/why"],
)
async def test_in_a_group_a_reply_to_an_answer_is_told_the_words(
    shared: Office, words: str
) -> None:
    """With every reason and its citation, under the same number."""
    first = await weighed(shared, **FIRE)
    answer = await asks(shared, words, reply_to=first["message_id"])
    told = written(answer)
    assert WORDS in told
    for word in ("“TỬ VONG”", "“bị thương”", "“Cháy”"):
        assert word in told
    assert "khoản 4 Điều 4 QĐ 874/QĐ-BTTTT" in told
    assert written(first).partition("Số nhận định ")[2][:9] in told
    assert labels(answer) == []


async def test_a_question_to_a_colleague_is_none_of_ours(shared: Office) -> None:
    said = await shared.person().says(shared.group, "Mai nghỉ nhé")
    assert await hears(shared, "Vì sao?", reply_to=said["message_id"]) == []


async def test_the_command_finds_the_answer_by_its_post_too(shared: Office) -> None:
    sent = await shared.person().forwards(shared.group, **FIRE)
    await shared.quiet()
    assert WORDS in written(await asks(shared, "/visao", reply_to=sent["message_id"]))


async def test_what_was_never_weighed_is_not_explained(shared: Office) -> None:
    said = await shared.person().says(shared.group, draft())
    for more in ({"reply_to": said["message_id"]}, {}):
        [answer] = await hears(shared, "/visao", **more)
        assert "/kiemtra" in written(answer)


async def test_once_the_text_is_gone_the_reasons_stay(place: Office) -> None:
    """After the days that texts are kept, no word can be told, and it says so."""
    first = await weighed(place, **FIRE)
    now = place.now + days(31)
    await place.parts.desk.purge(now, 30)
    told = written(await asks(place, "vì sao?", reply_to=first["message_id"]))
    assert "đã được xóa (chỉ giữ nhiều nhất 30 ngày)" in told
    assert "chưa có nguồn đáng tin (khoản 4 Điều 4" in told
    assert "TỬ VONG" not in told


async def test_an_administrators_tone_is_named_beside_the_models_words(shared: Office) -> None:
    first = await weighed(shared, **FIRE)
    await press_and_see(shared, first, "Nhận định chưa đúng")
    await press_and_see(shared, shared.last(), "Trung tính")
    told = written(await asks(shared, "vì sao?", reply_to=first["message_id"]))
    assert "Sắc thái: trung tính (quản trị nhóm đã xác nhận)" in told
    assert WORDS in told


async def test_in_private_a_button_explains_and_keeps_nothing(place: Office) -> None:
    """The answer replies to the post: Telegram gives it with the press."""
    answer = await weighed(place, MAI, **FIRE)
    await press_and_see(place, answer, "Vì sao?")
    told = place.last(MAI)
    assert told["reply_to_message"]["message_id"] == answer["message_id"]
    assert WORDS in written(told)
    assert "“TỬ VONG”" in written(told)
    assert files_with(place.data, "Hoatigonvang") == []
    assert (await place.parts.desk.store.health()).counts["reviews"] == 0


async def test_in_private_a_reply_to_the_post_is_explained(shared: Office) -> None:
    sent = await shared.person().forwards(MAI, **FIRE)
    await shared.quiet()
    [told] = await hears(shared, "tại sao?", MAI, reply_to=sent["message_id"])
    assert WORDS in written(told)


async def test_in_private_a_reply_to_the_answer_is_shown_the_way(shared: Office) -> None:
    """Telegram does not hand over the message that a message in reply replied to."""
    answer = await weighed(shared, MAI, **rumour())
    [told] = await hears(shared, "Vì sao?", MAI, reply_to=answer["message_id"])
    assert "bấm “Vì sao?” dưới nhận định" in written(told)
    assert "chuyển tiếp lại" in written(told)


async def test_a_button_whose_post_was_deleted_says_that_it_is_too_late(shared: Office) -> None:
    sent = await shared.person().forwards(MAI, **scam())
    await shared.quiet()
    answer = shared.last(MAI)
    await shared.person().deletes(sent)
    del answer["reply_to_message"]
    assert "hết hạn" in await press_and_see(shared, answer, "Vì sao?")


async def test_a_draft_is_explained_as_a_draft(shared: Office) -> None:
    """A missing source is no failure of the unit's own text."""
    [answer] = await hears(shared, draft(), MAI)
    await press_and_see(shared, answer, "Bản nháp của đơn vị")
    await press_and_see(shared, shared.last(MAI), "Vì sao?")
    told = written(shared.last(MAI))
    assert "Bản nháp" in told
    assert "chưa có nguồn" not in told


async def test_a_marked_post_is_never_explained_in_words(place: Office) -> None:
    """In private by reply to the post itself: the fixed line, and no trace."""
    sent = await place.person().says(MAI, marked("Cháy lớn Hoatigonvang, 3 người tử vong"))
    await place.quiet()
    line = place.last(MAI)
    for number in (sent["message_id"], line["message_id"]):
        [told] = await hears(place, "Vì sao?", MAI, reply_to=number)
        assert "tử vong" not in written(told)
        assert "Nghiêng về" not in written(told)
    assert files_with(place.data, "Hoatigonvang") == []
