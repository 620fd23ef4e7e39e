"""A post that comes again: it is known, in whatever shape, and it counts once."""

from __future__ import annotations

import random
from datetime import timedelta

from tests.bot.office import KHOA, MAI, TAN, Office
from tests.bot.people import Json
from tests.fakes.rewriting import made_up, reworded, without_accents
from tests.handlers.posts import labels, marked, now_reads, press_and_see, tally, written
from tests.handlers.test_pictures import RUMOUR, needs_tesseract, screenshot

LINK = "https://baochinhphu.vn/mot-bai.htm"
SEEN, SIMILAR = "Bài này đã được xem", "Tương tự "
_dice = random.Random(20)


def fresh() -> str:
    """A text of its own for each test: all share one office."""
    return "Sáng nay xã mở lớp học nghề miễn phí cho bà con. " + made_up(_dice, 45)


async def hands_over(
    place: Office, text: str, chat: int | None = None, user: int = MAI, link: str = LINK
) -> Json:
    """Forward a text; the bot's answer."""
    number = chat or place.group
    sent = await place.person(user).forwards(number, text=text, link=link)
    await place.quiet()
    return await place.person(user).answer_in(number, sent, within=1)


def reference(answer: Json) -> str:
    return written(answer).partition("Số nhận định ")[2][:9]


async def test_a_new_post_was_not_seen_before(shared: Office) -> None:
    text = written(await hands_over(shared, fresh()))
    assert SEEN not in text
    assert SIMILAR not in text


async def test_the_same_post_tells_when_and_what_was_decided(shared: Office) -> None:
    text = fresh()
    first = await hands_over(shared, text)
    await press_and_see(shared, first, "Không chia sẻ")
    again = await hands_over(shared, without_accents(text))
    day = shared.parts.desk.day(shared.now)
    assert f"{SEEN} ngày {day.day:02d}/" in written(again)
    assert f"(số {reference(first)}); nhóm đã ghi: Không chia sẻ." in written(again)
    assert labels(again)[:2] == ["Đã chia sẻ", "Không chia sẻ"]


async def test_what_the_group_shared_counts_once_in_whatever_wording(shared: Office) -> None:
    """The same but for a word is the same post: it shows as shared, and one undo takes it back."""
    text = fresh()
    before = await tally(shared)
    first = await hands_over(shared, text)
    await press_and_see(shared, first, "Đã chia sẻ")
    again = await hands_over(shared, f"Xin {text}")
    assert "nhóm đã ghi: Đã chia sẻ." in written(again)
    assert "nhóm đã chia sẻ" in written(again).split("\n")[0]
    assert labels(again)[0] == "Hoàn tác"
    assert (await tally(shared)).total == before.total + 1
    await press_and_see(shared, again, "Hoàn tác")
    assert await tally(shared) == before


async def test_a_reworded_post_is_similar_and_counts_for_itself(shared: Office) -> None:
    text = fresh()
    before = await tally(shared)
    first = await hands_over(shared, text)
    await press_and_see(shared, first, "Đã chia sẻ")
    again = await hands_over(shared, reworded(text, 0.15, random.Random(3)))
    assert SIMILAR in written(again)
    assert f"(số {reference(first)})." in written(again)
    assert "nhóm đã ghi" not in written(again)
    await press_and_see(shared, again, "Đã chia sẻ")
    assert (await tally(shared)).total == before.total + 2


async def test_another_figure_makes_a_post_of_its_own(shared: Office) -> None:
    text = fresh()
    await hands_over(shared, f"{text} Có 3 ca mắc.")
    again = written(await hands_over(shared, f"{text} Có 5 ca mắc."))
    assert SIMILAR in again
    assert SEEN not in again


async def test_of_another_group_only_the_day_is_told(shared: Office) -> None:
    text = fresh()
    first = await hands_over(shared, text)
    await press_and_see(shared, first, "Đã chia sẻ")
    there = await hands_over(shared, text, shared.other, KHOA)
    assert f"{SEEN} trong đơn vị ngày " in written(there)
    assert reference(first) not in written(there)
    assert "nhóm đã ghi" not in written(there)
    assert labels(there)[:2] == ["Đã chia sẻ", "Không chia sẻ"]


async def test_in_private_the_units_reviews_are_known_and_nothing_is_kept(shared: Office) -> None:
    text, private = fresh(), fresh()
    await hands_over(shared, text)
    assert f"{SEEN} trong đơn vị ngày " in written(await hands_over(shared, text, MAI))
    await hands_over(shared, private, MAI)
    assert SEEN not in written(await hands_over(shared, private, MAI))
    assert SEEN not in written(await hands_over(shared, private))


async def test_the_line_stays_when_the_answer_changes(shared: Office) -> None:
    text = fresh()
    first = await hands_over(shared, text)
    again = await hands_over(shared, text)
    await press_and_see(shared, again, "Không chia sẻ")
    assert f"(số {reference(first)})" in now_reads(shared, again)
    await press_and_see(shared, first, "Không chia sẻ")
    assert SEEN not in now_reads(shared, first)


async def test_the_same_words_behind_a_trap_are_no_reason_to_trust_them(shared: Office) -> None:
    """Judged more strictly than before, the earlier decision is not told."""
    text = fresh()
    await press_and_see(shared, await hands_over(shared, text), "Đã chia sẻ")
    trap = await hands_over(shared, text, link="http://baochinhphu.vn.nap-thuong.top/dang-ky")
    assert written(trap).startswith("🔴")
    assert "lần này có điểm khác, cần xem kỹ hơn." in written(trap)
    assert "nhóm đã ghi" not in written(trap)


@needs_tesseract
async def test_a_screenshot_of_a_post_finds_its_review(place: Office) -> None:
    """Also with the screen's own words around it."""
    first = await hands_over(place, RUMOUR)
    photo = screenshot("Thích  Bình luận  Chia sẻ", RUMOUR, "21:07  5 phút trước")
    sent = await place.person().forwards(place.group, photo=photo)
    await place.quiet()
    again = written(await place.person().answer_in(place.group, sent, within=5))
    assert SIMILAR in again or SEEN in again
    assert reference(first) in again


async def test_a_refused_post_is_unknown_afterwards(shared: Office) -> None:
    """An edit that adds a mark takes the signature along; nothing like it is found any more."""
    text = fresh()
    sent = await shared.person(TAN).says(shared.group, f"{text} {LINK}")
    await shared.quiet()
    assert SEEN in written(await hands_over(shared, text, shared.other, KHOA))
    other = fresh()
    marked_one = await shared.person(TAN).says(shared.group, f"{other} {LINK}")
    await shared.quiet()
    await shared.person(TAN).edits(marked_one, marked(other))
    await shared.quiet()
    assert SEEN not in written(await hands_over(shared, other, shared.other, KHOA))
    assert sent


async def test_the_text_may_be_purged_and_the_post_is_known_still(place: Office) -> None:
    text = fresh()
    await hands_over(place, text)
    later = place.now + timedelta(days=1)
    assert await place.parts.desk.store.purge("texts", later, later.date()) == 1
    assert SEEN in written(await hands_over(place, text))
