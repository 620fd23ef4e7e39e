"""A strict reader of reply markup: what a messenger would refuse is an error."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_ALLOWED = {"b", "i", "code", "a", "blockquote"}
_ENTITY = re.compile(r"&(?!(?:lt|gt|amp|quot|#\d{1,7}|#x[0-9a-fA-F]{1,6});)")
_WEB = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)


class BrokenMarkupError(AssertionError):
    """The markup would be refused."""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        wanted = {"a": {"href"}, "blockquote": {"expandable"} & set(given)}.get(tag, set())
        if tag not in _ALLOWED or set(given) != wanted:
            raise BrokenMarkupError(f"tag {tag} with {given}")
        if tag == "a" and not _WEB.fullmatch(given["href"] or ""):
            raise BrokenMarkupError(f"address {given['href']!r}")
        if "code" in self.open or (tag in self.open):
            raise BrokenMarkupError(f"{tag} inside {self.open}")
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise BrokenMarkupError(f"end of {tag} out of order")

    def handle_data(self, data: str) -> None:
        self.seen.append(data)

    def handle_comment(self, data: str) -> None:
        raise BrokenMarkupError(f"comment {data!r}")

    def handle_decl(self, decl: str) -> None:
        raise BrokenMarkupError(f"declaration {decl!r}")

    def unknown_decl(self, data: str) -> None:
        raise BrokenMarkupError(f"declaration {data!r}")

    def handle_pi(self, data: str) -> None:
        raise BrokenMarkupError(f"instruction {data!r}")


def read(markup: str) -> str:
    """The visible text of a markup. Raises BrokenMarkupError for anything but clean markup."""
    if bare := _ENTITY.search(markup):
        raise BrokenMarkupError(f"bare & at {bare.start()}")
    markup.encode("utf-8")
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    if reader.open:
        raise BrokenMarkupError(f"never closed: {reader.open}")
    return "".join(reader.seen)


def units(text: str) -> int:
    """UTF-16 units, as messengers count."""
    return len(text.encode("utf-16-le")) // 2
