"""Screenshots are read when somebody hands them over; a mark in one leaves nothing."""

from __future__ import annotations

import asyncio
import io
import random
from datetime import timedelta
from pathlib import Path

import pytest

from bot.reading.recognising import find
from bot.running import running
from bot.sandbox import actions
from bot.sandbox.demo import demo
from bot.sandbox.server import Sandbox
from bot.settings import Settings
from models.reading import Picture
from tests.bot.office import MAI, NO_LIMITS, Office, office
from tests.bot.people import Json, Person, settled
from tests.bot.reading.screenshots import Sheet
from tests.bot.reading.test_pictures import code
from tests.handlers.posts import answer_to, eventually, files_with, good, rumour, written

needs_tesseract = pytest.mark.skipif(
    find() is None, reason="tesseract with Vietnamese is not installed"
)
RUMOUR = (
    "Nghe nói tuần sau cả thành phố cắt nước ba ngày liền, khu chợ trung tâm bị cắt trước tiên. "
    "Mọi người tranh thủ tích trữ nước sạch ngay hôm nay nhé!"
)
FIRST = "Cân Tin đang đọc ảnh, vài giây nữa có nhận định."
NO_READER = "máy chủ chưa có phần đọc chữ trong ảnh"
UNREADABLE = "Cân Tin chưa đọc được nội dung trong ảnh"
HIDDEN = {"kind": "hidden", "name": "Bạn Của Bạn"}


def screenshot(*lines: str, stamp: str = "") -> bytes:
    """A plain screen with these paragraphs, below a red stamp."""
    sheet = Sheet(1080, "#ffffff", "#111111", random.Random(1))
    if stamp:
        sheet.write("UBND TỈNH VÍ DỤ", "serif-bold", 40)
        sheet.write(stamp, "serif-bold", 60, ink="#d01010")
    for line in lines:
        sheet.write(line, "sans", 36)
    held = io.BytesIO()
    sheet.cut().save(held, "PNG")
    return held.getvalue()


def said(place: Office, chat: int) -> list[str]:
    """All texts that the bot sent into a chat, in order, edits as new ones."""
    telling = {"sendMessage", "editMessageText"}
    calls = [c for c in place.sandbox.world.calls if c["method"] in telling]
    return [str(c["params"]["text"]) for c in calls if str(c["params"]["chat_id"]) == str(chat)]


async def forwarded(place: Office, chat: int, photo: bytes, text: str = "") -> Json:
    sent = await place.person().forwards(chat, origin=HIDDEN, photo=photo, text=text)
    await place.quiet()
    return sent


@needs_tesseract
async def test_in_private_a_screenshot_is_answered_at_once_and_then_judged(place: Office) -> None:
    """The first answer says that it is being read; the same message then holds the advice."""
    before = len(place.messages(MAI))
    sent = await forwarded(place, MAI, screenshot(RUMOUR))
    assert len(place.messages(MAI)) == before + 1
    assert written(answer_to(place, sent)).startswith("🟠 CẦN KIỂM CHỨNG")
    assert "Nghe nói" in written(answer_to(place, sent))
    assert said(place, MAI)[-2] == FIRST
    assert files_with(place.data, "cắt nước ba ngày") == []


@needs_tesseract
async def test_in_a_group_a_forwarded_screenshot_is_judged_without_a_word_before(
    place: Office,
) -> None:
    sent = await forwarded(place, place.group, screenshot(RUMOUR))
    [text] = said(place, place.group)[1:]
    assert text.startswith("<b>🟠 CẦN KIỂM CHỨNG")
    group = await place.kept_group()
    number = str(answer_to(place, sent)["message_id"])
    review = await place.parts.desk.store.reviews.by_answer(group.id, number)
    assert review is not None
    [part] = review.parts.values()
    assert "cắt nước ba ngày" in part.text


@needs_tesseract
async def test_an_own_screenshot_in_a_group_is_read_only_when_asked_about(place: Office) -> None:
    """Then the first answer comes at once, and asking twice gives the advice twice."""
    photo = await place.person().sends_photo(place.group, photo=screenshot(RUMOUR))
    await place.quiet()
    assert len(place.messages()) == 1
    for _ in range(2):
        await place.person().says(place.group, "/kiemtra", reply_to=photo["message_id"])
        await place.quiet()
    assert [written(one)[:3] for one in place.messages()[1:]] == ["🟠 C", "🟠 C"]
    assert said(place, place.group).count(FIRST) == 1
    fetched = [call for call in place.sandbox.world.calls if call["method"] == "getFile"]
    assert len(fetched) == 1, "what was read once is not read again"


