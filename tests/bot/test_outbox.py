"""Letters on their way out: order, replacement, waits, refusals and restarts, in virtual time."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.outbox import Gone, Moved, Refused, Wait
from models.errors import StoreUnavailable
from models.ledger import Letter
from tests.bot.outbox_office import Post, clock, letter, make, working
from tests.fakes.memory_store import MemoryStore
from tests.fakes.virtual_time import rest, virtually

NO_ANSWER = Wait(None, "no answer")


def played(scene: Callable[[Post], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """A test that plays a scene with a running outbox in virtual time."""

    async def work() -> None:
        async with working() as post:
            await scene(post)

    def test() -> None:
        virtually(work())

    test.__name__, test.__doc__ = scene.__name__, scene.__doc__
    return test


@played
async def test_letters_of_a_chat_go_in_order_and_leave_the_table(post: Post) -> None:
    for text in "abc":
        await post.box.send(letter(text))
    assert post.waiting() == ["a", "b", "c"]
    await post.idle()
    assert post.messenger.texts() == ["a", "b", "c"]
    assert post.waiting() == []


@played
async def test_a_chat_that_waits_holds_up_no_other_and_keeps_its_order(post: Post) -> None:
    post.messenger.script["7"].append(Wait(30, "retry_after"))
    for text, chat in [("a", "7"), ("b", "7"), ("x", "8")]:
        await post.box.send(letter(text, chat))
    await rest()
    assert post.messenger.texts() == ["x"]
    await post.idle()
    assert post.messenger.texts() == ["x", "a", "b"]
    assert post.messenger.seconds() == pytest.approx([0, 0, 30, 30], abs=0.1)


@played
async def test_a_flood_wait_pauses_the_chat_for_other_senders_too(post: Post) -> None:
    """The nudger asks the same pacer."""
    post.messenger.script["7"].append(Wait(30, "retry_after"))
    await post.box.send(letter("a"))
    await rest()
    async with post.box._pacer.turn("7", 2):  # type: ignore[arg-type]
        assert asyncio.get_running_loop().time() == pytest.approx(30, abs=0.1)
    await post.idle()


@played
async def test_without_a_named_wait_the_pauses_double_up_to_a_minute_for_days(post: Post) -> None:
    """An outage of two days loses no letter (2**n seconds would be no number any more)."""
    post.messenger.script["7"].extend([NO_ANSWER] * 3000)
    await post.box.send(letter("a"))
    await post.idle()
    seconds = post.messenger.seconds()
    pauses = [after - before for before, after in itertools.pairwise(seconds)]
    assert pauses[:8] == pytest.approx([1, 2, 4, 8, 16, 32, 60, 60])
    assert pauses[-1] == pytest.approx(60)
    assert post.messenger.texts() == ["a"]


@played
async def test_a_letter_takes_the_place_of_a_waiting_one_with_its_key(post: Post) -> None:
    """In line, behind another: one message with the last words, in the old place."""
    post.messenger.gate.clear()
    for text, key in [("a", "1"), ("b1", "2"), ("c", "3"), ("b2", "2")]:
        await post.box.send(letter(text, key=key))
        await rest()
    post.messenger.gate.set()
    await post.idle()
    assert post.messenger.texts() == ["a", "b2", "c"]


@played
async def test_a_newer_letter_is_sent_instead_of_one_that_was_put_off(post: Post) -> None:
    post.messenger.script["7"].append(Wait(30, "retry_after"))
    await post.box.send(letter("old", key="1"))
    await rest()
    await post.box.send(letter("new", key="1"))
    await post.idle()
    assert post.messenger.texts() == ["new"]
    assert post.waiting() == []


@played
async def test_a_newer_letter_than_one_in_flight_changes_what_was_sent(post: Post) -> None:
    post.messenger.gate.clear()
    await post.box.send(letter("old", key="1"))
    await rest()
    await post.box.send(letter("new", key="1"))
    post.messenger.gate.set()
    await post.idle()
    first, second = post.messenger.taken
    assert (first.text, first.edit_of) == ("old", None)
    assert (second.text, second.kind, second.edit_of) == ("new", "edit", "1")
    assert post.box.answer_of("1") == "1"
    assert post.waiting() == []


@played
async def test_a_second_answer_to_the_same_message_edits_the_first(post: Post) -> None:
    """An album's late part, an edited message: one answer in the chat, not two."""
    await post.box.send(letter("old", key="1"))
    await post.idle()
    await post.box.send(letter("new", key="1"))
    await post.idle()
    assert [one.edit_of for one in post.messenger.taken] == [None, "1"]


