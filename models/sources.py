"""Where a post comes from: the tier of its links, what the owner trusts, what looks like a trap."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from models.address import Address, parse
from models.lookalikes import Lookalikes
from models.post import Origin
from models.sourcefiles import Listed, Trusted, read_lists, read_trusted
from models.verdict import Source, Tier
from models.wrappers import unwrapped

Value = TypeVar("Value")

_STRENGTH = {Tier.T4: 2, Tier.T3: 3, Tier.T2: 4, Tier.T1: 5}

# What is put on a hacked state page; words of the police and the courts ("triệt phá", "xử phạt")
# around them are a report, no advertisement.
_BETTING = re.compile(
    r"(?<![a-z])(?:nha-?cai(?!-?(?:tao|thien|tien))|soi-?(?:keo|cau)|keo-?nha-?cai|ty-?le-?keo"
    r"|ca-?cuoc|ca-?do-?bong-?da|casino-?(?:online|truc-?tuyen|uy-?tin)|live-?casino|baccarat"
    r"|tai-?xiu|no-?hu|xoc-?dia|ban-?ca-?(?:doi-?thuong|online)|da-?ga-?(?:truc-?tiep|online|thomo)"
    r"|lo-?de-?(?:online|uy-?tin)|game-?bai|slot-?game|w88|fun88|fb88|bk8|sv388|789club|sunwin"
    r"|\d*bet\d+|\w*\d+bet|vay-?(?:nhanh|nong|online|gap)|vay-?tien-?(?:nhanh|nong|online|gap)"
    r")(?![a-z])"
)
_REPORT = re.compile(
    r"canh-?bao|lua-?dao|triet-?pha|khoi-?to|xu-?phat|xet-?xu|bat-?(?:giu|tam|nhom|qua|doi)|toi-?pham"
    r"|danh-?bac|phong-?chong|ngan-?chan|chinh-?sach|ngan-?hang|thong-?bao|quyet-?dinh|nghi-?dinh"
    r"|ho-?ngheo|vay-?von|quy-?dinh"
)


class Sources:
    """The listed hosts, the owner's trust and the look-alike rules.

    ``state`` are suffixes of state hosts ("gov.vn"); ``known`` are hosts that are what they say.
    """

    def __init__(
        self,
        listed: Mapping[str, Listed],
        state: Sequence[str],
        known: frozenset[str],
        lookalikes: Lookalikes,
        trusted: Trusted | None = None,
        open_hosts: frozenset[str] = frozenset(),
    ) -> None:
        self._open = dict.fromkeys(open_hosts, True)
        self._listed = listed
        self._state = tuple(state)
        self._known = dict.fromkeys(known, True)
        self._lookalikes = lookalikes
        self._trusted = trusted or Trusted()
        self._by_host = lru_cache(maxsize=8192)(self._host_source)

    def look(self, links: Sequence[str], origin: Origin | None) -> Source:
        """The weakest source among the links; without links, the origin.

        Links outrank the origin: a link to a T1 or T2 page is the source, whoever passed it on,
        and a trusted channel does not lend its trust to a strange link. ``lookalike_of`` says that
        the host imitates a real one; ``suspicion`` alone (a raw number, a cheap suffix, an .apk)
        is a reason to verify, no proof of imitation.
        """
        found = [self._link(at) for link in links if (at := parse(unwrapped(link)))]
        return min(found, key=_strength) if found else self._origin(origin)

    def is_aggregator(self, host: str) -> bool:
        """Whether the host gathers others' news, so that the original is to be found."""
        return self._is(host, "aggregators")

    def is_shortener(self, host: str) -> bool:
        """Whether the host hides where a link leads."""
        return self._is(host, "shorteners")

    def is_known(self, host: str) -> bool:
        """Whether the host is listed as being what it says, without any tier of trust."""
        return _nearest(self._known, host.lower()) is not None

    def answers_for_its_pages(self, host: str) -> bool:
        """Whether the host is what it says, and all that is on it is its own."""
        anybodys = _nearest(self._open, host.lower()) is not None
        return self.is_known(host) and not anybodys and not self.is_shortener(host)

    def _is(self, host: str, kind: str) -> bool:
        listed = _nearest(self._listed, host.lower())
        return listed is not None and listed.kind == kind

    def _link(self, address: Address) -> Source:
        trusted = self._page(address)
        if trusted:
            return Source(Tier.T4, address.host, trusted_as=trusted)
        source = self._by_host(replace(address, path="/", query=""))
        return self._doubted(source, address)

    def _doubted(self, source: Source, address: Address) -> Source:
        """What path and query add: an installable file, advertising on a hacked state page."""
        if source.lookalike_of:
            return source
        tail = f"{address.host}{address.path}?{address.query}".lower()
        if source.tier is Tier.T1 and _BETTING.search(tail) and not _REPORT.search(tail):
            why = "trang nhà nước nhưng địa chỉ có từ khóa cá cược, vay tiền: có thể đã bị chèn mã"
            return Source(Tier.T4, source.host, source.name, suspicion=why)
        if address.path.lower().endswith((".apk", ".exe", ".ipa", ".xapk")):
            why = f"đường dẫn tải tệp cài ứng dụng ({address.path[-4:].lower()})"
            return Source(source.tier, source.host, source.name, suspicion=why)
        return source

    def _page(self, address: Address) -> str | None:
        page, pages = address.page, self._trusted.pages
        if page.startswith("t.me/"):
            return self._trusted.channel(*_channel(page))
        while "/" in page:
            if page in pages:
                return pages[page]
            page = page.rpartition("/")[0]
        return None

    def _host_source(self, address: Address) -> Source:
        host = address.ascii
        trusted = _nearest(self._trusted.sites, host)
        if trusted is not None:
            return Source(Tier.T4, address.host, trusted_as=trusted)
        listed = _nearest(self._listed, host)
        if any(host == suffix or host.endswith("." + suffix) for suffix in self._state):
            return Source(Tier.T1, host, (listed.name or None) if listed else None)
        if listed is not None:
            return Source(listed.tier, host, listed.name or None)
        if _nearest(self._known, host) is not None:
            return Source(Tier.T4, host)
        suspect = self._lookalikes.suspect(address)
        if suspect is None:
            return Source(Tier.T4, host)
        return Source(Tier.T4, host, lookalike_of=suspect.real, suspicion=suspect.why)

    def _origin(self, origin: Origin | None) -> Source:
        if origin is None:
            return Source(Tier.T4)
        if origin.kind == "hidden":
            return Source(Tier.T4, name=origin.name)
        username = (origin.username or "").lower().removeprefix("@")
        trusted = self._trusted.channel(origin.id or "", username)
        return Source(Tier.T4, name=origin.name or username or None, trusted_as=trusted)


def _strength(source: Source) -> int:
    if source.lookalike_of:
        return 0
    if source.suspicion:
        return 1
    return 4 if source.trusted_as else _STRENGTH[source.tier]


def _nearest(table: Mapping[str, Value], host: str) -> Value | None:
    """The entry of the host or of the nearest host above it, on label boundaries."""
    while host:
        if host in table:
            return table[host]
        host = host.partition(".")[2]
    return None


def _channel(page: str) -> tuple[str, str]:
    """Id and username: "t.me/c/…" tells the id "-100…", "t.me/name" the username."""
    parts = page.split("/")
    return (f"-100{parts[2]}", "") if parts[1] == "c" and len(parts) > 2 else ("", parts[1])


def load_sources(trusted: Path | None = None) -> Sources:
    """The shipped lists and the owner's ``trusted.toml``.

    Raises:
        BrokenRules: a file that cannot be used, with file, line and a reason in Vietnamese.
    """
    lists = read_lists()
    own = read_trusted(trusted, lists) if trusted else None
    return Sources(lists.listed, lists.state, lists.known, lists.lookalikes, own, lists.open)