@needs_tesseract
@pytest.mark.parametrize("where", ["private", "group"])
async def test_a_marked_picture_is_refused_and_leaves_nothing(place: Office, where: str) -> None:
    chat = MAI if where == "private" else place.group
    sent = await forwarded(
        place, chat, screenshot("Về việc Khuvuonbimat tại xã Ví Dụ", stamp="MẬT"), "Xem giúp nhé"
    )
    assert written(answer_to(place, sent)).startswith("⛔ KHÔNG LƯU, KHÔNG CHIA SẺ")
    for word in ("Khuvuonbimat", "Xem giúp", "MẬT"):
        assert files_with(place.data, word) == []
    counts = (await place.parts.desk.store.health()).counts
    assert (counts["reviews"], counts["outgoing"]) == (0, 0)


@needs_tesseract
@pytest.mark.parametrize("where", ["private", "group"])
async def test_one_marked_picture_refuses_its_album(place: Office, where: str) -> None:
    """Also after another part of it was answered."""
    chat = MAI if where == "private" else place.group
    world = place.sandbox.world
    pictures = [screenshot(RUMOUR), screenshot("Về Khuvuonbimat", stamp="TỐI MẬT")]
    actions.album(world, chat, MAI, pictures, "Tin nóng", source=HIDDEN)
    await place.quiet()
    assert written(place.last(chat)).startswith("⛔")
    assert files_with(place.data, "Khuvuonbimat") == []
    assert (await place.parts.desk.store.health()).counts["reviews"] == 0


async def test_without_tesseract_the_sender_is_asked_for_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.reading.recognising.find", lambda: None)
    async with office(tmp_path) as place:
        sent = await forwarded(place, MAI, screenshot(RUMOUR))
        assert f"{UNREADABLE} ({NO_READER})" in written(answer_to(place, sent))
        assert FIRST not in said(place, MAI)
        await forwarded(place, place.group, screenshot(RUMOUR))
        assert len(place.messages()) == 1


@needs_tesseract
async def test_a_picture_without_words_is_met_with_silence_unless_asked(place: Office) -> None:
    plain = screenshot()
    await forwarded(place, place.group, plain)
    assert len(place.messages()) == 1
    sent = await forwarded(place, MAI, plain)
    assert UNREADABLE in written(answer_to(place, sent))


@needs_tesseract
async def test_a_link_in_a_qr_code_counts_one_that_is_only_printed_does_not(place: Office) -> None:
    sent = await forwarded(place, MAI, code("http://vneid-gov.top/cap-nhat.apk"))
    assert written(answer_to(place, sent)).startswith("🔴")
    sent = await forwarded(
        place, MAI, screenshot("Sáng nay trạm y tế xã khánh thành. Xem tại baochinhphu.vn/tram")
    )
    assert not written(answer_to(place, sent)).startswith("✅")


@needs_tesseract
async def test_a_picture_that_is_not_given_out_leaves_the_caption_to_judge(place: Office) -> None:
    place.sandbox.faults.add({"kind": "error", "method": "getFile", "times": None})
    sent = await forwarded(place, MAI, screenshot("Gì đó"), rumour()["text"])
    assert "Chưa đọc được chữ trong ảnh" in written(answer_to(place, sent))


class Stuck:
    """A reader that never comes to an end."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()

    async def __call__(self, *_: object) -> None:
        self.begun.set()
        await asyncio.Event().wait()


READ = "bot.reading.pictures.ScreenReader.read"


@needs_tesseract
async def test_a_group_that_waited_when_the_bot_was_stopped_is_asked_to_send_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The update is acknowledged with the first answer; a kept letter outlives the process."""
    stuck = Stuck()
    with monkeypatch.context() as patch:
        patch.setattr(READ, stuck)
        async with office(tmp_path) as place:
            photo = await place.person().sends_photo(place.group, photo=screenshot(RUMOUR))
            await place.person().says(place.group, "/kiemtra", reply_to=photo["message_id"])
            await stuck.begun.wait()

            async def told() -> bool:
                return FIRST in said(place, place.group)

            await eventually(told, "the first answer")
            assert (await place.parts.desk.store.health()).counts["outgoing"] == 1
    async with office(tmp_path, joined=False, start=place.now + timedelta(minutes=3)) as place:
        await place.quiet()
        assert any("gửi lại ảnh" in text for text in said(place, place.group))


