"""Finds where persons are named in an unaccented text whose capitals are kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator


def any_word(words: Iterable[str], behind: str = r"\w") -> str:
    """A pattern for any of some words, none ``behind`` such a letter.

    By first letters, before anything else is asked: many times faster than one word by one.
    """
    rests: dict[str, list[str]] = {}
    for word in words:
        rests.setdefault(word[0], []).append(word[1:])
    found = (f"{first}(?<!{behind}.)(?:{'|'.join(rest)})" for first, rest in rests.items())
    return f"(?:{'|'.join(found)})"


_SURNAMES = """
Nguyen Tran Le Pham Hoang Huynh Phan Vu Vo Dang Bui Do Ho Ngo Duong Ly Dinh Doan Trinh
Truong Lam Luong Luu Mai Cao Chu Ta Thai Tong Trieu Van Vuong Quach La Lo Lu Giang Ha Kieu
Nong Tang Au Bach Cam Chau Cu Dam Dao Diep Dong Hua Khuat Khuc Kim Lai Lang Luc Ma Mac
Nghiem Ninh Ong Phi Phung Quan Sung Thach Than Tieu To Ton Tu Ung Uong Vang Vi Vien Giap
Hau Ca Quang Lau
""".split()  # noqa: SIM905 - a list to read
_TITLES = (
    "anh chi ong ba em chau be co bac chu thim mo cau di me bo vo chong con ten thay".split()  # noqa: SIM905
)
_FULL = re.compile(
    any_word([*_SURNAMES, *map(str.upper, _SURNAMES)], behind=r"[^\s\"“(:,\-–—]")
    + r"(?: [A-Z][A-Za-z]*){1,4}\b"
)
_CALLED = re.compile(
    any_word([*_TITLES, *map(str.title, _TITLES), *map(str.upper, _TITLES)])
    + r"(?: ten)? [A-Z][a-z]+(?: [A-Z][a-z]+)*"
)
# What streets, offices and places are called after is no person here.
_PLACE = re.compile(
    r"(?:duong|pho|truong|phuong|xa|tinh|quan|huyen|thanh pho|benh vien|cho|cau|thon|ap|ban|xom|"
    r"khu|thpt|thcs|tieu hoc|dai hoc|cong ty|tp\.?|dt\.?|quoc lo|san bay|ga|hem|ngo|kiet|cho)\s*$",
    re.IGNORECASE,
)
# Places and phrases that begin like a surname.
_NO_NAME = re.compile(
    r"(?:Ha (?:Noi|Nam|Giang|Tinh|Long|Tien|Dong)|Ho (?:Tay|Guom|Chi Minh)|Cao (?:Bang|Lanh)"
    r"|Lam Dong|Lai Chau|Mai Chau|Ninh (?:Binh|Thuan)|Thai (?:Nguyen|Binh|Lan)|Lang Son"
    r"|Bac (?:Ho|Bo)|Quang (?:Ninh|Nam|Binh|Ngai|Tri|Trung)|Chau (?:Au|A|Phi|Doc|Thanh)"
    r"|To (?:Quoc|Dan)|Hoang Sa|Truong Sa|Dang (?:Bo|Uy|Cong)|Doan (?:Thanh|The|Vien))\b",
    re.IGNORECASE,
)
# What stands right behind a house's number is its street.
_STREET = re.compile(r"^ (?:[A-Z][a-z]* ?){1,5}")
_BEFORE, _AFTER = 130, 70
# The letters of the longest word for a place, with the blank behind it.
_LONGEST_PLACE = 12


def names_in(cased: str, *patterns: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Where persons are named, from and to: full names, then titles with names."""
    for pattern in patterns or (_FULL, _CALLED):
        for found in pattern.finditer(cased):
            start, end = found.span()
            before = cased[max(0, start - _LONGEST_PLACE) : start]
            if not _PLACE.search(before) and not _NO_NAME.match(found[0]):
                yield start, end


def named_near(cased: str, start: int, end: int) -> bool:
    """Whether a private person's name stands shortly before or after ``start`` to ``end``."""
    before, after = cased[max(0, start - _BEFORE) : start], cased[end : end + _AFTER]
    return _any(before) or _any(_STREET.sub("", after))


def called_in(cased: str, start: int, end: int) -> bool:
    """Whether somebody is called by title and name within: "nhà ông Bảy ở số 12". No street is."""
    return _any(cased[start:end], _CALLED)


def _any(window: str, *patterns: re.Pattern[str]) -> bool:
    return next(names_in(window, *patterns), None) is not None
