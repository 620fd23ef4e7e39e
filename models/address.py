"""A web address taken apart as a browser would, so that the host is the one truly called."""

from __future__ import annotations

import ipaddress
import posixpath
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qs, unquote

from tldextract import TLDExtract

from models.text import clean

_SCHEME = re.compile(r"^([a-z][a-z0-9+-]*):", re.IGNORECASE)
_WEB = {"http", "https", "ftp"}
_NO_PAGE = {"mailto", "tel", "sms", "geo"}
_DOTS = re.compile("[。．｡]")
_NO_HOST = re.compile(r"[^\w.:-]")
# A word typed onto the end of a host: "vista.gov.vnđể".
_GLUED = re.compile(r"(\.(?:vn|com|net|org))(?=[a-z]*[^\W\d_a-z])[^\W\d_]+$")
_LONGEST = 253
_PORT = re.compile(r":(\d*)$")
_NUMERIC = re.compile(r"(?:0x[0-9a-f]+|\d+)(?:\.(?:0x[0-9a-f]+|\d+)){0,3}")
# The bundled list of public suffixes only: nothing is fetched.
_suffixes = TLDExtract(suffix_list_urls=(), cache_dir=None)


@dataclass(frozen=True, slots=True)
class Address:
    """One address. ``host`` is lower case, Unicode, without trailing dots.

    ``registrable`` is what somebody registered ("cvgov.com"), ``name`` its first label, ``suffix``
    the public suffix. ``user`` is what stands before an "@". ``port`` is None for 80 and 443.
    ``path`` is decoded and without dot segments; ``page`` is host and path for comparing pages.
    """

    host: str
    registrable: str = ""
    name: str = ""
    suffix: str = ""
    user: str = ""
    port: int | None = None
    number: bool = False
    path: str = "/"
    query: str = ""

    @property
    def labels(self) -> list[str]:
        return self.host.split(".")

    @property
    def ascii(self) -> str:
        """The host as it is called on the wire, with ``xn--`` labels."""
        return ".".join(_encode(label) for label in self.labels)

    @property
    def page(self) -> str:
        """Host and path in one form, whatever the mobile host or the spelling of a page."""
        return page_key(self)


@lru_cache(maxsize=256)  # each check of a post asks again
def parse(link: str) -> Address | None:
    """Take a link apart; None when it leads to no page (mail, telephone) or has no host."""
    rest = re.sub(r"[\s\x00-\x20]", "", clean(link)).replace("\\", "/")
    scheme = _SCHEME.match(rest)
    if scheme and scheme[1].lower() in _NO_PAGE:
        return None
    if scheme and (scheme[1].lower() in _WEB or rest[scheme.end() :].startswith("//")):
        rest = rest[scheme.end() :]
    authority, slash, tail = _cut(rest.lstrip("/"))
    if scheme and scheme[1].lower() == "tg":
        domain = parse_qs(tail.rpartition("?")[2]).get("domain", [""])[0]
        authority, slash, tail = "t.me", "/", domain
    user, _, place = authority.rpartition("@")
    place, port = _without_port(place)
    host = _host(place)
    if not host:
        return None
    return _address(host, unquote(user), port, slash + tail)


def page_key(address: Address) -> str:
    """ "facebook.com/page" for all spellings of one page; ``id=`` counts as the page's name."""
    host = re.sub(r"^(?:www|m|mobile|mbasic|web|vi-vn|touch)\.", "", address.host)
    host = {"fb.com": "facebook.com", "telegram.me": "t.me"}.get(host, host)
    path = address.path.casefold().rstrip("/")
    if path.endswith(".php"):
        number = parse_qs(address.query).get("id", [""])[0]
        path = f"/{number}" if number else path
    if host == "t.me":
        path = path.removeprefix("/s/") if path.startswith("/s/") else path
    return f"{host}/{path.lstrip('/')}".rstrip("/")


def _cut(rest: str) -> tuple[str, str, str]:
    found = re.search(r"[/?#]", rest)
    if found is None:
        return rest, "", ""
    at = found.start()
    return rest[:at], rest[at], rest[at + 1 :]


def _without_port(place: str) -> tuple[str, int | None]:
    found = _PORT.search(place)
    if found is None:
        return place, None
    number = int(found[1][:6] or 0)
    return place[: found.start()], None if number in {0, 80, 443} else number


def _host(place: str) -> str:
    bare = unicodedata.normalize("NFKC", unquote(place))
    bare = _DOTS.sub(".", clean(bare)).lower().strip(".").strip("[]")
    bare = _GLUED.sub(r"\1", bare)
    if _NO_HOST.search(bare) or len(bare) > _LONGEST:
        # No browser calls this: it must never pass for what it ends in.
        bare = _NO_HOST.sub("-", bare[:_LONGEST]) + ".invalid"
    return ".".join(_decode(label) for label in bare.split(".") if label)


def _decode(label: str) -> str:
    """A label as it is shown; one whose letters no name may have stays as it is written."""
    if not label.startswith("xn--"):
        return label
    try:
        shown = label[4:].encode("ascii").decode("punycode").lower()
    except (UnicodeError, ValueError, OverflowError):
        return label
    sound = unicodedata.normalize("NFKC", clean(shown)) == shown and not _DOTS.search(shown)
    return label if not sound or _NO_HOST.search(shown) else shown


def _encode(label: str) -> str:
    return label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii")


def _address(host: str, user: str, port: int | None, tail: str) -> Address:
    path, _, query = tail.partition("#")[0].partition("?")
    if not path.startswith("/"):
        path, query = "/", query or path.lstrip("?")
    path = posixpath.normpath("/" + unquote(path).lstrip("/").replace("\\", "/"))
    registrable, name, suffix = _registered(host)
    return Address(
        host, registrable, name, suffix, user, port, _is_number(host), path, query.partition("#")[0]
    )


@lru_cache(maxsize=8192)
def _registered(host: str) -> tuple[str, str, str]:
    found = _suffixes.extract_str(host)
    if found.domain and found.suffix:
        return f"{found.domain}.{found.suffix}", found.domain, found.suffix
    return host, found.domain or host, found.suffix


def _is_number(host: str) -> bool:
    if _NUMERIC.fullmatch(host):
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
