"""In a group: what is answered, how shortly, and on what the bot keeps silent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from models.balance import Tally
from tests.bot.office import HANH, TAN, Office
from tests.bot.people import CHANNEL, Json
from tests.handlers.posts import (
    VOICE,
    WORK_NOTICE,
    draft,
    good,
    labels,
    press_and_see,
    rumour,
    scam,
    tally,
    weighed,
    written,
)

BUTTONS = ["Đã chia sẻ", "Không chia sẻ", "Hỏi người phụ trách", "Nhận định chưa đúng"]


async def answers(place: Office, text: str, *, user: int = TAN, **more: int) -> list[Json]:
    """Say something in the group; what the bot says to it."""
    before = len(place.messages())
    await place.person(user).says(place.group, text, **more)
    await place.quiet()
    return place.messages()[before:]


def folded(message: Json) -> tuple[str, str]:
    """What everybody sees of an answer, and what is folded into an expandable quotation."""
    units = message["text"].encode("utf-16-le")
    for entity in message.get("entities", []):
        if entity["type"] == "expandable_blockquote":
            start = 2 * entity["offset"]
            return units[:start].decode("utf-16-le"), units[start:].decode("utf-16-le")
    return message["text"], ""


async def test_a_forward_is_answered_under_it_with_four_buttons(shared: Office) -> None:
    sent = await shared.person(HANH).forwards(shared.group, **good())
    await shared.quiet()
    answer = await shared.person().answer_in(shared.group, sent, within=1)
    assert answer["reply_to_message"]["message_id"] == sent["message_id"]
    assert labels(answer) == BUTTONS


async def test_an_unasked_answer_shows_six_lines_and_folds_the_rest(shared: Office) -> None:
    """Level, first reason and balance stay; tone, advice and reference are in the quotation."""
    seen, hidden = folded(await weighed(shared, **rumour()))
    assert len(seen.strip().splitlines()) <= 6
    assert seen.startswith("🟠 CẦN KIỂM CHỨNG")
    assert "Cân đối 30 ngày qua" in seen or "Tin tiêu cực 30 ngày qua" in seen
    for part in ("Sắc thái", "Nên làm", "Số nhận định", "Trả lời tự động bằng AI"):
        assert part in hidden


async def test_a_link_is_answered_too(shared: Office) -> None:
    [answer] = await answers(shared, f"Mọi người xem {good()['link']}")
    assert labels(answer) == BUTTONS


async def test_a_link_behind_words_is_a_link(shared: Office) -> None:
    post = good()
    entity = {"type": "text_link", "offset": 0, "length": 4, "url": post["link"]}
    before = len(shared.messages())
    await shared.person().says(shared.group, "Xem thêm tin này", entities=[entity])
    await shared.quiet()
    assert len(shared.messages()) == before + 1


@pytest.mark.parametrize(
    "text",
    [
        "Cảm ơn anh chị nhiều ạ!",
        "Chiều nay ai đi xe chung không nhỉ, nhà tôi ở ngay gần cơ quan",
        "👍",
        WORK_NOTICE,
        "Họp lúc 9 giờ: https://zoom.us/j/123456789",
        "Phòng họp trực tuyến https://meet.google.com/abc-defg-hij",
        "Địa điểm https://maps.app.goo.gl/abcdEFGH12345",
        "Bảng tổng hợp https://docs.google.com/spreadsheets/d/1AbC/edit",
        "Điền giúp mẫu https://forms.gle/abcDEF123",
        "1.500.000.000 đồng, hạn nộp 30.11.2026 ạ",
        "/lenhkhac của bot khác",
    ],
)
async def test_chatter_work_notices_and_tools_links_pass_in_silence(
    shared: Office, text: str
) -> None:
    assert await answers(shared, text) == []


async def test_a_forwarded_work_notice_passes_in_silence(shared: Office) -> None:
    before = len(shared.messages())
    await shared.person().forwards(shared.group, origin="user", text=WORK_NOTICE)
    await shared.quiet()
    assert len(shared.messages()) == before


async def test_what_cannot_be_read_passes_in_silence_unless_asked(shared: Office) -> None:
    """/kiemtra in reply says that a voice cannot be read and asks for the words."""
    before = len(shared.messages())
    content = VOICE | {
        "forward_origin": {"type": "hidden_user", "sender_user_name": "A", "date": 1}
    }
    sent = await shared.person().posts(shared.group, content)
    await shared.person().sends_photo(shared.group)
    await shared.quiet()
    assert len(shared.messages()) == before
    [answer] = await answers(shared, "/kiemtra", reply_to=sent["message_id"])
    assert "chưa đọc được nội dung trong tin thoại" in written(answer)


async def test_a_scam_is_answered_though_nobody_asked(shared: Office) -> None:
    assert written(await weighed(shared, **scam())).startswith("🔴 KHÔNG NÊN CHIA SẺ")


async def test_a_mention_in_reply_weighs_the_message_above(shared: Office) -> None:
    """Asked, it answers in full; the answer stands under the message weighed."""
    sent = await shared.person().says(shared.group, draft())
    [answer] = await answers(shared, "@can_tin_thu_bot xem giúp", reply_to=sent["message_id"])
    assert answer["reply_to_message"]["message_id"] == sent["message_id"]
    assert folded(answer)[1] == ""
    assert "Nên làm" in written(answer)


async def test_a_mention_beside_a_text_weighs_that_text(shared: Office) -> None:
    [answer] = await answers(shared, f"@can_tin_thu_bot {rumour()['text']}")
    assert "Số nhận định" in written(answer)


async def test_a_mention_alone_is_told_how_to_ask(shared: Office) -> None:
    [answer] = await answers(shared, "@can_tin_thu_bot ơi")
    assert "gõ /kiemtra" in written(answer)


async def test_a_question_in_reply_to_an_answer_gets_the_whole_answer(shared: Office) -> None:
    first = await weighed(shared, **rumour())
    [whole] = await answers(shared, "Tại sao vậy?", reply_to=first["message_id"])
    assert folded(whole)[1] == ""
    reference = written(first).partition("Số nhận định ")[2][:9]
    assert reference in written(whole)


@pytest.mark.parametrize("words", ["/kiemtra", "@can_tin_thu_bot nói rõ hơn giúp"])
async def test_asked_about_its_own_answer_it_gives_that_whole(shared: Office, words: str) -> None:
    """The bot's words are no post: they are not weighed."""
    first = await weighed(shared, **rumour())
    reviews = (await shared.parts.desk.store.health()).counts["reviews"]
    [whole] = await answers(shared, words, reply_to=first["message_id"])
    assert folded(whole)[1] == ""
    assert written(first).partition("Số nhận định ")[2][:9] in written(whole)
    assert (await shared.parts.desk.store.health()).counts["reviews"] == reviews


