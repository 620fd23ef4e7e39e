"""The balance: integer arithmetic against brute force, and the ledger against a recount."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from models.balance import Balance, Tally, headroom, in_balance, way_back
from models.ledger import Store
from models.store import open_store
from models.verdict import Tone
from tests.fakes.memory_store import MemoryStore
from tests.fakes.writing import DAY, FIRST, LAST, NOW, Bench

PAIRS = [(negative, total) for total in range(90) for negative in range(total + 1)]


def test_the_ceiling_is_strict() -> None:
    """3 of 20 is 15 %: too many. Nothing shared is balanced."""
    allowed = {6: 0, 7: 1, 13: 1, 14: 2, 20: 2, 21: 3, 26: 3, 40: 5, 100: 14}
    for total, most in allowed.items():
        assert in_balance(most, total)
        assert not in_balance(most + 1, total)
    assert in_balance(0, 0)


def test_headroom_is_the_most_that_fits() -> None:
    for negative, total in PAIRS:
        fits = [k for k in range(1, total + 2) if in_balance(negative + k, total + k)]
        assert headroom(negative, total) == max(fits, default=0)
        assert fits == list(range(1, len(fits) + 1))


def test_the_way_back_is_the_least_that_restores() -> None:
    for negative, total in PAIRS:
        least = next(k for k in range(7 * negative + 8) if in_balance(negative, total + k))
        assert way_back(negative, total) == least


@given(st.tuples(*[st.integers(0, 30)] * 4))
def test_fewer_than_seven_posts_tell_nothing(numbers: tuple[int, int, int, int]) -> None:
    balance = Balance(Tally(*numbers), 30, date(2026, 11, 16))
    assert balance.tally.total == sum(numbers)
    assert balance.enough is (sum(numbers) >= 7)
    assert (balance.headroom is None) is not balance.enough


POSTS = 4
steps = st.lists(
    st.one_of(
        st.tuples(st.just("share"), st.integers(0, POSTS - 1), st.integers(0, 20)),
        st.tuples(st.just("undo"), st.integers(0, POSTS - 1), st.just(0)),
        st.tuples(st.just("decline"), st.integers(0, POSTS - 1), st.just(0)),
        st.tuples(st.just("relabel"), st.integers(0, POSTS - 1), st.sampled_from(list(Tone))),
        st.tuples(st.just("edit"), st.integers(0, POSTS - 1), st.sampled_from(list(Tone))),
    ),
    max_size=30,
)


class Recount:
    """What presses and edits mean, counted by hand: a post's tone, its day if shared."""

    def __init__(self) -> None:
        self.tones = [Tone.POSITIVE] * POSTS
        self.days: list[date | None] = [None] * POSTS
        self.declined = [False] * POSTS

    def press(self, what: str, post: int, value: object) -> None:
        if what == "share" and not self.declined[post] and self.days[post] is None:
            assert isinstance(value, int)
            self.days[post] = DAY + timedelta(days=value)
        elif what == "undo":
            self.days[post], self.declined[post] = None, False
        elif what == "decline" and self.days[post] is None:
            self.declined[post] = True
        elif isinstance(value, Tone):
            self.tones[post] = value

    def tally(self, first: date, last: date) -> Tally:
        inside = [
            tone
            for tone, day in zip(self.tones, self.days, strict=True)
            if day is not None and first <= day <= last
        ]
        return Tally(*(inside.count(tone) for tone in Tone))


async def _play(store: Store, story: list[tuple[str, int, object]]) -> None:
    bench, recount = await Bench.of(store), Recount()
    ids = [(await bench.review(str(post))).id for post in range(POSTS)]
    for number, (what, post, value) in enumerate(story):
        if what == "share" and isinstance(value, int):
            await store.shares.share(ids[post], NOW, DAY + timedelta(days=value))
        elif what == "undo":
            await store.shares.undo(ids[post], NOW)
        elif what == "decline":
            await store.reviews.decline(ids[post])
        elif what == "relabel" and isinstance(value, Tone):
            await store.shares.relabel(ids[post], value, NOW)
        elif isinstance(value, Tone):
            await bench.put(bench.new(str(post), text=f"Bản sửa {number} của {post}", tone=value))
        recount.press(what, post, value)
    for first, last in ((FIRST, LAST), (DAY, DAY + timedelta(days=6))):
        assert await store.shares.tally([bench.group.id], first, last) == recount.tally(first, last)
    weeks = await store.shares.weekly([bench.group.id], FIRST, LAST)
    assert sum((tally for _, tally in weeks), Tally()) == recount.tally(FIRST, LAST)
    assert await bench.healthy()


@settings(max_examples=60, deadline=None)
@given(steps)
def test_any_story_of_presses_equals_a_recount(story: list[tuple[str, int, object]]) -> None:
    async def on_disk(path: Path) -> None:
        store = open_store(path)
        try:
            await _play(store, story)
        finally:
            await store.close()

    asyncio.run(_play(MemoryStore(), story))
    with TemporaryDirectory() as folder:
        asyncio.run(on_disk(Path(folder) / "c.db"))
