"""Marks on official papers: state secrecy (refused unread) and circulation (text not kept).

Luật Bảo vệ bí mật nhà nước 117/2025/QH15, Điều 5: a paper with a secrecy mark may not be kept on a
connected machine. A mark is a stamp, not a word: only a line of its own counts, or one beside the
paper's number, and only where a paper's head stands. A text about secrets is no secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from models.text import clean, fold, straighten

# What every mark has in it, looked for before lines are: "mật", however set apart, ...
_GAP = r"[\W_]*"
_MAYBE_SECRET = re.compile(rf"m{_GAP}(?:[aäậâạ4@]{_GAP}[t7]|[äậâ]{_GAP}[il1])")
# ... and, without accents, the letters of a circulation mark.
_MAYBE_RESTRICTED = [re.compile(_GAP.join(mark)) for mark in ("luuhanhnoibo", "xemxongtralai")]
_HEAD_LINES = 12
_AROUND = 8
_PARAGRAPH = 200
_LONGEST = 60

# A machine reads a T as I, where no other word comes of it ("mai"), and accents as dots.
_M = "m(?:[aäậâạ4@][t7]|[äậâ][il1])"
_LEVELS = {
    "TUYỆT MẬT": f"[t7]uy(?:[eëệêẹế3]|[eếềểễệê]{{2}})[t7il1]{_M}",
    "TỐI MẬT": f"[t7][oöốôộóồọ0][il1|!]{_M}",
    "MẬT": _M,
}
_URGENT = r"(?:(?:thượng|thuong)?(?:khẩn|khan)|(?:hỏa|hoả|hoa)(?:tốc|toc)(?:hẹngiờ|hengio)?)?"
_ALONE = {
    mark: re.compile(
        rf"{_URGENT}(?:(?:tài|tai)(?:liệu|lieu)|(?:văn|van)(?:bản|ban)|(?:công|cong)(?:văn|van))?"
        rf"(?:dấu)?{form}{_URGENT}(?:b[ảa]ns[ốo]\w*)?"
    )
    for mark, form in _LEVELS.items()
}
_COPY = re.compile(r"b[ảa]ns[ốo]\w*$", re.IGNORECASE)
# A stamp misread in capitals; in small letters a name.
_NAME = "tuyếtmật"
_QUOTES = tuple("\"'“”‘’«»")
_BULLET = re.compile(r"[-–•*+·▪●]\s")
_ANY = r"(?P<mark>tuy[eệêẹ3]t\s+m[aậâạ4]t|t[oốôóồ0][il1]\s+m[aậâạ4]t|m[aậâạ4]t)"
# "Độ mật: Mật" names one level; a sentence that counts the levels up names several.
_ONE_LEVEL = r"(?!\W+(?:và\s|hoặc\s|va\s|hoac\s|hay\s)?(?:tuyệt|tối|mật|tuyet|toi|mat)\b)"
_LABELLED = re.compile(
    rf"(?:^|[|;.()])\W*(?:mức\s+|cấp\s+|dấu\s+)?(?:độ|dấu|chỉ)\s+(?:bảo\s+)?mật\s*[:：=]\W*"
    rf"{_ANY}\b{_ONE_LEVEL}"
    rf"|(?:^|[|;.()])\W*(?:muc\s+|cap\s+)?do\s+mat\s*[:：=]\W*"
    rf"(?P<bare>tuyet mat|toi mat|mat)\b{_ONE_LEVEL}"
)
_NUMBER = r"\d*[\s.…_]*[/-]\s*\d*-?[A-ZĐ]{2,}[\w&-]*"
_MOTTO = r"(?:CỘNG H[ÒO][ÀAÒ]? XÃ HỘI|ĐẢNG CỘNG SẢN VIỆT NAM|Độc lập\s*[-–—])"
_BESIDE_AFTER = re.compile(
    rf"(?:{_NUMBER}|VIỆT NAM|[Hh]ạnh phúc)[\s|*.,;–—-]*(?P<open>[(\[]?)\s*(?i:{_ANY})\s*[)\]]?\W*$"
)
_BESIDE_BEFORE = re.compile(rf"^\W*(?i:{_ANY})[\s)\]|*.,;–—-]+(?:Số\s*:|Số\s+\d|SỐ\s*:|{_MOTTO})")
# A head that lost its line breaks: the mark between the office's name and the motto.
_CAPITAL_MARK = r"(?P<mark>TUYỆT\s+MẬT|TỐI\s+MẬT|(?<!BẢO )(?<!BÍ )(?<!GIẢI )(?<!THÂN )MẬT)"
_BEFORE_MOTTO = re.compile(rf"(?:^|[\s|*(\[]){_CAPITAL_MARK}[\s)\]|*.,;–—-]+{_MOTTO}")
_AFTER_OFFICE = re.compile(
    r"^\W*(?:UBND|HĐND|[UỦ][ỶY] BAN|SỞ|BỘ|CỤC|CHI CỤC|TỔNG CỤC|CÔNG AN|TỈNH [UỦ][ỶY]|"
    r"THÀNH [UỦ][ỶY]|ĐẢNG [UỦ][ỶY]|VĂN PHÒNG|BAN CHỈ HUY).*\s"
    rf"{_CAPITAL_MARK}\W*$"
)
_BRACKETED = re.compile(r"[(\[{<«]\s*(?P<mark>TUYỆT\s+MẬT|TỐI\s+MẬT|MẬT)\s*[)\]}>»]")
_PAPER = re.compile(rf"{_MOTTO}|^\W*[Ss][ốỐ]\s*:?\s*{_NUMBER}")

# "MẬT" set in two lines with its neighbour is another word: MẬT | ONG, BẢO | MẬT.
_NEXT = re.compile(r"(?:ong|khau|mia|thu|ma|vu|ngot|hoa|rung|dua|gau|nghi|danh)\b")
_BEFORE = re.compile(r"\b(?:bao|bi|giai|co|tuyet doi|than|thi|ruoi|mat)$")

_IN_BRACKETS = re.compile(r"[(\[]\s*([^()\[\]]{8,80}?)\s*[)\]]")
_CIRCULATION = {
    "LƯU HÀNH NỘI BỘ": re.compile(
        r"(?:(?:tai lieu|van ban|ban tin|an pham|luu y|chi|duoc|dung de|su dung|mang tinh)\W*)*"
        r"luu\W*hanh\W*noi\W*bo(?:\W+(?:co quan|don vi|nganh|trong \w+(?: \w+){0,3}))?"
    ),
    "XEM XONG TRẢ LẠI": re.compile(r"(?:tai lieu\W*)?xem\W*xong\W*tra\W*lai"),
}
# Marks that no letter takes in: lines drawn under or through a stamp.
_LOOSE = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f]"
)
_SPACED = re.compile(r"(?<!\w)(?:\w[ .·_-]){3,}\w(?!\w)")


def secret_mark(text: str) -> str | None:
    """The secrecy mark found where a paper's head stands: "TUYỆT MẬT", "TỐI MẬT" or "MẬT".

    The head is the first 12 lines before the first long paragraph, 8 lines on either side of a
    national motto or a paper's number, and the first line of each later block (parts of an album).
    """
    return secret_mark_in(straighten(clean(text)))


def secret_mark_in(seen: str) -> str | None:
    """``secret_mark`` of a text that is clean and straight."""
    if not _MAYBE_SECRET.search(seen.lower()):
        return None
    lines = _lines(seen)
    for at, line, beside in _heads(lines):
        mark = _mark_of(line, beside=beside)
        if mark and not (mark == "MẬT" and _part_of_a_word(lines, at)) and not _listed(lines, at):
            return mark
    return None


def circulation_mark(text: str) -> str | None:
    """A circulation mark (NĐ 30/2020/NĐ-CP): "LƯU HÀNH NỘI BỘ" or "XEM XONG TRẢ LẠI".

    It stands on a line of its own, or in brackets in the head; urgency marks are nothing.
    """
    seen = straighten(clean(text))
    return circulation_mark_in(seen, fold(seen))


def circulation_mark_in(seen: str, folded: str) -> str | None:
    """``circulation_mark`` of a text that is clean and straight, and its folded view."""
    if not any(form.search(folded) for form in _MAYBE_RESTRICTED):
        return None
    lines = [line for line in _lines(seen) if line]
    bare = [_bare(line) if len(line) <= 2 * _LONGEST else "" for line in lines]
    pairs = [f"{one} {other}" for one, other in pairwise(bare)]
    bracketed = [words for line in lines[:_HEAD_LINES] for words in _IN_BRACKETS.findall(line)]
    for mark, form in _CIRCULATION.items():
        if any(form.fullmatch(line) for line in bare + pairs if len(line) <= _LONGEST):
            return mark
        if any(form.fullmatch(fold(words)) for words in bracketed):
            return mark
    return None


def _lines(seen: str) -> list[str]:
    """The lines; an empty one is the border of a block."""
    return [line.strip() for line in _LOOSE.sub("", seen).split("\n")]


def _heads(lines: list[str]) -> Iterator[tuple[int, str, bool]]:
    """The lines on which a mark may stand: place, line, and whether a paper's head is beside."""
    papers = [at for at, line in enumerate(lines) if _PAPER.search(line[:_PARAGRAPH])]
    seen, opening = 0, True
    for at, line in enumerate(lines):
        if not line:
            continue
        seen += 1
        opening = opening and seen <= _HEAD_LINES and len(line) <= _PARAGRAPH
        starts = at > 0 and not lines[at - 1]
        beside = any(abs(at - paper) <= _AROUND for paper in papers)
        if opening or starts or beside:
            yield at, line, beside


