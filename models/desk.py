"""Bàn thẩm định: reviews posts, records shares, gives the balance. What a handler is given."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from models import privacy
from models.balance import DEFAULT_WINDOW, Balance, Tally
from models.fingerprint import keyed, reference
from models.imprint import Imprint, Imprints
from models.judge import Judge
from models.ledger import NewReview, Pressed, Review, Store
from models.letter import Letter
from models.marks import Mark
from models.post import Post, merge
from models.recent import RecentVerdicts
from models.registry import Group, Unit
from models.seen import Earlier, Search, Seen, is_one_post, tell
from models.verdict import Level, Tone, Verdict
from models.why import Why


@dataclass(frozen=True, slots=True)
class Opinion:
    """A verdict with what it was based on.

    ``key`` names the message. In a group ``id`` is the number of its review (that of ``before``,
    the one it supersedes, or the one it will get), ``parts`` the messages it was made of.
    ``imprint`` is what it is known again by; ``seen`` what may be told of an earlier review.
    """

    verdict: Verdict
    post: Post
    key: str
    id: int | None = None
    balance: Balance | None = None
    parts: dict[str, Post] = field(default_factory=dict)
    before: Review | None = None
    imprint: Imprint | None = None
    seen: Seen | None = None

    @property
    def refused(self) -> bool:
        return self.verdict.level is Level.REFUSE


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was deleted for a person: posts whose words are gone, marks of what they were told."""

    posts: int = 0
    marks: int = 0


