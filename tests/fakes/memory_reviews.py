"""Reviews and shares in plain lists: what the store's protocols mean, without a database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from models.balance import Tally
from models.errors import UserError
from models.ledger import Corrected, NewReview, Pressed, Review, Suggestion
from models.letter import Letter
from models.likeness import Likeness, Signature, compare
from models.post import Post, merge
from models.seen import Earlier, Search
from models.verdict import Level, Tier, Tone, Verdict
from tests.fakes.memory_letters import MemoryOutgoing


@dataclass(eq=False)
class MemoryPost:
    """A post of a group. ``share`` is the standing share's tone and day."""

    group: int
    fingerprint: str
    person_tone: Tone | None = None
    share: tuple[Tone, date] | None = None
    signature: Signature | None = None
    answers: dict[str, bool] = field(default_factory=dict)

    def count_as(self, tone: Tone) -> None:
        """Let a standing share count under another tone, on its own day."""
        if self.share:
            self.share = (tone, self.share[1])


@dataclass
class MemoryReview:
    """A row, with what ``Review`` does not show."""

    shown: Review
    post: MemoryPost
    sender: str | None
    updated_at: datetime
    emptied: bool = False

    def view(self) -> Review:
        tone = self.post.person_tone or self.shown.tone
        return replace(self.shown, tone=tone, shared=self.post.share is not None)


def _blank(verdict: Verdict) -> Verdict:
    findings, source = tuple(replace(f, evidence="") for f in verdict.findings), verdict.source
    if source.tier is Tier.T4 and not source.trusted_as:
        source = replace(source, host=None, name=None, suspicion=None)
    return replace(verdict, findings=findings, source=source)


def _words(parts: dict[str, Post]) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(key, part.text, part.links) for key, part in parts.items()]


def _signature(new: NewReview) -> Signature | None:
    return new.signature if new.verdict.keep_text else None


def _likeness(post: MemoryPost, search: Search, own: MemoryPost | None) -> Likeness | None:
    """How like a post is, when that is worth telling."""
    if post is own or (post.signature and post.fingerprint == search.fingerprint):
        return Likeness(100, same=True)
    if post.signature is None or not post.signature.size or not search.signature.size:
        return None
    found = compare(search.signature, post.signature)
    return found if found.same or found.similar else None


def _unnamed(verdict: Verdict) -> Verdict:
    return replace(verdict, reference="")


