"""Telegram brings a press again whose acknowledgement was lost in a crash: it counts once."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from handlers.button import Button
from models.desk import Desk
from models.errors import StoreUnavailable
from tests.bot.office import HANH, MAI, Office, office
from tests.bot.people import Json
from tests.handlers.posts import eventually, files_with, labels, tally, weighed, written

COMMAND = {"type": "bot_command", "offset": 0, "length": 8}


async def pressed(place: Office, message: Json, label: str, user: int = MAI) -> Json:
    """Press, and wait for what comes of it; the update as Telegram gave it."""
    number = place.sandbox.world.updates.next_id
    query = deepcopy(await place.person(user).presses(message, label))
    await place.quiet()
    return {"update_id": number, "callback_query": query}


@asynccontextmanager
async def crashed(place: Office) -> AsyncIterator[Office]:
    """Started again on the same folder: nothing that was in memory is known.

    What it has said by then comes after what stands in the chats.
    """
    async with office(place.data, joined=False) as again:
        again.sandbox.world.updates.next_id += 1000
        await again.quiet()
        for chat, old in place.sandbox.world.chats.items():
            known = again.sandbox.world.chats.get(chat)
            if known is not None:
                fresh = {500 + number: message for number, message in known.messages.items()}
                known.last_id, known.messages = 1000, deepcopy(old.messages) | fresh
        yield again


async def again(place: Office, update: Json) -> None:
    assert await place.parts.receiver.take(update)
    await place.quiet()


def rows(data: Path, table: str) -> int:
    with sqlite3.connect(f"file:{data / 'cantin.db'}?mode=ro", uri=True) as db:
        found = int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
    db.close()
    return found


async def asking(place: Office) -> None:
    """The group wants to be asked what a machine cannot know."""
    group = await place.kept_group()
    await place.parts.desk.store.groups.configure(group.id, replace(group.settings, questions=True))


def questions(place: Office) -> list[Json]:
    return [message for message in place.messages() if labels(message) == ["Có", "Chưa"]]


async def test_a_dispute_that_comes_again_is_one(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        answer = await weighed(place)
        await pressed(place, answer, "Nhận định chưa đúng", HANH)
        update = await pressed(place, place.last(), "Tiêu cực", HANH)
        assert rows(tmp_path, "disputes") == 1
    async with crashed(place) as later:
        await again(later, update)
        assert rows(tmp_path, "disputes") == 1
        other = await pressed(later, await weighed(later), "Nhận định chưa đúng", HANH)
        assert other["update_id"] != update["update_id"]
        await pressed(later, later.last(), "Tiêu cực", HANH)
        assert rows(tmp_path, "disputes") == 2, "another press is another opinion"


async def test_a_share_and_its_undoing_that_come_again_leave_no_line(tmp_path: Path) -> None:
    """In their order: the first would count anew what the second had taken back."""
    async with office(tmp_path) as place:
        answer = await weighed(place)
        share = await pressed(place, answer, "Đã chia sẻ")
        undo = await pressed(place, place.messages()[-1], "Hoàn tác")
    async with crashed(place) as later:
        for update in (share, undo, share):
            await again(later, update)
        assert (await tally(later)).total == 0
        assert rows(tmp_path, "ledger") == 2


async def test_a_press_below_a_newer_message_counts_though_numbers_start_anew(
    tmp_path: Path,
) -> None:
    """A server that was started anew, or was idle for a week, counts updates from elsewhere."""
    async with office(tmp_path) as place:
        share = await pressed(place, await weighed(place), "Đã chia sẻ")
        await pressed(place, place.messages()[-1], "Hoàn tác")
    press = deepcopy(share["callback_query"])
    press["message"]["date"] += 3600
    async with crashed(place) as later:
        await again(later, {**share, "callback_query": press})
        assert (await tally(later)).total == 1


async def test_a_tone_that_comes_again_after_another_changes_nothing(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        answer = await weighed(place)
        await pressed(place, answer, "Đã chia sẻ")
        tones = []
        for tone in ("Tiêu cực", "Trung tính"):
            await pressed(place, place.messages()[1], "Nhận định chưa đúng")
            tones.append(await pressed(place, place.last(), tone))
        counted, lines = await tally(place), rows(tmp_path, "ledger")
    async with crashed(place) as later:
        for update in tones:
            await again(later, update)
        assert (await tally(later), rows(tmp_path, "ledger")) == (counted, lines)


async def test_the_question_for_people_is_committed_with_the_share(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bot dies right after the share was written: the question is asked all the same, once."""
    async with office(tmp_path) as place:
        await asking(place)
        answer = await weighed(place)

        marked = Desk.mark_shared

        async def dies(*given: Any) -> None:
            await marked(*given)
            raise StoreUnavailable("store_unavailable")

        monkeypatch.setattr(Desk, "mark_shared", dies)
        number = place.sandbox.world.updates.next_id
        query = deepcopy(await place.person().presses(answer, "Đã chia sẻ"))
        await place.parts.receiver.take({"update_id": number, "callback_query": query})
        assert (await tally(place)).total == 1
        assert questions(place) == []
        place.sandbox.world.updates.confirm(number + 1)
        monkeypatch.undo()
    async with crashed(place) as later:
        await again(later, {"update_id": number, "callback_query": query})
        assert len(questions(later)) == 1
        assert (await tally(later)).total == 1