@played
async def test_a_picture_is_never_an_edit_nor_edited(post: Post) -> None:
    """The Bot API cannot turn one into the other."""
    await post.box.send(letter("text", key="1"))
    await post.box.send(letter("picture", key="2", picture=b"png"))
    await post.idle()
    await post.box.send(letter("picture again", key="1", picture=b"png"))
    await post.box.send(letter("text again", key="2"))
    await post.idle()
    assert [one.edit_of for one in post.messenger.taken] == [None] * 4


@played
async def test_a_letter_is_held_until_its_time_and_replaced_meanwhile(post: Post) -> None:
    """Others in its chat go before; the one that takes its place waits as long."""
    until = clock() + timedelta(seconds=4)
    await post.box.send(letter("held", key="1", not_before=until))
    await post.box.send(letter("other"))
    await asyncio.sleep(1)
    assert post.messenger.texts() == ["other"]
    await post.box.send(letter("instead", key="1"))
    await asyncio.sleep(2)
    assert post.messenger.texts() == ["other"]
    await post.idle()
    assert post.messenger.texts() == ["other", "instead"]
    assert post.messenger.seconds()[-1] == pytest.approx(4, abs=0.1)


@pytest.mark.parametrize("where", ["held", "in line", "put off"])
def test_a_withdrawn_letter_is_not_sent_and_others_are(where: str) -> None:
    async def work() -> None:
        async with working() as post:
            until = None
            if where == "held":
                until = clock() + timedelta(seconds=4)
            elif where == "put off":
                post.messenger.script["7"].append(Wait(30, "retry_after"))
            else:
                post.messenger.gate.clear()
                post.box.post(letter("before", "7"))
            post.box.post(letter("never", "7", key="1", not_before=until))
            post.box.post(letter("after", "7"))
            await rest()
            post.box.withdraw("7", "1")
            post.box.withdraw("8", "1")
            post.messenger.gate.set()
            await post.idle()
            expected = ["before", "after"] if where == "in line" else ["after"]
            assert post.messenger.texts() == expected

    virtually(work())


@played
async def test_a_withdrawn_letter_can_be_sent_anew(post: Post) -> None:
    post.messenger.script["7"].append(Wait(30, "retry_after"))
    post.box.post(letter("never", key="1"))
    await rest()
    post.box.withdraw("7", "1")
    post.box.post(letter("again", key="1"))
    await post.idle()
    assert post.messenger.texts() == ["again"]


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
            post.box.post(letter("không lưu"))
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
    """Groups whose move cannot be written for a while."""

    def __init__(self, store: MemoryStore, failures: int) -> None:
        self._real, self._failures = store.groups, failures

    async def migrate(self, *place: Any) -> None:
        if self._failures:
            self._failures -= 1
            raise StoreUnavailable("store_unavailable")
        await self._real.migrate(*place)

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


class FullDisk:
    """A table from which nothing can be struck off."""

    def __init__(self, store: MemoryStore) -> None:
        self._real = store.outgoing

    async def taken(self, *_: Any) -> None:
        raise StoreUnavailable("store_unavailable")

    drop = taken

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


@played
async def test_a_table_that_cannot_be_written_stops_no_letter(post: Post) -> None:
    """Its rows are sent again at the next start: twice is better than never."""
    post.store.outgoing = FullDisk(post.store)  # type: ignore[assignment]
    post.messenger.script["7"].extend([None, Refused("x")])
    for text in "abc":
        await post.box.send(letter(text))
    await post.idle()
    assert post.messenger.texts() == ["a", "c"]
    assert [one.text for one in await post.store.outgoing.pending()] == ["a", "b", "c"]


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
            first.box.post(letter("volatile", "7"))
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


steps = st.lists(
    st.tuples(
        st.sampled_from(["7", "8", "-1"]),
        st.sampled_from("abc"),
        st.sampled_from([0, 0, 1, 5]),
        st.sampled_from([None, None, None, NO_ANSWER, Wait(7, "flood")]),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(steps)
def test_every_key_ends_with_its_last_words_once_and_no_row_stays(
    plan: list[tuple[str, str, int, Exception | None]],
) -> None:
    """Whatever is put off or replaced meanwhile: one message for a key, showing its last letter."""

    async def work() -> None:
        async with working() as post:
            last: dict[str, str] = {}
            for number, (chat, name, pause, outcome) in enumerate(plan):
                key, text = f"{chat}/{name}", f"{chat}/{name} {number}"
                post.messenger.script[chat].append(outcome)
                await post.box.send(letter(text, chat, key=key))
                last[key] = text
                await asyncio.sleep(pause)
            await post.idle()
            shown: dict[str, list[str]] = {}
            for one in post.messenger.taken:
                assert (one.edit_of is None) == (one.key not in shown)
                shown.setdefault(one.key, []).append(one.text)
            assert {key: texts[-1] for key, texts in shown.items()} == last
            assert post.waiting() == []

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
