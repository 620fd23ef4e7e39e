"""What every store forgets, and what other groups may be shown: run on SQLite and on memory."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest

from models.ledger import Suggestion
from models.marks import Mark
from models.post import Origin, Post
from models.verdict import Level, Source, Tier, Tone, Verdict
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
    assert await bench.store.purge("texts", NOW, DAY) == 1
    assert await bench.store.purge("texts", NOW, DAY) == 0
    kept = [await bench.store.reviews.by_key(bench.group.id, key) for key in "12"]
    assert [bool(review and review.parts) for review in kept] == [False, True]


async def test_a_text_that_must_not_be_kept_is_not(bench: Bench) -> None:
    other = await bench.neighbour("-2")
    judged = replace(verdict(evidence="LƯU HÀNH NỘI BỘ"), keep_text=False)
    kept = await bench.put(replace(bench.new("1"), verdict=judged))
    assert kept.parts == {"1": Post()}
    assert kept.verdict.findings[0].evidence == ""
    assert await bench.store.reviews.suggestions(other.id, NOW, 3) == []


@pytest.mark.parametrize(
    ("source", "left"),
    [
        (Source(Tier.T4, "nguyen-van-a.example"), None),
        (Source(Tier.T4, "x.example", suspicion="địa chỉ thật là x.example"), None),
        (Source(Tier.T4, name="Nguyễn Văn A"), None),
        (Source(Tier.T4, "cua-ta.example", trusted_as="Trang của ta"), "cua-ta.example"),
        (Source(Tier.T1, "baochinhphu.vn"), "baochinhphu.vn"),
    ],
)
@pytest.mark.parametrize("way", ["forget", "purge", "not kept"])
async def test_what_names_an_unknown_source_goes_with_the_words(
    bench: Bench, source: Source, left: str | None, way: str
) -> None:
    """A part of the link, or whoever it was forwarded from: it may be somebody's name."""
    judged = replace(verdict(), source=source, keep_text=way != "not kept")
    kept = await bench.put(replace(bench.new("1"), verdict=judged), mail=False)
    if way == "forget":
        await bench.store.reviews.forget(kept.id)
    elif way == "purge":
        await bench.store.purge("texts", NOW + HOUR, DAY)
    found = (await bench.again(kept)).verdict.source
    assert (found.host, found.tier, found.trusted_as) == (left, source.tier, source.trusted_as)
    assert left or found.name is None
    assert not left or found == source


async def test_leaving_empties_the_groups_texts_and_letters(bench: Bench) -> None:
    kept = await bench.review("1")
    await bench.store.shares.share(kept.id, NOW, DAY)
    await bench.store.groups.leave("telegram", "-1", NOW)
    assert (await bench.again(kept)).parts == {}
    assert await bench.letters() == []
    assert await bench.store.groups.active() == []
    assert await bench.figures() == (1, 0, 0, 0)


async def test_a_group_that_joins_another_unit_takes_no_texts_there(bench: Bench) -> None:
    """The counts go with it; the same unit's code, typed again, changes nothing."""
    kept = await bench.review("1")
    await bench.store.shares.share(kept.id, NOW, DAY)
    assert bench.group.unit
    await bench.store.groups.join("telegram", "-1", bench.group.unit, NOW)
    assert (await bench.again(kept)).parts == kept.parts
    other = await bench.store.units.add("Sở Khác", None, NOW)
    await bench.store.groups.join("telegram", "-1", other.id, NOW)
    assert (await bench.again(kept)).parts == {}
    assert await bench.letters() == []
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
    assert await bench.store.purge("senders", NOW, tuesday) == 1
    assert await bench.store.purge("senders", NOW, tuesday) == 0
    assert await keys.live() == [await keys.key(tuesday)]
    assert await keys.key(monday) != first


async def test_a_letter_about_a_forgotten_post_is_not_sent(bench: Bench) -> None:
    kept = await bench.review("1")
    await bench.store.outgoing.put(letter("other"))
    await bench.store.reviews.forget(kept.id)
    assert await bench.letters() == ["other"]