async def test_the_question_is_asked_though_the_answer_cannot_be_changed_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full right after the share was written: asked at once, and once."""
    async with office(tmp_path) as place:
        await asking(place)
        answer = await weighed(place)

        async def fails(*_: object) -> None:
            raise StoreUnavailable("store_unavailable")

        async def asked() -> bool:
            return len(questions(place)) == 1

        monkeypatch.setattr(Button, "refresh", fails)
        await place.person().presses(answer, "Đã chia sẻ")
        await eventually(asked, "the question")
        monkeypatch.undo()
        await place.quiet()
        assert len(questions(place)) == 1
        shown = place.sandbox.world.chats[place.group].messages[answer["message_id"]]
        assert "Hoàn tác" in labels(shown), "the answer shows the share by now"


async def test_the_question_that_was_asked_is_not_asked_again(tmp_path: Path) -> None:
    async with office(tmp_path) as place:
        await asking(place)
        share = await pressed(place, await weighed(place), "Đã chia sẻ")
        assert len(questions(place)) == 1
    async with crashed(place) as later:
        await again(later, share)
        assert len(questions(later)) == 1


@pytest.mark.parametrize("label", ["Nhận định chưa đúng", "Vì sao?"])
async def test_what_a_press_says_in_a_message_of_its_own_is_said_once(
    tmp_path: Path, label: str
) -> None:
    async with office(tmp_path) as place:
        chat = MAI if label == "Vì sao?" else place.group
        answer = await weighed(place, chat)
        update = await pressed(place, answer, label)
        said = written(place.last(chat))
    async with crashed(place) as later:
        count = len(later.messages(chat))
        await again(later, update)
        assert len(later.messages(chat)) == count
        await pressed(later, later.sandbox.world.chats[chat].messages[answer["message_id"]], label)
        assert len(later.messages(chat)) == count + 1, "pressed anew it is said anew"
        assert written(later.last(chat)) == said


async def test_nobody_who_pressed_is_named_by_what_is_kept(tmp_path: Path) -> None:
    """The upper half of a press's own id is a person's."""
    async with office(tmp_path) as place:
        update = await pressed(place, await weighed(place), "Đã chia sẻ", HANH)
        assert files_with(tmp_path, update["callback_query"]["id"]) == []
        assert files_with(tmp_path, str(HANH)) == []


async def test_a_question_about_an_answered_private_post_is_answered_after_a_restart(
    tmp_path: Path,
) -> None:
    """It is asked anew, and not the post that comes again."""
    async with office(tmp_path) as place:
        sent = await place.person().forwards(MAI, text="Nghe nói tuần sau cắt nước cả phường")
        await place.quiet()
    async with crashed(place) as later:
        count = len(later.messages(MAI))
        check = {"text": "/kiemtra", "entities": [COMMAND]}
        await later.person().posts(MAI, check, reply_to=sent["message_id"])
        await later.quiet()
        assert len(later.messages(MAI)) == count + 1
        assert "Số nhận định" in written(later.last(MAI))
