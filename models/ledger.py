"""Sổ theo dõi chia sẻ: what the store keeps about reviews, shares, nudges and letters to send.

``Store`` is the port that ``models/store`` (SQLite) and ``tests/fakes`` (memory) both keep; one set
of contract tests runs on the two. Every method is a coroutine, so that a server database can come
later; nothing is awaited inside a transaction. Datetimes are aware and kept in UTC; a ``day`` is a
local date in the owner's time zone, worked out by the caller.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, Protocol

from models.balance import Tally
from models.letter import Letter
from models.likeness import Signature
from models.marks import Keys, Told
from models.post import Post
from models.registry import Group, GroupSettings, Unit
from models.seen import Earlier, Search
from models.verdict import Tone, Verdict


@dataclass(frozen=True, slots=True)
class Review:
    """A judged post in a group.

    ``key`` names the message or the album together with its chat: a group that moves keeps it.
    ``parts`` are the messages it was made of, by message id, emptied when texts are purged.
    ``verdict`` is None only while a row of an unknown later form is read. ``answer`` is the id of
    our answering message. ``tone`` is the tone that counts: the verdict's, or the one a person set.
    ``shared`` tells whether an unreversed share of its post stands in the ledger; ``declined``
    whether somebody pressed "Không chia sẻ".
    """

    id: int
    group: int
    key: str
    verdict: Verdict
    parts: dict[str, Post]
    tone: Tone
    version: int
    created_at: datetime
    answer: str | None = None
    shared: bool = False
    declined: bool = False


@dataclass(frozen=True, slots=True)
class NewReview:
    """A review to keep. ``sender`` is a keyed hash (see ``Keys``), ``fingerprint`` the post's.

    ``signature`` tells posts like it; None leaves the post unknown to later ones.
    """

    id: int
    group: int
    key: str
    verdict: Verdict
    parts: dict[str, Post]
    fingerprint: str
    sender: str | None = None
    signature: Signature | None = None


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a press came to. ``changed`` is False when somebody was faster or nothing was to do.

    ``letter`` is what was committed with it, as it waits.
    """

    review: Review
    changed: bool
    letter: Letter | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A positive post that another group cleared: title and link only."""

    title: str
    link: str


@dataclass(frozen=True, slots=True)
class Corrected:
    """A post whose tone a group's administrator set, in which group, and on which UTC day it came.

    Nobody's name is known: the ledger does not keep who pressed.
    """

    post: Post
    tone: Tone
    group: int
    day: date


@dataclass(frozen=True, slots=True)
class NudgeMark:
    """One week's nudge of one group. ``week`` is an ISO week, "2026-W47"."""

    group: int
    kind: str
    week: str
    state: Literal["claimed", "sent", "skipped", "refused", "outcome_unknown"]
    at: datetime
    reason: str = ""
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A chat the bot was added to without a code: it leaves 24 hours after ``since``."""

    platform: str
    chat: str
    since: datetime


class Units(Protocol):
    async def add(self, name: str, parent: int | None, now: datetime) -> Unit: ...
    async def all(self) -> list[Unit]: ...
    async def get(self, unit: int) -> Unit | None: ...
    async def by_code(self, code: str) -> Unit | None: ...
    async def change(self, unit: int, **fields: Any) -> Unit: ...
    async def renew_code(self, unit: int) -> Unit: ...
    async def below(self, unit: int) -> list[int]:
        """The unit and all units below it."""
        ...


class Groups(Protocol):
    async def find(self, platform: str, chat: str) -> Group | None: ...
    async def get(self, group: int) -> Group | None: ...
    async def join(
        self, platform: str, chat: str, unit: int, now: datetime, thread: str | None = None
    ) -> Group:
        """Join or re-join; a group known by this alias keeps its id and its history.

        Who joins another unit leaves its texts behind, as by ``leave``.
        """
        ...

    async def leave(self, platform: str, chat: str, now: datetime) -> None: ...
    async def migrate(self, platform: str, old: str, new: str, now: datetime) -> None:
        """Give the group its new alias; waiting letters follow. Twice does no harm."""
        ...

    async def configure(self, group: int, settings: GroupSettings) -> None: ...
    async def active(self) -> list[Group]: ...
    async def in_units(self, units: Sequence[int]) -> list[int]:
        """Ids of all groups, left ones too, that belong to the units."""
        ...

    async def wait(self, platform: str, chat: str, now: datetime) -> bool:
        """Note a chat without a code; True the first time."""
        ...

    async def waiting(self, before: datetime) -> list[Waiting]: ...
    async def stop_waiting(self, platform: str, chat: str) -> None: ...


class Members(Protocol):
    async def join(self, platform: str, chat: str, unit: int, now: datetime) -> None: ...
    async def unit_of(self, platform: str, chat: str) -> Unit | None: ...
    async def forget(self, platform: str, chat: str) -> bool:
        """Delete the chat, from automatic copies too; whether it was known."""
        ...


class Reviews(Protocol):
    async def get(self, review: int) -> Review | None: ...
    async def by_key(self, group: int, key: str) -> Review | None: ...
    async def by_answer(self, group: int, answer: str) -> Review | None: ...
    async def record(
        self, new: NewReview, now: datetime, letter: Letter | None = None
    ) -> Letter | None:
        """Insert the review of (group, key), or supersede it when its parts or verdict changed.

        The caller chose the id (it is printed on the letter's buttons); a review known by (group,
        key) keeps the one it has. The letter is put into the outgoing table in the same
        transaction with its ``review`` set, and is returned as it waits there (with its ``id``).
        When the very same parts and verdict were recorded before, nothing is written and None is
        returned: a redelivered update has no effect. A person's tone stands until the text changes.
        """
        ...

    async def seen(self, search: Search) -> Earlier | None:
        """The earlier review of the same post, else of the one most like it; this group's first.

        Signatures outlive the texts; refused and forgotten posts have none.
        """
        ...

    async def answered(self, review: int, answer: str) -> None: ...
    async def refuse(self, group: int, key: str, now: datetime, day: date) -> str | None:
        """Leave nothing of the review: reverse its share, delete row, texts, fingerprint, letters.

        Returns the id of the answer that was given, if there was one.
        """
        ...

    async def decline(self, review: int) -> Pressed: ...
    async def forget(self, review: int) -> bool:
        """Empty one review's texts and evidence; counts stay."""
        ...

    async def forget_senders(self, senders: Sequence[str]) -> int:
        """Empty the texts of every review with one of these keyed hashes, and the hashes."""
        ...

    async def suggestions(self, group: int, since: datetime, limit: int = 3) -> list[Suggestion]:
        """Positive posts cleared ("share", T1/T2, with a link) by other groups of the province.

        Only of units that give; the newest first, no link twice, none that this group has seen.
        """
        ...

    async def corrections(self, since: datetime) -> list[Corrected]:
        """Posts handed over ``since`` whose tone a person set and whose words are still kept.

        The oldest first, each once. A dispute sets no tone.
        """
        ...


