"""What is read behind a post: the page a link leads to, the words in a picture; and the ports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

# Why a page was not read. ``http_<status>`` ("http_404") joins these.
PAGE_REASONS = frozenset(
    {
        "timeout",
        "too_big",
        "not_text",
        "refused_address",
        "redirects",
        "certificate",
        "unreachable",
        "unreadable",
        "trial",
    }
)
PICTURE_REASONS = frozenset({"timeout", "too_big", "not_picture", "failed"})

# Measured: screenshots read right have 0.83 to 0.97; sideways pages and memes at most 0.71.
LEGIBLE = 0.75

TARGET_ONLY = "target_only"

# Why the words of a picture are missing from its post, as ``Post.unread`` names it; with
# ``picture_`` before them, ``PICTURE_REASONS`` join these.
PICTURE_OFF = "picture_off"
PICTURE_NO_READER = "picture_no_reader"
PICTURE_FAINT = "picture_faint"


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was fetched, or the place that a link leads to.

    ``url`` is the address asked for, ``host`` the host that answered last (lower case, ``xn--``
    labels): trust goes by it. ``canonical`` is what the page calls its own address, a claim, or
    the last address when it says nothing. ``date`` is the day of publication as the page marks it
    (metadata, date elements, address), never a day found in running text. ``note`` is empty or
    ``target_only``: the link leads to ``canonical``, which may not be fetched, so nothing of it
    was read.
    """

    url: str
    canonical: str
    host: str
    title: str = ""
    description: str = ""
    date: date | None = None
    text: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """What a picture says: ``text`` by character recognition, ``links`` from its QR codes.

    ``confidence`` is the mean over the words read, weighted by length, from 0 to 1; 0 with no word.
    Links that are only printed are not in ``links``: one misread letter makes another address.
    """

    text: str = ""
    confidence: float = 0.0
    links: tuple[str, ...] = ()

    @property
    def legible(self) -> bool:
        """Whether the text can be judged: white letters on photographs and the like cannot."""
        return bool(self.text) and self.confidence >= LEGIBLE


class PageFailed(Exception):
    """A page could not be read. ``reason`` is one of ``PAGE_REASONS`` or ``http_<status>``.

    ``address`` is the last address that was asked, behind all redirects followed.
    """

    def __init__(self, reason: str, address: str) -> None:
        super().__init__(f"{reason} {address}")
        self.reason = reason
        self.address = address


class PictureFailed(Exception):
    """A picture could not be read. ``reason`` is one of ``PICTURE_REASONS``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class PageReader(Protocol):
    async def read(self, url: str) -> Page | None:
        """Read the page; None when its host is not one that may be asked.

        Raises:
            PageFailed: it may be asked, and could not be read.
        """
        ...


class PictureReader(Protocol):
    def available(self) -> bool:
        """Whether words in pictures can be read here; QR codes always can."""
        ...

    async def read(self, picture: bytes) -> Picture:
        """Read a picture; only its QR links where words cannot be read here.

        Raises:
            PictureFailed: no picture, too big, or too slow.
        """
        ...
