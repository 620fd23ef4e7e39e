"""Made-up posts, verdicts and letters, and a group to put them in: for tests of the store."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from models.ledger import NewReview, Review, Store
from models.letter import Letter
from models.post import Origin, Post
from models.registry import Group
from models.verdict import Finding, Level, Source, Status, Tier, Tone, Verdict

NOW = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)  # Monday 08:00 in Hà Nội
DAY = date(2026, 11, 16)
HOUR = timedelta(hours=1)
FIRST, LAST = date(2020, 1, 1), date(2030, 12, 31)


def verdict(
    tone: Tone = Tone.POSITIVE, level: Level = Level.SHARE, tier: Tier = Tier.T1, evidence: str = ""
) -> Verdict:
    """A verdict with one finding that quotes ``evidence``."""
    finding = Finding(
        "qd874.4.4", Status.PASS, "khoản 4 Điều 4 QĐ 874/QĐ-BTTTT", "Có nguồn", evidence
    )
    tone_p = {Tone.POSITIVE: 0.8, Tone.NEUTRAL: 0.15, Tone.NEGATIVE: 0.05}
    source = Source(tier, "baochinhphu.vn", "Báo Chính phủ")
    return Verdict(level, tone, 0.8, tone_p, {"scam": 0.01}, (finding,), source, "CT-2345AB")


def channel_post(text: str = "Thông xe cầu mới", link: str = "https://baochinhphu.vn/1") -> Post:
    """A post forwarded from a public channel."""
    return Post(text, (link,), Origin("channel", "-1001", "baochinhphu", "Báo Chính phủ"))


def letter(key: str, chat: str = "-1", text: str = "Nhận định") -> Letter:
    return Letter(key, "telegram", chat, text, choices=(({"label": "Đã chia sẻ", "action": "1"},),))


class Bench:
    """A store with one group of one unit, and short ways to put reviews into it."""

    def __init__(self, store: Store, group: Group) -> None:
        self.store = store
        self.group = group
        self._next = 1000

    @classmethod
    async def of(cls, store: Store) -> Bench:
        unit = await store.units.add("Tỉnh Thử", None, NOW)
        return cls(store, await store.groups.join("telegram", "-1", unit.id, NOW))

    async def neighbour(self, chat: str, name: str = "Xã Bên") -> Group:
        """A group of another unit of the same province."""
        unit = await self.store.units.add(name, self.group.unit, NOW)
        return await self.store.groups.join("telegram", chat, unit.id, NOW)

    def new(
        self, key: str, mark: str = "", text: str = "", tone: Tone = Tone.POSITIVE
    ) -> NewReview:
        """A review of message ``key`` whose fingerprint is ``mark``, else its text."""
        self._next += 1
        text = text or f"Bài số {key}"
        parts = {key: channel_post(text, f"https://baochinhphu.vn/{key}")}
        return NewReview(self._next, self.group.id, key, verdict(tone), parts, mark or text)

    async def put(self, new: NewReview, now: datetime = NOW, *, mail: bool = True) -> Review:
        """Record with a letter and read back what is kept."""
        await self.store.reviews.record(new, now, letter(f"answer:{new.key}") if mail else None)
        found = await self.store.reviews.by_key(new.group, new.key)
        assert found is not None
        return found

    async def review(self, key: str, mark: str = "", tone: Tone = Tone.POSITIVE) -> Review:
        return await self.put(self.new(key, mark, tone=tone))

    async def again(self, review: Review) -> Review:
        found = await self.store.reviews.get(review.id)
        assert found is not None
        return found

    async def figures(self, group: int | None = None) -> tuple[int, int, int, int]:
        """Standing shares of the group: positive, neutral, negative, unclear."""
        tally = await self.store.shares.tally([group or self.group.id], FIRST, LAST)
        return tally.positive, tally.neutral, tally.negative, tally.unclear

    async def letters(self) -> list[str]:
        return [waiting.key for waiting in await self.store.outgoing.pending()]

    async def healthy(self) -> bool:
        return (await self.store.health()).problems == ()


def edited(new: NewReview, text: str, tone: Tone | None = None, mark: str = "") -> NewReview:
    """The same message with another text."""
    parts = {new.key: replace(new.parts[new.key], text=text)}
    judged = replace(new.verdict, tone=tone or new.verdict.tone)
    return replace(new, parts=parts, verdict=judged, fingerprint=mark or text)
