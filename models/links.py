"""Links in plain text, for what no messenger has marked as a link."""

from __future__ import annotations

import re
from collections.abc import Mapping

from models.text import clean

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
# Also Vietnamese syllables or abbreviations typed without accents: "em.me", "nha.ga", "T7.CN".
_SYLLABLES = frozenset({"me", "co", "ga", "ly", "cn", "tk", "ml", "one", "mom", "top", "vip"})
# No Vietnamese syllable has more letters ("nghieng").
_LONGEST_SYLLABLE = 7

_ANY = r"[^\s<>\"'“”‘’«»]"
# Cyrillic and Greek letters stand in hosts that imitate others, and in no Vietnamese word.
_LETTER = r"[a-z0-9\u0370-\u03ff\u0400-\u052f]"
_LABEL = rf"{_LETTER}(?:(?:{_LETTER}|-){{0,61}}{_LETTER})?"
_LINK = re.compile(
    # A second address glued to the first one is one of its own, unless it is a parameter.
    rf"(?P<scheme>https?://)(?:(?!(?<![=/%:?&#])https?://){_ANY})+"
    rf"|(?<![\w@/])(?<![\w@/][.-])(?P<host>(?:{_LABEL}\.)+(?P<tld>{'|'.join(_TLDS)}))"
    rf"(?![\w.-]{{0,255}}@)(?!_*[^\W_]|-)(?!\.\w)(?P<rest>[:/?#]{_ANY}*)?",
    re.IGNORECASE,
)
_TAIL = ".,;:!?)]}…*_|。，、"
_LONGEST = 2048


def links_in(text: str) -> tuple[str, ...]:
    """Absolute addresses in order of appearance, without repeats; bare hosts get ``https://``.

    A bare host counts when it ends in a common top-level domain and does not read like words with
    a full stop between them ("anh.em.co", "xong.Top"). What cannot be seen does not count, and
    closing punctuation is left off.
    """
    found: dict[str, None] = {}
    for match in _LINK.finditer(clean(text)):
        if match["scheme"] is None and not _is_host(match):
            continue
        link = _without_tail(match.group())[:_LONGEST]
        bare = link.partition("://")[2] if match["scheme"] else link
        if bare.strip("/:?#"):
            found[link if match["scheme"] else "https://" + link] = None
    return tuple(found)


def redirected(text: str, places: Mapping[str, str]) -> str:
    """A text in which each of these links, with its scheme or without, is the place it leads to."""
    led = {_bare(link): place for link, place in places.items()}
    hosts = "|".join({re.escape(re.split("[/?#]", bare)[0]) for bare in led})

    def place(found: re.Match[str]) -> str:
        link = _without_tail(found.group())
        return led.get(_bare(link), link) + found.group()[len(link) :]

    form = rf"(?:https?://|(?<![\w@./-]))(?:{hosts})(?:[/?#]{_ANY}*|\b)"
    return re.sub(form, place, text, flags=re.IGNORECASE)


def _bare(link: str) -> str:
    return (link.partition("://")[2] or link).casefold()


def _is_host(match: re.Match[str]) -> bool:
    """Whether a host without a scheme is one, and not the end and the start of two sentences."""
    host, tld = match["host"], match["tld"]
    if tld[0].isupper() and not host.isupper():
        return False
    rest = (match["rest"] or "").strip("/:?#")
    if tld.lower() not in _SYLLABLES or rest:
        return True
    labels = host.lower().split(".")[:-1]
    return labels[0] == "www" or any(_is_no_word(label) for label in labels)


def _is_no_word(label: str) -> bool:
    letters = sum(one.isalpha() for one in label)
    mixed = letters > 2 and letters < len(label)
    return mixed or "-" in label or len(label) > _LONGEST_SYLLABLE


def _without_tail(link: str) -> str:
    """Without closing punctuation; a bracket that was opened inside the address stays."""
    while link and link[-1] in _TAIL:
        if link[-1] == ")" and link.count("(") >= link.count(")"):
            break
        link = link[:-1]
    return link
