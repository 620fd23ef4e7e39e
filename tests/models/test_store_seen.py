"""What every store finds of earlier posts, and what it forgets: run on SQLite and on memory."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime

from models.ledger import NewReview
from models.likeness import EMPTY, Signature, Signer
from models.registry import Group
from models.seen import Earlier, Search
from models.verdict import Level
from tests.fakes.rewriting import made_up, reworded, shortened, without_accents
from tests.fakes.writing import DAY, HOUR, NOW, Bench, edited, verdict

SIGNER = Signer(b"k" * 32)
LATER = NOW + HOUR
TEXT = made_up(random.Random(1), 60)
OTHER = made_up(random.Random(2), 60)
REWORDED = reworded(TEXT, 0.15, random.Random(3))
NEARLY = " ".join(["xin", *TEXT.split()])


def signed(text: str) -> Signature:
    return SIGNER.sign(text) or EMPTY


def written(bench: Bench, key: str, text: str = TEXT, group: Group | None = None) -> NewReview:
    new = bench.new(key, mark=text, text=text)
    return replace(new, group=(group or bench.group).id, signature=signed(text))


async def kept(bench: Bench, key: str, text: str = TEXT, group: Group | None = None) -> NewReview:
    """Record a post in a group at NOW."""
    new = written(bench, key, text, group)
    await bench.put(new)
    return new


async def seen(
    bench: Bench,
    text: str = TEXT,
    group: Group | None = None,
    *,
    unit: int | None = None,
    but: int = 0,
    until: datetime = LATER,
) -> Earlier | None:
    """What is known of this text in a group, or privately in a ``unit``."""
    asking = group or bench.group
    search = Search(
        unit=unit or asking.unit or 0,
        fingerprint=text,
        signature=signed(text),
        until=until,
        group=None if unit else asking.id,
        but=but,
    )
    return await bench.store.reviews.seen(search)


async def test_the_same_post_is_found_with_what_the_group_did(bench: Bench) -> None:
    new = await kept(bench, "5")
    found = await seen(bench)
    assert found is not None
    assert found.likeness.same
    assert (found.group, found.fingerprint, found.created_at) == (bench.group.id, TEXT, NOW)
    assert (found.reference, found.level) == ("CT-2345AB", Level.SHARE)
    assert (found.shared, found.declined) == (False, False)
    await bench.store.shares.share(new.id, NOW, DAY)
    found = await seen(bench)
    assert found is not None
    assert (found.shared, found.declined) == (True, False)


async def test_a_declined_post_is_told_as_declined(bench: Bench) -> None:
    new = await kept(bench, "5")
    await bench.store.reviews.decline(new.id)
    found = await seen(bench)
    assert found is not None
    assert (found.shared, found.declined) == (False, True)


async def test_a_reworded_post_is_similar_and_an_other_one_is_unknown(bench: Bench) -> None:
    await kept(bench, "5")
    found = await seen(bench, REWORDED)
    assert found is not None
    assert not found.likeness.same
    assert 75 <= found.likeness.percent <= 95
    assert await seen(bench, OTHER) is None


async def test_a_shortened_post_and_a_longer_one_are_found(bench: Bench) -> None:
    await kept(bench, "5")
    half = await seen(bench, shortened(TEXT, 0.5))
    longer = await seen(bench, f"{TEXT} {OTHER}")
    assert half is not None
    assert longer is not None
    assert not half.likeness.same
    assert not longer.likeness.same


async def test_typed_again_without_accents_it_is_the_same(bench: Bench) -> None:
    await kept(bench, "5")
    found = await seen(bench, without_accents(TEXT))
    assert found is not None
    assert found.likeness.same
    assert found.fingerprint == TEXT


async def test_posts_of_the_whole_tree_are_found_and_no_others(bench: Bench) -> None:
    """A sister unit, a unit below, the top one; never another tree."""
    assert bench.group.unit is not None
    sister = await bench.neighbour("-2")
    assert sister.unit is not None
    below = await bench.store.units.add("Thôn", sister.unit, NOW)
    deep = await bench.store.groups.join("telegram", "-3", below.id, NOW)
    away = await bench.store.units.add("Tỉnh Khác", None, NOW)
    far = await bench.store.groups.join("telegram", "-9", away.id, NOW)
    await kept(bench, "5", group=deep)
    for group in (bench.group, sister, deep):
        found = await seen(bench, REWORDED, group)
        assert found is not None
        assert found.group == deep.id
    assert await seen(bench, TEXT, far) is None
    assert await seen(bench, unit=bench.group.unit) is not None
    assert await seen(bench, unit=away.id) is None


async def test_the_groups_own_review_comes_first(bench: Bench) -> None:
    other = await bench.neighbour("-2")
    await kept(bench, "5")
    await kept(bench, "6", group=other)
    for group in (bench.group, other):
        found = await seen(bench, group=group)
        assert found is not None
        assert found.group == group.id


async def test_the_groups_own_wording_is_found_behind_many_exact_copies(bench: Bench) -> None:
    """Else a post that went through the whole unit would count twice where it came first."""
    nearly = " ".join([*TEXT.split(), "nhé"])
    await kept(bench, "5", nearly)
    for number in range(2, 32):
        other = await bench.neighbour(f"-{number}", f"Xã {number}")
        await kept(bench, "5", TEXT, other)
    found = await seen(bench, TEXT)
    assert found is not None
    assert (found.group, found.likeness.same) == (bench.group.id, True)


async def test_the_same_comes_before_the_similar(bench: Bench) -> None:
    other = await bench.neighbour("-2")
    await kept(bench, "5", REWORDED)
    await kept(bench, "6", TEXT, other)
    found = await seen(bench)
    assert found is not None
    assert (found.group, found.likeness.same) == (other.id, True)


async def test_the_review_being_made_is_no_earlier_one(bench: Bench) -> None:
    new = await kept(bench, "5")
    assert await seen(bench, but=new.id) is None
    assert await seen(bench, until=NOW) is None
    await bench.put(written(bench, "6"), NOW - HOUR)
    found = await seen(bench, but=new.id)
    assert found is not None
    assert found.created_at == NOW - HOUR


async def test_a_post_with_an_earlier_ones_fingerprint_counts_once(bench: Bench) -> None:
    """So the desk records what is the same but for a word: one post, one share."""
    first = await kept(bench, "5")
    await bench.store.shares.share(first.id, NOW, DAY)
    second = await bench.put(replace(written(bench, "6", NEARLY), fingerprint=TEXT), LATER)
    assert second.shared
    assert not (await bench.store.shares.share(second.id, LATER, DAY)).changed
    assert await bench.figures() == (1, 0, 0, 0)
    found = await seen(bench, until=LATER + HOUR)
    assert found is not None
    assert found.created_at == LATER


async def test_posts_without_words_are_found_by_their_fingerprint(bench: Bench) -> None:
    other = await bench.neighbour("-2")
    await bench.put(replace(bench.new("5", mark="links"), signature=EMPTY))
    for mark, known in (("links", True), ("others", False)):
        search = Search(other.unit or 0, mark, EMPTY, LATER, other.id)
        found = await bench.store.reviews.seen(search)
        assert (found is not None) is known


async def test_signatures_outlive_the_texts(bench: Bench) -> None:
    new = await kept(bench, "5")
    assert await bench.store.purge("texts", LATER, DAY) == 1
    review = await bench.store.reviews.get(new.id)
    assert review is not None
    assert review.parts == {}
    assert await seen(bench, REWORDED) is not None


async def test_a_refused_post_leaves_no_signature(bench: Bench) -> None:
    """Whether it is refused at once, or an edit made it so, also beside a copy of it."""
    await kept(bench, "5")
    await kept(bench, "6")
    assert await seen(bench, REWORDED) is not None
    await bench.store.reviews.refuse(bench.group.id, "6", LATER, DAY)
    assert await seen(bench, REWORDED) is None
    await bench.store.reviews.refuse(bench.group.id, "5", LATER, DAY)
    assert await seen(bench) is None


async def test_a_forgotten_post_leaves_no_signature(bench: Bench) -> None:
    new = await kept(bench, "5")
    await bench.put(replace(written(bench, "6", OTHER), sender="mon"))
    assert await bench.store.reviews.forget(new.id)
    assert await seen(bench, REWORDED) is None
    assert await seen(bench, OTHER) is not None
    assert await bench.store.reviews.forget_senders(["mon"]) == 1
    assert await seen(bench, reworded(OTHER, 0.1, random.Random(4))) is None


async def test_a_post_whose_words_may_not_be_kept_has_none(bench: Bench) -> None:
    new = written(bench, "5")
    await bench.put(replace(new, verdict=replace(verdict(), keep_text=False), fingerprint="5"))
    assert await seen(bench, REWORDED) is None


async def test_an_edit_is_known_by_its_new_words_only(bench: Bench) -> None:
    new = await kept(bench, "5")
    await bench.put(replace(edited(new, OTHER), signature=signed(OTHER)), LATER)
    assert await seen(bench, REWORDED) is None
    assert await seen(bench, reworded(OTHER, 0.1, random.Random(4))) is not None


async def test_an_edit_into_words_not_to_be_kept_takes_the_signature_away(bench: Bench) -> None:
    new = await kept(bench, "5")
    marked = replace(verdict(), keep_text=False)
    await bench.put(replace(new, verdict=marked, fingerprint="5", signature=None), LATER)
    assert await seen(bench, REWORDED) is None


async def test_an_edit_of_one_copy_leaves_the_other_findable(bench: Bench) -> None:
    await kept(bench, "5")
    second = await kept(bench, "6")
    await bench.put(replace(edited(second, OTHER), signature=signed(OTHER)), LATER)
    for text in (TEXT, OTHER):
        found = await seen(bench, reworded(text, 0.1, random.Random(4)))
        assert found is not None
        assert found.fingerprint == text


async def test_a_migrated_group_keeps_what_it_knew(bench: Bench) -> None:
    """Also when posts came to the new chat before the migration was known."""
    newcomer = await bench.store.groups.join("telegram", "-100", bench.group.unit or 0, NOW)
    await kept(bench, "5", group=newcomer)
    await kept(bench, "6", OTHER)
    await bench.store.groups.migrate("telegram", "-1", "-100", NOW)
    for text in (TEXT, OTHER):
        found = await seen(bench, reworded(text, 0.1, random.Random(4)))
        assert found is not None
        assert found.group == bench.group.id