class Desk:
    """Judges with ``judge``, keeps with ``store``; time is an argument, days are those of ``zone``.

    ``key`` is the installation's secret for fingerprints and reference numbers. A ``slow`` judge
    (one that reads with the encoder) works in a thread.
    """

    def __init__(
        self, judge: Judge, store: Store, zone: tzinfo, key: bytes, *, slow: bool = False
    ) -> None:
        self._slow = slow
        self._judge = judge
        self._recent = RecentVerdicts(judge)
        self._key = key
        self._imprints = Imprints(key)
        self._day_key: tuple[date, bytes] | None = None
        self.store = store
        self.zone = zone
        self.timing: Callable[[], AbstractContextManager[object]] = nullcontext
        """Entered around each judging, for who measures it."""

    @property
    def model(self) -> str:
        """The name and version of the model that judges."""
        return self._judge.model

    async def _weigh(self, judge: Callable[..., Verdict], post: Post, **facts: Any) -> Verdict:
        with self.timing():
            if self._slow:
                return await asyncio.to_thread(judge, post, **facts)
            return judge(post, **facts)

    def day(self, now: datetime) -> date:
        """The local date."""
        return now.astimezone(self.zone).date()

    # -- advice --------------------------------------------------------------------------------

    async def review(self, group: Group, key: str, part: str, post: Post, now: datetime) -> Opinion:
        """Judge a group's message. An album's or an edit's earlier parts are taken in again."""
        before = await self.store.reviews.by_key(group.id, key)
        parts = {**(before.parts if before else {}), part: post}
        whole = merge(parts[name] for name in sorted(parts, key=_by_number))
        balance = await self.balance(group, now)
        verdict = await self._weigh(
            self._recent.judge,
            whole,
            today=self.day(now),
            headroom=balance.headroom,
            reference=reference(f"{group.id} {key}", self._key),
        )
        if before and not before.verdict.keep_text and set(before.parts) - {part}:
            # The words of the other parts were not kept: what they came to stands.
            verdict = max(before.verdict, verdict, key=lambda one: one.level.strictness)
        number = before.id if before else int(keyed(f"review {group.id} {key}", self._key)[:11], 16)
        imprint, seen = await self._look_back(whole, verdict, group, key, number, now)
        return Opinion(verdict, whole, key, number, balance, parts, before, imprint, seen)

    async def _look_back(
        self, post: Post, verdict: Verdict, group: Group, key: str, review: int, until: datetime
    ) -> tuple[Imprint | None, Seen | None]:
        """What the post is known by, and what of it from before; nothing of a refused one.

        The same post in the same group goes by the fingerprint it had, so that it counts once.
        """
        if verdict.level is Level.REFUSE:
            return None, None
        place = f"{group.id} {key}"
        if not verdict.keep_text:
            return self._imprints.of_message(place), None
        imprint = self._imprints.of(post, place)
        earlier = await self._earlier(imprint, group.unit, until, group.id, review)
        if earlier is None:
            return imprint, None
        if is_one_post(earlier, group.id, verdict):
            imprint = Imprint(earlier.fingerprint, imprint.signature)
        return imprint, tell(earlier, group.id, verdict, self.zone)

    async def _earlier(
        self,
        imprint: Imprint,
        unit: int | None,
        until: datetime,
        group: int | None = None,
        but: int = 0,
    ) -> Earlier | None:
        if imprint.signature is None or unit is None:
            return None
        search = Search(unit, imprint.fingerprint, imprint.signature, until, group, but)
        return await self.store.reviews.seen(search)

    async def record(
        self,
        group: Group,
        opinion: Opinion,
        now: datetime,
        letter: Letter | None,
        sender: str | None,
    ) -> Letter | None:
        """Keep the review and its letter, in one transaction. Not for a refused post.

        Returns the letter as it waits in the outgoing table. Without a ``sender`` the one noted
        before stays.
        """
        if opinion.imprint is None:
            message = "only an opinion of `review` is kept"
            raise ValueError(message)
        parts, key = opinion.parts, opinion.key
        if not opinion.verdict.keep_text:
            parts = {name: Post() for name in parts}
        return await self.store.reviews.record(
            NewReview(
                id=opinion.id or 0,
                group=group.id,
                key=key,
                verdict=opinion.verdict,
                parts=parts,
                fingerprint=opinion.imprint.fingerprint,
                sender=await self.hashed(sender, now) if sender else None,
                signature=opinion.imprint.signature,
            ),
            now,
            letter,
        )

    async def refuse(self, group: Group, key: str, now: datetime) -> str | None:
        """Leave nothing of a post with a state-secret mark; the id of the answer it had, if any."""
        return await self.store.reviews.refuse(group.id, key, now, self.day(now))

    async def advise(
        self, post: Post, place: str, now: datetime, unit: Unit | None = None
    ) -> Opinion:
        """Judge a post in a private chat: nothing is kept, no balance is known.

        ``unit`` is the one whose code the chat holds: what its tree reviewed before is told.
        """
        verdict = await self._weigh(
            self._judge.judge,
            post,
            today=self.day(now),
            headroom=None,
            reference=reference(place, self._key),
        )
        opinion = Opinion(verdict, post, place)
        if unit is None or opinion.refused or not verdict.keep_text:
            return opinion
        imprint = self._imprints.of(post, place, private=True)
        earlier = await self._earlier(imprint, unit.id, now)
        seen = tell(earlier, None, verdict, self.zone) if earlier else None
        return replace(opinion, seen=seen)

    async def redraft(self, review: Review, group: Group, now: datetime) -> Opinion:
        """Judge a review's text again as the unit's own draft."""
        first = min(review.parts, key=_by_number)
        post = replace(review.parts[first], draft=True)
        return await self.review(group, review.key, first, post, now)

    async def recall(self, review: Review, group: Group, now: datetime) -> Opinion:
        """The opinion behind a review, with the balance as it is now."""
        balance = await self.balance(group, now)
        whole = merge(review.parts.values()) if review.parts else Post()
        verdict, key, seen = review.verdict, review.key, None
        if review.parts:
            _, seen = await self._look_back(
                whole, verdict, group, key, review.id, review.created_at
            )
        return Opinion(verdict, whole, key, review.id, balance, review.parts, review, seen=seen)

    def why(self, post: Post, verdict: Verdict) -> Why:
        """Which words of a post speak for the tone that it was given."""
        return self._judge.why(post, verdict)

    # -- shares --------------------------------------------------------------------------------

    # ``press`` names the press, of which nobody's name may be part; it counts once.

    async def mark_shared(
        self, review: int, now: datetime, press: str = "", question: Letter | None = None
    ) -> Pressed:
        """Enter the post as shared; ``question`` is asked if that changed anything."""
        day = self.day(now)
        return await self.store.shares.share(review, now, day, self._pressed(press), question)

    async def undo(self, review: int, now: datetime, press: str = "") -> Pressed:
        return await self.store.shares.undo(review, now, self._pressed(press))

    async def relabel(self, review: int, tone: Tone, now: datetime, press: str = "") -> Pressed:
        return await self.store.shares.relabel(review, tone, now, self._pressed(press))

    async def dispute(self, review: int, tone: Tone, now: datetime, press: str = "") -> None:
        await self.store.shares.dispute(review, tone, now, self._pressed(press))

    def _pressed(self, press: str) -> str:
        return keyed(f"pressed {press}", self._key) if press else ""

    # -- figures -------------------------------------------------------------------------------

    async def balance(
        self, group: Group, now: datetime, days: int = DEFAULT_WINDOW, *, trend: bool = False
    ) -> Balance:
        """The group's balance in the ``days`` local days that end today."""
        unit = await self.store.units.get(group.unit) if group.unit is not None else None
        return await self._balance([group.id], unit, self.day(now), days, trend=trend)

    async def unit_balance(self, unit: Unit, now: datetime, days: int = DEFAULT_WINDOW) -> Balance:
        """The balance of all groups of the unit and the units below it."""
        groups = await self._groups_of(unit)
        return await self._balance(groups, unit, self.day(now), days, trend=True)

    async def week_before(self, group: Group, now: datetime) -> Balance:
        """The balance of the ISO week that ended last Sunday."""
        today = self.day(now)
        sunday = today - timedelta(days=today.isoweekday())
        unit = await self.store.units.get(group.unit) if group.unit is not None else None
        return await self._balance([group.id], unit, sunday, 7, trend=True)

    async def weekly(
        self, groups: Sequence[int], now: datetime, days: int
    ) -> list[tuple[date, Tally]]:
        """Tallies by ISO week over the window, empty weeks included."""
        last = self.day(now)
        first = last - timedelta(days=days - 1)
        found = dict(await self.store.shares.weekly(groups, first, last))
        monday = first - timedelta(days=first.weekday())
        weeks = []
        while monday <= last:
            weeks.append((monday, found.get(monday, Tally())))
            monday += timedelta(days=7)
        return weeks

    async def unit_weekly(self, unit: Unit, now: datetime, days: int) -> list[tuple[date, Tally]]:
        return await self.weekly(await self._groups_of(unit), now, days)

    async def _groups_of(self, unit: Unit) -> list[int]:
        return await self.store.groups.in_units(await self.store.units.below(unit.id))

    async def _balance(
        self, groups: Sequence[int], unit: Unit | None, until: date, days: int, *, trend: bool
    ) -> Balance:
        first = until - timedelta(days=days - 1)
        tally = await self.store.shares.tally(groups, first, until)
        previous = None
        if trend:
            earlier = first - timedelta(days=days)
            previous = await self.store.shares.tally(groups, earlier, first - timedelta(days=1))
        return Balance(tally, days, until, previous, unit.basis if unit else None)

    # -- people --------------------------------------------------------------------------------

    async def hashed(self, person: str, now: datetime) -> str:
        """A person's keyed hash of the day; its key is destroyed after seven days."""
        return keyed(person, await self._key_of_today(now))

    async def _key_of_today(self, now: datetime) -> bytes:
        today = self.day(now)
        if self._day_key is None or self._day_key[0] != today:
            self._day_key = (today, await self.store.keys.key(today))
        return self._day_key[1]

    async def once(
        self, letter: Letter, what: str, chat: str, now: datetime, span: timedelta
    ) -> Letter | None:
        """Commit a letter that is sent once in ``span`` (at most seven days).

        ``what`` is said to or asked from ``chat``. Returns the letter as it waits, or None when it
        was told already. Who it was is not kept: see ``models.marks.Mark``.
        """
        key = await self._key_of_today(now)
        known = tuple(keyed(f"{what} {chat}", one) for one in await self.store.keys.live())
        mark = Mark(
            mark=keyed(f"{what} {chat}", key),
            who=keyed(chat, key),
            day=self.day(now),
            at=now,
            known=known,
            since=now - span,
        )
        return await self.store.told.once(mark, letter)

    async def forget(self, person: str) -> Forgotten:
        """Delete at once what this person's live hashes lead to, and the hashes."""
        hashes = [keyed(person, key) for key in await self.store.keys.live()]
        return Forgotten(
            posts=await self.store.reviews.forget_senders(hashes),
            marks=await self.store.told.forget(hashes),
        )

    async def purge(self, now: datetime, text_days: int) -> int:
        """Delete whatever is older than the privacy table allows; how many things.

        What was deleted before, such as letters sent, is then in no file either.
        """
        total = 0
        for kept in privacy.table(text_days):
            if kept.days is not None:
                # A key is made at the first minute of its day at the earliest, and that day counts.
                day = self.day(now) - timedelta(days=max(0, kept.days - 1))
                before = now - timedelta(days=kept.days)
                if kept.code == "senders":  # hashes go with the key of their day
                    before = datetime.combine(day, time(), self.zone)
                total += await self.store.purge(kept.code, before, day)
        await self.store.settle()
        return total


def _by_number(name: str) -> tuple[int, str]:
    return (int(name), name) if name.isdigit() else (0, name)
