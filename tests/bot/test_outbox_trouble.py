"""Letters that meet trouble: refusals, closed and moved chats, a full disk, a restart."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.messenger import Gone, Moved, Refused, Wait
from models.errors import StoreUnavailable
from models.letter import Letter
from tests.bot.outbox_office import FullDisk, Post, clock, letter, make, played, working
from tests.fakes.memory_store import MemoryStore
from tests.fakes.messenger import FakeMessenger
from tests.fakes.virtual_time import rest, virtually


class DeafTable:
    """Wraps the table and remembers what it was given to keep."""

    def __init__(self, store: MemoryStore) -> None:
        self.kept: list[Letter] = []
        self._real = store.outgoing
        self.letters = self._real.letters

    async def put(self, one: Letter) -> Letter:
        self.kept.append(one)
        return await self._real.put(one)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


@pytest.mark.parametrize(
    "outcomes", [[], [Wait(3, "flood")], [Gone("x")], [Refused("x")], [RuntimeError("x")]]
)
def test_a_volatile_letter_never_reaches_the_store(outcomes: list[Exception]) -> None:
    """The line of a refusal: a marked post leaves no row, whatever becomes of its answer."""

    async def work() -> None:
        async with working() as post:
            table = DeafTable(post.store)
            post.store.outgoing = table  # type: ignore[assignment]
            post.messenger.script["7"].extend(outcomes)
            await post.box.whisper(letter("không lưu"))
            await rest()
            await post.idle()
            assert table.kept == []
            assert post.waiting() == []

    virtually(work())


@pytest.mark.parametrize("outcome", [Refused("bad request"), RuntimeError("a bug"), KeyError("x")])
def test_a_letter_that_cannot_be_sent_is_dropped_and_the_next_goes(outcome: Exception) -> None:
    """It would block its chat for ever."""

    async def work() -> None:
        async with working() as post:
            post.messenger.script["7"].append(outcome)
            for text in "ab":
                await post.box.send(letter(text))
            await post.idle()
            assert post.messenger.texts() == ["b"]
            assert post.waiting() == []

    virtually(work())


@played
async def test_a_closed_chat_loses_its_letters_and_its_group_is_left(post: Post) -> None:
    unit = await post.store.units.add("Phường", None, clock())
    group = await post.store.groups.join("telegram", "-1", unit.id, clock())
    post.messenger.script["-1"].append(Gone("kicked"))
    for text, chat in [("a", "-1"), ("b", "-1"), ("x", "8")]:
        await post.box.send(letter(text, chat))
    await post.idle()
    assert post.messenger.texts() == ["x"]
    assert len(post.messenger.tried) == 2
    assert not (await post.store.groups.get(group.id)).active  # type: ignore[union-attr]
    assert post.waiting() == []


@played
async def test_of_who_blocked_the_bot_nothing_is_kept(post: Post) -> None:
    """Whose news of it never came, as the bot was away for longer than Telegram keeps it."""
    unit = await post.store.units.add("Phường", None, clock())
    for chat in ("7", "8"):
        await post.store.members.join("telegram", chat, unit.id, clock())
    post.messenger.script["7"].append(Gone("bot was blocked by the user"))
    await post.box.send(letter("a"))
    await post.idle()
    kept = [await post.store.members.unit_of("telegram", chat) for chat in ("7", "8")]
    assert kept == [None, unit]


class BusyCopies:
    """Members of whom one is forgotten once no copy is in use any more."""

    def __init__(self, store: MemoryStore) -> None:
        self._real = store.members
        self.busy = True

    async def forget(self, *chat: str) -> bool:
        if self.busy:
            raise StoreUnavailable("store_unavailable")
        return await self._real.forget(*chat)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


@pytest.mark.parametrize("killed", [False, True])
def test_who_blocked_the_bot_while_a_copy_was_in_use_is_forgotten_later(killed: bool) -> None:
    """After a restart too: the letter that found the chat closed waits until it is done."""

    async def work() -> None:
        store = MemoryStore()
        unit = await store.units.add("Phường", None, clock())
        await store.members.join("telegram", "7", unit.id, clock())
        store.members = members = BusyCopies(store)  # type: ignore[assignment]
        messenger = FakeMessenger()
        messenger.script["7"].extend([Gone("bot was blocked by the user")] * 100)
        async with working(store, messenger) as first:
            for text, chat in [("a", "7"), ("b", "7"), ("x", "8")]:
                await first.box.send(letter(text, chat))
            await asyncio.sleep(600)
            assert first.waiting() == ["a", "b"]
            members.busy = killed
            if not killed:
                await first.idle()
        members.busy = False
        async with working(store, messenger) as second:
            await second.idle()
            assert second.waiting() == []
        assert messenger.texts() == ["x"]
        assert await store.members.unit_of("telegram", "7") is None

    virtually(work())


@played
async def test_a_group_that_closed_is_no_private_chat_to_forget(post: Post) -> None:
    """Forgetting one goes through every copy; for a group that would be in vain."""
    unit = await post.store.units.add("Phường", None, clock())
    await post.store.members.join("telegram", "-1", unit.id, clock())
    post.messenger.script["-1"].append(Gone("kicked"))
    await post.box.send(letter("a", "-1"))
    await post.idle()
    assert await post.store.members.unit_of("telegram", "-1") == unit


@played
async def test_a_moved_group_is_followed_with_all_that_waits(post: Post) -> None:
    """In order, as new messages: the new chat has none of the old numbers."""
    unit = await post.store.units.add("Phường", None, clock())
    await post.store.groups.join("telegram", "-1", unit.id, clock())
    await post.box.send(letter("first", "-1", key="1"))
    await post.idle()
    post.messenger.script["-1"].append(Moved("-100"))
    until = clock() + timedelta(seconds=5)
    await post.box.send(letter("held", "-1", key="4", reply_to="9", not_before=until))
    await post.box.send(letter("edit", "-1", key="1", kind="edit", edit_of="1"))
    await post.box.send(letter("second", "-1", key="2", reply_to="5"))
    await post.idle()
    assert post.messenger.texts("-100") == ["edit", "second", "held"]
    for one in post.messenger.taken[1:]:
        assert (one.edit_of, one.reply_to) == (None, None)
    assert len([1 for _, one in post.messenger.tried if one.chat == "-1"]) == 2
    moved = await post.store.groups.find("telegram", "-100")
    assert moved is not None
    assert moved.chat == "-100"
    assert post.waiting() == []


class StubbornGroups:
    """Groups whose move or end cannot be written for a while."""

    def __init__(self, store: MemoryStore, failures: int) -> None:
        self._real, self._failures = store.groups, failures

    async def migrate(self, *place: Any) -> None:
        self._refuse()
        await self._real.migrate(*place)

    async def leave(self, *place: Any) -> None:
        self._refuse()
        await self._real.leave(*place)

    def _refuse(self) -> None:
        if self._failures:
            self._failures -= 1
            raise StoreUnavailable("store_unavailable")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


@played
async def test_a_move_that_cannot_be_written_now_is_tried_again(post: Post) -> None:
    """A full disk ends neither the letter nor the outbox."""
    post.store.groups = StubbornGroups(post.store, 2)  # type: ignore[assignment]
    post.messenger.script["-1"].extend([Moved("-100")] * 3)
    await post.box.send(letter("a", "-1"))
    await post.box.send(letter("x", "8"))
    await post.idle()
    assert post.messenger.texts() == ["x", "a"]
    assert post.messenger.taken[-1].chat == "-100"


@played
async def test_a_closed_group_that_cannot_be_left_now_is_left_later(post: Post) -> None:
    unit = await post.store.units.add("Phường", None, clock())
    group = await post.store.groups.join("telegram", "-1", unit.id, clock())
    post.store.groups = StubbornGroups(post.store, 2)  # type: ignore[assignment]
    post.messenger.script["-1"].extend([Gone("kicked")] * 3)
    await post.box.send(letter("a", "-1"))
    await post.idle()
    assert not (await post.store.groups.get(group.id)).active  # type: ignore[union-attr]
    assert post.waiting() == []


@played
async def test_while_the_table_cannot_be_written_one_letter_goes_and_no_more(post: Post) -> None:
    """A kill would send each again. What is not in the table is said; the others follow."""
    disk = FullDisk(post.store)
    post.store.outgoing = disk  # type: ignore[assignment]
    for number in range(5):
        await post.box.send(letter(f"{number}", f"{number}"))
    await post.box.whisper(letter("full", "9"))
    await asyncio.sleep(600)
    assert post.messenger.texts() == ["0", "full"]
    assert len(post.waiting()) == 5
    disk.full = False
    await post.idle()
    assert sorted(post.messenger.texts()) == ["0", "1", "2", "3", "4", "full"]
    await asyncio.sleep(100)
    assert post.waiting() == []


@played
async def test_once_the_table_can_be_written_the_letters_go_at_once_the_oldest_first(
    post: Post,
) -> None:
    """Though others got through meanwhile; and none took a turn to send while it waited."""
    disk = FullDisk(post.store)
    post.store.outgoing = disk  # type: ignore[assignment]
    for number in range(5):
        await post.box.send(letter(f"{number}", f"{number}"))
        await asyncio.sleep(0.3)
    await asyncio.sleep(600)
    await post.box.whisper(letter("full", "9"))
    await asyncio.sleep(5)
    turns = post.pacer.steps
    await asyncio.sleep(600)
    assert post.pacer.steps == turns
    disk.full = False
    await post.idle()
    assert post.messenger.texts() == ["0", "full", "1", "2", "3", "4"]
    assert post.messenger.seconds()[-4:] == pytest.approx([disk.struck[0]] * 4, abs=0.1)


@played
async def test_after_an_hour_without_room_what_waits_goes_within_seconds_of_its_return(
    post: Post,
) -> None:
    """It is logged once meanwhile, not at every try."""
    disk = FullDisk(post.store)
    post.store.outgoing = disk  # type: ignore[assignment]
    with capture_logs() as lines:
        for text in "ab":
            await post.box.send(letter(text, text))
        await asyncio.sleep(3630)
    assert [one["event"] for one in lines].count("letter not struck off yet") == 1
    disk.full = False
    back = asyncio.get_running_loop().time()
    await post.idle()
    assert asyncio.get_running_loop().time() - back <= 5
    assert post.messenger.texts() == ["a", "b"]


class LameTable:
    """A table from which ``lame`` cannot be struck off, for one reason after the other."""

    def __init__(self, store: MemoryStore, lame: str, *reasons: Exception) -> None:
        self._real, self._lame, self._reasons = store.outgoing, lame, deque(reasons)

    async def taken(self, one: Letter, *more: Any) -> None:
        if one.key.endswith(self._lame) and self._reasons:
            raise self._reasons.popleft() if len(self._reasons) > 1 else self._reasons[0]
        await self._real.taken(one, *more)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


@pytest.mark.parametrize("first", [[], [StoreUnavailable("store_unavailable")] * 2])
def test_a_letter_that_can_never_be_struck_off_stops_no_other(first: list[Exception]) -> None:
    """No disk's trouble: another try would fail as well. It is sent again at the next start."""

    async def work() -> None:
        async with working() as post:
            table = LameTable(post.store, "a", *first, ValueError("x"))
            post.store.outgoing = table  # type: ignore[assignment]
            for text in "abc":
                await post.box.send(letter(text, text))
            await asyncio.sleep(30)
            assert post.messenger.texts() == ["a", "b", "c"]
            assert [one.text for one in await post.store.outgoing.pending()] == ["a"]

    virtually(work())


