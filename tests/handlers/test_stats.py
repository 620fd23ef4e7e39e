"""/stats and /baocao: four windows, in a group and in private, with a picture."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from models.verdict import Tone
from tests.bot.office import HANH, KHOA, MAI, Office, days, office
from tests.handlers.posts import asks, good, press_and_see, rumour, weighed, written

WINDOWS = {7: 1, 30: 2, 90: 3, 365: 4}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def year(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    """Four shares, 150, 50, 10 and 0 days ago."""
    async with office(tmp_path_factory.mktemp("year")) as place:
        for pause in (100, 40, 10, 0):
            await press_and_see(place, await weighed(place), "Đã chia sẻ")
            await place.sandbox.jump(place.now + days(pause + 0.001))
            await place.quiet()
        yield place


@pytest.mark.parametrize(("window", "count"), WINDOWS.items())
@pytest.mark.parametrize("private", [False, True])
async def test_each_window_counts_its_own_days(
    year: Office, window: int, count: int, private: bool
) -> None:
    answer = await asks(year, f"/stats {window}", chat=MAI if private else None)
    assert f"{window} ngày qua" in answer["caption"]
    assert f"Đã chia sẻ {count} bài" in answer["caption"]


@pytest.mark.parametrize(
    ("words", "window"),
    [
        ("", 30),
        ("tuan", 7),
        ("tuần", 7),
        ("thang", 30),
        ("tháng này", 30),
        ("QUÝ", 90),
        ("quy", 90),
        ("nam", 365),
        ("năm", 365),
        ("na\u0306m", 365),
        ("abc", 30),
        ("-1", 30),
    ],
)
async def test_windows_have_names_too(year: Office, words: str, window: int) -> None:
    """tuần, tháng, quý, năm, with or without marks, in either Unicode form."""
    command = "/thongke" if words.isascii() else "/stats"
    answer = await asks(year, f"{command} {words}")
    assert f"{window} ngày qua" in answer["caption"]


async def test_the_report_is_text_to_copy(year: Office) -> None:
    """No picture; the counts by week; any member may ask."""
    answer = await asks(year, "/baocao 90", user=HANH)
    assert "photo" not in answer
    assert "90 ngày" in answer["text"]
    assert "3" in answer["text"]


async def test_the_picture_is_a_png_that_can_be_read_on_a_phone(year: Office) -> None:
    answer = await asks(year, "/stats")
    file = year.sandbox.world.files[answer["photo"][-1]["file_id"]]
    assert file.data.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(file.data) > 10_000
    width, height = file.size
    assert width >= 800
    assert height >= 400


async def test_the_same_picture_is_sent_again_by_its_id(year: Office) -> None:
    """Asked twice, the second answer uploads nothing."""
    await asks(year, "/stats 365")
    await asks(year, "/stats 365", user=HANH)
    sent = [call for call in year.sandbox.world.calls if call["method"].lower() == "sendphoto"]
    assert sent[-1]["params"]["photo"] in year.sandbox.world.files


async def test_another_group_and_a_stranger_see_other_figures(year: Office) -> None:
    """The other group of the unit has shared nothing; its own figures say so."""
    answer = await asks(year, "/stats 365", KHOA, year.other)
    assert "Chưa có bài nào được ghi là đã chia sẻ" in answer["caption"]


async def test_the_figures_say_what_they_are(year: Office) -> None:
    caption = (await asks(year, "/stats"))["caption"]
    assert "Chỉ tính các bài đã gửi cho Cân Tin và được ghi là đã chia sẻ." in caption
    assert "mức tham chiếu" in caption
    assert "664/PTTH" in caption


async def test_from_seven_posts_on_there_is_a_ratio_and_a_way_back(tmp_path: Path) -> None:
    """Two negative of eight breach 15 %: the exact number of posts that restores it is named."""
    async with office(tmp_path) as place:
        store, group = place.parts.desk.store, await place.kept_group()
        for number in range(8):
            answer = await weighed(place, **good())
            await press_and_see(place, answer, "Đã chia sẻ")
            review = await store.reviews.by_answer(group.id, str(answer["message_id"]))
            assert review is not None
            tone = Tone.NEGATIVE if number < 2 else Tone.POSITIVE
            await place.parts.desk.relabel(review.id, tone, place.now)
            if number == 5:
                few = await asks(place, "/stats")
                assert "chưa đủ dữ liệu" in few["caption"]
                assert "vượt" not in few["caption"]
        full = await asks(place, "/stats")
        assert "Tỷ lệ tiêu cực: 25,0 %" in full["caption"]
        assert "có thêm 6 bài không tiêu cực thì về lại dưới 15 %" in full["caption"]
        answer = await weighed(place, **rumour())
        assert "Tin tiêu cực 30 ngày qua: 2 trong 8; nếu chia sẻ: " in written(answer)


async def test_an_undo_after_days_counts_on_the_day_of_the_share(tmp_path: Path) -> None:
    """Shared ten days ago, undone today: the last 30 days have it no more, nor have the last 7."""
    async with office(tmp_path) as place:
        answer = await weighed(place)
        await press_and_see(place, answer, "Đã chia sẻ")
        await place.sandbox.jump(place.now + days(10))
        await place.quiet()
        there = place.sandbox.world.chats[place.group].messages[answer["message_id"]]
        await press_and_see(place, there, "Hoàn tác")
        for window in (7, 30):
            caption = (await asks(place, f"/stats {window}"))["caption"]
            assert "Chưa có bài nào được ghi là đã chia sẻ" in caption
        assert (await place.parts.desk.store.health()).problems == ()