async def test_thanks_in_reply_to_an_answer_stay_unanswered(shared: Office) -> None:
    first = await weighed(shared, **rumour())
    assert await answers(shared, "Cảm ơn em", reply_to=first["message_id"]) == []


@pytest.mark.parametrize("command", ["/kiemtra", "/check", "/kiemtra@can_tin_thu_bot"])
async def test_kiemtra_in_reply_weighs_that_message(shared: Office, command: str) -> None:
    sent = await shared.person().says(shared.group, draft())
    [answer] = await answers(shared, command, reply_to=sent["message_id"])
    assert "Số nhận định" in written(answer)
    assert folded(answer)[1] == ""


async def test_kiemtra_weighs_a_work_notice_when_asked(shared: Office) -> None:
    sent = await shared.person().says(shared.group, WORK_NOTICE)
    assert len(await answers(shared, "/kiemtra", reply_to=sent["message_id"])) == 1


async def test_kiemtra_with_a_text_weighs_the_text(shared: Office) -> None:
    [answer] = await answers(shared, f"/kiemtra {rumour()['text']}")
    assert "Số nhận định" in written(answer)


async def test_kiemtra_with_a_link_sees_the_link(shared: Office) -> None:
    post = good()
    [answer] = await answers(shared, f"/kiemtra {post['text']} {post['link']}")
    assert written(answer).startswith("✅")


async def test_kiemtra_alone_says_how_to_use_it(shared: Office) -> None:
    [answer] = await answers(shared, "/kiemtra")
    assert "Anh/chị trả lời (reply) bài cần xem rồi gõ /kiemtra" in written(answer)


async def test_asked_about_an_answered_post_it_says_the_same_in_full(shared: Office) -> None:
    """One judgement: the same reference number, and still one review."""
    sent = await shared.person().forwards(shared.group, **rumour())
    await shared.quiet()
    first = shared.last()
    [again] = await answers(shared, "/kiemtra", reply_to=sent["message_id"])
    reference = written(first).partition("Số nhận định ")[2][:9]
    assert reference
    assert reference in written(again)


async def test_another_bots_command_is_not_ours(shared: Office) -> None:
    assert await answers(shared, "/kiemtra@bot_khac_bot gì đó") == []


async def test_one_answer_however_often_a_message_comes(shared: Office) -> None:
    """The same message under a new update number: nothing more is said or kept."""
    sent = await shared.person().forwards(shared.group, **good())
    await shared.quiet()
    before, health = len(shared.messages()), await shared.parts.desk.store.health()
    shared.sandbox.world.updates.put("message", shared.group, sent)
    await shared.quiet()
    assert len(shared.messages()) == before
    assert await shared.parts.desk.store.health() == health


async def test_the_same_post_forwarded_twice_counts_as_one_share(place: Office) -> None:
    """Each message is answered; the second press says that it was counted before."""
    post = good() | {"origin": {**CHANNEL, "message_id": 77}}
    first = await weighed(place, **post)
    second = await weighed(place, **post)
    assert "Đã ghi: nhóm chia sẻ bài này." in await press_and_see(place, first, "Đã chia sẻ")
    assert "được ghi là chia sẻ trước đó" in await press_and_see(place, second, "Đã chia sẻ")
    assert (await tally(place)).total == 1


@pytest_asyncio.fixture(loop_scope="module")
async def asked_only(shared: Office) -> AsyncIterator[Office]:
    """The shared office with the group's automatic answers switched off."""
    group = await shared.kept_group()
    groups = shared.parts.desk.store.groups
    await groups.configure(group.id, replace(group.settings, auto=False))
    yield shared
    await groups.configure(group.id, group.settings)


async def test_switched_off_it_speaks_only_when_asked(asked_only: Office) -> None:
    place = asked_only
    before = len(place.messages())
    sent = await place.person().forwards(place.group, **rumour())
    await place.person().says(place.group, good()["link"])
    await place.quiet()
    assert len(place.messages()) == before
    [answer] = await answers(place, "/kiemtra", reply_to=sent["message_id"])
    assert written(answer).startswith("🟠")
    [mention] = await answers(place, f"@can_tin_thu_bot {good()['link']}")
    assert "Số nhận định" in written(mention)


async def test_an_asked_answer_names_the_balance(shared: Office) -> None:
    """Fewer than seven posts are never an alarm."""
    assert (await tally(shared)) == Tally()
    [answer] = await answers(shared, f"/kiemtra {rumour()['text']}")
    assert "chưa đủ dữ liệu (mới có 0 bài, cần từ 7 bài)" in written(answer)
