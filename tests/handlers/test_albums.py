"""An album is one post: one answer whatever carries the caption, and one mark refuses it all."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox import actions
from bot.sandbox.pictures import plain_png
from tests.bot.office import MAI, Office
from tests.bot.people import CHANNEL, Json, unheard
from tests.handlers.posts import (
    files_with,
    good,
    marked,
    press_and_see,
    scam,
    tally,
    written,
)


async def sends(
    place: Office, captions: list[str], chat: int | None = None, *, forwarded: bool = True
) -> list[Json]:
    """Send an album with these captions, one picture each."""
    world = place.sandbox.world
    head: Json = {"media_group_id": str(15_000_000_000_000_000 + world.fresh())}
    if forwarded:
        head["forward_origin"] = actions.origin(world, CHANNEL)
    return [
        actions.post(
            world,
            chat or place.group,
            MAI,
            head | actions.photo_content(world, plain_png(colour=(30 * n, 90, 9)), caption),
        )
        for n, caption in enumerate(captions)
    ]


async def answers(place: Office, captions: list[str], **more: Any) -> list[Json]:
    """What the bot says to an album."""
    chat = more.get("chat") or place.group
    before = len(place.messages(chat)) if chat in place.sandbox.world.chats else 0
    await sends(place, captions, **more)
    await place.quiet()
    return place.messages(chat)[before:]


@pytest.mark.parametrize("where", [0, 1, 3])
async def test_an_album_gets_one_answer_wherever_its_caption_is(shared: Office, where: int) -> None:
    captions = ["", "", "", ""]
    captions[where] = scam()["text"] + " http://nap-thuong-188.top/dang-ky"
    [answer] = await answers(shared, captions)
    assert written(answer).startswith("🔴")


async def test_an_album_is_kept_as_one_review(place: Office) -> None:
    """Its parts are the messages; pressing the button counts one share."""
    post = good()
    sent = await sends(place, [post["text"], post["link"], ""])
    await place.quiet()
    answer = place.last()
    group = await place.kept_group()
    review = await place.parts.desk.store.reviews.by_answer(group.id, str(answer["message_id"]))
    assert review is not None
    assert list(review.parts) == [str(message["message_id"]) for message in sent]
    assert written(answer).startswith("✅"), "the link in the second caption is its source"
    await press_and_see(place, answer, "Đã chia sẻ")
    assert (await tally(place)).total == 1


async def test_an_album_without_a_word_passes_in_silence_in_a_group(shared: Office) -> None:
    assert await answers(shared, ["", "", ""]) == []


async def test_an_own_album_without_a_link_is_not_a_post_to_weigh(shared: Office) -> None:
    assert await answers(shared, ["Ảnh hội thao sáng nay", ""], forwarded=False) == []


async def test_an_album_in_private_gets_one_answer(shared: Office) -> None:
    for captions in (["", scam()["text"]], ["", ""]):
        assert len(await answers(shared, captions, chat=MAI, forwarded=False)) == 1


@pytest.mark.parametrize("where", [0, 1, 2])
@pytest.mark.parametrize("chat", [None, MAI])
async def test_one_mark_refuses_the_whole_album(
    place: Office, where: int, chat: int | None
) -> None:
    """Whatever came before it is forgotten, whatever comes behind it is not looked at."""
    captions = [f"Khuvuonbimat {good()['text']}"] * 3
    captions[where] = marked("Khuvuonbimat")
    found = await answers(place, captions, chat=chat)
    assert [written(message)[:1] for message in found] == ["⛔"]
    health = await place.parts.desk.store.health()
    assert (health.problems, health.counts["reviews"], health.counts["outgoing"]) == ((), 0, 0)
    assert files_with(place.data, "Khuvuonbimat") == []


async def test_a_part_of_a_refused_album_is_refused_when_it_comes_later(place: Office) -> None:
    """The rest of the album arrives when the fixed line was already sent: nothing more is said."""
    sent = await sends(place, [marked("Khuvuonbimat"), ""])
    await place.quiet()
    count = len(place.messages())
    world = place.sandbox.world
    late = {
        key: sent[0][key] for key in ("media_group_id", "forward_origin")
    } | actions.photo_content(world, plain_png(), "Khuvuonbimat trang hai")
    await place.person().posts(place.group, late)
    await place.quiet()
    assert len(place.messages()) == count
    assert (await place.parts.desk.store.health()).counts["reviews"] == 0
    assert files_with(place.data, "Khuvuonbimat") == []


async def test_parts_count_in_the_order_of_the_messages(place: Office) -> None:
    """Updates of one album may come in any order: the post reads the same."""
    post = good()
    world = place.sandbox.world
    with unheard(world):
        sent = await sends(place, ["Phần một", "Phần hai", post["link"]])
    for message in (sent[2], sent[0], sent[1]):
        world.updates.put("message", place.group, message)
    await place.quiet()
    group = await place.kept_group()
    key = f"{place.group}/album/{sent[0]['media_group_id']}"
    review = await place.parts.desk.store.reviews.by_key(group.id, key)
    assert review is not None
    by_number = sorted(review.parts, key=int)
    assert [review.parts[name].text for name in by_number] == [
        "Phần một",
        "Phần hai",
        post["link"],
    ]
    assert len(place.messages()) == 2, "the welcome and one answer"


async def test_an_album_that_comes_again_is_answered_once(shared: Office) -> None:
    post = good()
    before = len(shared.messages())
    sent = await sends(shared, [f"{post['text']} {post['link']}", "", ""])
    await shared.quiet()
    health = await shared.parts.desk.store.health()
    for message in sent:
        shared.sandbox.world.updates.put("message", shared.group, message)
    await shared.quiet()
    assert len(shared.messages()) == before + 1
    assert await shared.parts.desk.store.health() == health


async def test_a_late_part_that_changes_the_judgement_changes_the_answer(shared: Office) -> None:
    """The answer was sent; a part with a trap's link comes: the same answer turns 🔴."""
    post = good()
    sent = await sends(shared, [f"{post['text']} {post['link']}", ""])
    await shared.quiet()
    answer, count = shared.last(), len(shared.messages())
    assert written(answer).startswith("✅")
    head = {key: sent[0][key] for key in ("media_group_id", "forward_origin")}
    late = head | actions.photo_content(shared.sandbox.world, plain_png(), scam()["text"])
    await shared.person().posts(shared.group, late)
    await shared.quiet()
    assert len(shared.messages()) == count
    assert written(shared.last()).startswith("🔴")
