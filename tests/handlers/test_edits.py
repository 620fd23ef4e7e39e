"""An edited message is judged again and changes its answer; a mark added later leaves nothing."""

from __future__ import annotations

from models.verdict import Tone
from tests.bot.office import MAI, TAN, Office
from tests.bot.people import Json
from tests.handlers.posts import (
    current,
    files_with,
    good,
    labels,
    marked,
    now_reads,
    press_and_see,
    scam,
    tally,
    written,
)

SCAM = scam()["text"] + " http://nap-thuong-188.top/dang-ky"


async def linked(place: Office, words: str = "") -> tuple[Json, Json]:
    """Tân writes a text with a link; the message and its answer."""
    post = good()
    sent = await place.person(TAN).says(place.group, f"{post['text']} {words} {post['link']}")
    await place.quiet()
    return sent, await place.person().answer_in(place.group, sent, within=1)


async def edited(place: Office, sent: Json, text: str) -> None:
    await place.person(TAN).edits(sent, text)
    await place.quiet()


async def test_an_edit_changes_the_answer_in_its_place(shared: Office) -> None:
    sent, answer = await linked(shared)
    count = len(shared.messages())
    assert written(answer).startswith("✅")
    await edited(shared, sent, SCAM)
    assert now_reads(shared, answer).startswith("🔴")
    assert len(shared.messages()) == count


async def test_an_edit_keeps_the_number_that_people_quote(shared: Office) -> None:
    sent, answer = await linked(shared)
    reference = written(answer).partition("Số nhận định ")[2][:9]
    await edited(shared, sent, SCAM)
    assert reference in now_reads(shared, answer)


async def test_an_edit_after_a_restart_changes_the_answer_given_before_it(shared: Office) -> None:
    """What the outgoing queue remembers is gone; the store knows the answer's number."""
    sent, answer = await linked(shared)
    count = len(shared.messages())
    shared.parts.outbox._answered.clear()
    await edited(shared, sent, SCAM)
    assert now_reads(shared, answer).startswith("🔴")
    assert len(shared.messages()) == count


async def test_an_edit_that_changes_nothing_says_nothing(shared: Office) -> None:
    sent, answer = await linked(shared)
    calls = len(shared.sandbox.world.calls)
    await edited(shared, sent, sent["text"])
    new = list(shared.sandbox.world.calls)[calls:]
    assert [call for call in new if call["method"].lower().startswith(("send", "edit"))] == []
    assert now_reads(shared, answer) == written(answer)


async def test_an_unanswered_message_that_becomes_a_link_is_answered(shared: Office) -> None:
    sent = await shared.person(TAN).says(shared.group, "Chờ em một chút nhé mọi người")
    await shared.quiet()
    count = len(shared.messages())
    await edited(shared, sent, SCAM)
    assert len(shared.messages()) == count + 1


async def test_an_edit_of_chatter_stays_unanswered(shared: Office) -> None:
    sent = await shared.person(TAN).says(shared.group, "Chờ em một chút")
    await shared.quiet()
    count = len(shared.messages())
    await edited(shared, sent, "Chờ em hai chút")
    assert len(shared.messages()) == count


async def test_a_shared_post_stays_one_share_when_it_is_edited(place: Office) -> None:
    """The share stands; a tone that a person set stands only as long as the words do."""
    sent, answer = await linked(place)
    await press_and_see(place, answer, "Đã chia sẻ")
    group = await place.kept_group()
    review = await place.parts.desk.store.reviews.by_answer(group.id, str(answer["message_id"]))
    assert review is not None
    await place.parts.desk.relabel(review.id, Tone.NEGATIVE, place.now)
    assert (await tally(place)).negative == 1
    await edited(place, sent, f"{good()['text']} {good()['link']}")
    after = await tally(place)
    assert (after.total, after.negative) == (1, 0)
    assert labels(current(place, answer))[0] == "Hoàn tác"


async def test_an_edit_that_adds_a_mark_reverses_the_share_and_leaves_nothing(
    place: Office,
) -> None:
    """The answer becomes the fixed line; the review, its words and its share are gone."""
    sent, answer = await linked(place, "Khuvuonbimat")
    await press_and_see(place, answer, "Đã chia sẻ")
    assert (await tally(place)).total == 1
    assert files_with(place.data, "Khuvuonbimat")
    await edited(place, sent, marked("Hoatigonvang"))
    assert now_reads(place, answer).startswith("⛔ KHÔNG LƯU, KHÔNG CHIA SẺ")
    assert labels(current(place, answer)) == []
    assert (await tally(place)).total == 0
    health = await place.parts.desk.store.health()
    assert (health.problems, health.counts["reviews"]) == ((), 0)
    assert files_with(place.data, "Khuvuonbimat") == []
    assert files_with(place.data, "Hoatigonvang") == []


async def test_an_old_button_of_a_refused_post_changes_nothing(place: Office) -> None:
    """Somebody whose screen still shows the buttons presses one."""
    sent, answer = await linked(place)
    await edited(place, sent, marked())
    world = place.sandbox.world
    world.chats[place.group].messages[answer["message_id"]] = answer
    assert "đã hết hạn" in await press_and_see(place, answer, "Đã chia sẻ", MAI)
    assert (await tally(place)).total == 0


async def test_a_mark_added_to_a_message_that_had_no_answer_is_refused(shared: Office) -> None:
    """A document is pasted over a silent message: the fixed line comes, nothing else."""
    sent = await shared.person(TAN).says(shared.group, "Em gửi sau nhé")
    await shared.quiet()
    count = len(shared.messages())
    await edited(shared, sent, marked("Hoaphuongtim") + "\nhttps://baochinhphu.vn/a")
    assert [written(m)[:1] for m in shared.messages()[count:]] == ["⛔"]
    assert files_with(shared.data, "Hoaphuongtim") == []