class MemoryReviews:
    """Keeps ``models.ledger.Reviews``.

    ``neighbours`` names the groups whose posts may be shown, ``tree`` those below a unit's top.
    """

    def __init__(
        self,
        outgoing: MemoryOutgoing,
        neighbours: Callable[[int], Sequence[int]],
        tree: Callable[[int], Sequence[int]],
    ) -> None:
        self.rows: dict[int, MemoryReview] = {}
        self.disputes: list[tuple[int, Tone]] = []
        self._outgoing = outgoing
        self._neighbours = neighbours
        self._tree = tree
        self._next = 1

    def _where(self, test: Callable[[MemoryReview], bool]) -> Iterator[MemoryReview]:
        return (row for row in list(self.rows.values()) if test(row))

    def row(self, review: int) -> MemoryReview:
        if review not in self.rows:
            raise UserError("expired", review=review)
        return self.rows[review]

    def _by_key(self, group: int, key: str) -> MemoryReview | None:
        return next(self._where(lambda r: (r.shown.group, r.shown.key) == (group, key)), None)

    def _alone(self, row: MemoryReview) -> bool:
        return not any(r is not row and r.post is row.post for r in self.rows.values())

    def post(self, group: int, fingerprint: str) -> MemoryPost | None:
        of = self._where(lambda r: (r.post.group, r.post.fingerprint) == (group, fingerprint))
        return next((row.post for row in of), None)

    async def get(self, review: int) -> Review | None:
        return self.rows[review].view() if review in self.rows else None

    async def by_key(self, group: int, key: str) -> Review | None:
        row = self._by_key(group, key)
        return row.view() if row else None

    async def by_answer(self, group: int, answer: str) -> Review | None:
        found = self._where(lambda r: (r.shown.group, r.shown.answer) == (group, answer))
        return max((row.view() for row in found), key=lambda r: r.id, default=None)

    async def record(
        self, new: NewReview, now: datetime, letter: Letter | None = None
    ) -> Letter | None:
        kept = new.parts if new.verdict.keep_text else dict.fromkeys(new.parts, Post())
        verdict = new.verdict if new.verdict.keep_text else _blank(new.verdict)
        row = self._by_key(new.group, new.key)
        if row is None:
            post = self._make_post(new)
            number = new.id or self._next
            self._next = max(self._next, number) + 1
            shown = Review(number, new.group, new.key, verdict, kept, verdict.tone, 1, now)
            row = self.rows[number] = MemoryReview(shown, post, new.sender, now)
        elif self._same(row, verdict, kept, new.fingerprint):
            return None
        else:
            self._supersede(row, verdict, kept, new)
            if new.sender is not None:
                row.sender, row.updated_at = new.sender, now
        if letter is None:
            return None
        if letter.kind == "answer" and row.shown.answer is not None:
            letter = replace(letter, kind="edit", edit_of=row.shown.answer)
        return await self._outgoing.put(replace(letter, review=row.shown.id))

    def _make_post(self, new: NewReview) -> MemoryPost:
        post = self.post(new.group, new.fingerprint) or MemoryPost(new.group, new.fingerprint)
        post.signature = post.signature or _signature(new)
        return post

    @staticmethod
    def _same(
        row: MemoryReview, verdict: Verdict, parts: dict[str, Post], fingerprint: str
    ) -> bool:
        if row.emptied:
            return row.post.fingerprint == fingerprint
        return (_unnamed(row.shown.verdict), row.shown.parts) == (_unnamed(verdict), parts)

    def _supersede(
        self, row: MemoryReview, verdict: Verdict, parts: dict[str, Post], new: NewReview
    ) -> None:
        old = row.shown
        same_words = row.post.fingerprint == new.fingerprint and (
            row.emptied or _words(old.parts) == _words(parts)
        )
        row.shown = replace(
            old, verdict=verdict, parts=parts, tone=verdict.tone, version=old.version + 1
        )
        row.emptied = False
        if not same_words:
            self._new_words(row, new)
        elif old.tone != verdict.tone and not row.post.person_tone:
            row.post.count_as(verdict.tone)

    def _new_words(self, row: MemoryReview, new: NewReview) -> None:
        old, alone = row.post, self._alone(row)
        target = self.post(old.group, new.fingerprint)
        if alone and target in {None, old}:
            old.fingerprint, old.person_tone = new.fingerprint, None
            old.signature = _signature(new)
            old.count_as(row.shown.tone)
        elif target is not old:
            row.post = target or self._make_post(new)
            if alone and old.share and not row.post.share:
                row.post.share = (row.view().tone, old.share[1])

    async def seen(self, search: Search) -> Earlier | None:
        own = self.post(search.group, search.fingerprint) if search.group is not None else None
        groups = self._tree(search.unit)
        found = []
        for row in self._where(lambda r: r.shown.group in groups or r.post is own):
            likeness = _likeness(row.post, search, own)
            earlier = row.shown.created_at < search.until and row.shown.id != search.but
            if likeness and earlier:
                rank = (row.post is own, likeness.same, row.shown.group == search.group)
                found.append((*rank, likeness.percent, row.shown.created_at, row.shown.id))
        if not found:
            return None
        row = self.rows[max(found)[-1]]
        likeness = _likeness(row.post, search, own)
        assert likeness
        return Earlier(
            group=row.shown.group,
            fingerprint=row.post.fingerprint,
            created_at=row.shown.created_at,
            reference=row.shown.verdict.reference,
            level=row.shown.verdict.level,
            likeness=likeness,
            shared=row.post.share is not None,
            declined=row.shown.declined,
        )

    async def answered(self, review: int, answer: str) -> None:
        if review in self.rows:
            self.note(review, answer)

    def note(self, review: int, answer: str | None) -> None:
        """The messenger took the review's answer."""
        if review in self.rows:
            row = self.rows[review]
            row.shown = replace(row.shown, answer=answer or row.shown.answer)

    async def refuse(self, group: int, key: str, now: datetime, day: date) -> str | None:
        row = self._by_key(group, key)
        if row is None:
            return None
        self._outgoing.drop_for(row.shown.id)
        del self.rows[row.shown.id]
        row.post.signature = None
        for other in self._where(lambda r: r.post is row.post):
            self._empty(other)
        return row.shown.answer

    async def decline(self, review: int) -> Pressed:
        row = self.row(review)
        if row.post.share or row.shown.declined:
            return Pressed(row.view(), changed=False)
        row.shown = replace(row.shown, declined=True)
        return Pressed(row.view(), changed=True)

    def _empty(self, row: MemoryReview) -> None:
        row.shown = replace(row.shown, parts={}, verdict=_blank(row.shown.verdict))
        row.emptied, row.sender = True, None
        self._outgoing.drop_for(row.shown.id)

    def _empty_all(self, test: Callable[[MemoryReview], bool]) -> int:
        found = list(self._where(test))
        for row in found:
            self._empty(row)
        return len(found)

    def _forget_all(self, test: Callable[[MemoryReview], bool]) -> int:
        for row in self._where(test):
            row.post.signature = None
        return self._empty_all(test)

    async def forget(self, review: int) -> bool:
        return self._forget_all(lambda row: row.shown.id == review) > 0

    async def forget_senders(self, senders: Sequence[str]) -> int:
        return self._forget_all(lambda row: row.sender is not None and row.sender in senders)

    def purge(self, before: datetime) -> int:
        return self._empty_all(lambda r: r.shown.created_at < before and not r.emptied)

    def forget_hashes(self, before: datetime) -> None:
        """Take out the senders of reviews that nobody touched since."""
        for row in self._where(lambda r: r.updated_at < before):
            row.sender = None

    def leave(self, group: int) -> None:
        self._empty_all(lambda row: row.shown.group == group)

    async def corrections(self, since: datetime) -> list[Corrected]:
        recent = self._where(lambda r: r.shown.created_at >= since and bool(r.shown.parts))
        last: dict[int, MemoryReview] = {}
        for row in sorted(recent, key=lambda r: (r.shown.created_at, r.shown.id)):
            if row.post.person_tone and merge(row.shown.parts.values()).text.strip():
                last.pop(id(row.post), None)
                last[id(row.post)] = row
        return [
            Corrected(
                merge(row.shown.parts.values()),
                row.view().tone,
                row.shown.group,
                row.shown.created_at.date(),
            )
            for row in last.values()
        ]

    async def suggestions(self, group: int, since: datetime, limit: int = 3) -> list[Suggestion]:
        recent = list(self._where(lambda r: r.shown.created_at >= since))
        mine = [row for row in recent if row.shown.group == group]
        seen = {link for row in mine for part in row.shown.parts.values() for link in part.links}
        known = {r.post.fingerprint for r in self.rows.values() if r.shown.group == group}
        found: dict[str, Suggestion] = {}
        for row in sorted(recent, key=lambda r: (r.shown.created_at, r.shown.id), reverse=True):
            shown = _cleared(row)
            ours = row.shown.group in self._neighbours(group) and row.post.fingerprint not in known
            if shown and ours and shown.link not in seen:
                found.setdefault(shown.link, shown)
        return list(found.values())[: max(0, limit)]


