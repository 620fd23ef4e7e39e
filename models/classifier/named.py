"""How people are named in a post: what tells whether it exposes somebody who is not public."""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import islice

from models.names import any_word, names_in

#: What is said near a name, in words without accents: an illness or harm, a childhood, a case of
#: the police, a home or an age, a post held, kin and love, a debt or a way to reach somebody.
_SAID = {
    "ill": "benh nhan, duong tinh, nhiem, cach ly, ca benh, bn, f0, f1, f2, f3, nan nhan, tu vong, "
    "nhap vien, xet nghiem, khoi benh, xuat vien, ung thu, thiet mang, qua doi, bi thuong, cap cuu",
    "child": "be, chau, em, tre, hoc sinh, lop",
    "police": "khoi to, bi can, bat tam giam, truy to, bi cao, doi tuong, tam giu, cong an, "
    "dieu tra, toa an, bat giu",
    "home": "sn, tuoi, que, tru, ngu, xom, thon, ngo, hem, ap, sinh nam, nha o, dia chi, "
    "to dan pho, so nha, lam o, chung cu",
    "office": "giam doc, chu tich, bi thu, bo truong, pho, truong, truong phong, pho phong, "
    "thu tuong, bac si, dai bieu, pgs, gs, ts, tong thong, dai ta, thuong ta, thieu tuong, "
    "nghe si, ca si, dien vien, cau thu, hlv",
    "kin": "vo, chong, me, bo, con, nguoi nha, hang xom, ban trai, ban gai, bo nhi, ngoai tinh, "
    "nhan tinh, bac gai, co ruot",
    "debt": "no, quyt, tra, vay, lua, stk, tk, sdt, lh, fb, thanh toan, qua han, chuyen khoan, "
    "dien thoai, facebook, zalo",
}
#: Names, names with each of these near them, and names of which only initials are given.
KINDS = ("named", *(f"named_{kind}" for kind in _SAID), "initials")

_KIND_OF = {word: kind for kind, words in _SAID.items() for word in words.split(", ")}
_ANY = re.compile(rf"{any_word(sorted(_KIND_OF, key=len, reverse=True))}(?![a-z])")
_INITIALS = re.compile(
    r"[A-Z](?<!\w.)(?:\.(?:[A-Z]\.){0,2}[A-Z]\b|[a-z]+ (?:[A-Z][a-z]* )?[A-Z]\.(?=[\s,(]))"
)
#: How far from a name, in letters, what is said belongs to it; a post held stands before it.
_REACH, _BEFORE = 60, 30
# More names tell nothing new.
_MANY = 40


def count_named(cased: str) -> list[int]:
    """How many of each of ``KINDS`` a text has; without accents, its capitals kept."""
    names = list(islice(names_in(cased), _MANY))
    found = dict.fromkeys(_SAID, 0)
    if names:
        places: dict[str, list[int]] = {kind: [] for kind in _SAID}
        for said in _ANY.finditer(cased.lower()):
            places[_KIND_OF[said[0]]].append(said.start())
        for kind, starts in places.items():
            before, behind = (_BEFORE, 0) if kind == "office" else (_REACH, _REACH)
            for start, end in names:
                at = bisect_left(starts, start - before)
                found[kind] += at < len(starts) and starts[at] < end + behind
    initials = len(_INITIALS.findall(cased)) if "." in cased else 0
    return [len(names), *found.values(), initials]
