"""The words of a judgement: tone, scores, source, findings and the verdict they add up to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from operator import itemgetter
from typing import Protocol

SOURCE_RULE = "qd874.4.4"


class Tone(StrEnum):
    """Sắc thái: what a reader is left with. It matters only through the balance."""

    __hash__ = str.__hash__  # as equality goes; the enumeration's own is many times slower

    POSITIVE = "positive"
    NEUTRAL = "neutral"
    NEGATIVE = "negative"
    UNCLEAR = "unclear"


class Level(StrEnum):
    """Mức nhận định, strictest first.

    ``strictness``: higher is stricter; ``max(levels, key=...)`` picks the one that wins.
    """

    __hash__ = str.__hash__
    strictness: int

    REFUSE = "refuse"
    DO_NOT_SHARE = "do_not_share"
    VERIFY_FIRST = "verify_first"
    WITH_CARE = "with_care"
    SHARE = "share"


for _strictness, _level in enumerate(reversed(Level), 1):
    _level.strictness = _strictness


class Status(StrEnum):
    """What one checklist item answers."""

    __hash__ = str.__hash__

    PASS = "pass"  # noqa: S105 - an answer, no password
    FAIL = "fail"
    UNKNOWN = "unknown"
    ASK = "ask"
    NA = "n_a"


class Tier(StrEnum):
    """Bậc nguồn: T1 state, T2 licensed press, T3 aggregator, T4 unknown or social."""

    __hash__ = str.__hash__

    T1 = "T1"
    T2 = "T2"
    T3 = "T3"
    T4 = "T4"


_KNOWN_TIERS = frozenset({Tier.T1, Tier.T2})


@dataclass(frozen=True, slots=True)
class Scores:
    """What the classifier says of a text.

    ``tone`` is ``unclear`` below the calibrated threshold. ``tone_p`` has the three tones, summing
    to 1. ``flags`` gives each flag of the labelling guide a probability; ``raised`` are the flags
    over their own threshold.
    """

    tone: Tone
    tone_p: dict[Tone, float]
    flags: dict[str, float]
    raised: frozenset[str] = frozenset()
    model: str = ""


def same_training(one: str, other: str) -> bool:
    """Whether two names are of one model: its two readers differ in the first word alone."""
    return one.partition("-")[2] == other.partition("-")[2]


class Classifier(Protocol):
    """Reads a text, says its tone and flags. Pure: one text, one answer."""

    def scores(self, text: str) -> Scores: ...

    def leanings(self, part: str) -> dict[str, float]:
        """How much a part of a text speaks for each flag: to compare parts by, and quick."""
        ...


@dataclass(frozen=True, slots=True)
class Source:
    """The weakest source behind a post.

    ``host`` is None where there is no link. ``trusted_as`` is the owner's own name for a channel,
    page or site that the unit trusts. ``lookalike_of`` is the real host that this one imitates.
    ``suspicion`` says in a few Vietnamese words why a host looks like a trap.
    """

    tier: Tier
    host: str | None = None
    name: str | None = None
    trusted_as: str | None = None
    lookalike_of: str | None = None
    suspicion: str | None = None

    @property
    def reliable(self) -> bool:
        """T1, T2 or trusted by the owner, and no look-alike."""
        known = self.trusted_as is not None or self.tier in _KNOWN_TIERS
        return known and not self.lookalike_of and not self.suspicion


@dataclass(frozen=True, slots=True)
class Finding:
    """One checklist item's answer with the evidence it rests on.

    ``rule`` is the id in its pack ("qd874.4.4"); ``cite`` the citation ready to print; ``reason``
    a short Vietnamese sentence from the rule pack; ``evidence`` words of the post or a host (never
    unmasked personal data); ``advice`` what to do next; ``level`` what this finding asks for when
    it does not pass.
    """

    rule: str
    status: Status
    cite: str
    reason: str = ""
    evidence: str = ""
    advice: str = ""
    level: Level | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Nhận định: what the desk answers about one post.

    ``confidence`` is the probability of ``tone`` (of the likeliest one when unclear). ``warning``
    is true for a T1/T2 warning that protects people: it is never told to wait. ``keep_text`` is
    false where the text must not be kept (a circulation mark). ``successor_note`` is true when a
    printed citation needs the line that QĐ 874 was replaced. ``packs`` are "id@version" strings.
    """

    level: Level
    tone: Tone
    confidence: float
    tone_p: dict[Tone, float]
    flags: dict[str, float]
    findings: tuple[Finding, ...]
    source: Source
    reference: str = ""
    model: str = ""
    packs: tuple[str, ...] = field(default_factory=tuple)
    warning: bool = False
    draft: bool = False
    keep_text: bool = True
    successor_note: bool = False
    question: str | None = None

    @property
    def judged(self) -> bool:
        """Whether the words were judged: where nobody could, no tone is likelier than another."""
        return self.tone is not Tone.UNCLEAR or len(set(self.tone_p.values())) > 1

    def told(self) -> Verdict:
        """The verdict with the findings that an answer can tell of; this is what is kept.

        Passes and n_a say nothing beyond the packs' versions, but for those with evidence and the
        one on known sources, which is cited.
        """
        quiet = {Status.PASS, Status.NA}
        telling = tuple(
            finding
            for finding in self.findings
            if finding.status not in quiet or finding.evidence or finding.rule == SOURCE_RULE
        )
        return replace(self, findings=telling)

    @property
    def reasons(self) -> tuple[Finding, ...]:
        """The findings that ask for a level, strictest first, at most three."""
        return reasons(self.findings)


_ASKING = frozenset({Status.FAIL, Status.UNKNOWN})


def reasons(findings: Iterable[Finding], most: int = 3) -> tuple[Finding, ...]:
    """The findings that ask for a level, strictest first, at most ``most``."""
    raised = [(-f.level.strictness, f) for f in findings if f.level and f.status in _ASKING]
    return tuple(finding for _, finding in sorted(raised, key=itemgetter(0))[:most])
