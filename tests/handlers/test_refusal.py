"""A state-secret mark: one fixed line, and nothing anywhere: no row, text, hash, file or log."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from bot.sandbox import actions
from bot.sandbox.pictures import plain_png
from tests.bot.office import HANH, MAI, Office, office
from tests.bot.people import CHANNEL, Json
from tests.bot.reception import eventually
from tests.handlers.posts import asks, files_with, labels, marked, written

LINE = (
    "⛔ KHÔNG LƯU, KHÔNG CHIA SẺ\n"
    "Bài này có dấu hiệu là tài liệu mang dấu chỉ độ mật. Cân Tin đã dừng đọc và không giữ lại gì "
    "của bài.\n"
    "Anh/chị giúp xóa bài khỏi nhóm và báo văn thư của cơ quan để được hướng dẫn (Điều 5 Luật Bảo "
    "vệ bí mật nhà nước 117/2025/QH15).\n"
    "Trả lời tự động bằng AI, chỉ để tham khảo."
)
CANARY = "Khuvuonbimat"
ORIGIN = {"type": "hidden_user", "sender_user_name": "Ai đó", "date": 1}


async def refused(
    place: Office, content: Json, chat: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Post it; the fixed line comes, without buttons, and nothing is left of the post."""
    caplog.set_level(logging.DEBUG)
    health = await place.parts.desk.store.health()
    sent = await place.person().posts(chat, content)
    await place.quiet()
    answer = await place.person().answer_in(chat, sent, within=1)
    assert written(answer) == LINE
    assert labels(answer) == []
    assert await place.parts.desk.store.health() == health
    assert files_with(place.data, CANARY) == []
    assert CANARY not in caplog.text


def contents(place: Office) -> dict[str, Json]:
    """The ways in which a marked document is handed over."""
    text = marked(CANARY)
    file = {"file_id": "F9", "file_unique_id": "U9"}
    photo = actions.photo_content(place.sandbox.world, plain_png(), text)
    return {
        "text": {"text": text},
        "photo": photo,
        "document": {"document": file | {"file_name": f"{CANARY}.pdf"}, "caption": text},
        "video": {
            "video": file | {"width": 1, "height": 1, "duration": 1},
            "caption": text,
        },
    }


@pytest.mark.parametrize("kind", ["text", "photo", "document", "video"])
@pytest.mark.parametrize("private", [False, True])
async def test_a_forwarded_marked_post_leaves_nothing(
    shared: Office, caplog: pytest.LogCaptureFixture, kind: str, private: bool
) -> None:
    content = contents(shared)[kind] | {"forward_origin": ORIGIN}
    await refused(shared, content, MAI if private else shared.group, caplog)


@pytest.mark.parametrize("kind", ["text", "photo", "document", "video"])
async def test_a_marked_post_pasted_in_private_leaves_nothing(
    shared: Office, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    await refused(shared, contents(shared)[kind], MAI, caplog)


@pytest.mark.parametrize("mark", ["LƯU HÀNH NỘI BỘ", "XEM XONG TRẢ LẠI"])
async def test_of_a_post_that_must_not_circulate_no_word_is_kept(place: Office, mark: str) -> None:
    """🔴, the verdict is kept and can be pressed; its words are in no file."""
    text = f"UBND PHƯỜNG VÍ DỤ\n{mark}\nTHÔNG BÁO\nNghe nói {CANARY} lộ rồi, gọi 0900 000 123"
    await place.person().forwards(place.group, text=text)
    await place.person().sends_album(place.group, text, origin=CHANNEL)
    await place.quiet()
    assert [written(message)[:1] for message in place.messages()[1:]] == ["🔴", "🔴"]
    assert (await place.parts.desk.store.health()).counts["reviews"] == 2
    assert files_with(place.data, CANARY) == []


async def test_asked_about_a_marked_message_the_bot_says_the_fixed_line(shared: Office) -> None:
    """/kiemtra in reply, with the text behind it, and a mention beside it."""
    sent = await shared.person().says(shared.group, marked(CANARY))
    await shared.quiet()
    count = len(shared.messages())
    await shared.person(HANH).says(shared.group, "/kiemtra", reply_to=sent["message_id"])
    await shared.quiet()
    assert [written(message) for message in shared.messages()[count:]] == [LINE]
    assert written(await asks(shared, f"/kiemtra {marked(CANARY)}")) == LINE
    assert written(await asks(shared, f"@can_tin_thu_bot\n{marked(CANARY)}")) == LINE
    assert files_with(shared.data, CANARY) == []


async def test_a_refused_post_cannot_be_shared_or_asked_about(shared: Office) -> None:
    """A question in reply to the fixed line tells nothing of the post."""
    await shared.person().forwards(shared.group, text=marked(CANARY))
    await shared.quiet()
    line = shared.last()
    answer = await asks(shared, "Tại sao vậy?", reply_to=line["message_id"])
    assert CANARY not in written(answer)
    assert "Số nhận định" not in written(answer)


async def test_a_line_that_cannot_be_sent_waits_in_memory_only(place: Office) -> None:
    """Telegram is away for a moment: the line comes later, and nothing was kept meanwhile."""
    place.sandbox.faults.add({"kind": "error", "method": "sendMessage", "times": 1})
    sent = await place.person().forwards(place.group, text=marked(CANARY))
    await place.person().answer_in(place.group, sent)
    assert written(place.last()) == LINE
    assert (await place.parts.desk.store.health()).counts["outgoing"] == 0
    assert files_with(place.data, CANARY) == []


async def test_a_change_of_an_answer_that_waits_goes_with_its_post(place: Office) -> None:
    """A press's edit quotes the post as it was before a mark was added to it."""
    words = f"Nghe nói tuần sau {CANARY} cắt nước https://la.example.com/1"
    sent = await place.person().says(place.group, words)
    await place.quiet()
    assert CANARY in written(place.last())
    later = {"kind": "retry", "method": "editMessageText", "seconds": 30, "times": None}
    place.sandbox.faults.add(later)
    await place.person().presses(place.last(), "Đã chia sẻ")
    await eventually(place.parts.outbox.waiting)
    assert files_with(place.data, CANARY) != []
    await place.person().edits(sent, marked(CANARY))
    await eventually(lambda: files_with(place.data, CANARY) == [])


async def test_nothing_is_left_after_the_bot_has_stopped(tmp_path: Path) -> None:
    """Not even when the write-ahead log is folded into the file."""
    async with office(tmp_path) as place:
        await place.person().forwards(place.group, text=marked(CANARY))
        await place.person().says(MAI, marked(CANARY))
        await place.quiet()
    assert files_with(tmp_path, "Phường Thử Nghiệm") == ["cantin.db"], "the search itself works"
    assert files_with(tmp_path, CANARY) == []


async def test_a_failure_while_judging_logs_no_word_of_the_post(
    place: Office, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Any error of ours is logged with its number, which the reader is given; the words are not."""

    def breaks(*_given: object, **_more: object) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(place.parts.desk._judge, "judge", breaks)
    caplog.set_level(logging.DEBUG)
    sent = await place.person().forwards(place.group, text=marked(CANARY))
    await place.quiet()
    apology = written(await place.person().answer_in(place.group, sent, within=1))
    assert "Xin lỗi anh/chị" in apology
    number = apology.partition("báo giúp bộ phận công nghệ thông tin số ")[2][:6]
    assert number in caplog.text
    assert "broken on purpose" in caplog.text
    assert CANARY not in caplog.text
    assert files_with(place.data, CANARY) == []