def _mark_of(line: str, *, beside: bool = False) -> str | None:
    if len(line) <= _LONGEST:
        alone = _alone(line, beside=beside)
        if alone:
            return alone
    flat = _BEFORE_MOTTO.search(line[:_PARAGRAPH])
    if flat:
        return _name(flat["mark"])
    return _inside(line) if len(line) <= _PARAGRAPH else None


def _listed(lines: list[str], at: int) -> bool:
    """Whether the mark is one of several in a list: a text that tells the levels apart."""
    near = [lines[other] for other in (at - 1, at + 1) if 0 <= other < len(lines)]
    if not _BULLET.match(lines[at]):
        return False
    own = _mark_of(lines[at])
    others = {_mark_of(line) for line in near if _BULLET.match(line)}
    return bool(others - {own, None})


def _alone(line: str, *, beside: bool) -> str | None:
    """A mark that fills its line, with whatever decorates it."""
    compact = "".join(c for c in line if c.isalnum() or c in "@|!").strip("|!")
    for mark, form in _ALONE.items():
        if form.fullmatch(compact.lower()) and _stamped(line, compact, beside or mark != "MẬT"):
            return mark
    return None


def _stamped(line: str, compact: str, telling: bool) -> bool:
    """Capitals, or written as a title and nothing else where that is ``telling``.

    So is one of the two higher marks, or any in a paper's head.
    """
    stamp = _COPY.sub("", compact)
    if stamp.replace("l", "").isupper():
        return True
    spoken = line.startswith(_QUOTES) or line.endswith(("!", "?", "…"))
    named = _NAME in stamp.lower()
    return telling and stamp[:1].isupper() and not (spoken or named)


