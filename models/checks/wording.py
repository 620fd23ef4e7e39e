"""Checks on how a post puts it: hearsay, calls to spread it, shouting."""

from __future__ import annotations

from models.case import Case
from models.checks.answer import PASS, Answer, fail, fail_if


def verified_claim(case: Case) -> Answer:
    """Not hearsay passed on as fact. A known source's own page needs the words as evidence."""
    if case.has("hearsay") and not (case.source.reliable and case.has("reporting")):
        return fail(case.around("hearsay"))
    if case.source.reliable or not case.raised("unverified"):
        return PASS
    return fail(case.telling("unverified"))


def unhurried(case: Case) -> Answer:
    """No call to spread it at once, unless a known source calls."""
    if case.source.reliable or not case.has("urge"):
        return PASS
    return fail(case.around("urge"))


def plain_words_unsourced(case: Case) -> Answer:
    """Not shouting without a trusted source."""
    return fail_if(not _vouched(case) and case.raised("sensational"), _loudest(case))


def plain_words_sourced(case: Case) -> Answer:
    """Not shouting, though the source is known or it is a unit's own draft."""
    return fail_if(_vouched(case) and case.raised("sensational"), _loudest(case))


def _vouched(case: Case) -> bool:
    return case.source.reliable or case.post.draft


def _loudest(case: Case) -> str:
    return case.quote("sensational", "loud") if case.raised("sensational") else ""
