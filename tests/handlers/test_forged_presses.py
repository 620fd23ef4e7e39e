"""Presses that no honest client sends: nothing changes, and whoever pressed is told why."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.world import Press
from handlers.button import _FIRST_WINS
from messages import render
from models.ledger import Health, Review
from tests.bot.office import HANH, KHOA, MAI, SEN, TAN, Office, days
from tests.bot.people import Json
from tests.handlers.posts import (
    asks,
    current,
    draft,
    forge,
    good,
    marked,
    now_reads,
    press_and_see,
    rumour,
    scam,
    tally,
    weighed,
    written,
)

EXPIRED = "đã hết hạn nên không có gì thay đổi"
VERBS = sorted(
    {"share", "sure", "decline", "undo", "cancel", "wrong", "tone", "ask", "draft", "yes", "no"}
    | {"why", "whydraft", "set", "nset", "pause"}
)
RUBBISH = [
    "", " ", ":", "::", ":::::::::::", "1", "1:", "1::", "1::5", "1:share:", "1:share:x",
    "1:share:²", "1:share:١", "1:share:-1", "1:share:+1", "1:share:1e3", "1:share:0x1",
    "1:share:" + "9" * 56, "0:share:{id}", "2:share:{id}", "01:share:{id}", "1:Share:{id}",
    "1:share :{id}", "1: share:{id}", "1:share: {id}", "1:sha\u200bre:{id}", "1:share\x00:{id}",
    "1:__class__:{id}", "1:share:{id}'--", "a" * 64, "\u1ec7" * 21, "\U0001f600" * 16, "\ud83d",
    '{{"v":1,"a":"share","id":{id}}}', "share_{id}", "share|{id}", "vote:{id}:yes", "%s%s%n",
    "{{7*7}}", "../../etc/passwd", "DROP TABLE shares", "1;share;{id}", "1/share/{id}",
    "1:tone:{id}:", "1:tone:{id}:z", "1:tone:{id}:nn", "1:yes:{id}:qd874.5.1",
    "1:no:{id}:" + "x" * 30,
    "1:set:{group}:auto:0", "1:set:{group}:__dict__:1", "1:set:{group}:gives:0", "1:pause:{group}",
    "1:nset:{group}:hour:9", "1:nset:{group}:hour:\u00b2", "1:nset:{group}:weekday:", "1:cancel:0",
    "1:cancel:{id}", "1:ask:0:CT-AAAAAA", "1:wrong:0:CT-AAAAAA", "1:draft:0", "1:why:0",
]  # fmt: skip


async def review_of(place: Office, answer: Json) -> Review:
    group = await place.kept_group(answer["chat"]["id"])
    found = await place.parts.desk.store.reviews.by_answer(group.id, str(answer["message_id"]))
    assert found is not None
    return found


async def kept(place: Office, answer: Json) -> tuple[Health, Review, Any, list[str]]:
    """All that a press could change: the counts, the review, the settings, every message."""
    group = await place.kept_group()
    said = [written(m) + str(m.get("reply_markup")) for c in place.sandbox.world.chats
            for m in place.messages(c)]  # fmt: skip
    health = await place.parts.desk.store.health()
    return health, await review_of(place, answer), (group, await _unit(place)), said


async def _unit(place: Office) -> Any:
    return await place.parts.desk.store.units.get(place.unit.id)


@pytest.mark.parametrize("user", [MAI, HANH], ids=["administrator", "member"])
@pytest.mark.parametrize("data", RUBBISH)
async def test_what_does_not_stand_under_the_message_changes_nothing(
    shared: Office, data: str, user: int
) -> None:
    """Malformed, of other formats, of other messages: under an answer, and under the welcome."""
    answer, welcome = await weighed(shared), shared.messages(shared.group)[0]
    review, group = await review_of(shared, answer), await shared.kept_group()
    word = data.format(id=review.id, group=group.id) if "{" in data else data
    before = await kept(shared, answer)
    for message in (answer, welcome):
        if not (message is answer and word == f"1:share:{review.id}"):
            assert EXPIRED in await forge(shared, message, word, user)
    assert await kept(shared, answer) == before


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("field", ["", ":p", ":auto:0", ":qd874.5.1"])
async def test_another_groups_review_is_out_of_reach(shared: Office, verb: str, field: str) -> None:
    """Khoa administers the other group and presses there, under an answer of its own."""
    answer, theirs = await weighed(shared), await weighed(shared, shared.other)
    number = (await review_of(shared, answer)).id
    before, also = await kept(shared, answer), await review_of(shared, theirs)
    assert EXPIRED in await forge(shared, theirs, f"1:{verb}:{number}{field}", KHOA)
    assert await kept(shared, answer) == before
    assert await review_of(shared, theirs) == also


@pytest.mark.parametrize("verb", sorted(_FIRST_WINS))
async def test_one_posts_button_under_another_posts_answer_changes_neither(
    shared: Office, verb: str
) -> None:
    answer, other = await weighed(shared, **scam()), await weighed(shared)
    number, before = (await review_of(shared, answer)).id, await kept(shared, answer)
    assert EXPIRED in await forge(shared, other, f"1:{verb}:{number}", HANH)
    assert await kept(shared, answer) == before
    assert now_reads(shared, other) == written(other)


@pytest.mark.parametrize("user", [SEN, MAI], ids=["stranger", "holder"])
@pytest.mark.parametrize("verb", VERBS)
async def test_a_button_that_nobody_offered_in_private_is_expired(
    place: Office, verb: str, user: int
) -> None:
    """The person in charge is not written to, and no message of ours is overwritten."""
    await place.parts.desk.store.units.change(place.unit.id, contact=f"telegram:{HANH}")
    await place.person(user).says(user, "Chào")
    await place.quiet()
    message = place.last(user)
    for data in (f"1:{verb}:0:CT-AAAAAA", f"1:{verb}:1:n", f"1:{verb}:0"):
        assert EXPIRED in await forge(place, message, data, user)
    assert now_reads(place, message) == written(message)
    assert HANH not in place.sandbox.world.chats or place.messages(HANH) == []


async def test_after_thirty_days_the_buttons_of_an_answer_have_expired(place: Office) -> None:
    answer = await weighed(place, **rumour())
    await place.sandbox.jump(place.now + days(29))
    assert "Đã ghi" in await press_and_see(place, answer, "Đã chia sẻ", HANH)
    await place.sandbox.jump(place.now + days(1.1))
    before, seen = await tally(place), now_reads(place, answer)
    for label in ("Hoàn tác", "Hỏi người phụ trách", "Nhận định chưa đúng"):
        assert EXPIRED in await press_and_see(place, current(place, answer), label, TAN)
    assert (await tally(place), now_reads(place, answer)) == (before, seen)
    assert before.total == 1


async def test_a_message_that_telegram_shows_no_more_changes_nothing(shared: Office) -> None:
    answer = await weighed(shared)
    gone = {"chat": answer["chat"], "message_id": answer["message_id"], "date": 0}
    review, before = await review_of(shared, answer), await kept(shared, answer)
    assert EXPIRED in await forge(shared, gone, f"1:share:{review.id}")
    assert await kept(shared, answer) == before


@pytest.mark.parametrize("more", [{"inline_message_id": "x"}, {"game_short_name": "g"}, {}])
async def test_a_press_of_no_message_of_ours_is_told_so(shared: Office, more: Json) -> None:
    """From an inline message or a game, which this bot never sends."""
    world = shared.sandbox.world
    for data in ("1:share:1", "1:ask:0:CT-AAAAAA"):
        press = Press(str(30_000_000_000 + world.fresh()), HANH, shared.group, 0, world.clock())
        world.presses[press.id] = press
        query = {"id": press.id, "from": world.users[HANH], "chat_instance": "1", "data": data}
        world.updates.put("callback_query", HANH, query | more, 150)
        await shared.quiet()
        assert EXPIRED in world.notices[-1].text


async def test_a_press_that_comes_twice_counts_once(shared: Office) -> None:
    """The same callback under a new update number, as after a crash."""
    world = shared.sandbox.world
    answer = await weighed(shared, **good())
    query = await shared.person(HANH).presses(answer, "Đã chia sẻ")
    await shared.quiet()
    once = (await shared.parts.desk.store.health()).counts
    for _ in range(3):
        world.updates.put("callback_query", HANH, query, 150)
    await shared.quiet()
    assert (await shared.parts.desk.store.health()).counts == once


async def test_a_switch_that_comes_twice_is_turned_once(place: Office) -> None:
    """Its button says what it turns to."""
    card = await asks(place, "/caidat")
    query = await place.person(MAI).presses(card, "Tắt: Tự góp ý")
    await place.quiet()
    for _ in range(2):
        place.sandbox.world.updates.put("callback_query", MAI, query, 150)
    await place.quiet()
    assert (await place.kept_group()).settings.auto is False


async def test_a_press_too_old_to_be_answered_does_no_harm(place: Office) -> None:
    """Telegram takes no answer after 150 seconds: the effect stays, nobody is apologised to."""
    answer = await weighed(place)
    place.sandbox.faults.add({"kind": "bad", "times": None, "method": "answerCallbackQuery"})
    count = len(place.messages())
    await press_and_see(place, answer, "Đã chia sẻ", HANH)
    await forge(place, current(place, answer), "rác", HANH)
    assert len(place.messages()) == count
    assert (await place.parts.desk.store.health()).counts["shares"] == 1


async def test_what_was_edited_into_a_secret_is_not_sent_to_the_one_in_charge(
    place: Office,
) -> None:
    """Telegram shows the marked words before their edit was dealt with."""
    await place.parts.desk.store.units.change(place.unit.id, contact=f"telegram:{HANH}")
    await place.person(HANH).says(HANH, f"/start {place.unit.code}")
    sent = await place.person(MAI).says(MAI, draft())
    await place.quiet()
    answer, count = place.last(MAI), len(place.messages(HANH))
    secret = answer | {"reply_to_message": sent | {"text": marked("Dieumatthu")}}
    data = next(
        button["callback_data"]
        for row in answer["reply_markup"]["inline_keyboard"]
        for button in row
        if render.read(button["callback_data"]).verb == "ask"  # type: ignore[union-attr]
    )
    assert "Đã nhắn" in await forge(place, secret, data, MAI)
    [told] = place.messages(HANH)[count:]
    assert "Dieumatthu" not in written(told)
