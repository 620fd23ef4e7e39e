"""Reads the page behind a link, where the owner's setting allows, and remembers it for a while."""

from __future__ import annotations

import asyncio
import json
import sys
from collections import OrderedDict
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from yarl import URL

from bot.reading.child import ChildFailed, run
from bot.reading.fetch import Body, Elsewhere, Fetcher, host_of
from models.reading import TARGET_ONLY, Page, PageFailed
from models.text import clean

SECONDS = 4.0
AT_ONCE = 4
KEPT = 256
KEPT_FOR = timedelta(minutes=30)
FAILED_FOR = timedelta(minutes=2)
_EXTRACT = (sys.executable, "-IB", str(Path(__file__).with_name("extracting.py")))

Outcome = Page | PageFailed


class WebPages:
    """Pages from the web.

    ``allowed`` says which hosts may be read, ``shortener`` which may only be asked where they lead.
    ``clock`` gives the time, aware. Fetching and reading together take at most ``seconds``.
    """

    def __init__(
        self,
        allowed: Callable[[str], bool],
        shortener: Callable[[str], bool],
        clock: Callable[[], datetime],
        fetcher: Fetcher | None = None,
        seconds: float = SECONDS,
    ) -> None:
        self._allowed = allowed
        self._shortener = shortener
        self._clock = clock
        self._fetcher = fetcher or Fetcher(self.may_ask)
        self._seconds = seconds
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._kept: OrderedDict[str, tuple[datetime, Outcome]] = OrderedDict()

    def may_ask(self, host: str) -> bool:
        """Whether this host may be asked anything at all."""
        return self._allowed(host) or self._shortener(host)

    async def read(self, url: str) -> Page | None:
        """Read the page; None when its host is not one that may be asked.

        Raises:
            PageFailed: it may be asked, and could not be read.
        """
        address = _address(url)
        if address is None or not self.may_ask(host_of(address)):
            return None
        known = self._remembered(str(address))
        if known is None:
            known = await self._outcome(address)
            self._remember(str(address), known)
        if isinstance(known, PageFailed):
            raise PageFailed(known.reason, known.address)
        return known

    async def _outcome(self, address: URL) -> Outcome:
        try:
            async with asyncio.timeout(self._seconds), self._turn:
                return await self._read(address)
        except TimeoutError:
            return PageFailed("timeout", str(address))
        except PageFailed as failed:
            return PageFailed(failed.reason, failed.address)  # anew: no frames are kept

    async def _read(self, address: URL) -> Page:
        found = await self._fetcher.fetch(address)
        if isinstance(found, Elsewhere) or not self._allowed(host_of(found.url)):
            return _target(address, found.url)
        return await self._extracted(address, found)

    async def _extracted(self, address: URL, body: Body) -> Page:
        order = {
            "url": str(body.url),
            "kind": body.kind,
            "charset": body.charset,
            "today": (self._clock() + timedelta(days=1)).date().isoformat(),
        }
        fed = json.dumps(order).encode() + b"\n" + body.content
        try:
            found = json.loads(await run(_EXTRACT, fed, self._seconds, {}))
        except ChildFailed as error:
            raise PageFailed("unreadable", str(body.url)) from error
        return _page(address, body.url, found)

    def _remembered(self, address: str) -> Outcome | None:
        until, outcome = self._kept.get(address, (None, None))
        if until is None or outcome is None or self._clock() >= until:
            self._kept.pop(address, None)
            return None
        self._kept.move_to_end(address)
        return outcome

    def _remember(self, address: str, outcome: Outcome) -> None:
        kept_for = FAILED_FOR if isinstance(outcome, PageFailed) else KEPT_FOR
        self._kept[address] = (self._clock() + kept_for, outcome)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)


class ClosedPages:
    """Stands in for ``WebPages`` where nothing may leave the machine, as in the trial."""

    def __init__(self, allowed: Callable[[str], bool], shortener: Callable[[str], bool]) -> None:
        self._allowed = allowed
        self._shortener = shortener

    async def read(self, url: str) -> Page | None:
        """None when the host is not one that may be asked.

        Raises:
            PageFailed: it may be asked elsewhere; the reason is ``trial``.
        """
        address = _address(url)
        if address is None:
            return None
        host = host_of(address)
        if not (self._allowed(host) or self._shortener(host)):
            return None
        raise PageFailed("trial", str(address))


def _address(url: str) -> URL | None:
    """The address to ask for; None for what has no host."""
    try:
        address = URL(url).with_fragment(None)
    except ValueError:
        return None
    return address if address.host else None


def _target(address: URL, target: URL) -> Page:
    return Page(str(address), str(target), host_of(target), note=TARGET_ONLY)


def _page(address: URL, last: URL, found: dict[str, str]) -> Page:
    day = found.get("date", "")
    return Page(
        url=str(address),
        canonical=found.get("canonical") or str(last),
        host=host_of(last),
        title=clean(found.get("title", "")),
        description=clean(found.get("description", "")),
        date=date.fromisoformat(day) if day else None,
        text=clean(found.get("text", "")),
    )
