"""Checks on where a post comes from and how old it is."""

from __future__ import annotations

from models.address import parse
from models.case import Case
from models.checks.answer import PASS, Answer, fail, fail_if, unknown
from models.checks.dates import age, published
from models.verdict import Tier

STALE_AFTER_DAYS = 30


def known_source(case: Case) -> Answer:
    """The weakest source is state, licensed press, or trusted by the owner.

    A draft is the unit's own; what an aggregator gathered is left to ``original_page``, what a
    shortened link hides to ``full_link``.
    """
    source = case.source
    if source.reliable:
        return Answer(PASS.status, source.trusted_as or source.host or source.name or "")
    if case.post.draft and not case.post.links:
        return PASS
    if _gathered(case) or (case.source.host and case.source.host in _hiding(case)):
        return PASS
    named = source.host or source.name or (case.post.origin.name if case.post.origin else None)
    return unknown(named) if named else fail()


def original_page(case: Case) -> Answer:
    """Not a page that gathers other pages' news."""
    return fail_if(_gathered(case), case.source.host or "")


def full_link(case: Case) -> Answer:
    """No shortened link of which nobody knows where it leads."""
    hosts = _hiding(case)
    return unknown(", ".join(hosts)) if hosts else PASS


def _hiding(case: Case) -> dict[str, None]:
    """The hosts of shortened links that nobody followed."""
    found = (parse(link) for link, place in case.shortened.items() if not place)
    return {address.host: None for address in found if address}


def _gathered(case: Case) -> bool:
    source = case.source
    return source.tier is Tier.T3 and source.host is not None and case.is_aggregator(source.host)


def trap_link(case: Case) -> Answer:
    """No host that imitates a real one."""
    source = case.source
    return fail_if(bool(source.lookalike_of), f"{source.host} giống {source.lookalike_of}")


def plain_link(case: Case) -> Answer:
    """No link that hides where it leads: a raw number, a cheap suffix, a file to install."""
    source = case.source
    if source.lookalike_of or not source.suspicion:
        return PASS
    return unknown(f"{source.host}: {source.suspicion}")


def fresh(case: Case) -> Answer:
    """Not news of more than 30 days ago passed on as new."""
    when = published(case)
    if when is None or (case.today - when).days <= STALE_AFTER_DAYS:
        return PASS
    return fail(f"ngày {when.day}/{when.month}/{when.year}, cách đây {age(when, case.today)}")