def test_what_was_sent_and_could_not_be_struck_off_is_sent_again_at_the_next_start() -> None:
    """Twice is better than never."""

    async def work() -> None:
        store = MemoryStore()
        real = store.outgoing
        async with working(store) as first:
            store.outgoing = FullDisk(store)  # type: ignore[assignment]
            for text in "ab":
                await first.box.send(letter(text, text))
            await asyncio.sleep(5)
            assert first.messenger.texts() == ["a"]
        store.outgoing = real
        async with working(store) as second:
            await second.idle()
            assert second.messenger.texts() == ["a", "b"]

    virtually(work())


@played
async def test_a_refused_letter_that_cannot_be_dropped_stops_no_other(post: Post) -> None:
    """It was not sent: sent again, it is refused again."""
    disk = FullDisk(post.store)
    post.store.outgoing = disk  # type: ignore[assignment]
    post.messenger.script["7"].append(Refused("x"))
    for text in "ab":
        await post.box.send(letter(text))
    await post.idle()
    assert post.messenger.texts() == ["b"]
    assert [one.text for one in await post.store.outgoing.pending()] == ["a", "b"]


@played
async def test_an_edit_that_may_be_said_anew_waits_for_its_turn_as_an_answer_does(
    post: Post,
) -> None:
    """Where the message was deleted it is a new one; an edit with buttons never is."""
    buttons = (({"label": "x", "action": "x"},),)
    post.messenger.gate.clear()
    await post.box.send(letter("answer", "1"))
    await rest()
    change = {"kind": "edit", "edit_of": "5", "reply_to": "4"}
    await post.box.send(letter("anew", "2", **change))
    await post.box.send(letter("edit", "3", **change, choices=buttons))
    await rest()
    assert [one.text for _, one in post.messenger.tried] == ["answer", "edit"]
    post.messenger.gate.set()
    await post.idle()
    assert post.messenger.texts() == ["answer", "edit", "anew"]


