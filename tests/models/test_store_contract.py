"""What every store keeps of reviews and shares: one suite, run on SQLite and on memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from models.balance import Tally
from models.errors import UserError
from models.verdict import Tone
from tests.fakes.writing import DAY, FIRST, HOUR, LAST, NOW, Bench, edited, letter, verdict

LATER = NOW + HOUR


async def test_a_review_is_read_back_whole(bench: Bench) -> None:
    new = bench.new("5")
    kept = await bench.put(new)
    assert (kept.id, kept.verdict, kept.parts) == (new.id, new.verdict, new.parts)
    assert (kept.version, kept.created_at, kept.tone) == (1, NOW, Tone.POSITIVE)
    assert (kept.shared, kept.declined, kept.answer) == (False, False, None)
    assert await bench.store.reviews.by_key(bench.group.id, "6") is None


async def test_the_letter_is_kept_with_the_review(bench: Bench) -> None:
    new = bench.new("5")
    put = await bench.store.reviews.record(new, NOW, letter("answer:5"))
    assert put is not None
    assert put.review == new.id
    assert await bench.store.outgoing.pending() == [put]


async def test_a_redelivered_update_writes_nothing(bench: Bench) -> None:
    new = bench.new("5")
    await bench.put(new)
    again = replace(new, id=9999, verdict=replace(new.verdict, reference="CT-OTHER2"))
    assert await bench.store.reviews.record(again, LATER, letter("answer:5")) is None
    kept = await bench.store.reviews.by_key(bench.group.id, "5")
    assert kept is not None
    assert (kept.id, kept.version, await bench.letters()) == (new.id, 1, ["answer:5"])


async def test_an_edit_supersedes_review_and_waiting_letter(bench: Bench) -> None:
    new = bench.new("5")
    first = await bench.put(new)
    second = await bench.put(replace(edited(new, "Bản đã sửa"), id=9999))
    assert (second.id, second.version) == (first.id, 2)
    assert second.parts["5"].text == "Bản đã sửa"
    assert await bench.letters() == ["answer:5"]


async def test_an_answer_is_found_by_its_id_in_its_own_group(bench: Bench) -> None:
    kept = await bench.review("5")
    other = await bench.neighbour("-2")
    await bench.store.reviews.answered(kept.id, "77")
    found = await bench.store.reviews.by_answer(bench.group.id, "77")
    assert found is not None
    assert (found.id, found.answer) == (kept.id, "77")
    assert await bench.store.reviews.by_answer(other.id, "77") is None


async def test_a_post_counts_once_however_often_it_is_pressed_or_forwarded(bench: Bench) -> None:
    one, two = await bench.review("5", "same"), await bench.review("6", "same")
    first = await bench.store.shares.share(one.id, NOW, DAY)
    assert first.changed
    assert first.review.shared
    for review in (one, two):
        pressed = await bench.store.shares.share(review.id, LATER, DAY)
        assert not pressed.changed
        assert pressed.review.shared
    assert await bench.figures() == (1, 0, 0, 0)


async def test_two_groups_count_the_same_post_each(bench: Bench) -> None:
    other = await bench.neighbour("-2")
    mine, theirs = bench.new("5", "same"), replace(bench.new("5", "same"), group=other.id)
    for new in (mine, theirs):
        review = await bench.put(new)
        assert (await bench.store.shares.share(review.id, NOW, DAY)).changed
    both = await bench.store.shares.tally([bench.group.id, other.id], FIRST, LAST)
    assert both.total == 2


async def test_an_undo_takes_the_share_back_from_its_own_day_and_once(bench: Bench) -> None:
    kept = await bench.review("5")
    await bench.store.shares.share(kept.id, NOW, DAY)
    assert (await bench.store.shares.undo(kept.id, LATER)).changed
    assert not (await bench.store.shares.undo(kept.id, LATER)).changed
    assert await bench.store.shares.tally([bench.group.id], DAY, DAY) == Tally()
    assert (await bench.store.shares.share(kept.id, LATER, date(2026, 11, 17))).changed
    assert await bench.store.shares.tally([bench.group.id], DAY, DAY) == Tally()
    assert await bench.figures() == (1, 0, 0, 0)


async def test_the_first_press_wins(bench: Bench) -> None:
    kept = await bench.review("5")
    assert (await bench.store.reviews.decline(kept.id)).changed
    pressed = await bench.store.shares.share(kept.id, NOW, DAY)
    assert (pressed.changed, pressed.review.shared, pressed.review.declined) == (False, False, True)
    assert not (await bench.store.reviews.decline(kept.id)).changed
    assert (await bench.store.shares.undo(kept.id, NOW)).changed
    assert (await bench.store.shares.share(kept.id, NOW, DAY)).changed
    assert not (await bench.store.reviews.decline(kept.id)).changed


async def test_a_relabel_moves_the_share_on_its_own_day(bench: Bench) -> None:
    kept = await bench.review("5")
    await bench.store.shares.share(kept.id, NOW, DAY)
    for tone, figures in ((Tone.NEGATIVE, (0, 0, 1, 0)), (Tone.UNCLEAR, (0, 0, 0, 1))):
        pressed = await bench.store.shares.relabel(kept.id, tone, LATER)
        assert (pressed.changed, pressed.review.tone) == (True, tone)
        assert await bench.figures() == figures
        assert not (await bench.store.shares.relabel(kept.id, tone, LATER)).changed
    assert (await bench.store.shares.tally([bench.group.id], DAY, DAY)).total == 1
    await bench.store.shares.undo(kept.id, LATER)
    assert await bench.figures() == (0, 0, 0, 0)


async def test_a_persons_tone_stands_until_the_text_changes(bench: Bench) -> None:
    new = bench.new("5")
    kept = await bench.put(new)
    await bench.store.shares.share(kept.id, NOW, DAY)
    await bench.store.shares.relabel(kept.id, Tone.NEGATIVE, NOW)
    rejudged = await bench.put(replace(new, verdict=verdict(Tone.NEUTRAL)), LATER)
    assert (rejudged.version, rejudged.tone) == (2, Tone.NEGATIVE)
    assert await bench.figures() == (0, 0, 1, 0)
    rewritten = await bench.put(edited(new, "Bản đã sửa", Tone.NEUTRAL), LATER)
    assert (rewritten.tone, rewritten.shared) == (Tone.NEUTRAL, True)
    assert await bench.figures() == (0, 1, 0, 0)


async def test_a_persons_tone_holds_for_the_same_post_forwarded_again(bench: Bench) -> None:
    one = await bench.review("5", "same")
    await bench.store.shares.relabel(one.id, Tone.NEGATIVE, NOW)
    assert (await bench.review("6", "same")).tone is Tone.NEGATIVE


async def test_an_edit_of_a_shared_post_moves_its_share_to_the_new_tone(bench: Bench) -> None:
    new = bench.new("5")
    kept = await bench.put(new)
    await bench.store.shares.share(kept.id, NOW, DAY)
    edit = await bench.put(edited(new, "Bản đã sửa", Tone.NEGATIVE), LATER)
    assert edit.shared
    assert await bench.store.shares.tally([bench.group.id], DAY, DAY) == Tally(negative=1)


async def test_an_edit_into_a_post_that_was_shared_already_counts_once(bench: Bench) -> None:
    one, new = await bench.review("5", "one"), bench.new("6", "two")
    two = await bench.put(new)
    for review in (one, two):
        await bench.store.shares.share(review.id, NOW, DAY)
    assert (await bench.put(edited(new, "như bài một", mark="one"), LATER)).shared
    assert await bench.figures() == (1, 0, 0, 0)


async def test_an_edit_of_one_of_two_copies_leaves_the_share_with_the_other(bench: Bench) -> None:
    one, new = await bench.review("5", "same"), bench.new("6", "same")
    await bench.put(new)
    await bench.store.shares.share(one.id, NOW, DAY)
    moved = await bench.put(edited(new, "Bản đã sửa", Tone.NEGATIVE), LATER)
    assert not moved.shared
    assert (await bench.again(one)).shared
    assert await bench.figures() == (1, 0, 0, 0)


async def test_a_press_that_comes_again_changes_nothing(bench: Bench) -> None:
    """Whatever was pressed meanwhile; another press does."""
    kept = await bench.review("5")
    shares = bench.store.shares
    for _ in range(2):
        await shares.share(kept.id, NOW, DAY, "1")
        assert (await bench.again(kept)).shared
        await shares.relabel(kept.id, Tone.NEGATIVE, NOW, "2")
        await shares.relabel(kept.id, Tone.NEUTRAL, NOW, "3")
        assert (await bench.again(kept)).tone is Tone.NEUTRAL
    assert (await shares.undo(kept.id, LATER, "4")).changed
    for press in ("1", "4"):
        assert not (await shares.share(kept.id, LATER, DAY, press)).changed
    assert (await shares.share(kept.id, LATER, DAY, "5")).changed
    assert not (await shares.undo(kept.id, LATER, "4")).changed
    assert (await bench.again(kept)).shared


async def test_a_question_is_committed_with_the_share_that_it_follows(bench: Bench) -> None:
    kept = await bench.review("5")
    shares, question = bench.store.shares, letter("question:5")
    pressed = await shares.share(kept.id, NOW, DAY, "1", question)
    assert pressed.letter is not None
    assert pressed.letter in await bench.store.outgoing.pending()
    await bench.store.outgoing.drop(pressed.letter)
    for press in ("1", "2"):
        assert (await shares.share(kept.id, NOW, DAY, press, question)).letter is None
    assert "question:5" not in await bench.letters()


async def test_a_refusal_leaves_nothing_and_reverses_the_share(bench: Bench) -> None:
    new = bench.new("5")
    kept = await bench.put(new)
    await bench.store.reviews.answered(kept.id, "77")
    await bench.store.shares.share(kept.id, NOW, DAY)
    await bench.store.shares.dispute(kept.id, Tone.NEGATIVE, NOW)
    await bench.store.shares.answer(kept.id, "qd874.5.1", True, NOW)
    assert await bench.store.reviews.refuse(bench.group.id, "5", LATER, DAY) == "77"
    assert await bench.store.reviews.get(kept.id) is None
    assert await bench.figures() == (0, 0, 0, 0)
    assert await bench.letters() == []
    assert await bench.store.reviews.refuse(bench.group.id, "5", LATER, DAY) is None
    with pytest.raises(UserError) as caught:
        await bench.store.shares.share(kept.id, LATER, DAY)
    assert caught.value.key == "expired"
    assert not (await bench.put(new, LATER)).shared


async def test_a_refused_copy_takes_the_words_out_of_the_other_but_not_its_share(
    bench: Bench,
) -> None:
    one, two = await bench.review("5", "same"), await bench.review("6", "same")
    await bench.store.shares.share(one.id, NOW, DAY)
    await bench.store.reviews.refuse(bench.group.id, "6", LATER, DAY)
    assert await bench.store.reviews.get(two.id) is None
    left = await bench.again(one)
    assert (left.shared, left.parts) == (True, {})


async def test_the_week_of_a_share_is_keyed_by_its_monday(bench: Bench) -> None:
    days = [date(2026, 11, 15), date(2026, 11, 16), date(2026, 11, 22), date(2026, 12, 1)]
    for number, day in enumerate(days):
        review = await bench.review(str(number), tone=Tone.NEUTRAL)
        await bench.store.shares.share(review.id, NOW, day)
    undone = await bench.review("undone")
    await bench.store.shares.share(undone.id, NOW, date(2026, 12, 10))
    await bench.store.shares.undo(undone.id, NOW)
    weeks = await bench.store.shares.weekly([bench.group.id], FIRST, LAST)
    assert [(monday.isoformat(), tally.neutral) for monday, tally in weeks] == [
        ("2026-11-09", 1),
        ("2026-11-16", 2),
        ("2026-11-30", 1),
    ]
    inside = await bench.store.shares.tally([bench.group.id], days[1], days[2])
    assert inside == Tally(neutral=2)
    assert await bench.store.shares.tally([], FIRST, LAST) == Tally()
