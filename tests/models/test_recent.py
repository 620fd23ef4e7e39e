"""The very same post is weighed once a day, and a marked one is not remembered."""

from __future__ import annotations

from datetime import date
from typing import Any

from models.judge import Judge
from models.post import Post
from models.recent import RecentVerdicts
from models.verdict import Level, Source, Tier, Tone, Verdict

TODAY, TOMORROW = date(2026, 11, 21), date(2026, 11, 22)


class CountingJudge(Judge):
    """Refuses what says MẬT, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def judge(self, post: Post, *, reference: str = "", **_facts: Any) -> Verdict:
        self.asked += 1
        level = Level.REFUSE if "MẬT" in post.text else Level.SHARE
        return Verdict(
            level, Tone.NEUTRAL, 1.0, {}, {}, (), Source(Tier.T1), reference=reference,
            keep_text="NỘI BỘ" not in post.text,
        )  # fmt: skip


def test_one_post_in_many_groups_is_weighed_once() -> None:
    """Each group still gets its own reference number."""
    judge = CountingJudge()
    recent = RecentVerdicts(judge)

    numbers = [
        recent.judge(Post("Một bài"), today=TODAY, headroom=None, reference=name).reference
        for name in ("CT-1", "CT-2", "CT-3")
    ]

    assert numbers == ["CT-1", "CT-2", "CT-3"]
    assert judge.asked == 1


def test_another_day_or_another_balance_is_weighed_anew() -> None:
    """News grows old, and room under the ceiling changes the level."""
    judge = CountingJudge()
    recent = RecentVerdicts(judge)

    recent.judge(Post("Một bài"), today=TODAY, headroom=None)
    recent.judge(Post("Một bài"), today=TOMORROW, headroom=None)
    recent.judge(Post("Một bài"), today=TODAY, headroom=0)

    assert judge.asked == 3


def test_a_refused_or_restricted_post_is_not_remembered() -> None:
    """Nothing of it stays, not even in memory."""
    judge = CountingJudge()
    recent = RecentVerdicts(judge)

    for text in ("MẬT", "MẬT", "LƯU HÀNH NỘI BỘ", "LƯU HÀNH NỘI BỘ"):
        recent.judge(Post(text), today=TODAY, headroom=None)

    assert judge.asked == 4
    assert not recent._known
