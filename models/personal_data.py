"""Finds what exposes a private person (numbers, home, account) and masks it for display."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from models.digits import plain_digits
from models.names import called_in, named_near
from models.text import clean, straighten, unaccent

Kind = Literal["id", "phone", "address", "birth", "bank", "plate", "victim"]

_DATA = Path(__file__).parent / "rules" / "hotlines.toml"
# A longer text is searched at its beginning and its end.
_HEAD, _TAIL = 40_000, 10_000
LONGEST = _HEAD + _TAIL
# How far words make a number an office's, or a name belongs to a find.
_OFFICE_REACH = 60
_HOLDER_REACH = 130
# The digits of a service number; longer ones are as likely somebody's account.
_SERVICE = 8
# Whoever was born before is spoken of as history.
_HISTORY = 1920
# More finds of one kind tell nothing new.
_MANY = 60


@dataclass(frozen=True, slots=True)
class Exposure:
    """Something private in a text. ``masked`` is safe to show; ``serious``: better not shared.

    Identity and bank numbers and a name with a home address are serious; a telephone number,
    a birth date with a name, a number plate are to be blurred.
    """

    kind: Kind
    masked: str
    serious: bool


@dataclass(frozen=True, slots=True)
class _Find:
    exposure: Exposure
    start: int
    end: int


_DIGIT = re.compile(r"\d")
# Identity, account and telephone numbers are runs of six digits and more.
_RUN = re.compile(r"\d(?:[ .\-()]{0,3}\d){5}")
_ID_LABEL = (
    r"(?:c\.?c\.?c\.?d|cc|c\.?m\.?n\.?d|cmt(?:nd)?|can cuoc|chung minh|dinh danh"
    r"|giay to tuy than)\b"
)
_ID_NUMBER = r"\d(?:[ .\-]?\d){8}(?:(?:[ .\-]?\d){3})?"
_ID = re.compile(rf"\b{_ID_LABEL}[^\n]{{0,80}}?(?<![\d/.])({_ID_NUMBER})(?![ .\-]?\d)")
_BEFORE_ID = re.compile(rf"(?<![\d/.\-])({_ID_NUMBER})[ ,:(]{{1,3}}(?:la |so )*{_ID_LABEL}")
# Twelve digits as the state gives them out: province, century and sex, year. Beside a name.
_ID_SHAPED = re.compile(
    r"(?<![\w/=.\-])(0(?:[0-8]\d|9[0-6])[ .\-]?[0-3]\d{2}[ .\-]?\d{3}[ .\-]?\d{3})(?![\w/])"
)
_NO_ID = re.compile(r"\b(?:don hang|van don|hoa don|hop dong|ma so|ma vach|mst|seri|bien lai)\b")
_DATED = re.compile(r"\d{1,2}[ .\-]{1,3}\d{1,2}[ .\-]{1,3}(?:19|20)\d\d")
_PASSPORT = re.compile(r"\b(?:ho chieu|passport)\b[^\d\n]{0,30}?\b([a-z]\d{7})\b")
_ACCOUNT = re.compile(
    r"\b(?:stk|so tk|so tai khoan|tai khoan so|tai khoan ngan hang|tai khoan|tk)\b"
    r"([^\d\n]{0,45})(\d(?:[ .\-]?\d){5,18})(?!\d)"
)
_BANKS = (
    r"vietcombank|vcb|vietinbank|agribank|bidv|techcombank|tcb|mb ?bank|mb|acb|sacombank|vpbank|"
    r"tpbank|hdbank|shb|vib|msb|ocb|seabank|eximbank|lpbank|lienvietpostbank|nam a bank|pvcombank|"
    r"bac a bank|scb|kienlongbank|viet a bank|abbank|cake|timo"
)
_BY_BANK = re.compile(rf"\b(?:{_BANKS})\b[ :.\-]{{1,4}}(\d(?:[ .\-]?\d){{7,15}})(?!\d)")
_BEFORE_BANK = re.compile(
    rf"(?<!\d)(\d(?:[ .\-]?\d){{7,15}})[ ,:\-()]{{1,4}}(?:ngan hang |nh )?(?:{_BANKS})\b"
)
# A part of every bank's name.
_BANK_LIKE = "bank vcb bidv tcb mb acb shb vib msb ocb scb cake timo".split()  # noqa: SIM905
_MONEY = re.compile(r"[ ]?(?:dong|d\b|vnd|trieu|tr\b|ty|k\b|usd|%|nguoi|follow)")
_PUBLIC_ACCOUNT = re.compile(r"zalo|facebook|telegram|tiktok|youtube|mang xa hoi|viber")
# In one piece or in small ones, each digit apart, or in groups with signs between them.
_PHONE = re.compile(
    r"(?<![\d.])(?:\+?84[ .\-]?|0)[ .\-]?[35789](?:[ .\-]?\d){8}(?!\d)"
    r"|(?<![\d.])0[ .\-]{1,3}[35789](?:[ .\-]{1,3}\d){8}(?!\d)"
    r"|(?<![\d.])0[35789](?:\d\d[ .\-)]{1,3}\d{3}[ .\-]{1,3}\d{3}"
    r"|\d[ .\-)]{1,3}\d{3}[ .\-]{1,3}\d{4})(?!\d)"
)
# The quick signs of a telephone number, a plate and a home, before the whole of it is looked for.
_PHONE_LIKE = re.compile(r"[04][ .\-]{0,3}[35789](?:[ .\-)]{0,3}\d){8}")
_PLATE_LIKE = re.compile(r"\d-?[A-Z]{1,2}\d?[ \-]?\d{3}")
_HOUSE_LIKE = re.compile(
    r"[nhktplcs](?:go|gach|em|iet|o|hong|an|\.|ha) ?\d"
    r"|\d[a-z]?(?:/\d|,? (?:ngo|ngach|hem|kiet|duong|pho)\b)"
)
_BIRTH = re.compile(
    r"\b(?:sinh(?: ngay)?|ngay sinh|sn|dob)\b[ :]{0,3}(\d{1,2})(?:[/.\-]| thang )(\d{1,2})"
    r"(?:[/.\-]|,? nam )(\d{4})\b"
)
_PLATE = re.compile(r"\b(\d{2}-?[A-Z]{1,2}\d?)[ \-]?(\d{3}\.\d{2}|\d{4,5})\b")
_NAMED_PLATE = re.compile(
    r"\b(?:bien so(?: xe)?|bien kiem soat|bks|bsx)[ :]{0,3}"
    r"(\d{2}[ \-.]?[a-z]{1,2}\d?)[ \-.]{0,3}(\d{3}[ .]?\d{2}|\d{4})\b"
)
_LANE = r"(?:ngo|ngach|hem|kiet)"
_HOUSE = (
    rf"(?:\b(?:{_LANE}|to|phong|lo|can ho|can|p\.)[ ]?\d+[a-z]?(?:/\d+)*"
    rf"|\b\d+[a-z]?(?:/\d+)*,? (?:{_LANE}|duong|pho)\b"
    rf"|\bso \d+[a-z]?(?:/\d+)*(?=,? (?:{_LANE}|duong|pho|xom|thon|to|ap|khu|lo|toa|chung cu)\b))"
)
# "trú" and "địa chỉ" announce a home; "ở" and "nhà" may stand before any number.
_HOME = re.compile(
    r"\b(?:(?:so nha|nha rieng|nha tro|ngu|thuong tru|tam tru|cu tru|tru|o tro|dia chi|ktx|"
    r"ky tuc xa)\b[^\n.;]{0,32}?"
    rf"(?:{_HOUSE}|\bso \d+[a-z]?(?:/\d+)*|(?<=so nha )\d+[a-z]?\b"
    r"|\b\d{1,4}[a-z]?(?:/\d{1,3}){1,3}\b(?!/\d))"
    r"|(?:nha|o|song)\b"
    r"(?! (?:van hoa|hang|may|truong|nuoc|khach|thuoc|sach|tho|nghi|xe|dau tu|cai|ga|phong))"
    rf"[^\n.;]{{0,32}}?{_HOUSE})"
)
_NOT_HOME = re.compile(
    r"\b(?:shop|cua hang|cong ty|cty|showroom|nha hang|quan|tru so|van phong|hoi truong|spa|"
    r"phong kham|trung tam|truong|benh vien|khach san|chi nhanh|nha may|ubnd|cong an|hien truong)\b"
)


def find(text: str) -> tuple[Exposure, ...]:
    """Everything private in ``text``, in order of appearance, each thing once.

    Public hotlines, numbers and accounts of organisations are nobody's personal data.
    """
    if len(text) > LONGEST:
        text = f"{text[:_HEAD]}\n{text[-_TAIL:]}"
    return find_in(unaccent(straighten(clean(text))))


def find_in(cased: str) -> tuple[Exposure, ...]:
    """``find`` in a text of at most ``LONGEST`` letters, clean, straight and without accents."""
    cased = plain_digits(cased)
    if not _DIGIT.search(cased):
        return ()
    plain = cased.lower()
    if len(plain) != len(cased):
        plain = cased = plain.lower()
    taken: list[_Find] = []
    for search in _BY_DIGITS + _BY_PLACE if _RUN.search(plain) else _BY_PLACE:
        for found in islice(search(cased, plain), _MANY):
            if all(found.end <= t.start or found.start >= t.end for t in taken):
                taken.append(found)
    taken.sort(key=lambda one: one.start)
    return tuple(dict.fromkeys(one.exposure for one in taken))


def is_public(number: str) -> bool:
    """Whether a number, its digits alone, is a hotline or service number of the public."""
    service = len(number) == _SERVICE and number.startswith(_data()["service_prefixes"])
    return service or number in _data()["numbers"]


# One of these stands in whatever the pattern of the same name finds.
_ID_WORDS = ("cc", "cm", "c.c", "c.m", "can cuoc", "chung minh", "dinh danh", "giay to tuy than")
_PASSPORT_WORDS = ("ho chieu", "passport")
_ACCOUNT_WORDS = ("tk", "tai khoan")
_BIRTH_WORDS = ("sinh", "sn", "dob")
_PLATE_WORDS = ("bien", "bks", "bsx")


def _any_in(plain: str, words: Iterable[str]) -> bool:
    return any(word in plain for word in words)


def _ids(cased: str, plain: str) -> Iterator[_Find]:
    forms = ((_ID, _ID_WORDS), (_BEFORE_ID, _ID_WORDS), (_PASSPORT, _PASSPORT_WORDS))
    for pattern, words in forms:
        for found in pattern.finditer(plain) if _any_in(plain, words) else ():
            if not _DATED.match(found[1]):
                yield _number("id", found[1], found.start(1), serious=True)
    for found in _ID_SHAPED.finditer(plain):
        before = plain[max(0, found.start() - _OFFICE_REACH) : found.start()]
        if not _NO_ID.search(before) and named_near(cased, found.start(), found.end()):
            yield _number("id", found[1], found.start(1), serious=True)


def _accounts(_cased: str, plain: str) -> Iterator[_Find]:
    for found in _ACCOUNT.finditer(plain) if _any_in(plain, _ACCOUNT_WORDS) else ():
        if not _PUBLIC_ACCOUNT.search(found[1]) and not _MONEY.match(plain, found.end()):
            yield from _private_account(plain, found[2], found.start(2))
    for pattern in (_BY_BANK, _BEFORE_BANK) if _any_in(plain, _BANK_LIKE) else ():
        for found in pattern.finditer(plain):
            yield from _private_account(plain, found[1], found.start(1))


def _private_account(plain: str, digits: str, start: int) -> Iterator[_Find]:
    around = plain[max(0, start - _HOLDER_REACH) : start + len(digits) + _HOLDER_REACH]
    if not _data()["holders"].search(around):
        yield _number("bank", digits, start, serious=True)


def _phones(_cased: str, plain: str) -> Iterator[_Find]:
    for found in _PHONE.finditer(plain) if _PHONE_LIKE.search(plain) else ():
        before = plain[max(0, found.start() - _OFFICE_REACH) : found.start()]
        if not _data()["office_words"].search(before) and not _DATED.match(found[0]):
            yield _number("phone", found[0], found.start(), serious=False)


def _births(cased: str, plain: str) -> Iterator[_Find]:
    for found in _BIRTH.finditer(plain) if _any_in(plain, _BIRTH_WORDS) else ():
        alive = int(found[3]) >= _HISTORY
        if alive and named_near(cased, found.start(), found.end()):
            masked = f"{found[1]}/**/****"
            yield _Find(Exposure("birth", masked, False), found.start(), found.end())


def _plates(cased: str, plain: str) -> Iterator[_Find]:
    for found in _PLATE.finditer(cased) if _PLATE_LIKE.search(cased) else ():
        masked = f"{found[1]}-***{found[2][-2:]}"
        yield _Find(Exposure("plate", masked, False), found.start(), found.end())
    for found in _NAMED_PLATE.finditer(plain) if _any_in(plain, _PLATE_WORDS) else ():
        masked = f"{re.sub('[ .-]', '', found[1]).upper()}-***{found[2][-2:]}"
        yield _Find(Exposure("plate", masked, False), found.start(1), found.end())


def _homes(cased: str, plain: str) -> Iterator[_Find]:
    for found in _HOME.finditer(plain) if _HOUSE_LIKE.search(plain) else ():
        before = plain[max(0, found.start() - 60) : found.end()]
        start, end = found.span()
        if _NOT_HOME.search(before) or not (
            named_near(cased, start, end) or called_in(cased, start, end)
        ):
            continue
        yield _Find(Exposure("address", "địa chỉ nhà ***", True), found.start(), found.end())


_Search = Callable[[str, str], Iterator[_Find]]
_BY_DIGITS: tuple[_Search, ...] = (_ids, _accounts, _phones)
_BY_PLACE: tuple[_Search, ...] = (_births, _plates, _homes)


def _number(kind: Kind, shown: str, start: int, *, serious: bool) -> _Find:
    digits = re.sub(r"[^\da-z]", "", shown)
    masked = f"{digits[:3]}***{digits[-3:]}"
    return _Find(Exposure(kind, masked, serious), start, start + len(shown))


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    raw = tomllib.loads(_DATA.read_text("utf-8"))
    return {
        "numbers": frozenset(raw["numbers"]),
        "service_prefixes": tuple(raw["service_prefixes"]),
        "office_words": _any_of(raw["office_words"]),
        "holders": _any_of(raw["holders"]),
    }


def _any_of(words: list[str]) -> re.Pattern[str]:
    folded = (re.escape(unaccent(word).lower()) for word in words)
    return re.compile(rf"\b(?:{'|'.join(folded)})\b")
