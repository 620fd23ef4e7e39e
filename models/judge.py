"""The judge: from a post to a verdict. Pure; the day is an argument."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import cached_property

from models.case import Case
from models.checklist import Checklist, strictest
from models.checks.warnings import is_warning
from models.packs import Pack
from models.post import Post
from models.sources import Sources
from models.verdict import (
    Classifier,
    Finding,
    Level,
    Source,
    Status,
    Tier,
    Tone,
    Verdict,
    reasons,
    same_training,
)
from models.why import Explainer, Why, why


class Judge:
    """Weighs posts with a classifier, rule packs and known sources."""

    def __init__(
        self,
        classifier: Classifier,
        packs: Iterable[Pack],
        sources: Sources,
        explainer: Explainer | None = None,
    ) -> None:
        self._classifier = classifier
        self._explainer = explainer
        self._sources = sources
        held = tuple(packs)
        self._checklist = Checklist(held)
        self._versions = tuple(pack.version for pack in held)
        self._restricting = frozenset(
            rule.id for pack in held for rule in pack.rules if rule.check == "circulation_mark"
        )
        self._replaced = frozenset(
            rule.id for pack in held if pack.replaced_by for rule in pack.rules
        )

    @property
    def packs(self) -> tuple[str, ...]:
        """The packs in use, as "id@version"."""
        return self._versions

    @cached_property
    def model(self) -> str:
        """The classifier's name and version."""
        return self._classifier.scores("").model

    def judge(
        self, post: Post, *, today: date, headroom: int | None, reference: str = ""
    ) -> Verdict:
        """Weigh one post.

        ``headroom`` is how many more negative posts fit under the ceiling, None where not known.
        A verdict to refuse holds nothing of the post.
        """
        case = self._case(post, today, headroom)
        refusal = self._checklist.refusal(case)
        if refusal is not None:
            return self._refused(refusal)
        return self._weighed(case, reference)

    def toned(self, post: Post) -> str:
        """The words that a post's tone is judged by."""
        return self._case(post, date.min, None).toned

    def why(self, post: Post, verdict: Verdict) -> Why:
        """Which words of a post speak for the tone that it was given; none of a refused one."""
        tone = verdict.tone
        if not verdict.judged:
            return Why(tone, missing="unjudged" if verdict.keep_text else "kept_back")
        if tone is Tone.UNCLEAR:
            tone = max(verdict.tone_p, key=lambda one: verdict.tone_p[one])
        if not verdict.keep_text:
            return Why(tone, missing="kept_back")
        words = self.toned(post)
        if not words or self._explainer is None:
            return Why(tone, missing="wordless" if post != Post() else "gone")
        renewed = not same_training(verdict.model, self.model)
        return why(self._explainer(words, tone), post, renewed=renewed)

    def _case(self, post: Post, today: date, headroom: int | None) -> Case:
        return Case(
            post,
            self._sources.look(post.places, post.origin),
            self._classifier,
            today=today,
            headroom=headroom,
            is_aggregator=self._sources.is_aggregator,
            is_shortener=self._sources.is_shortener,
            is_own=self._sources.answers_for_its_pages,
        )

    def _refused(self, refusal: Finding) -> Verdict:
        return Verdict(
            level=Level.REFUSE,
            tone=Tone.UNCLEAR,
            confidence=0.0,
            tone_p={},
            flags={},
            findings=(refusal,),
            source=Source(Tier.T4),
            packs=self._versions,
            keep_text=False,
        )

    def _weighed(self, case: Case, reference: str) -> Verdict:
        findings = self._checklist.findings(case)
        marked = self._restricting & {f.rule for f in findings if f.status is _FAIL}
        if marked:  # a restricted document is not kept: of its words only the mark is told
            findings = tuple(f if f.rule in marked else _silent(f) for f in findings)
        scores = case.scores
        level = _level(findings, case)
        return Verdict(
            level=level,
            tone=scores.tone,
            confidence=max(scores.tone_p.values(), default=0.0),
            tone_p=scores.tone_p,
            flags=scores.flags,
            findings=findings,
            source=case.source,
            reference=reference,
            model=scores.model,
            packs=self._versions,
            warning=level in _OPEN_LEVELS and is_warning(case),
            draft=case.post.draft,
            keep_text=not marked,
            successor_note=self._cites_replaced(findings, level, case.source),
            question=self._checklist.question(findings),
        )

    def _cites_replaced(self, findings: Iterable[Finding], level: Level, source: Source) -> bool:
        """Whether the answer prints a citation of a pack that another one has replaced.

        With nothing to object, the rule on known sources is cited.
        """
        printed = {finding.rule for finding in reasons(findings)}
        if not printed and level is Level.SHARE and source.reliable:
            printed = {finding.rule for finding in findings if _names_source(finding)}
        return not self._replaced.isdisjoint(printed)


_FAIL = Status.FAIL
_OPEN_LEVELS = frozenset({Level.SHARE, Level.WITH_CARE})


def _level(findings: tuple[Finding, ...], case: Case) -> Level:
    """The strictest finding wins. Unknown is not safe; a draft is never simply cleared."""
    level = strictest(findings)
    if level is not Level.SHARE:
        return level
    if case.post.draft:
        return Level.WITH_CARE
    return Level.SHARE if case.source.reliable else Level.VERIFY_FIRST


def _silent(finding: Finding) -> Finding:
    return replace(finding, evidence="", level=None)


def _names_source(finding: Finding) -> bool:
    return finding.rule == "qd874.4.4" and finding.status is Status.PASS
