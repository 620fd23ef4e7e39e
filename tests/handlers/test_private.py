"""A private chat: advice and the unit's figures for who holds a code; nothing is kept."""

from __future__ import annotations

from tests.bot.office import HANH, MAI, SEN, Office, days
from tests.bot.people import Json
from tests.handlers.posts import (
    VOICE,
    WORK_NOTICE,
    draft,
    files_with,
    good,
    labels,
    now_reads,
    press_and_see,
    rumour,
    scam,
    weighed,
    written,
)

PRIVATE_BUTTONS = ["Hỏi người phụ trách", "Nhận định chưa đúng", "Vì sao?"]


async def says(place: Office, text: str, user: int = MAI) -> list[Json]:
    """Say something in private; the bot's new messages there."""
    before = len(place.messages(user)) if user in place.sandbox.world.chats else 0
    await place.person(user).says(user, text)
    await place.quiet()
    return place.messages(user)[before:]


async def test_who_holds_a_code_gets_advice_on_what_is_forwarded(shared: Office) -> None:
    """Level, the line that it is AI, a reference number; only the last two buttons; no balance."""
    answer = await weighed(shared, MAI, **good())
    assert written(answer).startswith("✅ CÓ THỂ CHIA SẺ")
    assert "Trả lời tự động bằng AI, chỉ để tham khảo." in written(answer)
    assert "Số nhận định" in written(answer)
    assert "Cân đối" not in written(answer)
    assert "ngày qua" not in written(answer)
    assert labels(answer) == PRIVATE_BUTTONS


async def test_a_pasted_text_can_be_called_the_units_own_draft(shared: Office) -> None:
    """A missing source is then no failure; the same answer changes."""
    [answer] = await says(shared, draft())
    assert labels(answer) == [*PRIVATE_BUTTONS, "Bản nháp của đơn vị"]
    before = len(shared.messages(MAI))
    await press_and_see(shared, answer, "Bản nháp của đơn vị")
    assert "CÂN NHẮC" in now_reads(shared, answer)
    assert "Bản nháp" in now_reads(shared, answer)
    assert len(shared.messages(MAI)) == before


async def test_nothing_of_a_private_post_stays_in_the_data_folder(place: Office) -> None:
    """No ledger, no review, and not one of its words in any file, the write-ahead log included."""
    post = rumour() | {"text": "Khuvuonbimat nghe nói tuần sau cắt nước cả phố Hoatigonvang"}
    await weighed(place, MAI, **post)
    await weighed(place, MAI, **scam() | {"text": "Cược ngay Khuvuonbimat đăng ký nhận 188k"})
    await says(place, "Khuvuonbimat là tên một khu vườn nhỏ ở đầu phố Hoatigonvang")
    health = await place.parts.desk.store.health()
    assert (health.counts["reviews"], health.counts["shares"]) == (0, 0)
    assert files_with(place.data, "Khuvuonbimat") == []
    assert files_with(place.data, "Hoatigonvang") == []
    await weighed(place, **post)
    assert "cantin.db-wal" in files_with(place.data, "Khuvuonbimat"), "the search itself works"


async def test_a_stranger_gets_one_polite_sentence_a_day(place: Office) -> None:
    assert [written(m) for m in await says(place, "Xin chào", SEN)] == [
        "Chào anh/chị, Cân Tin chỉ phục vụ các đơn vị đã đăng ký. Nếu đơn vị đã có mã, anh/chị gõ "
        "/start MÃ để bắt đầu."
    ]
    assert await says(place, "Có ai không?", SEN) == []
    assert await says(place, "/start", SEN) == []
    assert await says(place, "/stats", SEN) == []
    await place.person(SEN).sends_photo(SEN, "Ảnh lễ hội")
    await place.quiet()
    assert len(place.messages(SEN)) == 1
    await place.sandbox.jump(place.now + days(1.1))
    assert len(await says(place, "Xin chào", SEN)) == 1


async def test_a_code_opens_a_private_chat(shared: Office) -> None:
    """Anyone who holds the unit's code is let in, and then gets advice."""
    [welcome] = await says(shared, f"/start {shared.unit.code}", HANH)
    assert "Phường Thử Nghiệm" in written(welcome)
    sent = await shared.person(HANH).forwards(HANH, **good())
    await shared.quiet()
    answer = await shared.person().answer_in(HANH, sent, within=1)
    assert labels(answer) == PRIVATE_BUTTONS


async def test_small_talk_is_answered_with_how_to_use_it(shared: Office) -> None:
    [answer] = await says(shared, "Cảm ơn nhé")
    assert "/kiemtra" in written(answer)
    assert labels(answer) == []


async def test_a_work_notice_needs_no_weighing(shared: Office) -> None:
    [answer] = await says(shared, WORK_NOTICE)
    assert "thông báo công việc" in written(answer)
    assert labels(answer) == []


async def test_what_cannot_be_read_is_asked_for_as_text(shared: Office) -> None:
    sent = await shared.person().posts(MAI, VOICE)
    await shared.quiet()
    answer = await shared.person().answer_in(MAI, sent, within=1)
    assert "tin thoại" in written(answer)


async def test_stats_in_private_are_the_units_figures(place: Office) -> None:
    """What a group of the unit shared is in them; what was sent in private is not."""
    answer = await weighed(place)
    await press_and_see(place, answer, "Đã chia sẻ")
    await weighed(place, MAI, **good())
    [stats] = await says(place, "/stats")
    assert "đơn vị “Phường Thử Nghiệm”" in stats["caption"]
    assert "Đã chia sẻ 1 bài" in stats["caption"]
    assert stats["photo"]
    [report] = await says(place, "/baocao")
    assert "Phường Thử Nghiệm" in written(report)


async def test_an_opinion_on_the_tone_is_heard_but_moves_nothing_in_private(shared: Office) -> None:
    answer = await weighed(shared, MAI, **good())
    await press_and_see(shared, answer, "Nhận định chưa đúng")
    question = shared.last(MAI)
    assert labels(question) == ["Tích cực", "Trung tính", "Tiêu cực", "Thôi"]
    assert "Đã ghi ý kiến" in await press_and_see(shared, question, "Tiêu cực")
    assert labels(shared.last(MAI)) == []


async def test_settings_belong_to_groups(shared: Office) -> None:
    for command in ("/caidat", "/nhactuan"):
        [answer] = await says(shared, command)
        assert "của từng nhóm" in written(answer)


async def test_an_edited_text_changes_its_answer_in_private(shared: Office) -> None:
    sent = await shared.person().says(MAI, draft())
    await shared.quiet()
    answer, count = shared.last(MAI), len(shared.messages(MAI))
    await shared.person().edits(sent, scam()["text"] + " http://nap-thuong-188.top/dang-ky")
    await shared.quiet()
    assert now_reads(shared, answer).startswith("🔴")
    assert len(shared.messages(MAI)) == count