@needs_tesseract
async def test_a_private_picture_comes_again_when_the_bot_was_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is kept of it: its update is not acknowledged before it was judged."""
    sandbox, stuck = demo(Sandbox()), Stuck()
    address = await sandbox.start()
    chosen = Settings(_env_file=None, **{"data": tmp_path, **NO_LIMITS})
    try:
        with monkeypatch.context() as patch:
            patch.setattr(READ, stuck)
            async with running(chosen, sandbox.token, address, sandbox.clock.now) as parts:
                unit = await parts.desk.store.units.add("Phường Thử", None, sandbox.clock.now())
                mai = Person(sandbox, MAI)
                await mai.says(MAI, f"/start {unit.code}")
                await settled(sandbox)
                await parts.outbox.idle()  # the answer to that is no more in the table
                await mai.forwards(MAI, origin=HIDDEN, photo=screenshot(RUMOUR))
                await stuck.begun.wait()
                assert (await parts.desk.store.health()).counts["outgoing"] == 0
        async with running(chosen, sandbox.token, address, sandbox.clock.now) as parts:
            place = Office(sandbox, parts, unit, tmp_path)
            await place.quiet()
            assert "Nghe nói" in written(place.last(MAI))
    finally:
        await sandbox.stop()


async def test_without_tesseract_a_qr_code_is_followed_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In private and, unasked, in a group; what was not read is told."""
    monkeypatch.setattr("bot.reading.recognising.find", lambda: None)
    async with office(tmp_path, read_pictures="auto") as place:
        for chat in (MAI, place.group):
            sent = await forwarded(place, chat, code("http://vneid-gov.top/cap-nhat"))
            assert written(answer_to(place, sent)).startswith("🔴")
            assert NO_READER in written(answer_to(place, sent))
            assert FIRST not in said(place, chat)


async def test_switched_off_no_picture_is_fetched(tmp_path: Path) -> None:
    async with office(tmp_path, read_pictures="off") as place:
        sent = await forwarded(place, MAI, code("http://vneid-gov.top/cap-nhat"))
        assert "đơn vị chưa bật đọc ảnh" in written(answer_to(place, sent))
        sent = await forwarded(place, MAI, code("http://vneid-gov.top/x"), rumour()["text"])
        assert "đơn vị chưa bật đọc ảnh" in written(answer_to(place, sent))
        assert not [call for call in place.sandbox.world.calls if call["method"] == "getFile"]


@needs_tesseract
async def test_words_too_faint_to_judge_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def faint(*_: object) -> Picture:
        return Picture("Ch# m~ kh@ng r0", 0.4)

    monkeypatch.setattr(READ, faint)
    async with office(tmp_path) as place:
        sent = await forwarded(place, MAI, screenshot(RUMOUR), rumour()["text"])
        assert "Chưa đọc được chữ trong ảnh (chữ trong ảnh không rõ)" in written(
            answer_to(place, sent)
        )


@pytest.mark.parametrize(
    ("kind", "named"),
    [("video", "video"), ("voice", "tin thoại"), ("audio", "tệp âm thanh"), ("document", "tệp")],
)
async def test_of_a_video_or_a_voice_the_caption_alone_is_judged_and_that_is_told(
    place: Office, kind: str, named: str
) -> None:
    file = {"file_id": "V1", "file_unique_id": f"U-{kind}", "duration": 3}
    shape = {"video": {"width": 9, "height": 16}, "document": {"mime_type": "application/pdf"}}
    moment = int(place.now.timestamp())
    content = {
        kind: file | shape.get(kind, {}),
        "caption": rumour()["text"],
        "forward_origin": {"type": "hidden_user", "sender_user_name": "Bạn", "date": moment},
    }
    for chat in (MAI, place.group):
        sent = await place.person().posts(chat, content)
        await place.quiet()
        answer = written(answer_to(place, sent))
        assert answer.startswith("🟠 CẦN KIỂM CHỨNG")
        assert f"Cân Tin chưa xem, nghe được {named}" in answer


@pytest.mark.parametrize("press", [True, False])
async def test_a_press_unit_is_reminded_that_its_head_approves_videos(
    tmp_path: Path, press: bool
) -> None:
    """Where the installation is marked as one, and nowhere else; a good video too."""
    async with office(tmp_path, press_unit=press) as place:
        post = good()
        content = {
            "video": {
                "file_id": "V1",
                "file_unique_id": "U9",
                "duration": 30,
                "width": 9,
                "height": 16,
            },
            "caption": f"{post['text']} {post['link']}",
            "forward_origin": {"type": "hidden_user", "sender_user_name": "Bạn", "date": 1},
        }
        for chat in (MAI, place.group):
            sent = await place.person().posts(chat, content)
            await place.quiet()
            answer = written(answer_to(place, sent))
            assert ("CV 3270-CV/BTGTU" in answer) is press
            assert ("người đứng đầu" in answer) is press
