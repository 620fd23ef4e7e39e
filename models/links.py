"""Links in plain text, for what no messenger has marked as a link."""

from __future__ import annotations

import re

_TLDS = [
    "vn",
    "com",
    "net",
    "org",
    "info",
    "edu",
    "gov",
    "biz",
    "xyz",
    "top",
    "vip",
    "cc",
    "icu",
    "club",
    "life",
    "online",
    "site",
    "shop",
    "store",
    "io",
    "me",
    "co",
    "ly",
    "gl",
    "app",
    "dev",
    "link",
    "click",
    "win",
    "bet",
    "fun",
    "live",
    "pro",
    "tv",
    "asia",
    "tk",
    "ml",
    "ga",
    "cf",
    "gq",
    "ru",
    "cn",
    "us",
    "uk",
    "eu",
    "space",
    "website",
    "world",
    "today",
    "news",
    "ink",
    "lol",
    "buzz",
    "cyou",
    "sbs",
    "one",
    "bond",
    "cfd",
    "mom",
    "rest",
]
_LINK = re.compile(
    r"(?<![\w@./-])(?:(?P<scheme>https?://)[^\s<>\"'“”‘’]+"
    r"|(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:" + "|".join(_TLDS) + r")(?![\w.-]*\w@)(?![\w-])"
    r"(?:[:/?#][^\s<>\"'“”‘’]*)?)",
    re.IGNORECASE,
)
_TAIL = ".,;:!?)]}…*_"
_LONGEST = 2048


def links_in(text: str) -> tuple[str, ...]:
    """Absolute addresses in order of appearance, without repeats; bare hosts get ``https://``.

    A bare host counts when it ends in a common top-level domain and does not start with a capital
    ("TP.HCM", "ThS.BS" are no hosts). Closing punctuation is left off.
    """
    found: dict[str, None] = {}
    for match in _LINK.finditer(text):
        link = match.group().rstrip(_TAIL)[:_LONGEST]
        if match["scheme"] is None:
            if link[0].isupper() and not link.isupper():
                continue
            link = "https://" + link
        if len(link) > len("https://"):
            found[link] = None
    return tuple(found)
