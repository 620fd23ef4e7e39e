"""What people put right becomes examples while its words are kept: on SQLite and on memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from models.corrections import Example, corrections, examples
from models.ledger import Corrected
from models.post import Post, merge
from models.verdict import Tone
from tests.fakes.writing import DAY, HOUR, NOW, Bench
from tests.models.weighing import judge


def words_of(post: Post) -> str:
    return post.text


async def held(bench: Bench, text_days: int = 30) -> list[Example]:
    return await corrections(bench.store, NOW + HOUR, text_days, words_of)


async def test_a_tone_set_by_an_administrator_is_an_example(bench: Bench) -> None:
    """With the group and the day of the post, and nobody's name or hash."""
    kept = await bench.put(replace(bench.new("1"), sender="hash"))
    await bench.store.shares.relabel(kept.id, Tone.NEGATIVE, NOW)
    [example] = await held(bench)
    assert example == Example("Bài số 1", Tone.NEGATIVE, f"group {bench.group.id}, 2026-11-16")


async def test_a_dispute_and_an_untouched_review_are_none(bench: Bench) -> None:
    kept = await bench.review("1")
    await bench.review("2")
    await bench.store.shares.dispute(kept.id, Tone.NEGATIVE, NOW)
    assert await held(bench) == []


async def test_the_last_word_of_the_administrators_counts(bench: Bench) -> None:
    kept = await bench.review("1")
    for tone in (Tone.NEGATIVE, Tone.NEUTRAL):
        await bench.store.shares.relabel(kept.id, tone, NOW)
    assert [example.tone for example in await held(bench)] == [Tone.NEUTRAL]


async def test_a_text_that_is_gone_teaches_nothing(bench: Bench) -> None:
    """Deleted on request, purged by age, or simply too old before the purge has come."""
    asked, old, fresh = [await bench.review(key) for key in "123"]
    for one in (asked, old, fresh):
        await bench.store.shares.relabel(one.id, Tone.NEGATIVE, NOW)
    await bench.store.reviews.forget(asked.id)
    assert [example.text for example in await held(bench)] == ["Bài số 2", "Bài số 3"]
    assert await held(bench, text_days=0) == []
    await bench.store.purge("texts", NOW + HOUR, DAY)
    assert await held(bench) == []


async def test_a_group_that_left_teaches_nothing(bench: Bench) -> None:
    kept = await bench.review("1")
    await bench.store.shares.relabel(kept.id, Tone.NEGATIVE, NOW)
    await bench.store.groups.leave("telegram", "-1", NOW)
    assert await held(bench) == []


async def test_a_restricted_or_wordless_post_teaches_nothing(bench: Bench) -> None:
    restricted, wordless = bench.new("1"), bench.new("2")
    restricted = replace(restricted, verdict=replace(restricted.verdict, keep_text=False))
    wordless = replace(wordless, parts={"2": Post(media=("photo",))})
    for new in (restricted, wordless):
        kept = await bench.put(new)
        await bench.store.shares.relabel(kept.id, Tone.NEGATIVE, NOW)
    assert await held(bench) == []


async def test_one_post_in_two_messages_is_one_example(bench: Bench) -> None:
    """A tone belongs to the words: it was set on one message and holds for the other."""
    first = await bench.put(bench.new("1", "same", text="Cùng một bài"))
    await bench.put(bench.new("2", "same", text="Cùng một bài"), NOW + HOUR / 2)
    await bench.store.shares.relabel(first.id, Tone.NEGATIVE, NOW)
    assert [one.tone for one in await bench.store.reviews.corrections(NOW - HOUR)] == ["negative"]


async def test_the_parts_of_an_album_are_one_text(bench: Bench) -> None:
    new = bench.new("1", text="Phần một")
    new = replace(new, parts={**new.parts, "2": Post("Phần hai")})
    kept = await bench.put(new)
    await bench.store.shares.relabel(kept.id, Tone.POSITIVE, NOW)
    [found] = await bench.store.reviews.corrections(NOW - HOUR)
    assert found.post == merge(kept.parts.values())


def corrected(text: str, tone: Tone, group: int = 1) -> Corrected:
    return Corrected(Post(text), tone, group, date(2026, 11, 16) + timedelta(days=group))


def test_the_same_text_from_many_groups_is_learned_once() -> None:
    found = [corrected("Một bài", Tone.NEGATIVE, group) for group in (1, 2)]
    assert [one.provenance for one in examples(found, words_of)] == ["group 1, 2026-11-17"]


def test_where_groups_disagree_nothing_is_learned() -> None:
    found = [corrected("Một bài", Tone.NEGATIVE), corrected("Một bài", Tone.POSITIVE, 2)]
    assert examples(found, words_of) == []


def test_what_is_learned_is_what_the_tone_was_judged_by() -> None:
    """With the words of the page behind its link, without the link."""
    post = Post("Xem tin này nhé mọi người", behind="Cháy lớn, 3 người tử vong")
    found = [Corrected(post, Tone.NEGATIVE, 1, DAY)]
    [example] = examples(found, judge().toned)
    assert example.text == "Xem tin này nhé mọi người\nCháy lớn, 3 người tử vong"
