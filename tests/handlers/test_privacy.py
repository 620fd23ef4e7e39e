"""/quyenriengtu says what is kept; /xoadulieu deletes one's own texts, and says how far."""

from __future__ import annotations

from models.ledger import Review
from tests.bot.office import HANH, MAI, SEN, TAN, Office, days
from tests.bot.people import Json
from tests.handlers.posts import asks, eventually, files_with, good, press_and_see, tally, written


async def forwards(place: Office, words: str, user: int) -> Json:
    """Somebody forwards a post with these words; the answer."""
    post = good()
    sent = await place.person(user).forwards(
        place.group, text=f"{words} {post['text']}", link=post["link"]
    )
    await place.quiet()
    return await place.person().answer_in(place.group, sent, within=1)


async def told(place: Office, text: str, user: int, **more: int) -> str:
    """What the bot answers to a person in the group."""
    return written(await asks(place, text, user, **more))


async def review_of(place: Office, answer: Json) -> Review:
    group = await place.kept_group()
    found = await place.parts.desk.store.reviews.by_answer(group.id, str(answer["message_id"]))
    assert found is not None
    return found


async def test_anybody_may_ask_what_is_kept(shared: Office) -> None:
    """Members, strangers in private; the answer names how many days texts are kept."""
    for command in ("/quyenriengtu", "/privacy"):
        assert "30 ngày" in await told(shared, command, HANH)
    await shared.person(SEN).says(SEN, "/quyenriengtu")
    await shared.quiet()
    assert "30 ngày" in written(shared.last(SEN))


async def test_deleting_empties_ones_own_posts_and_no_others(place: Office) -> None:
    """The words are gone from the store's files; the counts stay; Tân's post stays readable."""
    mine = await forwards(place, "Khuvuonbimat", HANH)
    also_mine = await forwards(place, "Khuvuonbimat hai", HANH)
    others = await forwards(place, "Hoatigonvang", TAN)
    await press_and_see(place, mine, "Đã chia sẻ")
    said = await told(place, "/xoadulieu", HANH)
    assert "Đã xóa nội dung của 2 bài" in said
    assert "7 ngày gần đây" in said
    assert not any(p.text for p in (await review_of(place, mine)).parts.values())
    assert not any(p.text for p in (await review_of(place, also_mine)).parts.values())
    assert any("Hoatigonvang" in p.text for p in (await review_of(place, others)).parts.values())
    assert files_with(place.data, "Khuvuonbimat") == []
    assert files_with(place.data, "Hoatigonvang") != []
    assert (await tally(place)).total == 1
    assert "Không còn nội dung nào" in await told(place, "/xoa", HANH)


async def test_deleting_in_private_reaches_the_groups_too(place: Office) -> None:
    await forwards(place, "Khuvuonbimat", MAI)
    await place.person(MAI).says(MAI, "/xoadulieu")
    await place.quiet()
    assert "Đã xóa nội dung của 1 bài" in written(place.last(MAI))
    assert files_with(place.data, "Khuvuonbimat") == []


def away(place: Office) -> None:
    """Telegram takes no message: whatever is said now waits."""
    place.sandbox.faults.add({"kind": "error", "method": "sendMessage", "times": None})


async def waits(place: Office, *kinds: str) -> None:
    """Until just these kinds of letters wait, the replies to commands left out."""

    async def so() -> bool:
        keys = [
            one.key.partition(":")[0] for one in await place.parts.desk.store.outgoing.pending()
        ]
        return sorted(key for key in keys if key != "reply") == sorted(kinds)

    await eventually(so, f"{kinds} to wait")


