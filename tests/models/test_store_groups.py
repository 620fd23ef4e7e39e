"""Units, groups, letters and nudges as every store keeps them: run on SQLite and on memory."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from models.errors import UserError
from models.ledger import NudgeMark, Store
from models.registry import GroupSettings
from models.verdict import Tone
from tests.fakes.writing import DAY, HOUR, NOW, Bench, edited, letter

WEEK = "2026-W47"
LATER = NOW + HOUR


async def test_a_units_code_cannot_be_guessed_and_fits_a_start_link(store: Store) -> None:
    codes = [(await store.units.add("Sở", None, NOW)).code for _ in range(50)]
    assert len(set(codes)) == 50
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{16,64}", code) for code in codes)
    renewed = await store.units.renew_code(1)
    assert await store.units.by_code(codes[0]) is None
    assert await store.units.by_code(renewed.code) == renewed


async def test_units_form_a_tree(store: Store) -> None:
    top = await store.units.add("Tỉnh", None, NOW)
    mid = await store.units.add("Sở", top.id, NOW)
    low = await store.units.add("Phòng", mid.id, NOW)
    alone = await store.units.add("Tỉnh khác", None, NOW)
    assert await store.units.below(top.id) == [top.id, mid.id, low.id]
    assert [unit.id for unit in await store.units.all()] == [1, 2, 3, 4]
    with pytest.raises(UserError) as caught:
        await store.units.change(top.id, parent=low.id)
    assert caught.value.key == "unit_cycle"
    with pytest.raises(UserError):
        await store.units.add("Lạc", 99, NOW)
    moved = await store.units.change(low.id, parent=alone.id, name="Phòng mới", basis="CV 830")
    assert (moved.name, moved.basis) == ("Phòng mới", "CV 830")
    assert await store.units.below(top.id) == [top.id, mid.id]
    with pytest.raises(TypeError):
        await store.units.change(top.id, code="ABC")


async def test_members_hold_one_code_at_a_time(store: Store) -> None:
    one, two = [await store.units.add(name, None, NOW) for name in ("Sở A", "Sở B")]
    for unit in (one, two):
        await store.members.join("telegram", "7", unit.id, NOW)
    assert await store.members.unit_of("telegram", "7") == two
    assert await store.members.forget("telegram", "7")
    assert not await store.members.forget("telegram", "7")
    assert await store.members.unit_of("telegram", "7") is None


async def test_a_group_that_comes_back_keeps_its_id_and_history(bench: Bench) -> None:
    kept = await bench.review("1")
    await bench.store.shares.share(kept.id, NOW, DAY)
    await bench.store.groups.configure(bench.group.id, GroupSettings(hour=9, quiet=True))
    await bench.store.groups.leave("telegram", "-1", NOW)
    assert bench.group.unit
    back = await bench.store.groups.join("telegram", "-1", bench.group.unit, LATER, "12")
    assert (back.id, back.thread, back.joined_at) == (bench.group.id, "12", LATER)
    assert back.settings == GroupSettings(hour=9, quiet=True)
    assert await bench.figures() == (1, 0, 0, 0)
    assert await bench.store.groups.active() == [back]


async def test_joining_again_does_not_put_off_the_nudge(bench: Bench) -> None:
    assert bench.group.unit
    again = await bench.store.groups.join("telegram", "-1", bench.group.unit, LATER)
    assert again.joined_at == NOW


async def test_a_left_group_still_belongs_to_its_unit(bench: Bench) -> None:
    await bench.store.groups.leave("telegram", "-1", NOW)
    assert bench.group.unit
    assert await bench.store.groups.in_units([bench.group.unit]) == [bench.group.id]
    assert await bench.store.groups.in_units([]) == []


async def test_a_migrated_group_keeps_its_history_and_letters_follow(bench: Bench) -> None:
    groups, kept = bench.store.groups, await bench.review("5")
    await bench.store.reviews.answered(kept.id, "77")
    await bench.store.shares.share(kept.id, NOW, DAY)
    await bench.store.outgoing.put(replace(letter("edit"), kind="edit", edit_of="77"))
    for _ in range(2):
        await groups.migrate("telegram", "-1", "-1001", LATER)
    moved = await groups.find("telegram", "-1001")
    assert moved is not None
    assert (moved.id, moved.chat) == (bench.group.id, "-1001")
    assert await groups.find("telegram", "-1") == moved
    assert await bench.figures() == (1, 0, 0, 0)
    waiting = await bench.store.outgoing.pending()
    assert [(w.chat, w.kind, w.edit_of) for w in waiting] == [("-1001", "answer", None)] * 2


async def test_messages_of_a_migrated_chat_are_numbered_anew(bench: Bench) -> None:
    old = await bench.review("5")
    await bench.store.reviews.answered(old.id, "77")
    await bench.store.groups.migrate("telegram", "-1", "-1001", LATER)
    assert await bench.store.reviews.by_answer(bench.group.id, "77") is None
    new = await bench.review("-1001/5", "something else")
    assert (new.id != old.id, new.version) == (True, 1)
    assert (await bench.again(old)).parts == old.parts


async def test_what_comes_again_from_the_old_chat_is_known(bench: Bench) -> None:
    """Telegram delivers again what was not acknowledged before the group moved."""
    old = await bench.review("5")
    await bench.store.groups.migrate("telegram", "-1", "-1001", LATER)
    assert await bench.store.reviews.by_key(bench.group.id, "5") is not None
    again = await bench.review("5")
    assert (again.id, again.version) == (old.id, 1)
    assert (await bench.store.health()).counts["reviews"] == 1


async def test_an_old_alias_cannot_take_a_migrated_group_out_of_use(bench: Bench) -> None:
    await bench.store.groups.migrate("telegram", "-1", "-1001", LATER)
    await bench.store.groups.leave("telegram", "-1", LATER)
    assert [group.chat for group in await bench.store.groups.active()] == ["-1001"]


async def test_two_rows_that_are_one_group_become_one(bench: Bench) -> None:
    """The new chat joined before the message of its migration came."""
    store, assert_unit = bench.store, bench.group.unit
    assert assert_unit
    new = await store.groups.join("telegram", "-1001", assert_unit, LATER)
    both = [await bench.review("5", "both"), await bench.review("6", "only old")]
    theirs = [
        await bench.put(replace(bench.new(key, mark, tone=Tone.NEGATIVE), group=new.id))
        for key, mark in (
            ("-1001/5", "both"),
            ("-1001/8", "only new"),
            ("-1001/9", "never shared"),
        )
    ]
    for review in (*both, *theirs[:2]):
        await store.shares.share(review.id, NOW, DAY)
    await store.nudges.mark(NudgeMark(new.id, "weekly", WEEK, "sent", LATER, message="3"))
    await store.groups.migrate("telegram", "-1", "-1001", LATER)
    assert await bench.figures() == (2, 0, 1, 0)
    assert await bench.figures(new.id) == (0, 0, 0, 0)
    assert [group.id for group in await store.groups.active()] == [bench.group.id]
    found = await store.reviews.by_key(bench.group.id, "-1001/8")
    assert found is not None
    assert (found.id, found.shared) == (theirs[1].id, True)
    assert not await store.nudges.claim(bench.group.id, "weekly", WEEK, LATER)
    assert await store.groups.in_units([assert_unit]) == [bench.group.id]
    await store.shares.undo(found.id, LATER)
    assert await bench.figures() == (2, 0, 0, 0)


@pytest.mark.parametrize(
    ("ours", "theirs", "left"),
    [
        (None, "sent", "sent"),
        ("claimed", "sent", "sent"),
        ("claimed", "claimed", "outcome_unknown"),
        (None, "claimed", "outcome_unknown"),
        ("sent", "claimed", "sent"),
        ("claimed", None, "claimed"),
    ],
)
async def test_of_two_nudges_that_are_one_the_new_chats_counts_before_a_claim(
    bench: Bench, ours: str | None, theirs: str | None, left: str
) -> None:
    """Who claimed for the old chat looks again, and sees that the new one has it."""
    store, unit = bench.store, bench.group.unit
    assert unit
    new = await store.groups.join("telegram", "-1001", unit, LATER)
    for group, state in ((bench.group.id, ours), (new.id, theirs)):
        if state is not None:
            assert await store.nudges.claim(group, "weekly", WEEK, LATER)
        if state == "sent":
            await store.nudges.mark(NudgeMark(group, "weekly", WEEK, "sent", LATER))
    await store.groups.migrate("telegram", "-1", "-1001", LATER)
    mark = await store.nudges.get(bench.group.id, "weekly", WEEK)
    assert mark is not None
    assert mark.state == left
    assert await store.nudges.get(new.id, "weekly", WEEK) is None


async def test_an_unknown_chat_may_migrate(bench: Bench) -> None:
    await bench.store.groups.wait("telegram", "-5", NOW)
    await bench.store.groups.migrate("telegram", "-5", "-1005", NOW)
    waiting = await bench.store.groups.waiting(LATER)
    assert [(w.chat, w.since) for w in waiting] == [("-1005", NOW)]


async def test_a_chat_without_a_code_waits_from_the_first_time(bench: Bench) -> None:
    groups = bench.store.groups
    assert await groups.wait("telegram", "-5", NOW)
    assert not await groups.wait("telegram", "-5", LATER)
    assert await groups.waiting(NOW) == []
    assert [w.since for w in await groups.waiting(LATER)] == [NOW]
    await groups.stop_waiting("telegram", "-5")
    assert await groups.waiting(LATER) == []


async def test_a_letter_is_read_back_whole(store: Store) -> None:
    full = replace(
        letter("k", text="<b>Cân nhắc</b> 🟡"),
        thread="3",
        reply_to="4",
        picture=b"\x89PNG\x00",
        not_before=LATER,
        once="mark",
        asked_at=NOW,
        quotes=5,
        who="hash",
    )
    put = await store.outgoing.put(full)
    assert await store.outgoing.pending() == [put]
    assert await store.outgoing.waits(put)
    assert replace(put, id=0) == full


async def test_a_letter_replaces_the_one_that_waits_under_its_key(store: Store) -> None:
    """And whoever is sending the old one cannot delete the new one."""
    old = await store.outgoing.put(replace(letter("k", text="cũ"), not_before=LATER))
    new = await store.outgoing.put(letter("k", text="mới"))
    assert new.not_before == LATER
    await store.outgoing.drop(old)
    assert await store.outgoing.pending() == [new]


async def test_what_was_replaced_while_it_was_sent_becomes_an_edit_of_it(bench: Bench) -> None:
    kept = await bench.review("5")
    (old,) = await bench.store.outgoing.pending()
    await bench.store.outgoing.put(replace(old, id=0, text="mới"))
    await bench.store.outgoing.taken(old, "77", NOW)
    (later,) = await bench.store.outgoing.pending()
    assert (later.text, later.kind, later.edit_of) == ("mới", "edit", "77")
    await bench.store.outgoing.taken(later, "77", NOW)
    assert await bench.letters() == []
    assert (await bench.again(kept)).answer == "77"


async def test_an_answer_written_while_another_was_on_its_way_changes_that_one(
    bench: Bench,
) -> None:
    """A kill before it is sent must not make it a second message."""
    new = bench.new("5")
    await bench.put(new)
    (first,) = await bench.store.outgoing.pending()
    await bench.store.outgoing.taken(first, "77", NOW)
    again = edited(new, "Bài đã sửa")
    later = await bench.store.reviews.record(again, LATER, letter("answer:5", text="mới"))
    assert later is not None
    assert (later.kind, later.edit_of) == ("edit", "77")
    assert await bench.store.outgoing.pending() == [later]


async def test_letters_wait_in_order(store: Store) -> None:
    for key in "abc":
        await store.outgoing.put(letter(key))
    assert [waiting.key for waiting in await store.outgoing.pending()] == ["a", "b", "c"]


async def test_what_was_answered_for_good_is_remembered(store: Store) -> None:
    """In the table or not, as an answer or an edit; what may be said again is not."""
    for number, more in enumerate(({}, {"kind": "edit", "edit_of": "5"})):
        kept = await store.outgoing.put(
            replace(letter(f"k{number}"), once=f"mark {number}", **more)
        )
        assert not await store.outgoing.answered(f"mark {number}")
        await store.outgoing.taken(kept, "77", NOW)
        await store.outgoing.taken(kept, "77", LATER)
        assert await store.outgoing.answered(f"mark {number}")
    await store.outgoing.taken(replace(letter("whispered"), once="mark 7"), "78", NOW)
    assert await store.outgoing.answered("mark 7")
    await store.outgoing.taken(await store.outgoing.put(letter("again")), "79", NOW)
    assert not await store.outgoing.answered("")


async def test_a_week_is_claimed_once_until_it_is_given_back(bench: Bench) -> None:
    nudges, group = bench.store.nudges, bench.group.id
    assert await nudges.claim(group, "weekly", WEEK, NOW)
    assert not await nudges.claim(group, "weekly", WEEK, LATER)
    await nudges.release(group, "weekly", WEEK)
    assert await nudges.claim(group, "weekly", WEEK, LATER)
    await nudges.mark(NudgeMark(group, "weekly", WEEK, "sent", LATER, message="9"))
    await nudges.release(group, "weekly", WEEK)
    assert not await nudges.claim(group, "weekly", WEEK, LATER)


async def test_what_was_sent_stays_sent(bench: Bench) -> None:
    nudges, group = bench.store.nudges, bench.group.id
    sent = NudgeMark(group, "weekly", WEEK, "sent", NOW, message="9")
    await nudges.mark(replace(sent, state="outcome_unknown", message=None))
    await nudges.mark(sent)
    await nudges.mark(replace(sent, state="skipped", reason="skip_late"))
    assert await nudges.get(group, "weekly", WEEK) == sent
    assert await nudges.recent() == [sent]


async def test_a_week_that_was_skipped_at_a_time_to_come_is_open_again(bench: Bench) -> None:
    """The clock was ahead. What was sent then was sent; an hour's difference is none."""
    nudges, group = bench.store.nudges, bench.group.id
    ahead = NOW + timedelta(days=90)
    for number, (state, at) in enumerate(
        [("skipped", ahead), ("sent", ahead), ("skipped", NOW + timedelta(minutes=59))]
    ):
        await nudges.mark(NudgeMark(group, "weekly", f"2027-W0{number}", state, at, "skip_late"))
    assert await nudges.expire(NOW, NOW) == 0
    assert await nudges.get(group, "weekly", "2027-W00") is None
    assert await nudges.get(group, "weekly", "2027-W01")
    assert await nudges.get(group, "weekly", "2027-W02")


async def test_a_claim_whose_process_died_has_an_unknown_outcome(bench: Bench) -> None:
    nudges, group = bench.store.nudges, bench.group.id
    await nudges.claim(group, "weekly", WEEK, NOW)
    assert await nudges.expire(NOW, LATER) == 0
    assert await nudges.expire(NOW + timedelta(seconds=1), LATER) == 1
    mark = await nudges.get(group, "weekly", WEEK)
    assert mark is not None
    assert (mark.state, mark.at) == ("outcome_unknown", LATER)
    assert not await nudges.claim(group, "weekly", WEEK, LATER)
    assert (await bench.store.health()).counts["outcome_unknown"] == 1


async def test_health_counts(bench: Bench) -> None:
    kept = await bench.review("1")
    await bench.review("2")
    await bench.store.shares.share(kept.id, NOW, DAY)
    assert (await bench.store.health()).counts == {
        "units": 1,
        "groups": 1,
        "reviews": 2,
        "shares": 1,
        "outgoing": 2,
        "outcome_unknown": 0,
    }
