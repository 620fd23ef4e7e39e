"""Letters on their way out: order, replacement and waits, in virtual time."""

from __future__ import annotations

import asyncio
import itertools
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.messenger import Wait
from tests.bot.outbox_office import Post, clock, letter, played, working
from tests.fakes.virtual_time import rest, virtually

NO_ANSWER = Wait(None, "no answer")


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
async def test_what_was_deleted_while_it_waited_is_not_sent(post: Post) -> None:
    """With the post that it quotes; the next letter goes."""
    post.messenger.script["7"].append(Wait(30, "retry_after"))
    await post.box.send(letter("quotes", quotes=5))
    await post.box.send(letter("also quotes", quotes=5))
    await post.box.send(letter("b"))
    await rest()
    post.store.outgoing.drop_for(5)
    await post.idle()
    assert post.messenger.texts() == ["b"]


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


@played
async def test_a_clock_that_was_set_back_holds_no_letter_for_long(post: Post) -> None:
    """As on a machine that starts years behind and is set right a little later."""
    await post.store.outgoing.put(letter("held", not_before=clock() + timedelta(days=400)))
    for waiting in await post.store.outgoing.pending():
        post.box.post(waiting)
    await post.idle()
    assert post.messenger.texts() == ["held"]
    assert post.messenger.seconds()[-1] <= 300


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
                await post.box.whisper(letter("before", "7"))
            await post.box.whisper(letter("never", "7", key="1", not_before=until))
            await post.box.whisper(letter("after", "7"))
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
    await post.box.whisper(letter("never", key="1"))
    await rest()
    post.box.withdraw("7", "1")
    await post.box.whisper(letter("again", key="1"))
    await post.idle()
    assert post.messenger.texts() == ["again"]


@pytest.mark.parametrize("first", ["in line", "put off"])
def test_a_message_shows_what_was_said_of_it_last_whoever_said_it(first: str) -> None:
    """Presses and changes of a post edit one answer under keys of their own: once is enough."""

    async def work() -> None:
        async with working() as post:
            if first == "in line":
                post.messenger.gate.clear()
                await post.box.send(letter("before"))
            else:
                post.messenger.script["7"].append(Wait(30, "retry_after"))
            for text, key in [("shared", "edit"), ("reworded", "answer"), ("undone", "edit")]:
                await post.box.send(letter(text, key=key, kind="edit", edit_of="5"))
                await rest()
            await post.box.send(letter("elsewhere", key="other", kind="edit", edit_of="6"))
            post.messenger.gate.set()
            await post.idle()
            expected = ["undone", "elsewhere"]
            assert post.messenger.texts() == (["before"] if first == "in line" else []) + expected
            assert post.waiting() == []

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
