"""Fetching one page over HTTP: few hops, checked addresses, little time, little data."""

from __future__ import annotations

import ssl
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import aiohttp
from yarl import URL

from bot.reading.addresses import (
    Forbidden,
    Lookup,
    RefusedAddress,
    Resolver,
    SystemLookup,
    check_host,
    is_forbidden,
)
from bot.settings import proxy_for
from models.reading import PageFailed

MAX_HOPS = 5
MAX_BYTES = 2 * 1024 * 1024
USER_AGENT = "CanTin/0.1 (link reader)"
_TEXT = {"text/html", "application/xhtml+xml", "text/plain"}
_MOVED = {301, 302, 303, 307, 308}
_HEADERS = {
    "User-Agent": USER_AGENT,
    "Accept": "text/html,application/xhtml+xml,text/plain;q=0.8",
    "Accept-Language": "vi",
    "Accept-Encoding": "gzip",
}


@dataclass(frozen=True, slots=True)
class Body:
    """What a server sent: ``url`` is where it was found, ``charset`` what its header says."""

    url: URL
    kind: str
    charset: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A redirect to a host that may not be asked."""

    url: URL


class Fetcher:
    """Fetches pages. What may be asked is given: ``follow`` by host, ``forbidden`` by address."""

    def __init__(
        self,
        follow: Callable[[str], bool],
        *,
        lookup: Lookup | None = None,
        forbidden: Forbidden = is_forbidden,
        proxy: Callable[[str], URL | str | None] = proxy_for,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._follow = follow
        self._resolver = Resolver(lookup or SystemLookup(), forbidden)
        self._forbidden = forbidden
        self._proxy = proxy
        self._tls = tls

    async def fetch(self, url: URL) -> Body | Elsewhere:
        """Ask for a page and follow its redirects; each hop is checked as if it were the first.

        Raises:
            PageFailed: with the reason and the address that was asked last.
        """
        for hop in range(MAX_HOPS + 1):
            if hop and not self._follow(host_of(url)):
                return Elsewhere(url)
            found = await self._once(url)
            if isinstance(found, Body):
                return found
            url = found
        raise PageFailed("redirects", str(url))

    async def _once(self, url: URL) -> Body | URL:
        try:
            self._check(url)
            return await self._ask(url)
        except RefusedAddress as error:
            raise PageFailed("refused_address", _shown(url)) from error
        except aiohttp.ClientConnectorCertificateError as error:
            raise PageFailed("certificate", _shown(url)) from error
        except zlib.error as error:
            raise PageFailed("unreadable", _shown(url)) from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            if isinstance(error, TimeoutError):
                raise
            raise PageFailed("unreachable", _shown(url)) from error

    def _check(self, url: URL) -> None:
        port = url.port or 0
        odd_port = port < 1024 and port not in {80, 443}
        if url.scheme not in {"http", "https"} or url.user or url.password or odd_port:
            raise RefusedAddress(_shown(url))
        check_host(url.raw_host or "", self._forbidden)

    async def _ask(self, url: URL) -> Body | URL:
        proxy = self._proxy(str(url))
        # The proxy's own address is the office's, and the proxy resolves the page's name.
        connector = aiohttp.TCPConnector(
            resolver=None if proxy else self._resolver, use_dns_cache=False, force_close=True
        )
        async with (
            aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                headers=_HEADERS,
                auto_decompress=False,
                timeout=aiohttp.ClientTimeout(total=None),
            ) as session,
            session.get(url, allow_redirects=False, proxy=proxy, ssl=self._tls or True) as response,
        ):
            return await _take(response)


def host_of(url: URL) -> str:
    """The host as it is called on the wire: lower case, ``xn--`` labels, no trailing dot."""
    return (url.raw_host or "").lower().rstrip(".")


def _shown(url: URL) -> str:
    return str(url.with_user(None)) if url.absolute and url.host else "?"


async def _take(response: aiohttp.ClientResponse) -> Body | URL:
    """The next address, or the body when it is text of bearable size."""
    location = response.headers.get("Location")
    if response.status in _MOVED and location:
        return response.url.join(URL(location)).with_fragment(None)
    if response.status != 200:
        raise PageFailed(f"http_{response.status}", str(response.url))
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if response.content_type not in _TEXT or encoding not in {"identity", "gzip", "x-gzip", ""}:
        raise PageFailed("not_text", str(response.url))
    if (response.content_length or 0) > MAX_BYTES:
        raise PageFailed("too_big", str(response.url))
    content = await _read(response, packed=encoding.endswith("gzip"))
    return Body(response.url, response.content_type, response.charset or "", content)


async def _read(response: aiohttp.ClientResponse, *, packed: bool) -> bytes:
    """Unpack as it comes and stop at the limit: a bomb never gets to swell."""
    unpack = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16) if packed else None
    content = bytearray()
    async for chunk in response.content.iter_chunked(1 << 16):
        room = MAX_BYTES + 1 - len(content)
        content += unpack.decompress(chunk, room) if unpack else chunk
        if len(content) > MAX_BYTES:
            raise PageFailed("too_big", str(response.url))
    return bytes(content)
