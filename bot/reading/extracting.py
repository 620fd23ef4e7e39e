"""A page's title, description, date and words; run as a child process: HTML in, JSON out.

On standard input: one line of JSON (``url``, ``kind``, ``charset``, ``today``), then the page. It
stands alone so that the heavy parser costs the bot neither memory nor an unstoppable thread.
"""

from __future__ import annotations

import json
import re
import sys
from datetime import date
from typing import Any

MAX_TEXT = 20_000
MAX_LINE = 1_000

# "Thứ hai, 12/10/2026, 08:00 (GMT+7)", "ngày 12 tháng 10 năm 2026": htmldate knows neither.
_DAY = re.compile(
    r"(?<!\d)(\d{1,2})\s*(?:[/.-]|tháng)\s*(\d{1,2})\s*(?:[/.-]|năm)\s*(20\d\d)(?!\d)",
    re.IGNORECASE,
)
_DATED = " or ".join(
    f"contains(translate(@{name}, 'DTP', 'dtp'), '{word}')"
    for name in ("class", "id", "itemprop")
    for word in ("date", "time", "publish")
)


def extract(content: bytes, url: str, kind: str, charset: str, today: str) -> dict[str, str]:
    """What a page says of itself; values are empty where it says nothing."""
    if kind == "text/plain":
        return {"text": str(_decode(content, charset or "utf-8"))[:MAX_TEXT]}
    return _from_html(_decode(content, charset), url, today)


def _from_html(page: str | bytes, url: str, today: str) -> dict[str, str]:
    from trafilatura import bare_extraction, load_html
    from trafilatura.metadata import extract_metadata

    tree = load_html(page)
    if tree is None:
        return {}
    # The extensive search would take any day in running text for the day of publication.
    days = {"original_date": True, "extensive_search": False, "max_date": today}
    day = _marked_day(tree, today)
    about: Any = extract_metadata(tree, default_url=url, date_config=days, extensive=False)
    found: Any = bare_extraction(tree, url=url, include_comments=False)
    return {
        "title": (about.title or "")[:MAX_LINE],
        "description": (about.description or "")[:MAX_LINE],
        "date": about.date or day,
        "canonical": about.url or "",
        "text": ((found.text if found else "") or "")[:MAX_TEXT],
    }


def _marked_day(tree: Any, today: str) -> str:
    """The day in the first short element that is named for a date, in Vietnamese order."""
    for element in tree.xpath(f"//body//*[{_DATED}]"):
        text = " ".join(element.text_content().split())
        found = _DAY.search(text) if len(text) <= 80 else None
        day = _iso(found) if found else ""
        if day and day <= today:
            return day
    return ""


def _iso(found: re.Match[str]) -> str:
    day, month, year = (int(part) for part in found.groups())
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


def _decode(content: bytes, charset: str) -> str | bytes:
    """What is sound UTF-8 is no accident, whatever the header says; else the header's charset.

    Without one the bytes are left to the page's own mark.
    """
    try:
        return content.decode()
    except UnicodeDecodeError:
        pass
    try:
        return content.decode(charset, errors="replace") if charset else content
    except LookupError:
        return content.decode("utf-8", errors="replace")


def main() -> None:
    order = json.loads(sys.stdin.buffer.readline())
    found = extract(sys.stdin.buffer.read(), **order)
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