def _cleared(row: MemoryReview) -> Suggestion | None:
    verdict, parts = row.shown.verdict, row.shown.parts
    if verdict.level is not Level.SHARE or verdict.source.tier not in {Tier.T1, Tier.T2}:
        return None
    post = merge(parts.values()) if parts else Post()
    if not post.links or verdict.draft or row.view().tone is not Tone.POSITIVE:
        return None
    source = verdict.source.name or verdict.source.host or ""
    first = post.text.strip().split("\n")[0] if post.origin else ""
    from_channel = post.origin is not None and post.origin.kind == "channel"
    return Suggestion(first if from_channel and first else source, post.links[0])


class MemoryShares:
    """Keeps ``models.ledger.Shares``."""

    def __init__(self, reviews: MemoryReviews) -> None:
        self._reviews = reviews
        self._outgoing = reviews._outgoing

    async def share(
        self,
        review: int,
        now: datetime,
        day: date,
        press: str = "",
        question: Letter | None = None,
    ) -> Pressed:
        row = self._reviews.row(review)
        if not self._outgoing.first(press, now) or row.post.share or row.shown.declined:
            return Pressed(row.view(), changed=False)
        row.post.share = (row.view().tone, day)
        kept = await self._outgoing.put(question) if question else None
        return Pressed(row.view(), changed=True, letter=kept)

    async def undo(self, review: int, now: datetime, press: str = "") -> Pressed:
        row = self._reviews.row(review)
        if not self._outgoing.first(press, now):
            return Pressed(row.view(), changed=False)
        changed = row.post.share is not None or row.shown.declined
        row.post.share, row.shown = None, replace(row.shown, declined=False)
        return Pressed(row.view(), changed)

    async def relabel(self, review: int, tone: Tone, now: datetime, press: str = "") -> Pressed:
        row = self._reviews.row(review)
        if not self._outgoing.first(press, now):
            return Pressed(row.view(), changed=False)
        before = (row.view().tone, row.post.share)
        row.post.person_tone = tone
        row.post.count_as(tone)
        return Pressed(row.view(), before != (tone, row.post.share))

    async def dispute(self, review: int, tone: Tone, now: datetime, press: str = "") -> None:
        self._reviews.row(review)
        if self._outgoing.first(press, now):
            self._reviews.disputes.append((review, tone))

    async def answer(self, review: int, rule: str, yes: bool, now: datetime) -> None:
        self._reviews.row(review).post.answers[rule] = yes

    def _shared(self, groups: Sequence[int], first: date, last: date) -> list[tuple[Tone, date]]:
        posts = {id(row.post): row.post for row in self._reviews.rows.values()}
        found = [post.share for post in posts.values() if post.group in groups and post.share]
        return [(tone, day) for tone, day in found if first <= day <= last]

    async def tally(self, groups: Sequence[int], first: date, last: date) -> Tally:
        return sum((_one(tone) for tone, _ in self._shared(groups, first, last)), Tally())

    async def weekly(
        self, groups: Sequence[int], first: date, last: date
    ) -> list[tuple[date, Tally]]:
        weeks: dict[date, Tally] = {}
        for tone, day in self._shared(groups, first, last):
            monday = day - timedelta(days=day.weekday())
            weeks[monday] = weeks.get(monday, Tally()) + _one(tone)
        return sorted(weeks.items())


def _one(tone: Tone) -> Tally:
    return Tally(**{tone.value: 1})
