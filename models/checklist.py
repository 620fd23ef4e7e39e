"""The checklist: every rule of the packs put to one case, each check asked once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from models.case import Case
from models.checks import CHECKS, Check
from models.checks.answer import Answer
from models.packs import Pack, Rule
from models.verdict import Finding, Level, Status

_OPEN = frozenset({Status.FAIL, Status.UNKNOWN})
_ASK = Status.ASK
_CARE = Level.WITH_CARE.strictness
_TONE_CHECKS = frozenset({"balance", "clear_tone"})


@dataclass(frozen=True, slots=True)
class _Item:
    """A rule with its check and the findings that say nothing of a post, made once."""

    rule: Rule
    name: str
    check: Check
    quiet: dict[Status, Finding]


class Checklist:
    """The rules of some packs, ready to be put to cases."""

    def __init__(self, packs: Iterable[Pack]) -> None:
        rules = [rule for pack in packs for rule in pack.rules]
        self._first = [_item(rule) for rule in rules if rule.level is Level.REFUSE]
        self._others = [_item(rule) for rule in rules if rule.level is not Level.REFUSE]
        self._passed = tuple(item.quiet[Status.PASS] for item in self._first)
        self._questions = {rule.id: rule.question for rule in rules if rule.question}

    def refusal(self, case: Case) -> Finding | None:
        """The first rule that has the post refused, without a word of the post."""
        for item in self._first:
            if item.check(case).status is Status.FAIL:
                return _finding(item, Answer(Status.FAIL))
        return None

    def findings(self, case: Case) -> tuple[Finding, ...]:
        """What every other rule finds, in the packs' order.

        Of rules with one check, only the strictest (of equals the first) keeps its level, so that
        one thing is told once. Tone and balance say nothing beside something graver, and what is
        not to be shared needs no advice on how to share it.
        """
        answers: dict[str, Answer] = {}
        telling: dict[str, int] = {}
        found: list[Finding] = []
        for item in self._others:
            check = item.name
            answer = answers.get(check)
            if answer is None:
                answer = answers[check] = item.check(case)
            known = item.quiet.get(answer.status)
            if known is not None and not answer.evidence:
                found.append(known)
                continue
            finding = _finding(item, answer)
            if finding.level is not None:
                before = telling.setdefault(check, len(found))
                if before != len(found):
                    finding = _weigh(found, before, finding)
                    telling[check] = len(found) if finding.level else before
            found.append(finding)
        top = strictest(found)
        if top.strictness > _CARE:
            pairs = zip(found, self._others, strict=True)
            found = [_beside(top, one, item) if one.level else one for one, item in pairs]
        return (*self._passed, *found)

    def question(self, findings: Iterable[Finding]) -> str | None:
        """``rule|question`` of the first finding that only people can answer."""
        for finding in findings:
            if finding.status is _ASK and finding.rule in self._questions:
                return f"{finding.rule}|{self._questions[finding.rule]}"
        return None


def strictest(findings: Iterable[Finding]) -> Level:
    """The strictest level that a finding asks for; ``share`` where none asks."""
    levels = [finding.level for finding in findings if finding.level and finding.status in _OPEN]
    return max(levels, key=lambda level: level.strictness, default=Level.SHARE)


def _weigh(found: list[Finding], before: int, finding: Finding) -> Finding:
    """Let the stricter of two findings of one check speak; the new one, silenced if it is not."""
    earlier = found[before].level
    if earlier and finding.level and finding.level.strictness > earlier.strictness:
        found[before] = replace(found[before], level=None)
        return finding
    return replace(finding, level=None)


def _beside(top: Level, finding: Finding, item: _Item) -> Finding:
    """A finding as it is told beside the strictest one, where that is graver than care."""
    if finding.level is top:
        return finding
    if item.name in _TONE_CHECKS:
        return replace(finding, level=None)
    return replace(finding, advice="") if top is Level.DO_NOT_SHARE else finding


def _item(rule: Rule) -> _Item:
    quiet = (Status.PASS, Status.NA, Status.ASK)
    found = {status: Finding(rule.id, status, rule.cite) for status in quiet}
    return _Item(rule, rule.check, CHECKS[rule.check], found)


def _finding(item: _Item, answer: Answer) -> Finding:
    status, evidence = answer
    if status not in _OPEN:
        known = item.quiet[status]
        if not evidence:
            return known
        return Finding(known.rule, status, known.cite, evidence=evidence)
    rule = item.rule
    unknown = status is Status.UNKNOWN and rule.reason_unknown
    return Finding(
        rule.id,
        status,
        rule.cite,
        reason=rule.reason_unknown if unknown else rule.reason,
        evidence=evidence,
        advice=rule.advice,
        level=rule.level,
    )
