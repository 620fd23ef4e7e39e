"""Checks on what would harm the people who read it: traps, insults, gore, exposed children."""

from __future__ import annotations

import re

from models.case import Case
from models.checks.answer import NOT_SHOWN, PASS, Answer, fail, fail_if
from models.checks.naming import named_person
from models.phrases import Hit
from models.text import fold
from models.verdict import Tone

# How sure the classifier must be where the words alone do not show it.
_SURE = 0.85
# How likely it must hold what the words do show.
_LIKELY = 0.45
_MAYBE = 0.25
_SHORTEST = 4
# Words of a trap.
_TELLING = ("bait", "install", "betting", "loan", "forged", "cure", "banned", "regain")


def scam(case: Case) -> Answer:
    """No fraud: fake prize, fake agency, easy money, an app to install from nowhere."""
    if case.source.reliable or _warns(case) or _leads_home(case):
        return PASS
    reported = case.has("reporting") and not _regains(case)
    plain = _plain_offer(case)
    sure = reported or _headline(case) or plain
    if _installs(case) and not (sure and not case.raised("scam", _SURE)):
        return fail(case.around("install") if case.has("install") else "tệp .apk")
    goods = plain and not case.has("earning")
    worth = case.syllables >= _SHORTEST and not goods
    if worth and case.raised("scam", _SURE if sure else 0.0):
        return fail(case.quote("scam", "bait"))
    return _cure(case)


def _regains(case: Case) -> bool:
    """Whether somebody offers to get lost money back: who was cheated is cheated again."""
    return case.has("regain") and case.has("promo", "contact") and not case.has("police")


_DO_NOT = re.compile(
    r"(?:tuyệt đối không|không nên|đừng|chớ) (?:\w+ ){0,2}?"
    r"(?:liên hệ|bấm|nhấn|click|truy cập|chuyển|nạp|cung cấp|làm theo|tin|gửi|cài|tải|kết bạn)\b",
    re.IGNORECASE,
)


def _warns(case: Case) -> bool:
    """Whether the text tells not to follow a trap, and itself leads nowhere: no page, no number."""
    return not (case.strange or _calls(case)) and bool(_DO_NOT.search(case.text))


def _leads_home(case: Case) -> bool:
    """Whether it leads to hosts that answer for their pages alone, with no word of a trap."""
    return bool(case.post.places) and not (case.strange or _calls(case) or case.has(*_TELLING))


def _calls(case: Case) -> bool:
    return any(one.kind == "phone" for one in case.exposures)


def _plain_offer(case: Case) -> bool:
    """Whether goods are offered in a few words, none of a trap, with no link to a strange page."""
    short = case.syllables <= _HEADLINE_SYLLABLES and not case.text.isascii()
    plain = not case.has(*_TELLING) and not case.strange
    return short and case.raised("commercial", _SURE) and plain


def _cure(case: Case) -> Answer:
    """No remedy on sale that is said to heal a grave illness for good."""
    likely = case.chance("scam") >= _MAYBE
    healed = case.has("cure") and case.has("illness") and case.has("promo", "contact")
    if not (healed and likely) or case.has("reporting"):
        return PASS
    return fail(case.around("cure"))


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
        if _offers(case, kind):
            return fail(case.around(kind))
    return PASS


_DENIED = re.compile(r"(?:không|chống|tránh|bài trừ|cai|nạn|bỏ|chớ|đừng)\s+\W?$", re.IGNORECASE)
# "Năm bao đậu phộng", "bao đậu xe": sacks of beans and free parking are no bought examinations.
_BEANS = re.compile(r"\s+(?:phộng|phụng|xanh|đen|đỏ|nành|ván|tương|xe|ô tô)\b", re.IGNORECASE)
# "Chỉ cần căn cước" is said of blood donors too.
_PAPERS = re.compile(r"chi can", re.IGNORECASE)
_MONEY = re.compile(r"\b(?:vay|von|giai ngan|no xau|tien mat)\b", re.IGNORECASE)
_NEAR = 40


def _offers(case: Case, kind: str) -> bool:
    """Whether words of such a business are meant as an offer.

    Not so where each is denied ("không cá độ"), where a public lender lends, or where somebody
    tells once of the harm that it did.
    """
    hits = [one for one in case.hits.get(kind, ()) if _meant(case, one)]
    if len(hits) > 1:
        return not (kind == "loan" and case.has("lender"))
    harmless = case.has("lender") if kind == "loan" else False
    suffered = case.scores.tone is Tone.NEGATIVE and not case.raised("commercial")
    return bool(hits) and not (case.source.reliable or harmless or suffered)


def _meant(case: Case, hit: Hit) -> bool:
    """Whether a phrase of such a business is about it here, and not denied."""
    text = case.text
    if _PAPERS.match(fold(text[hit.start : hit.end])) and not _MONEY.search(case.unaccented):
        return False
    before, after = text[max(0, hit.start - _NEAR) : hit.start], text[hit.end : hit.end + _NEAR]
    return not (_DENIED.search(before) or _BEANS.match(after))


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
    if case.has("abuse") and _borne_out(case, "abusive"):
        return fail(case.around("abuse"))
    if not case.raised("abusive"):
        return PASS
    shown = not case.source.reliable and case.raised("abusive", _SURE if _headline(case) else 0.0)
    return fail(case.telling("abusive")) if shown else PASS


def _borne_out(case: Case, flag: str) -> bool:
    """Whether the classifier holds likely, or on a known source's page sure, what words show."""
    likely = case.chance(flag) >= _LIKELY
    return case.raised(flag) or (likely and not case.source.reliable)


def graphic(case: Case) -> Answer:
    """Nothing gory, obscene, or told in painful detail. A plain report of a crime passes."""
    if not case.raised("graphic"):
        told = case.has("reporting", "police") or not case.has("gore")
        return PASS if told or not _borne_out(case, "graphic") else fail(case.around("gore"))
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
