"""When to keep quiet in a group where nobody asked."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlsplit

from models.language import is_foreign
from models.post import Post
from models.text import clean
from models.verdict import Level, Verdict
from models.worknotice import is_work_notice

_REMEMBERED = 64
# Links that are part of work, not posts to weigh: meetings, maps, shared documents, forms.
_TOOLS = [
    "zoom.us",
    "meet.google.com",
    "teams.microsoft.com",
    "teams.live.com",
    "webex.com",
    "maps.google.com",
    "maps.app.goo.gl",
    "goo.gl/maps",
    "google.com/maps",
    "docs.google.com",
    "drive.google.com",
    "forms.gle",
    "forms.office.com",
    "forms.google.com",
    "1drv.ms",
    "onedrive.live.com",
    "sharepoint.com",
    "dropbox.com",
    "calendar.google.com",
    "meet.jit.si",
    "trello.com",
    "notion.so",
]


def speaks_unasked(verdict: Verdict, post: Post) -> bool:
    """Whether an unasked answer is worth a word.

    Work notices, tools' links and what cannot be read pass in silence, unless it is ⛔ or 🔴.
    """
    if verdict.level in {Level.REFUSE, Level.DO_NOT_SHARE}:
        return True
    worth_weighing = _worth_weighing_again if verdict.keep_text else _worth_weighing
    if not worth_weighing(post.text, bool(post.links)):
        return False
    return post.origin is not None or not all(_is_tool(link) for link in post.links)


def _worth_weighing(text: str, linked: bool) -> bool:
    """Neither a work notice nor foreign, and more than signs and little pictures alone."""
    said = linked or any(map(str.isalnum, clean(text)))
    return said and not is_work_notice(text) and not is_foreign(text)


# The same post often comes to many groups; remembered only where its words may be kept.
_worth_weighing_again = lru_cache(maxsize=_REMEMBERED)(_worth_weighing)


def _is_tool(link: str) -> bool:
    if "\\" in link:  # browsers read it as a slash, parsers as a part of the host
        return False
    try:
        address = urlsplit(link)
        host = (address.hostname or "").removeprefix("www.")
    except ValueError:
        return False
    place = host + address.path.casefold()
    return any(
        place == tool or place.startswith(tool + "/")
        if "/" in tool
        else host == tool or host.endswith("." + tool)
        for tool in _TOOLS
    )
