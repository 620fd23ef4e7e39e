"""When a post was published, as its links, its dateline or the messenger tell."""

from __future__ import annotations

import re
from datetime import date
from itertools import chain

from models.case import Case

# /2023/05/12/, /2023/05/, -20230512, and the newspapers' numbers: site (3), yymmddhhmmss, serial.
_IN_LINK = re.compile(
    r"/(?P<y>20[0-3]\d)[/-](?P<m>0?[1-9]|1[0-2])(?:[/-](?P<d>0?[1-9]|[12]\d|3[01]))?(?=[/\-?.]|$)"
    r"|(?<!\d)(?P<y2>20[0-3]\d)(?P<m2>0[1-9]|1[0-2])(?P<d2>0[1-9]|[12]\d|3[01])(?!\d(?!\d{5}))"
    r"|(?<!\d)1\d\d(?P<y3>[12]\d)(?P<m3>0[1-9]|1[0-2])(?P<d3>0[1-9]|[12]\d|3[01])"
    r"(?:[01]\d|2[0-3])[0-5]\d[0-5]\d\d{3}(?!\d)"
)
_DATE = r"(?P<d>0?[1-9]|[12]\d|3[01])\s?[/.-]\s?(?P<m>0?[1-9]|1[0-2])\s?[/.-]\s?(?P<y>20[0-3]\d)"
_LONG = r"(?P<d2>\d{1,2}) tháng (?P<m2>\d{1,2}) năm (?P<y2>20[0-3]\d)"
_SHORT = r"(?P<d3>0?[1-9]|[12]\d|3[01])/(?P<m3>0?[1-9]|1[0-2])/(?P<y3>2\d)"
_IN_TEXT = re.compile(rf"(?<![\d/.])(?:{_DATE}|{_LONG}|{_SHORT})(?![\d/])", re.IGNORECASE)
# The end of a whole date: "/2025", "- 2025", "6 năm 2025", "/25".
_YEAR_LIKE = re.compile(r"[/.\-\d]\s?(?:[nN][ăĂ][mM] )?20[0-3]\d|\d/2\d(?!\d)")
_EVENT = re.compile(
    r"(?:sáng|trưa|chiều|tối|đêm|rạng sáng|hôm|vừa qua|cập nhật|đăng ngày|thứ \w+|chủ nhật)"
    r"[\s,(]*(?:lúc [\dhg:]+[\s,]*)?(?:nay[\s,(]*)?(?:ngày\s*)?\(?$",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"\d{4}\s?[-–]\s*$"  # the end of a span: "30/4/1975 - 30/4/2025"
    r"|(?:số|nghị định|quyết định|luật|thông tư|công văn|chỉ thị|nghị quyết|kế hoạch|sinh|kỷ niệm|"
    r"thành lập|từ|đến|trước|sau|hết|hạn|hiệu lực|giai đoạn|cấp|thi hành|áp dụng|năm|so với|"
    r"phê duyệt|ký|chào mừng|nhân dịp|nhân ngày|sự kiện|nhớ lại|ngày này|lịch sử|truyền thống)\b"
    r"[^.\n]{0,30}$",
    re.IGNORECASE,
)
_DATELINE_ZONE = 60


def published(case: Case) -> date | None:
    """The newest day that links, their pages or a dateline name; else the original message's day.

    Days in the future are no datelines. None where nothing tells.
    """
    marked = [case.post.published] if case.post.published else []
    named = chain(_in_links(case.links), _in_text(case.text), marked)
    past = [day for day in named if day <= case.today]
    if past:
        return max(past)
    return case.post.date.date() if case.post.date else None


def _in_links(links: str) -> list[date]:
    if not any(char.isdigit() for char in links):
        return []
    found = (_day(m["y"], m["m"], m["d"] or "28") for m in _IN_LINK.finditer(links) if m["y"])
    packed = (_day(m["y2"], m["m2"], m["d2"]) for m in _IN_LINK.finditer(links) if m["y2"])
    numbered = (_day("20" + m["y3"], m["m3"], m["d3"]) for m in _IN_LINK.finditer(links) if m["y3"])
    return [day for day in chain(found, packed, numbered) if day]


def _in_text(text: str) -> list[date]:
    """Dates that tell when the thing happened; all of them once one does."""
    if not _YEAR_LIKE.search(text):
        return []
    days: list[date] = []
    dateline = False
    for match in _IN_TEXT.finditer(text):
        day = _named(match)
        if day is None:
            continue
        before = text[max(0, match.start() - 45) : match.start()]
        days.append(day)
        told = _EVENT.search(before) or (match.start() < _DATELINE_ZONE)
        dateline = dateline or bool(told and not _REFERENCE.search(before))
    return days if dateline else []


def _named(match: re.Match[str]) -> date | None:
    if match["y3"]:
        return _day("20" + match["y3"], match["m3"], match["d3"])
    return _day(match["y"] or match["y2"], match["m"] or match["m2"], match["d"] or match["d2"])


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def age(since: date, today: date) -> str:
    """How long ago, in words: "3 tháng", "2 năm"."""
    months = (today.year - since.year) * 12 + today.month - since.month
    months -= today.day < since.day
    years, rest = divmod(months, 12)
    if not years:
        return f"{months} tháng" if months else f"{(today - since).days} ngày"
    return f"{years} năm" + (f" {rest} tháng" if rest else "")
