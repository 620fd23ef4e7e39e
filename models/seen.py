"""Seen before: the earlier review of a post, and what of it may be told to whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from models.likeness import Likeness, Signature
from models.verdict import Level, Verdict

_DOUBTED = frozenset({Level.VERIFY_FIRST, Level.DO_NOT_SHARE})


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for: a post like this, reviewed before ``until`` in the tree of ``unit``.

    The tree is all units below the same topmost one. ``group`` is the group that asks, None in
    private; ``but`` the review that is being made, which is not an earlier one.
    """

    unit: int
    fingerprint: str
    signature: Signature
    until: datetime
    group: int | None = None
    but: int = 0


@dataclass(frozen=True, slots=True)
class Earlier:
    """A review of a post like this one, in ``group``, whose post has this ``fingerprint``.

    ``shared`` and ``declined`` are what that group did with it.
    """

    group: int
    fingerprint: str
    created_at: datetime
    reference: str
    level: Level
    likeness: Likeness
    shared: bool = False
    declined: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """What may be told of an earlier review.

    ``percent`` is None for the same post. Of another group's review only the day is told: no
    ``reference``, no decision. ``doubted`` means that the same words are judged more strictly now
    (another link, another source): then the earlier decision is no guide and is not told.
    """

    day: date
    percent: int | None = None
    reference: str = ""
    shared: bool = False
    declined: bool = False
    doubted: bool = False

    @property
    def same(self) -> bool:
        return self.percent is None


def tell(earlier: Earlier, group: int | None, verdict: Verdict, zone: tzinfo) -> Seen:
    """What is told in ``group``, or in private (None), beside this new ``verdict``."""
    ours = earlier.group == group
    same = earlier.likeness.same
    doubted = same and _is_doubted(earlier, verdict)
    guide = ours and same and not doubted
    return Seen(
        day=earlier.created_at.astimezone(zone).date(),
        percent=None if same else earlier.likeness.percent,
        reference=earlier.reference if ours else "",
        shared=guide and earlier.shared,
        declined=guide and earlier.declined and not earlier.shared,
        doubted=doubted,
    )


def is_one_post(earlier: Earlier, group: int, verdict: Verdict) -> bool:
    """Whether a post is counted as the earlier one: the same, in the same group, not doubted."""
    ours = earlier.group == group and earlier.likeness.same
    return ours and not _is_doubted(earlier, verdict)


def _is_doubted(earlier: Earlier, verdict: Verdict) -> bool:
    """Whether something about the post is judged more strictly than it was.

    A level that only asks for care may come from the balance of the day: it is no difference.
    """
    return verdict.level in _DOUBTED and verdict.level.strictness > earlier.level.strictness