@pytest.mark.parametrize("way", ["forget", "sender", "purge", "leave", "refuse"])
async def test_a_letter_that_quotes_a_post_goes_with_its_words(bench: Bench, way: str) -> None:
    """Though it is not that post's answer, and though another chat waits for it."""
    kept = await bench.put(replace(bench.new("1"), sender="mine"), mail=False)
    other = await bench.put(bench.new("2"), NOW + 2 * HOUR, mail=False)
    reviews, put = bench.store.reviews, bench.store.outgoing.put
    first = await put(replace(letter("contact:1", chat="7"), quotes=kept.id))
    second = await put(replace(letter("contact:2", chat="7"), quotes=other.id))
    match way:
        case "forget":
            await reviews.forget(kept.id)
        case "sender":
            await reviews.forget_senders(["mine"])
        case "purge":
            await bench.store.purge("texts", NOW + HOUR, DAY)
        case "leave":
            await bench.store.groups.leave("telegram", "-1", NOW)
        case _:
            await reviews.refuse(bench.group.id, "1", NOW, DAY)
    waits = [await bench.store.outgoing.waits(one) for one in (first, second)]
    assert waits == [False, way != "leave"]


async def test_sending_a_letter_that_quotes_makes_it_no_answer(bench: Bench) -> None:
    kept = await bench.put(bench.new("1"), mail=False)
    put = await bench.store.outgoing.put(replace(letter("again:1"), quotes=kept.id))
    await bench.store.outgoing.taken(put, "77", NOW)
    assert (await bench.again(kept)).answer is None


async def test_what_somebody_had_written_goes_with_their_marks(bench: Bench) -> None:
    """A question to the one in charge, asked in private: it quotes what is kept nowhere else."""
    for day in (DAY, DAY + timedelta(days=3)):
        assert await bench.store.told.once(_mark(f"contact {day}", day), letter(f"asked {day}"))
    assert await bench.store.told.forget([f"who {DAY}"]) == 1
    assert await bench.letters() == [f"asked {DAY + timedelta(days=3)}"]


async def test_a_sender_goes_with_the_key_of_the_day(bench: Bench) -> None:
    """The hash of a day whose key is gone leads nowhere, and is not kept either."""
    await bench.put(replace(bench.new("1"), sender="old"), NOW - HOUR)
    await bench.put(replace(bench.new("2"), sender="new"), NOW)
    await bench.store.keys.key(DAY)
    await bench.store.purge("senders", NOW, DAY.replace(day=17))
    assert await bench.store.reviews.forget_senders(["old"]) == 0
    assert await bench.store.reviews.forget_senders(["new"]) == 1


def _mark(what: str, day: date = DAY, hours: int = 0) -> Mark:
    """As the desk makes it; the hash is the day and the word, and the day before is known too."""
    known = tuple(f"{what} {one}" for one in (day, day - timedelta(days=1)))
    at = NOW + hours * HOUR
    return Mark(known[0], f"who {day}", day, at, known, at - 24 * HOUR)


async def test_what_is_said_once_is_kept_with_its_letter(bench: Bench) -> None:
    put = await bench.store.told.once(_mark("hello"), letter("first"))
    assert put in await bench.store.outgoing.pending()
    assert await bench.store.told.once(_mark("hello"), letter("second")) is None
    assert await bench.store.told.once(_mark("goodbye"), letter("third"))
    assert await bench.letters() == ["first", "third"]


async def test_of_two_at_once_one_is_said(bench: Bench) -> None:
    put = [bench.store.told.once(_mark("hello"), letter(key)) for key in ("first", "second")]
    assert sorted(one is None for one in await asyncio.gather(*put)) == [False, True]
    assert len(await bench.letters()) == 1


async def test_what_was_said_counts_over_midnight_and_only_so_long(bench: Bench) -> None:
    await bench.store.told.once(_mark("hello"), letter("first"))
    tuesday = DAY + timedelta(days=1)
    assert await bench.store.told.once(_mark("hello", tuesday, 23), letter("second")) is None
    assert await bench.store.told.once(_mark("hello", tuesday, 25), letter("third"))


async def test_marks_are_forgotten_by_whom_and_by_age(bench: Bench) -> None:
    tuesday = DAY + timedelta(days=1)
    for what, day in (("a", DAY), ("b", DAY), ("c", tuesday)):
        await bench.store.told.once(_mark(what, day), letter(what))
    assert await bench.store.told.forget([f"who {tuesday}", "nobody"]) == 1
    assert await bench.store.told.forget([]) == 0
    assert await bench.store.purge("told", NOW, tuesday) == 2
    assert await bench.store.purge("told", NOW, tuesday) == 0