def _inside(line: str) -> str | None:
    bracketed = _BRACKETED.search(line)
    if bracketed:
        return _name(bracketed["mark"])
    office = _AFTER_OFFICE.search(line)
    if office and line.isupper() and len(line) <= _LONGEST:
        return _name(office["mark"])
    labelled = _LABELLED.search(line.lower())
    if labelled:
        return _name(labelled["mark"] or labelled["bare"])
    for form in (_BESIDE_AFTER, _BESIDE_BEFORE):
        found = form.search(line)
        if found and (found["mark"].replace("l", "").isupper() or found.groupdict().get("open")):
            return _name(found["mark"])
    return None


def _name(found: str) -> str:
    word = fold(found.lower())
    if word.startswith("tuy"):
        return "TUYỆT MẬT"
    return "TỐI MẬT" if word.startswith("t") else "MẬT"


def _part_of_a_word(lines: list[str], at: int) -> bool:
    after = fold(lines[at + 1]) if at + 1 < len(lines) else ""
    before = fold(lines[at - 1]) if at else ""
    return bool(_NEXT.match(after) or (len(before) < 20 and _BEFORE.search(before)))


def _bare(line: str) -> str:
    return fold(_closed(line)).strip(" \t*-=_|.:;,()[]{}<>«»\"'“”!~•·")


def _closed(line: str) -> str:
    """Letters set apart, drawn together: "L Ư U" is "LƯU"."""
    return _SPACED.sub(lambda found: re.sub(r"[ .·_-]", "", found.group()), line)
