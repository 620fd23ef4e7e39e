"""Checks on what would harm the people who read it: traps, insults, gore, exposed children."""

from __future__ import annotations

from models.case import Case
from models.checks.answer import NOT_SHOWN, PASS, Answer, fail, fail_if
from models.checks.naming import named_person

# How sure the classifier must be where the words alone do not show it.
_SURE = 0.85
_SHORTEST = 4


def scam(case: Case) -> Answer:
    """No fraud: fake prize, fake agency, easy money, an app to install from nowhere."""
    if case.source.reliable:
        return PASS
    reporting = case.has("reporting") and not case.raised("scam", _SURE)
    if _installs(case) and not reporting:
        return fail(case.quote("scam", "install") or case.post.links[0])
    worth = case.syllables >= _SHORTEST and not reporting
    return fail(case.quote("scam", "bait")) if worth and case.raised("scam") else PASS


def _installs(case: Case) -> bool:
    return ".apk" in case.links.lower() or (bool(case.post.links) and case.has("install"))


def lawful(case: Case) -> Answer:
    """No betting, loan sharks' or forged papers' advertising, on whatever page.

    Even a state page may have been taken over: words of the address count there too.
    """
    if _taken_over(case):
        return fail(case.source.host or "")
    if case.has("reporting") or not case.has("promo"):
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
    """No insult, no hate, no call for violence. Criticism without insult passes."""
    if not case.raised("abusive"):
        return PASS
    if case.has("abuse"):
        return fail(case.around("abuse"))
    least = 0.95 if case.source.reliable else 0.8
    return fail(case.telling("abusive")) if case.raised("abusive", least) else PASS


def graphic(case: Case) -> Answer:
    """Nothing gory, obscene, or told in painful detail."""
    if not case.raised("graphic"):
        return PASS
    if case.source.reliable and not case.raised("graphic", _SURE):
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
    return fail_if(named_person(case.text, "child"), case.around("sufferer"))
