"""Letters that must leave no trace, and answers that are given for good."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.messenger import Gone, Refused, Wait
from models.letter import Letter
from tests.bot.outbox_office import FullDisk, Post, clock, letter, played, working
from tests.fakes.memory_store import MemoryStore
from tests.fakes.virtual_time import rest, virtually


def advice(text: str, number: int = 1, **more: object) -> Letter:
    """A private answer to a message."""
    key = f"answer:7/{number}"
    return replace(letter(text, key=key), once=key, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "outcomes", [[], [Wait(30, "flood")], [Wait(None, "away")] * 5, [Gone("x")], [Refused("x")]]
)
def test_a_whisper_is_heard_once_it_was_taken_or_given_up(outcomes: list[Exception]) -> None:
    async def work() -> None:
        async with working() as post:
            post.messenger.script["7"].extend(outcomes)
            post.messenger.gate.clear()
            await post.box.whisper(advice("a"))
            heard = asyncio.ensure_future(post.box.heard("7"))
            await rest()
            assert not heard.done()
            await asyncio.wait_for(post.box.heard("8"), 1)
            post.messenger.gate.set()
            await heard
            assert not post.messenger.script["7"]

    virtually(work())


@played
async def test_a_whisper_that_is_held_or_withdrawn_is_waited_for_as_long(post: Post) -> None:
    """The answer to an album waits for its parts."""
    await post.box.whisper(advice("a", not_before=clock() + timedelta(seconds=4)))
    begun = asyncio.get_running_loop().time()
    await post.box.heard("7")
    assert asyncio.get_running_loop().time() - begun == pytest.approx(4, abs=0.1)
    post.messenger.script["7"].append(Wait(1000, "flood"))
    await post.box.whisper(advice("b", 2))
    heard = asyncio.ensure_future(post.box.heard("7"))
    await rest()
    post.box.withdraw("7", "answer:7/2")
    await asyncio.wait_for(heard, 1)


@played
async def test_a_committed_letter_is_not_waited_for(post: Post) -> None:
    """It outlives the process."""
    post.messenger.gate.clear()
    await post.box.send(letter("a"))
    await asyncio.wait_for(post.box.heard("7"), 1)
    post.messenger.gate.set()


@pytest.mark.parametrize("whispered", [True, False])
def test_what_was_answered_for_good_is_not_answered_again_after_a_restart(whispered: bool) -> None:
    """Telegram gives an update again whose acknowledgement was lost with the process."""

    async def work() -> None:
        store = MemoryStore()
        async with working(store) as first:
            await (first.box.whisper if whispered else first.box.send)(advice("a"))
            await first.idle()
        async with working(store) as second:
            for number in (1, 2):
                await (second.box.whisper if whispered else second.box.send)(advice("b", number))
            await second.idle()
            assert [one.key for one in second.messenger.taken] == ["answer:7/2"]
            assert second.waiting() == []

    virtually(work())


def test_on_a_full_disk_advice_goes_on_and_what_was_answered_is_noted_once_there_is_room() -> None:
    """It needs no disk. A letter from the table waits: it would be one more to come twice."""

    async def work() -> None:
        store = MemoryStore()
        real, store.outgoing = store.outgoing, FullDisk(store)  # type: ignore[assignment]
        async with working(store) as first:
            for number in (1, 2, 3):
                await first.box.whisper(advice(f"{number}", number))
                await first.box.heard("7")
            await first.box.send(letter("committed", "8"))
            await asyncio.sleep(300)
            assert first.messenger.texts() == ["1", "2", "3"]
            store.outgoing = real
            await first.idle()
            assert first.messenger.texts() == ["1", "2", "3", "committed"]
        async with working(store) as second:
            for number in (1, 2, 3):
                await second.box.whisper(advice("again", number))
            await second.idle()
            assert second.messenger.texts() == []

    virtually(work())


@played
async def test_in_the_same_process_a_later_word_changes_the_answer(post: Post) -> None:
    """A late part of an album: one message, edited."""
    await post.box.whisper(advice("a"))
    await post.idle()
    await post.box.whisper(advice("b"))
    await post.idle()
    assert [(one.text, one.edit_of) for one in post.messenger.taken] == [("a", None), ("b", "1")]


@played
async def test_an_answer_that_may_be_given_again_is(post: Post) -> None:
    for text in "ab":
        await post.box.whisper(letter(text))
        await post.idle()
    assert post.store.outgoing.told == {}
    assert post.messenger.texts() == ["a", "b"]


@played
async def test_an_accepted_answer_is_recorded_before_the_next_is_sent(post: Post) -> None:
    """Of those on their way to any chat at most one can be doubled by a kill."""
    recorded: list[int] = []
    real = post.store.outgoing.taken

    async def taken(one: Letter, *more: object) -> None:
        await asyncio.sleep(0.5)
        recorded.append(len(post.messenger.tried))
        await real(one, *more)  # type: ignore[arg-type]

    post.store.outgoing.taken = taken  # type: ignore[method-assign]
    for number in range(5):
        await post.box.send(letter(f"{number}", chat=f"{number}"))
    await post.idle()
    assert recorded == [1, 2, 3, 4, 5]


@played
async def test_an_answer_that_comes_a_day_late_says_so(post: Post) -> None:
    """And no other; an edit is a new word on what was answered."""
    asked = clock() - timedelta(hours=23, minutes=59)
    await post.box.send(replace(letter("sớm", "8"), asked_at=asked))
    post.messenger.script["9"].append(Wait(120, "flood"))
    await post.box.send(replace(letter("muộn", "9"), asked_at=asked))
    await post.box.send(replace(letter("sửa", "9", kind="edit", edit_of="1"), asked_at=asked))
    await post.idle()
    assert post.messenger.texts("8") == ["sớm"]
    late, edit = post.messenger.texts("9")
    assert late.endswith("muộn")
    assert "Trả lời muộn" in late
    assert "08:01 ngày 01/03/2026" in late
    assert edit == "sửa"


@played
async def test_after_an_hour_without_the_messenger_the_oldest_go_first(post: Post) -> None:
    """As soon as one gets through, not each when its own pause is over."""
    away = Wait(None, "away")
    for number in range(40):
        post.messenger.script[f"{number}"].extend([away] * 200)
        await post.box.send(letter(f"{number}", chat=f"{number}"))
        await asyncio.sleep(90.7)
    for script in post.messenger.script.values():
        script.clear()
    back = asyncio.get_running_loop().time()
    await post.idle()
    order = [int(text) for text in post.messenger.texts()]
    first, rest_of_them = order[0], order[1:]
    assert rest_of_them == sorted(set(range(40)) - {first})
    assert asyncio.get_running_loop().time() - back < 61


@played
async def test_one_that_fails_for_itself_is_not_tried_at_every_success_of_others(
    post: Post,
) -> None:
    post.messenger.script["7"].extend([Wait(None, "502")] * 1000)
    await post.box.send(letter("stubborn", "7"))
    for number in range(200):
        await post.box.send(letter(f"{number}", chat="8"))
        await asyncio.sleep(0.5)
    assert len([1 for _, one in post.messenger.tried if one.chat == "7"]) < 20
    post.messenger.script["7"].clear()
    await post.idle()