class Shares(Protocol):
    """``press`` is the keyed name of a press: the one that comes again changes nothing."""

    async def share(
        self,
        review: int,
        now: datetime,
        day: date,
        press: str = "",
        question: Letter | None = None,
    ) -> Pressed:
        """Enter the post as shared, once per group and post; commit the question with it."""
        ...

    async def undo(self, review: int, now: datetime, press: str = "") -> Pressed:
        """Reverse the share (with its own date), or take back a decline."""
        ...

    async def relabel(self, review: int, tone: Tone, now: datetime, press: str = "") -> Pressed:
        """Set the tone that counts; a standing share is reversed and entered anew on its day."""
        ...

    async def dispute(self, review: int, tone: Tone, now: datetime, press: str = "") -> None: ...
    async def answer(self, review: int, rule: str, yes: bool, now: datetime) -> None: ...
    async def tally(self, groups: Sequence[int], first: date, last: date) -> Tally: ...
    async def weekly(
        self, groups: Sequence[int], first: date, last: date
    ) -> list[tuple[date, Tally]]:
        """Tallies by ISO week, keyed by its Monday, in order; empty weeks are left out."""
        ...


class Nudges(Protocol):
    async def claim(self, group: int, kind: str, week: str, now: datetime) -> bool:
        """Take the week's nudge for this process; False when it was taken, sent or skipped."""
        ...

    async def mark(self, mark: NudgeMark) -> None: ...
    async def release(self, group: int, kind: str, week: str) -> None:
        """Give a claim back after a refusal that proves that nothing was sent."""
        ...

    async def expire(self, before: datetime, now: datetime) -> int:
        """Turn claims older than ``before`` into outcome_unknown: their process died mid-send.

        Weeks that were skipped when the clock was over an hour ahead of ``now`` are open again.
        """
        ...

    async def get(self, group: int, kind: str, week: str) -> NudgeMark | None: ...
    async def recent(self, limit: int = 50) -> list[NudgeMark]: ...
    async def states(self, kind: str, week: str) -> dict[int, str]:
        """What became of the week's nudges, by group."""
        ...


class Outgoing(Protocol):
    async def put(self, letter: Letter) -> Letter: ...
    async def pending(self) -> list[Letter]: ...
    async def taken(self, letter: Letter, message: str | None, now: datetime) -> None:
        """The messenger accepted it: delete the row, note the answer's id on its review.

        What it answered ``once`` is remembered.
        """
        ...

    async def answered(self, once: str) -> bool:
        """Whether a letter that answers this for good was taken lately."""
        ...

    async def waits(self, letter: Letter) -> bool:
        """Whether it waits still: it may have been deleted with the words that it quotes."""
        ...

    async def drop(self, letter: Letter) -> None: ...


@dataclass(frozen=True, slots=True)
class Health:
    """What ``doctor`` reads: counts, and problems in plain English codes."""

    problems: tuple[str, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)


class Store(Protocol):
    """Everything that is kept. One writer; safe under concurrent tasks."""

    @property
    def units(self) -> Units: ...
    @property
    def groups(self) -> Groups: ...
    @property
    def members(self) -> Members: ...
    @property
    def reviews(self) -> Reviews: ...
    @property
    def shares(self) -> Shares: ...
    @property
    def nudges(self) -> Nudges: ...
    @property
    def outgoing(self) -> Outgoing: ...
    @property
    def keys(self) -> Keys: ...
    @property
    def told(self) -> Told: ...

    async def purge(self, code: str, before: datetime, day: date) -> int:
        """Delete what ``models.privacy`` calls ``code`` and is older; how many.

        ``day`` is the same limit as a local date. Without anything to delete nothing is written.
        """
        ...

    async def settle(self) -> None:
        """Take what was deleted meanwhile, such as letters sent, out of every file."""
        ...

    @property
    def commits(self) -> int:
        """How many transactions were committed since the start."""
        ...

    async def touch(self) -> None:
        """Write a little that changes nothing. Raises StoreUnavailable as any write does."""
        ...

    async def backup(self, target: Path) -> None: ...
    async def health(self) -> Health: ...
    async def close(self) -> None: ...
