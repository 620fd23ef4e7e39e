"""What every store forgets, and what other groups may be shown: run on SQLite and on memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from models.ledger import Suggestion
from models.post import Origin, Post
from models.verdict import Level, Tier, Tone, Verdict
from tests.fakes.writing import DAY, HOUR, NOW, Bench, letter, verdict


async def test_forgetting_empties_words_evidence_and_letters_but_no_count(bench: Bench) -> None:
    new = replace(bench.new("5"), verdict=verdict(evidence="lời trích"))
    kept = await bench.put(new)
    await bench.store.shares.share(kept.id, NOW, DAY)
    assert await bench.store.reviews.forget(kept.id)
    left = await bench.again(kept)
    assert (left.parts, left.verdict.findings[0].evidence) == ({}, "")
    assert left.verdict.findings[0].reason == new.verdict.findings[0].reason
    assert left.shared
    assert await bench.letters() == []
    assert await bench.figures() == (1, 0, 0, 0)
    assert not await bench.store.reviews.forget(123456)


async def test_a_second_delivery_does_not_bring_a_forgotten_text_back(bench: Bench) -> None:
    new = bench.new("5")
    kept = await bench.put(new)
    await bench.store.reviews.forget(kept.id)
    assert (await bench.put(new)).parts == {}


async def test_a_sender_is_forgotten_by_any_of_their_hashes(bench: Bench) -> None:
    for key, sender in (("1", "mon"), ("2", "tue"), ("3", "other")):
        await bench.put(replace(bench.new(key), sender=sender))
    assert await bench.store.reviews.forget_senders(["mon", "tue", "wed"]) == 2
    assert await bench.store.reviews.forget_senders(["mon", "tue", "wed"]) == 0
    assert await bench.store.reviews.forget_senders([]) == 0
    kept = [await bench.store.reviews.by_key(bench.group.id, key) for key in "123"]
    assert [bool(review and review.parts) for review in kept] == [False, False, True]


async def test_a_purge_empties_what_is_older(bench: Bench) -> None:
    await bench.put(bench.new("1"), NOW - HOUR)
    await bench.put(bench.new("2"), NOW)
    assert await bench.store.reviews.purge(NOW) == 1
    assert await bench.store.reviews.purge(NOW) == 0
    kept = [await bench.store.reviews.by_key(bench.group.id, key) for key in "12"]
    assert [bool(review and review.parts) for review in kept] == [False, True]


async def test_a_text_that_must_not_be_kept_is_not(bench: Bench) -> None:
    judged = replace(verdict(evidence="LƯU HÀNH NỘI BỘ"), keep_text=False)
    kept = await bench.put(replace(bench.new("1"), verdict=judged))
    assert kept.parts == {"1": Post()}
    assert kept.verdict.findings[0].evidence == ""


async def test_leaving_empties_the_groups_texts_and_letters(bench: Bench) -> None:
    kept = await bench.review("1")
    await bench.store.shares.share(kept.id, NOW, DAY)
    await bench.store.groups.leave("telegram", "-1", NOW)
    assert (await bench.again(kept)).parts == {}
    assert await bench.letters() == []
    assert await bench.store.groups.active() == []
    assert await bench.figures() == (1, 0, 0, 0)


async def test_a_positive_cleared_post_is_shown_to_groups_of_the_province(bench: Bench) -> None:
    other = await bench.neighbour("-2")
    for hours, key in enumerate("12345"):
        await bench.put(bench.new(key), NOW + hours * HOUR)
    shown = await bench.store.reviews.suggestions(other.id, NOW + HOUR, limit=3)
    assert [s.link[-1] for s in shown] == ["5", "4", "3"]
    assert shown[0].title == "Bài số 5"
    assert await bench.store.reviews.suggestions(bench.group.id, NOW, 3) == []


async def test_what_a_colleague_wrote_is_no_title_for_others(bench: Bench) -> None:
    other = await bench.neighbour("-2")
    new = bench.new("1")
    for origin in (None, Origin("user", "7", name="Lan"), Origin("hidden", name="Lan")):
        parts = {"1": replace(new.parts["1"], text="Anh Ba đọc nhé", origin=origin)}
        await bench.put(replace(new, parts=parts))
        shown = await bench.store.reviews.suggestions(other.id, NOW, 3)
        assert [s.title for s in shown] == ["Báo Chính phủ"]


@pytest.mark.parametrize(
    "judged",
    [
        verdict(Tone.NEGATIVE),
        verdict(level=Level.WITH_CARE),
        verdict(tier=Tier.T3),
        replace(verdict(), draft=True),
    ],
    ids=["negative", "with care", "T3", "draft"],
)
async def test_other_posts_are_not_shown(bench: Bench, judged: Verdict) -> None:
    other = await bench.neighbour("-2")
    await bench.put(replace(bench.new("1"), verdict=judged))
    assert await bench.store.reviews.suggestions(other.id, NOW, 3) == []


async def test_a_tone_set_by_a_person_decides_what_is_shown(bench: Bench) -> None:
    other = await bench.neighbour("-2")
    kept = await bench.review("1")
    await bench.store.shares.relabel(kept.id, Tone.NEGATIVE, NOW)
    assert await bench.store.reviews.suggestions(other.id, NOW, 3) == []


async def test_forgotten_posts_are_not_shown(bench: Bench) -> None:
    other = await bench.neighbour("-2")
    kept = await bench.review("1")
    await bench.store.reviews.forget(kept.id)
    assert await bench.store.reviews.suggestions(other.id, NOW, 3) == []


async def test_no_link_twice_and_none_that_the_group_has_seen(bench: Bench) -> None:
    other = await bench.neighbour("-2")
    link = "https://baochinhphu.vn/chung"
    for key in "12":
        new = bench.new(key)
        parts = {key: replace(new.parts[key], links=(link,))}
        await bench.put(replace(new, parts=parts))
    await bench.review("3", "seen words")
    shown = await bench.store.reviews.suggestions(other.id, NOW, 3)
    assert [s.link for s in shown] == ["https://baochinhphu.vn/3", link]
    theirs = replace(bench.new("9", "seen words"), group=other.id)
    await bench.put(theirs)
    assert [s.link for s in await bench.store.reviews.suggestions(other.id, NOW, 3)] == [link]
    parts = {"8": Post("Khác hẳn", (link,))}
    worse = replace(bench.new("8"), group=other.id, parts=parts, verdict=verdict(Tone.NEGATIVE))
    await bench.put(worse)
    assert await bench.store.reviews.suggestions(other.id, NOW, 3) == []


async def test_units_opt_out_of_giving_and_of_getting(bench: Bench) -> None:
    other = await bench.neighbour("-2")
    await bench.review("1")
    giver, getter = bench.group.unit, other.unit
    assert giver
    assert getter
    for unit, field in ((giver, "gives"), (getter, "gets")):
        await bench.store.units.change(unit, **{field: False})
        assert await bench.store.reviews.suggestions(other.id, NOW, 3) == []
        await bench.store.units.change(unit, **{field: True})
    assert await bench.store.reviews.suggestions(other.id, NOW, 3) == [
        Suggestion("Bài số 1", "https://baochinhphu.vn/1")
    ]


async def test_another_province_is_shown_nothing(bench: Bench) -> None:
    away = await bench.store.units.add("Tỉnh Khác", None, NOW)
    far = await bench.store.groups.join("telegram", "-9", away.id, NOW)
    await bench.review("1")
    assert await bench.store.reviews.suggestions(far.id, NOW, 3) == []


async def test_day_keys_are_steady_random_and_destroyed_by_age(bench: Bench) -> None:
    keys = bench.store.keys
    monday, tuesday = date(2026, 11, 16), date(2026, 11, 17)
    first = await keys.key(monday)
    assert first == await keys.key(monday)
    assert first != await keys.key(tuesday)
    assert len(first) >= 16
    assert await keys.destroy(tuesday) == 1
    assert await keys.live() == [await keys.key(tuesday)]
    assert await keys.key(monday) != first


async def test_a_letter_about_a_forgotten_post_is_not_sent(bench: Bench) -> None:
    kept = await bench.review("1")
    await bench.store.outgoing.put(letter("other"))
    await bench.store.reviews.forget(kept.id)
    assert await bench.letters() == ["other"]
