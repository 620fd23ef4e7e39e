"""The answer about one post: level, reasons, tone, balance, what to do next, buttons."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from markupsafe import Markup, escape

from messages.actions import on_review
from messages.markup import (
    ADVICE_LIMIT,
    ADVICE_LINES,
    clip,
    clip_ours,
    phrase,
    quote,
    render,
    render_block,
    sentence,
    units,
    visible,
)
from messages.numbers import confidence, day
from messages.reply import Choice, Reply
from messages.words import LEVELS, LONG, MEDIA, TONES, UNREAD, source_kind
from models.balance import Balance, in_balance, way_back
from models.seen import Seen
from models.verdict import Finding, Level, Status, Tone, Verdict, reasons

State = Literal["open", "shared", "declined"]

_BLANK = "CT-" + "\ue001" * 6  # private-use letters, in place of a reference number
_BLANK_EARLIER = "CT-" + "\ue002" * 6  # the same for the number of an earlier review
_REMEMBERED = 64
_RECENT: OrderedDict[tuple[Any, ...], str] = OrderedDict()


class _Room(NamedTuple):
    """How much of a verdict is told: the fullest rung that fits the limits is taken."""

    reasons: int
    reason: int
    evidence: int
    cite: int
    advices: int
    advice: int


_LADDER = (
    _Room(3, 140, 80, 70, 2, 170),
    _Room(3, 100, 60, 60, 2, 110),
    _Room(2, 100, 60, 60, 2, 90),
    _Room(2, 80, 40, 50, 1, 90),
    _Room(1, 80, 40, 50, 1, 80),
)
_WHOLE = _Room(12, 300, 120, 120, 0, 0)


@lru_cache(maxsize=256)
def words(name: str, **facts: str | int) -> str:
    """One of the plain sentences from which an answer is put together."""
    return render_block("advice_words.txt.j2", name, **facts)


def reason_lines(verdict: Verdict, room: _Room = _LADDER[0]) -> list[dict[str, str]]:
    """One to three reasons, each with its evidence in quotes and its citation."""
    if verdict.reasons:
        return [_reason(finding, room) for finding in verdict.reasons[: room.reasons]]
    if verdict.draft and verdict.level is Level.WITH_CARE and verdict.tone is not Tone.NEGATIVE:
        return [_plain(words("draft_clear"))]
    if verdict.level is Level.SHARE:
        return [*_known_source(verdict, room), _plain(words("all_clear"))]
    return [_plain(words(_vague_reason(verdict)))]


def every_reason(verdict: Verdict) -> list[dict[str, str]]:
    """All reasons, each in full; where nothing was found, what is said instead."""
    found = reasons(verdict.findings, _WHOLE.reasons)
    return [_reason(finding, _WHOLE) for finding in found] or reason_lines(verdict, _WHOLE)


def _reason(finding: Finding, room: _Room) -> dict[str, str]:
    return {
        "text": phrase(finding.reason, room.reason) or words("reason_with_care"),
        "evidence": quote(finding.evidence, room.evidence) if clip(finding.evidence, 9) else "",
        "cite": clip_ours(finding.cite, room.cite),
    }


def _plain(text: str) -> dict[str, str]:
    return {"text": text, "evidence": "", "cite": ""}


def _vague_reason(verdict: Verdict) -> str:
    if verdict.level is not Level.WITH_CARE:
        return f"reason_{verdict.level.value}"
    known = {Tone.NEGATIVE: "reason_negative", Tone.UNCLEAR: "reason_unclear"}
    return known.get(verdict.tone, "reason_with_care")


def _known_source(verdict: Verdict, room: _Room) -> list[dict[str, str]]:
    source = verdict.source
    if not source.reliable:
        return []
    name = source.trusted_as or source.host or source.name or ""
    cite = next(
        (f.cite for f in verdict.findings if f.rule == "qd874.4.4" and f.status is Status.PASS), ""
    )
    return [
        {
            "text": words("source_known", kind=source_kind(source)),
            "evidence": quote(name, room.evidence) if clip(name, 9) else "",
            "cite": clip(cite, room.cite),
        }
    ]


def tone_facts(verdict: Verdict, tone_set: Tone | None) -> dict[str, Any] | None:
    """What is told of the tone; nothing where nobody judged it."""
    if not (verdict.judged or tone_set):
        return None
    unclear = verdict.tone is Tone.UNCLEAR
    likeliest = max(verdict.tone_p, key=lambda tone: verdict.tone_p[tone], default=Tone.NEUTRAL)
    return {
        "set": TONES[tone_set] if tone_set else "",
        "unclear": unclear,
        "name": TONES[likeliest if unclear else verdict.tone],
        "confidence": confidence(verdict.confidence),
    }


def balance_facts(
    balance: Balance, *, adding: Tone | None = None, private: bool = False
) -> dict[str, Any]:
    """The numbers of a balance line; ``adding`` is the tone of a post that may come on top."""
    tally = balance.tally
    more = int(adding is Tone.NEGATIVE)
    after = {"negative": tally.negative + more, "total": tally.total + 1}
    return {
        "days": balance.days,
        "enough": balance.enough,
        "negative": tally.negative,
        "total": tally.total,
        "after": after if adding else None,
        "basis": balance.basis,
        "whose": " của đơn vị" if private else "",
        "headroom": balance.headroom,
        "way_back": balance.way_back,
    }


@dataclass(frozen=True, slots=True)
class _Case:
    """What one answer is made from."""

    verdict: Verdict
    balance: Balance | None
    tone_set: Tone | None
    state: State
    private: bool
    unread: str
    seen: Seen | None

    @property
    def tone(self) -> Tone:
        return self.tone_set or self.verdict.tone

    @property
    def waits_for(self) -> int:
        """How many other posts must come first, so that this negative one keeps the balance."""
        if self.balance is None or not self.balance.enough or self.tone is not Tone.NEGATIVE:
            return 0
        tally = self.balance.tally
        if in_balance(tally.negative + 1, tally.total + 1):
            return 0
        return way_back(tally.negative + 1, tally.total + 1)


def _next(case: _Case, room: _Room) -> str:
    """What to do next. A warning that protects people is never told to wait."""
    verdict = case.verdict
    shareable = verdict.level in {Level.SHARE, Level.WITH_CARE}
    waits = case.waits_for if shareable and not verdict.warning and case.state == "open" else 0
    ready = [words("next_warning")] if shareable and verdict.warning else []
    ready += [words("next_wait", more=waits)] if waits else []
    # The ceiling's own rule can only speak of waiting: the exact number above says it better.
    advices = (f.advice for f in verdict.reasons if not (ready and f.rule.startswith("cv664")))
    found = dict.fromkeys(sentence(advice, room.advice) for advice in advices)
    given = [advice for advice in found if advice][: room.advices]
    return " ".join([*ready, *given] or [words(_usual_next(verdict))])


def _usual_next(verdict: Verdict) -> str:
    draft = verdict.draft and verdict.level is Level.WITH_CARE
    return "next_draft" if draft else f"next_{verdict.level.value}"


def _facts(case: _Case, room: _Room) -> dict[str, Any]:
    verdict, balance = case.verdict, case.balance
    adding = case.tone if case.state == "open" else None
    return {
        "level": LEVELS[verdict.level],
        "state": words(case.state),
        "reasons": reason_lines(verdict, room),
        "tone": tone_facts(verdict, case.tone_set),
        "balance": balance and balance_facts(balance, adding=adding, private=case.private),
        "next": _next(case, room),
        "unread": _unread(case.unread),
        "seen": _seen(case.seen) if case.seen else "",
        "successor": words("successor") if verdict.successor_note else "",
        "reference": clip(verdict.reference, 20),
    }


def _unread(reason: str) -> str:
    if not reason:
        return ""
    if reason == LONG:
        return words("unread_long")
    if reason in MEDIA:
        return words("unread_media", kind=MEDIA[reason])
    kind = "unread_picture" if reason.startswith("picture") else "unread_page"
    return words(kind, why=UNREAD.get(reason, ""))


def _seen(seen: Seen) -> str:
    return words(
        "seen",
        day=day(seen.day, year=True),
        percent=seen.percent or 0,
        reference=clip(seen.reference, 20),
        shared=seen.shared,
        declined=seen.declined,
        doubted=seen.doubted,
    )


def _fits(text: str) -> bool:
    seen = visible(text)
    return units(seen) <= ADVICE_LIMIT and seen.count("\n") < ADVICE_LINES


def advice(
    verdict: Verdict,
    *,
    review: int | None,
    balance: Balance | None,
    short: bool,
    private: bool,
    state: State = "open",
    can_draft: bool = False,
    ledger: bool = True,
    tone_set: Tone | None = None,
    unread: str = "",
    seen: Seen | None = None,
) -> Reply:
    """The answer about one post, at most 900 visible characters and 16 lines.

    ``review`` is None in private, where buttons carry the verdict's reference. ``short`` folds all
    but level, first reason and balance. ``state`` is what the group did with the post. ``ledger``
    False leaves the balance out. ``tone_set`` is the tone that a person set in place of the
    model's. ``unread`` is what was not read, and why (``Post.unread``). ``seen`` is an
    earlier review of the same or a similar post. A verdict to refuse gives the fixed refusal,
    without buttons.
    """
    if verdict.level is Level.REFUSE:
        return refusal()
    case = _Case(verdict, balance if ledger else None, tone_set, state, private, unread, seen)
    text = _text(case, short) if private else _text_again(case, short)
    return Reply(text, choices=_choices(verdict, review, private, state, can_draft))


def _text(case: _Case, short: bool) -> str:
    """The fullest wording that fits the limits."""
    template = "advice_short.j2" if short else "advice.j2"
    text = ""
    for room in _LADDER:
        text = render(template, **_facts(case, room))
        if _fits(text):
            break
    return text


def _text_again(case: _Case, short: bool) -> str:
    """As ``_text``; of one post in many groups only the reference numbers differ.

    The latest wordings are remembered with blanks of the numbers' own length. Never in private,
    where nothing of a post is to be remembered.
    """
    reference = case.verdict.reference
    if len(reference) != len(_BLANK) or not case.verdict.keep_text:
        return _text(case, short)
    verdict, seen = case.verdict, case.seen
    earlier = seen.reference if seen else ""
    if seen and len(earlier) == len(_BLANK_EARLIER):
        seen = replace(seen, reference=_BLANK_EARLIER)
    place = (
        verdict.level, verdict.tone, verdict.confidence, verdict.findings, verdict.source,
        verdict.warning, verdict.draft, verdict.successor_note, tuple(verdict.tone_p.items()),
        case.balance, case.tone_set, case.state, case.unread, seen, short,
    )  # fmt: skip
    known = _RECENT.get(place)
    if known is None:
        blank = replace(case, verdict=replace(verdict, reference=_BLANK), seen=seen)
        known = _RECENT[place] = _text(blank, short)
        if len(_RECENT) > _REMEMBERED:
            _RECENT.popitem(last=False)
    told = known.replace(_BLANK, str(escape(reference)))
    return told.replace(_BLANK_EARLIER, str(escape(earlier)))


def _choices(
    verdict: Verdict, review: int | None, private: bool, state: State, can_draft: bool
) -> tuple[tuple[Choice, ...], ...]:
    def button(label: str, verb: str) -> Choice:
        return Choice(label, on_review(verb, review, verdict.reference))

    rows: list[tuple[Choice, ...]] = []
    if not private and state == "open":
        rows.append((button("Đã chia sẻ", "share"), button("Không chia sẻ", "decline")))
    elif not private:
        rows.append((button("Hoàn tác", "undo"),))
    rows.append((button("Hỏi người phụ trách", "ask"), button("Nhận định chưa đúng", "wrong")))
    if private:
        rows.append((button("Vì sao?", "whydraft" if verdict.draft else "why"),))
    if can_draft:
        rows.append((button("Bản nháp của đơn vị", "draft"),))
    return tuple(rows)


def refusal() -> Reply:
    """The fixed answer to a state-secret mark: it tells nothing of the post, and has no buttons."""
    return Reply(render("refusal.j2", level=Markup.escape(LEVELS[Level.REFUSE])))
