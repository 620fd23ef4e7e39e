"""The buttons under an answer: who may press, what counts, what is only noted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.sandbox.members import set_person
from models.ledger import Review
from tests.bot.office import HANH, KHOA, MAI, SEN, TAN, Office
from tests.bot.people import Json
from tests.handlers.posts import (
    current,
    draft,
    forge,
    labels,
    now_reads,
    press_and_see,
    rumour,
    scam,
    tally,
    weighed,
    written,
)

OPEN = ["Đã chia sẻ", "Không chia sẻ", "Hỏi người phụ trách", "Nhận định chưa đúng"]
PRESSED = ["Hoàn tác", "Hỏi người phụ trách", "Nhận định chưa đúng"]


async def review_of(place: Office, answer: Json) -> Review:
    """The review behind an answer."""
    group = await place.kept_group(answer["chat"]["id"])
    found = await place.parts.desk.store.reviews.by_answer(group.id, str(answer["message_id"]))
    assert found is not None
    return found


async def test_any_member_marks_a_post_as_shared(shared: Office) -> None:
    """It counts one; the others see it in the answer, which offers to undo."""
    answer, before = await weighed(shared), await tally(shared)
    assert "Đã ghi: nhóm chia sẻ" in await press_and_see(shared, answer, "Đã chia sẻ", HANH)
    assert (await tally(shared)).total == before.total + 1
    assert "· nhóm đã chia sẻ" in now_reads(shared, answer)
    assert labels(current(shared, answer)) == PRESSED


async def test_the_first_press_wins(shared: Office) -> None:
    """Two press at once on what both still see: one share; the second is told."""
    answer, before = await weighed(shared), await tally(shared)
    await shared.person(HANH).presses(answer, "Đã chia sẻ")
    await shared.person(TAN).presses(answer, "Đã chia sẻ")
    await shared.quiet()
    assert (await tally(shared)).total == before.total + 1
    said = [n.text for n in shared.sandbox.world.notices if n.user in {HANH, TAN}][-2:]
    assert sum("Đã ghi" in text for text in said) == 1
    assert sum("được ghi là chia sẻ trước đó" in text for text in said) == 1


async def test_a_decline_after_a_share_changes_nothing(shared: Office) -> None:
    answer = await weighed(shared)
    await press_and_see(shared, answer, "Đã chia sẻ")
    before = await tally(shared)
    review = await review_of(shared, answer)
    said = await forge(shared, current(shared, answer), f"1:decline:{review.id}", TAN)
    assert "được ghi là chia sẻ trước đó" in said
    assert await tally(shared) == before
    assert "nhóm đã chia sẻ" in now_reads(shared, answer)


async def test_a_red_post_is_asked_about_once_more_before_it_counts(shared: Office) -> None:
    answer, before = await weighed(shared, **scam()), await tally(shared)
    assert await press_and_see(shared, answer, "Đã chia sẻ") == ""
    assert labels(current(shared, answer)) == ["Vẫn ghi là đã chia sẻ", "Thôi"]
    assert await tally(shared) == before
    await press_and_see(shared, current(shared, answer), "Vẫn ghi là đã chia sẻ")
    assert (await tally(shared)).total == before.total + 1
    assert labels(current(shared, answer)) == PRESSED


async def test_who_thinks_again_is_shown_the_answer_as_it_was(shared: Office) -> None:
    answer, before = await weighed(shared, **scam()), await tally(shared)
    await press_and_see(shared, answer, "Đã chia sẻ")
    assert "Không có gì thay đổi" in await press_and_see(shared, current(shared, answer), "Thôi")
    assert now_reads(shared, answer) == written(answer)
    assert await tally(shared) == before


async def test_a_decline_is_shown_and_can_be_taken_back(shared: Office) -> None:
    answer, before = await weighed(shared), await tally(shared)
    assert "nhóm không chia sẻ" in await press_and_see(shared, answer, "Không chia sẻ", HANH)
    assert "· nhóm không chia sẻ" in now_reads(shared, answer)
    await press_and_see(shared, current(shared, answer), "Hoàn tác", TAN)
    assert labels(current(shared, answer)) == OPEN
    assert await tally(shared) == before


async def test_an_undo_takes_the_share_back(shared: Office) -> None:
    answer, before = await weighed(shared), await tally(shared)
    await press_and_see(shared, answer, "Đã chia sẻ")
    review = await review_of(shared, answer)
    assert "Đã hoàn tác" in await press_and_see(shared, current(shared, answer), "Hoàn tác", TAN)
    assert await tally(shared) == before
    assert now_reads(shared, answer) == written(answer)
    again = await forge(shared, current(shared, answer), f"1:undo:{review.id}", HANH)
    assert "Không còn gì để hoàn tác" in again
    assert await tally(shared) == before


async def relabelled(place: Office, answer: Json, tone: str, user: int) -> str:
    """Press *Nhận định chưa đúng* and choose; the pop-up."""
    await press_and_see(place, answer, "Nhận định chưa đúng", user)
    question = place.last()
    assert labels(question) == ["Tích cực", "Trung tính", "Tiêu cực", "Thôi"]
    return await press_and_see(place, question, tone, user)


async def test_an_administrators_tone_counts_and_moves_the_balance(shared: Office) -> None:
    answer, before = await weighed(shared), await tally(shared)
    await press_and_see(shared, answer, "Đã chia sẻ")
    said = await relabelled(shared, current(shared, answer), "Tiêu cực", MAI)
    assert "Đã sửa sắc thái thành tiêu cực" in said
    after = await tally(shared)
    assert (after.total, after.negative) == (before.total + 1, before.negative + 1)
    assert "Sắc thái: tiêu cực (quản trị nhóm đã xác nhận)" in now_reads(shared, answer)
    assert labels(shared.last()) == [], "the question is closed"
    await relabelled(shared, current(shared, answer), "Tích cực", TAN)
    assert (await tally(shared)).negative == before.negative


async def test_a_members_tone_is_noted_as_a_dispute(shared: Office) -> None:
    answer = await weighed(shared)
    await press_and_see(shared, answer, "Đã chia sẻ")
    before, seen = await tally(shared), now_reads(shared, answer)
    said = await relabelled(shared, current(shared, answer), "Tiêu cực", HANH)
    assert "Đã ghi ý kiến của anh/chị (sắc thái tiêu cực)" in said
    assert await tally(shared) == before
    assert now_reads(shared, answer) == seen
    review = await review_of(shared, answer)
    assert review.tone is review.verdict.tone


async def test_the_question_for_a_tone_can_be_closed(shared: Office) -> None:
    answer = await weighed(shared)
    await press_and_see(shared, answer, "Nhận định chưa đúng", HANH)
    question = shared.last()
    await press_and_see(shared, question, "Thôi", HANH)
    assert labels(current(shared, question)) == []
    assert labels(current(shared, answer)) == OPEN


async def test_without_a_person_in_charge_it_says_so(shared: Office) -> None:
    answer = await weighed(shared)
    assert "chưa đặt người phụ trách" in await press_and_see(shared, answer, "Hỏi người phụ trách")


async def test_the_person_in_charge_is_written_to_once(place: Office) -> None:
    """The letter has the level, the reference number and the words; the second press is told."""
    await place.person(SEN).says(SEN, f"/start {place.unit.code}")
    await place.quiet()
    await place.parts.desk.store.units.change(place.unit.id, contact=f"telegram:{SEN}")
    post = rumour()
    answer, count = await weighed(place, **post), len(place.messages(SEN))
    assert "Đã nhắn" in await press_and_see(place, answer, "Hỏi người phụ trách", HANH)
    assert "được gửi cho người phụ trách rồi" in await press_and_see(
        place, answer, "Hỏi người phụ trách", TAN
    )
    [told] = place.messages(SEN)[count:]
    reference = written(answer).partition("Số nhận định ")[2][:9]
    assert "Nghe nói tuần sau" in written(told)
    assert "CẦN KIỂM CHỨNG" in written(told)
    assert reference in written(told)


async def test_asking_in_private_tells_the_words_and_keeps_none(place: Office) -> None:
    await place.person(SEN).says(SEN, f"/start {place.unit.code}")
    await place.quiet()
    await place.parts.desk.store.units.change(place.unit.id, contact=f"telegram:{SEN}")
    answer = await weighed(place, MAI, **rumour())
    assert "Đã nhắn" in await press_and_see(place, answer, "Hỏi người phụ trách", MAI)
    told = place.last(SEN)
    assert "Một đồng nghiệp trong đơn vị" in written(told)
    assert "Mai" not in written(told), "nobody is named"


async def test_the_question_for_people_comes_only_where_it_is_on(place: Office) -> None:
    """Yes or no, once, after the share; the answer stays with the share."""
    answer, count = await weighed(place), len(place.messages())
    await press_and_see(place, answer, "Đã chia sẻ")
    assert len(place.messages()) == count
    group = await place.kept_group()
    await place.parts.desk.store.groups.configure(group.id, replace(group.settings, questions=True))
    answer = await weighed(place)
    await press_and_see(place, answer, "Đã chia sẻ")
    question = place.last()
    assert labels(question) == ["Có", "Chưa"]
    assert "Cảm ơn anh/chị" in await press_and_see(place, question, "Có", HANH)
    assert labels(current(place, question)) == []
    assert (await tally(place)).total == 2


async def test_only_administrators_call_a_text_the_units_draft(shared: Office) -> None:
    sent = await shared.person(TAN).says(shared.group, draft())
    await shared.person(TAN).says(shared.group, "/kiemtra", reply_to=sent["message_id"])
    await shared.quiet()
    answer = shared.last()
    assert labels(answer) == [*OPEN, "Bản nháp của đơn vị"]
    said = await press_and_see(shared, answer, "Bản nháp của đơn vị", HANH)
    assert "Chỉ quản trị nhóm" in said
    assert now_reads(shared, answer) == written(answer)
    await press_and_see(shared, answer, "Bản nháp của đơn vị", TAN)
    assert "CÂN NHẮC" in now_reads(shared, answer)
    assert "Bản nháp: chưa thấy vướng mắc" in now_reads(shared, answer)
    assert "Bản nháp của đơn vị" not in labels(current(shared, answer))


@pytest.mark.parametrize(
    "data",
    [
        "1:share:{number}999",
        "0:share:{number}",
        "2:share:{number}",
        "1:share",
        "1:share:-5",
        "1:share:99999999999999999999999999",
        "1:unknown:{number}",
        "share",
        "",
        "1:undo:0",
        "1:decline:0",
        "1:tone:{number}:x",
        "1:tone:0:n",
        "1:set:{number}:auto",
        "1:nset:{number}:hour:25",
        "1:pause:{number}",
        "1:share:" + "9" * 56,
        "1:\u0131share:１２",
    ],
)
async def test_a_forged_button_is_told_it_has_expired_and_changes_nothing(
    shared: Office, data: str
) -> None:
    answer = await weighed(shared)
    review, health = await review_of(shared, answer), await shared.parts.desk.store.health()
    said = await forge(shared, answer, data.format(number=review.id))
    assert "Nút này đã hết hạn" in said
    assert await shared.parts.desk.store.health() == health
    assert await review_of(shared, answer) == review
    assert now_reads(shared, answer) == written(answer)


@pytest.mark.parametrize("verb", ["share", "sure", "decline", "undo", "cancel", "wrong", "draft"])
async def test_another_groups_button_changes_nothing(shared: Office, verb: str) -> None:
    """Khoa, in the other group, presses what belongs to the first."""
    answer = await weighed(shared)
    review, health = await review_of(shared, answer), await shared.parts.desk.store.health()
    welcome, count = shared.messages(shared.other)[0], len(shared.messages(shared.other))
    said = await forge(shared, welcome, f"1:{verb}:{review.id}", KHOA)
    assert "Nút này đã hết hạn" in said
    assert now_reads(shared, welcome) == written(welcome)
    assert await shared.parts.desk.store.health() == health
    assert await review_of(shared, answer) == review
    assert len(shared.messages(shared.other)) == count


async def test_a_button_in_a_group_that_was_left_is_expired(place: Office) -> None:
    answer = await weighed(place)
    await place.parts.desk.store.groups.leave("telegram", str(place.group), place.now)
    assert "Nút này đã hết hạn" in await press_and_see(place, answer, "Đã chia sẻ")


async def test_a_demoted_administrator_only_disputes(place: Office) -> None:
    """Telegram is asked again after five minutes."""
    answer = await weighed(place)
    chat = place.sandbox.world.chats[place.group]
    set_person(place.sandbox.world, chat, TAN, "member", by=MAI)
    said = await relabelled(place, answer, "Tiêu cực", TAN)
    assert "Đã ghi ý kiến" in said


@pytest.mark.parametrize("words", ["", "LƯU HÀNH NỘI BỘ\n"])
async def test_a_text_that_is_not_kept_cannot_become_a_draft(place: Office, words: str) -> None:
    """Deleted by its sender, or never kept: there is nothing to judge again, nothing changes."""
    text = f"UBND PHƯỜNG VÍ DỤ\n{words}THÔNG BÁO\n{draft()}"
    sent = await place.person(TAN).says(place.group, text)
    await place.person(TAN).says(place.group, "/kiemtra", reply_to=sent["message_id"])
    await place.quiet()
    answer = place.last()
    assert ("Bản nháp của đơn vị" in labels(answer)) is (not words)
    await place.person(TAN).says(place.group, "/xoadulieu")
    await place.quiet()
    review = await review_of(place, answer)
    assert "đã hết hạn" in await forge(place, answer, f"1:draft:{review.id}")
    assert now_reads(place, answer) == written(answer)