async def test_what_waits_with_ones_words_goes_with_them(place: Office) -> None:
    """A question to the one in charge, and the whole answer that somebody else asked for."""
    await place.parts.desk.store.units.change(place.unit.id, contact=f"telegram:{MAI}")
    answer = await forwards(place, "Khuvuonbimat", HANH)
    away(place)
    await place.person(TAN).presses(answer, "Hỏi người phụ trách")
    await waits(place, "contact")
    number = answer["message_id"]
    await place.person(TAN).says(place.group, "/kiemtra", reply_to=number)
    await waits(place, "again", "contact")
    await place.person(HANH).says(place.group, "/xoadulieu")
    await waits(place)
    assert files_with(place.data, "Khuvuonbimat") == []


async def test_what_was_asked_in_private_goes_with_ones_marks(place: Office) -> None:
    """Of the post nothing is kept, but the question to the one in charge quotes it."""
    await place.parts.desk.store.units.change(place.unit.id, contact=f"telegram:{MAI}")
    await place.person(HANH).says(HANH, f"/start {place.unit.code}")
    await place.quiet()
    await place.person(HANH).forwards(HANH, text=f"Khuvuonbimat {good()['text']}")
    await place.quiet()
    away(place)
    await place.person(HANH).presses(place.last(HANH), "Hỏi người phụ trách")
    await waits(place, "contact")
    assert files_with(place.data, "Khuvuonbimat") != []
    await place.person(HANH).says(HANH, "/xoadulieu")
    await waits(place)
    assert files_with(place.data, "Khuvuonbimat") == []


async def test_an_older_post_is_deleted_by_replying_to_its_answer(place: Office) -> None:
    """After seven days nobody's posts can be found by who sent them."""
    answer = await forwards(place, "Khuvuonbimat", HANH)
    await place.sandbox.jump(place.now + days(9))

    async def forgotten() -> bool:
        return len(await place.parts.desk.store.keys.live()) == 0

    await eventually(forgotten, "the key of nine days ago to be destroyed")
    assert "Không còn nội dung nào" in await told(place, "/xoadulieu", HANH)
    assert files_with(place.data, "Khuvuonbimat") != []
    said = await told(place, "/xoadulieu", HANH, reply_to=answer["message_id"])
    assert "Đã xóa nội dung của 1 bài" in said
    assert files_with(place.data, "Khuvuonbimat") == []


async def test_a_post_of_six_days_ago_is_still_found(place: Office) -> None:
    await forwards(place, "Khuvuonbimat", HANH)
    await place.sandbox.jump(place.now + days(6))
    await place.quiet()
    assert "Đã xóa nội dung của 1 bài" in await told(place, "/xoadulieu", HANH)


async def test_an_answer_whose_text_was_deleted_still_counts_presses(place: Office) -> None:
    """Its buttons work on: the counts do not hang on the words."""
    answer = await forwards(place, "Khuvuonbimat", HANH)
    await told(place, "/xoadulieu", HANH)
    await press_and_see(place, answer, "Đã chia sẻ")
    assert (await tally(place)).total == 1
    assert (await place.parts.desk.store.health()).problems == ()


async def test_no_name_and_no_number_of_a_person_is_kept(place: Office) -> None:
    """Who forwarded, who pressed: neither their names nor their ids are in any file."""
    answer = await forwards(place, "Tin vui", HANH)
    await press_and_see(place, answer, "Đã chia sẻ", TAN)
    await press_and_see(place, answer, "Nhận định chưa đúng", TAN)
    for trace in (str(HANH), str(TAN), "tan_minh_hoa", "Lê Minh Hoạ"):
        assert files_with(place.data, trace) == []


async def test_texts_are_emptied_after_their_days(place: Office) -> None:
    """Thirty days unless set otherwise; the share stays in its window."""
    answer = await forwards(place, "Khuvuonbimat", HANH)
    await press_and_see(place, answer, "Đã chia sẻ")
    await place.sandbox.jump(place.now + days(31))

    async def emptied() -> bool:
        parts = (await review_of(place, answer)).parts
        kept = any(part.text for part in parts.values())
        return not kept and files_with(place.data, "Khuvuonbimat") == []

    await eventually(emptied, "the words to be deleted from every file")
