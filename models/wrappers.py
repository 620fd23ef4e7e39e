"""What a redirect page leads to, read off its own address: nothing is fetched.

Facebook, Google, Zalo and mail programs put their own address around a link that somebody posted;
the place behind it is what counts for its source, its day and its page.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import parse_qs

from models.address import Address, parse

_DEEPEST = 3
_WEB = ("http://", "https://")


class _Wrapper(NamedTuple):
    """Hosts and paths of a redirect page, and the parameters that may name where it leads."""

    host: re.Pattern[str]
    path: re.Pattern[str]
    keys: tuple[str, ...]


def _wrapper(host: str, path: str, *keys: str) -> _Wrapper:
    return _Wrapper(re.compile(host), re.compile(path), keys)


_GOOGLE = r"(?:www\.|m\.)?google\.(?:com|com\.vn|vn)"
_WRAPPERS = (
    _wrapper(
        r"lm?\.(?:facebook|messenger|instagram)\.com|l\.threads\.(?:net|com)", r"/(?:l\.php)?", "u"
    ),
    _wrapper(
        r"(?:[\w-]+\.)?facebook\.com", r"/(?:l|sharer|flx/warn|sharer/sharer|share)(?:\.php)?", "u"
    ),
    _wrapper(_GOOGLE, r"/(?:url|imgres)?", "q", "url", "imgrefurl"),
    _wrapper(r"translate\.google\.(?:com|com\.vn)", r"/translate", "u"),
    _wrapper(r"(?:www\.|m\.)?youtube\.com", r"/redirect", "q"),
    _wrapper(
        r"(?:[\w-]+\.)*zalo(?:\.me|app\.com|app\.vn)",
        r"/.*",
        "url",
        "u",
        "link",
        "continue",
        "target",
    ),
    _wrapper(r"(?:[\w-]+\.)?safelinks\.protection\.outlook\.com", r"/.*", "url"),
    _wrapper(r"(?:www\.)?linkedin\.com", r"/(?:safety/go|redir/redirect)", "url"),
    _wrapper(r"(?:www\.|m\.)?vk\.com", r"/away(?:\.php)?", "to"),
    _wrapper(r"(?:www\.)?tiktok\.com", r"/link/v2", "target"),
    _wrapper(r"t\.umblr\.com", r"/redirect", "z"),
)
_GOOGLE_AMP = re.compile(r"/amp/(?P<safe>s/)?(?P<rest>[^/]+\.[^/]+(?:/.*)?)")
_AMP_CACHE = re.compile(r"/(?:[cvi]/){1,2}(?P<safe>s/)?(?P<rest>[^/]+\.[^/]+(?:/.*)?)")
_TRANSLATED = re.compile(r"(?P<name>[\w-]+)\.translate\.goog")
# Of these every wrapper has one; most links have none.
_MAYBE = re.compile(
    r"facebook|messenger|instagram|threads|google|youtube|zalo|safelinks|linkedin|vk\.com"
    r"|tiktok|umblr|ampproject|translate\.goog",
    re.IGNORECASE,
)


def unwrapped(link: str) -> str:
    """Where a link leads, as far as its own address tells; else the link as it is."""
    for _ in range(_DEEPEST):
        address = parse(link) if _MAYBE.search(link) else None
        inner = _inner(address) if address else ""
        if not inner or parse(inner) is None:
            return link
        link = inner
    return link


def _inner(at: Address) -> str:
    if re.fullmatch(_GOOGLE, at.host) and (found := _GOOGLE_AMP.fullmatch(at.path)):
        return _rebuilt(found, at.query)
    if at.host.endswith(".cdn.ampproject.org") and (found := _AMP_CACHE.fullmatch(at.path)):
        return _rebuilt(found, at.query)
    if found := _TRANSLATED.fullmatch(at.host):
        return f"https://{_original_host(found['name'])}{at.path}"
    return next((to for wrapper in _WRAPPERS if (to := _named(wrapper, at))), "")


def _named(wrapper: _Wrapper, at: Address) -> str:
    if not (wrapper.host.fullmatch(at.host) and wrapper.path.fullmatch(at.path)):
        return ""
    given = parse_qs(at.query)
    every = (value for key in wrapper.keys for value in given.get(key, ()))
    return next((value for value in every if value.lower().startswith(_WEB)), "")


def _rebuilt(found: re.Match[str], query: str) -> str:
    scheme = "https" if found["safe"] else "http"
    return f"{scheme}://{found['rest']}{'?' + query if query else ''}"


def _original_host(label: str) -> str:
    """The host behind a translated page's: a hyphen stands for a dot, two for a hyphen."""
    return label.replace("--", "\0").replace("-", ".").replace("\0", "-")
