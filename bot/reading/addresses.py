"""Which network addresses a page may be fetched from: public ones, however they are spelt.

The ranges are IANA's special-purpose registries (as Python's ``ipaddress`` knows them), plus
multicast, the addresses that carry an IPv4 address inside, and cloud metadata services.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address, IPv6Address

from aiohttp.abc import AbstractResolver, ResolveResult

Address = IPv4Address | IPv6Address
Lookup = Callable[[str], Awaitable[list[str]]]
Forbidden = Callable[[Address], bool]

_PUBLIC_V6 = ipaddress.ip_network("2000::/3")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_CLOSED = (
    ipaddress.ip_network("192.0.0.0/24"),  # protocol assignments; older Pythons call some global
    ipaddress.ip_network("168.63.129.16/32"),  # Azure's host: metadata on a public number
    ipaddress.ip_network("192.88.99.0/24"),  # 6to4 relays, withdrawn (RFC 7526)
    ipaddress.ip_network("2002::/16"),  # 6to4: an IPv4 address inside
    ipaddress.ip_network("2001::/23"),  # Teredo, ORCHID and other special uses
    ipaddress.ip_network("3fff::/20"),  # documentation (RFC 9637)
)
_ISATAP = {0x00005EFE, 0x02005EFE}
# As inet_aton reads numbers: decimal, 0x hexadecimal, 0 octal, one to four parts.
_NUMBERS = re.compile(r"(?:0x[0-9a-f]*|\d+)(?:\.(?:0x[0-9a-f]*|\d+)){0,3}")
_HOME_NAMES = (".localhost", ".local", ".internal", ".lan", ".home.arpa", ".intranet", ".corp")


class RefusedAddress(Exception):
    """A name leads to an address that is not to be asked, or a host is no public name."""


def is_forbidden(address: Address) -> bool:
    """Whether an address is anything but an ordinary public one."""
    inner = _inside(address)
    if inner is not None:
        return is_forbidden(inner)
    if isinstance(address, IPv6Address) and (address not in _PUBLIC_V6 or address.scope_id):
        return True
    return (
        not address.is_global
        or address.is_multicast
        or any(address in network for network in _CLOSED)
    )


def _inside(address: Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for (mapped, NAT64, ISATAP)."""
    if isinstance(address, IPv4Address):
        return None
    number = int(address)
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _NAT64:
        return IPv4Address(number & 0xFFFFFFFF)
    if (number >> 32) & 0xFFFFFFFF in _ISATAP:
        return IPv4Address(number & 0xFFFFFFFF)
    return None


def check_host(host: str, forbidden: Forbidden = is_forbidden) -> None:
    """Refuse a host that is an address to be refused, an odd spelling of one, or a local name.

    This holds behind a proxy too, where names are not resolved here.

    Raises:
        RefusedAddress: it is not to be asked.
    """
    bare = host.lower().strip("[]").rstrip(".")
    try:
        address: Address | None = ipaddress.ip_address(bare)
    except ValueError:
        address = None
    if address is not None:
        if forbidden(address):
            raise RefusedAddress(host)
    elif _NUMBERS.fullmatch(bare) or "." not in bare or bare.endswith(_HOME_NAMES):
        raise RefusedAddress(host)


class Resolver(AbstractResolver):
    """Looks a name up once and hands on exactly the addresses that were checked.

    One forbidden address among several refuses the name: an honest name has none.
    """

    def __init__(self, lookup: Lookup, forbidden: Forbidden) -> None:
        self._lookup = lookup
        self._forbidden = forbidden

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The checked addresses of a host.

        Raises:
            RefusedAddress: one of them is forbidden.
            OSError: there is no such name.
        """
        found = [ipaddress.ip_address(text.partition("%")[0]) for text in await self._lookup(host)]
        if any(self._forbidden(address) for address in found):
            raise RefusedAddress(host)
        if not found:
            raise OSError(None, f"no address for {host}")
        return [_result(host, port, address) for address in found]

    async def close(self) -> None:
        """Nothing is held."""


def _result(host: str, port: int, address: Address) -> ResolveResult:
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    numeric = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
    return ResolveResult(
        hostname=host, host=str(address), port=port, family=family, proto=0, flags=numeric
    )


class SystemLookup:
    """Asks the system's resolver, in a few threads of its own: a hanging one holds up no other."""

    def __init__(self, threads: int = 4) -> None:
        self._threads = ThreadPoolExecutor(threads, "lookup")

    async def __call__(self, host: str) -> list[str]:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, _look_up, host)


def _look_up(host: str) -> list[str]:
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))
