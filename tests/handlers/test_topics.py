"""A group with topics: everything the bot says goes to the topic it is about."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.sandbox.clock import next_monday
from bot.sandbox.world import Chat
from handlers.place import thread_of
from tests.bot.office import HANH, MAI, Office, office
from tests.bot.people import Json, until
from tests.handlers.messages import message
from tests.handlers.posts import current, good, labels, press_and_see, rumour, written

FORUM = -1001900000055
NEWS, TALK = 11, 12


@pytest_asyncio.fixture(loop_scope="module")
async def forum(tmp_path: Path) -> AsyncIterator[Office]:
    """An office with a forum, joined in its topic for news."""
    async with office(tmp_path) as place:
        world = place.sandbox.world
        made = Chat(FORUM, "supergroup", "Sở có chủ đề", forum=True)
        made.topics = {NEWS: "Tin tức", TALK: "Trao đổi"}
        world.add_chat(made, {MAI: "creator", HANH: "member", world.bot["id"]: "administrator"})
        await place.person().says(FORUM, f"/start {place.unit.code}", thread=NEWS)
        await place.quiet()
        yield place


def topic(message: Json) -> int | None:
    """The topic in which a message stands."""
    found: int | None = message.get("message_thread_id")
    return found


async def test_the_welcome_and_answers_stay_in_their_topic(forum: Office) -> None:
    assert topic(forum.last(FORUM)) == NEWS
    for thread in (TALK, NEWS):
        await forum.person().forwards(FORUM, **good(), thread=thread)
        await forum.quiet()
        assert topic(forum.last(FORUM)) == thread


async def test_commands_are_answered_in_their_topic(forum: Office) -> None:
    for command in ("/stats", "/trogiup", "/caidat", "/kiemtra", "/xoadulieu", "/quyenriengtu"):
        await forum.person().says(FORUM, command, thread=TALK)
        await forum.quiet()
        assert topic(forum.last(FORUM)) == TALK


async def test_questions_after_a_press_stay_in_the_topic(forum: Office) -> None:
    await forum.person().forwards(FORUM, **rumour(), thread=TALK)
    await forum.quiet()
    await press_and_see(forum, forum.last(FORUM), "Nhận định chưa đúng")
    assert labels(forum.last(FORUM))[-1] == "Thôi"
    assert topic(forum.last(FORUM)) == TALK


async def test_in_a_plain_group_a_replys_thread_is_no_topic(forum: Office) -> None:
    """Supergroups number the threads of replies too: only ``is_topic_message`` makes a topic."""
    content = {"text": f"Xem {good()['link']}", "message_thread_id": 3}
    sent = await forum.person().posts(forum.group, content)
    await forum.quiet()
    answer = await forum.person().answer_in(forum.group, sent, within=1)
    assert topic(answer) is None


async def test_the_nudge_comes_to_the_topic_that_was_joined(forum: Office) -> None:
    await forum.person().forwards(FORUM, **good(), thread=TALK)
    await forum.quiet()
    await press_and_see(forum, forum.last(FORUM), "Đã chia sẻ")
    await forum.sandbox.jump(next_monday(forum.now))
    found = await until(
        forum.sandbox,
        lambda: next((m for m in forum.messages(FORUM) if "Nhắc tuần" in written(m)), None),
        "the nudge",
    )
    assert topic(found) == NEWS


@pytest.mark.parametrize("how", ["closed", "deleted"])
async def test_a_closed_or_deleted_topic_falls_back_to_the_general_one(
    forum: Office, how: str
) -> None:
    """Answers and the weekly nudge alike; nothing is lost."""
    await forum.person().forwards(FORUM, **good(), thread=TALK)
    await forum.quiet()
    await press_and_see(forum, forum.last(FORUM), "Đã chia sẻ")
    close(forum, how)
    await forum.person().forwards(FORUM, **good(), thread=TALK)
    await forum.quiet()
    answer = forum.last(FORUM)
    assert topic(answer) is None
    assert "Số nhận định" in written(answer)
    await press_and_see(forum, answer, "Đã chia sẻ")
    assert labels(current(forum, answer))[0] == "Hoàn tác"
    await forum.sandbox.jump(next_monday(forum.now))
    found = await until(
        forum.sandbox,
        lambda: next((m for m in forum.messages(FORUM) if "Nhắc tuần" in written(m)), None),
        "the nudge",
    )
    assert topic(found) is None


def close(place: Office, how: str) -> None:
    """Both topics, after the messages in them were sent."""
    world = place.sandbox.world
    chat = world.chats[FORUM]
    chat.members[world.bot["id"]].status = "member"
    chat.members[world.bot["id"]].sees_all = True
    if how == "closed":
        chat.closed = {NEWS, TALK}
    else:
        chat.topics.clear()


async def test_what_is_asked_in_the_general_topic_is_answered_there(forum: Office) -> None:
    """It has no number that may be written to."""
    content = {"text": f"Xem {good()['link']}", "message_thread_id": 1}
    await forum.person().posts(FORUM, content)
    await forum.quiet()
    assert topic(forum.last(FORUM)) is None


async def test_a_topic_without_a_number_is_the_general_one() -> None:
    """Nothing forbids Telegram to say so; an answer addressed to "None" would go nowhere."""
    assert thread_of(message({"text": "a", "is_topic_message": True})) is None
    assert (
        thread_of(message({"text": "a", "is_topic_message": True, "message_thread_id": 7})) == "7"
    )
    assert thread_of(message({"text": "a", "message_thread_id": 7})) is None