@played
async def test_the_answers_id_is_noted_on_its_review(post: Post) -> None:
    noted: list[tuple[int, str | None]] = []
    post.store.outgoing.noted = lambda review, answer: noted.append((review, answer))
    post.messenger.script["7"].extend([None, Wait(3, "flood")])
    await post.box.send(letter("other"))
    await post.box.send(letter("a", review=41))
    await post.idle()
    assert noted == [(41, "2")]


def test_stopping_in_the_middle_keeps_the_row_and_a_restart_sends_what_waited() -> None:
    """In flight, put off, in line and held: none is lost; a volatile one is."""

    async def work() -> None:
        store = MemoryStore()
        async with working(store) as first:
            first.messenger.script["8"].append(Wait(3600, "flood"))
            until = clock() + timedelta(seconds=60)
            await first.box.send(letter("put off", "8"))
            await first.box.send(letter("held", "9", not_before=until))
            await rest()
            first.messenger.gate.clear()
            await first.box.send(letter("in flight", "7"))
            await first.box.send(letter("in line", "7"))
            await first.box.whisper(letter("volatile", "7"))
            await rest()
        async with working(store) as second:
            assert second.messenger.texts() == ["put off", "in flight", "in line"]
            await second.idle()
            assert second.messenger.texts()[3:] == ["held"]
            assert second.messenger.seconds()[-1] == pytest.approx(60, abs=0.1)
            assert second.waiting() == []

    virtually(work())


def test_a_letter_that_came_before_the_start_goes_once_in_its_last_words() -> None:
    """It is in the table and in line at once; what the table had read may be older."""

    async def work() -> None:
        post = make()
        table = post.store.outgoing
        old = await table.put(letter("old", key="1"))

        class SlowTable:
            async def pending(self) -> list[Letter]:
                await post.box.send(letter("new", key="1"))
                return [old]

            def __getattr__(self, name: str) -> Any:
                return getattr(table, name)

        post.store.outgoing = SlowTable()  # type: ignore[assignment]
        running = asyncio.ensure_future(post.box.run())
        await rest()
        await post.idle()
        assert post.messenger.texts() == ["new"]
        assert [*table.letters] == []
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    virtually(work())


def test_an_edit_keeps_its_message() -> None:
    """What was made an edit by the store stays one after a restart."""

    async def work() -> None:
        store = MemoryStore()
        await store.outgoing.put(replace(letter("new", key="1"), kind="edit", edit_of="55"))
        async with working(store) as post:
            await post.idle()
            assert [one.edit_of for one in post.messenger.taken] == ["55"]

    virtually(work())
