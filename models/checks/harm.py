"""Checks on what would harm the people who read it: traps, insults, gore, exposed children."""

from __future__ import annotations

import re

from models.case import Case
from models.checks.answer import NOT_SHOWN, PASS, Answer, fail, fail_if
from models.checks.naming import named_person
from models.verdict import Tone

# How sure the classifier must be where the words alone do not show it.
_SURE = 0.85
_SHORTEST = 4


def scam(case: Case) -> Answer:
    """No fraud: fake prize, fake agency, easy money, an app to install from nowhere."""
    if case.source.reliable:
        return PASS
    sure = case.has("reporting") or _headline(case)
    if _installs(case) and not (sure and not case.raised("scam", _SURE)):
        return fail(case.around("install") if case.has("install") else "tệp .apk")
    worth = case.syllables >= _SHORTEST and case.raised("scam", _SURE if sure else 0.0)
    return fail(case.quote("scam", "bait")) if worth else PASS


_TRADES = ("bait", "install", "betting", "loan", "forged", "promo", "abuse", "gore", "hunt")
_LOUD = re.compile("[!#@🅰-🫿☀-➿]|\\.\\.\\.|…")
_HEADLINE_SYLLABLES = 24


def _headline(case: Case) -> bool:
    """Whether the text reads as one plain line of a newspaper: then a flag alone must be sure."""
    text = case.text.strip()
    plain = "\n" not in text and case.syllables <= _HEADLINE_SYLLABLES and not _LOUD.search(text)
    quiet = not case.has(*_TRADES) and not case.raised("commercial") and not case.exposures
    return plain and quiet and not case.post.links and not text.isascii()


def _installs(case: Case) -> bool:
    return ".apk" in case.links.lower() or (bool(case.post.links) and case.has("install"))


def lawful(case: Case) -> Answer:
    """No betting, loan sharks' or forged papers' advertising, on whatever page.

    Even a state page may have been taken over: words of the address count there too.
    """
    if _taken_over(case):
        return fail(case.source.host or "")
    if case.has("reporting", "police") or not case.has("promo"):
        return PASS
    for kind in ("betting", "loan", "forged"):
        if kind in case.hits and (not case.source.reliable or len(case.hits[kind]) > 1):
            return fail(case.around(kind))
    return PASS


_BETTING_SLUGS = (
    "nha-cai",
    "no-hu",
    "tai-xiu",
    "casino",
    "ca-cuoc",
    "soi-keo",
    "keo-nha-cai",
    "game-bai",
    "doi-thuong",
    "xoc-dia",
    "lo-de-online",
    "vay-tien-nhanh",
    "vay-nong",
    "baccarat",
)


def _taken_over(case: Case) -> bool:
    links = case.links.lower()
    inviting = any(slug in links for slug in _BETTING_SLUGS)
    return inviting and not case.has("reporting") and not _slug_reports(case)


def _slug_reports(case: Case) -> bool:
    """Whether the address itself tells of a crime: "triet-pha-duong-day-ca-cuoc"."""
    told = (
        "triet-pha",
        "khoi-to",
        "bat-",
        "canh-bao",
        "canh-giac",
        "lua-dao",
        "duong-day",
        "xu-ly",
    )
    links = case.links.lower()
    return any(word in links for word in told)


def respectful(case: Case) -> Answer:
    """No insult, no hate, no call for violence. Criticism without insult passes.

    On a known source's page the insulting words themselves must be there.
    """
    if not case.raised("abusive"):
        return PASS
    if case.has("abuse"):
        return fail(case.around("abuse"))
    shown = not case.source.reliable and case.raised("abusive", _SURE if _headline(case) else 0.0)
    return fail(case.telling("abusive")) if shown else PASS


def graphic(case: Case) -> Answer:
    """Nothing gory, obscene, or told in painful detail. A plain report of a crime passes."""
    if not case.raised("graphic"):
        return PASS
    reported = case.source.reliable or _headline(case) or case.scores.tone is Tone.POSITIVE
    if reported and not case.raised("graphic", _SURE):
        return PASS
    return fail(case.quote("graphic", "gore"))


def no_advert(case: Case) -> Answer:
    """Not an advertisement."""
    return fail_if(
        case.raised("commercial"),
        case.quote("commercial", "promo") if case.raised("commercial") else "",
    )


def children(case: Case) -> Answer:
    """A child in distress is not named, unless state or press did so."""
    if not case.has("child"):
        return NOT_SHOWN
    if case.source.reliable or not case.has("sufferer"):
        return PASS
    return fail_if(named_person(case.text, "child"), case.phrase("sufferer"))
