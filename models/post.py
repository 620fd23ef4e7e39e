"""A post as the desk sees it: what was handed over, with the messenger taken off."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

OriginKind = Literal["channel", "chat", "user", "hidden"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a forwarded post came from, as far as the messenger tells.

    ``id`` and ``username`` are what trust may go by; ``name`` is a title that anybody can copy.
    A ``hidden`` origin has a name only.
    """

    kind: OriginKind
    id: str | None = None
    username: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """What somebody handed over to be weighed.

    ``links`` are absolute addresses in order of appearance, those hidden behind words included.
    ``media`` names kinds of attachments ("photo", "video", "voice", "audio", "document", ...).
    ``date`` is when the original was published, aware, when the messenger tells.
    ``stable_id`` names the original where the messenger gives one (a channel's post, a file's
    unique id): two messages with one stable id are one post even when neither has a word of text.
    """

    text: str = ""
    links: tuple[str, ...] = ()
    origin: Origin | None = None
    media: tuple[str, ...] = ()
    date: datetime | None = None
    stable_id: str | None = None
    draft: bool = False

    @property
    def readable(self) -> bool:
        """Whether there is anything to judge: a word of text or a link."""
        return bool(self.text.strip() or self.links)


def merge(parts: Iterable[Post]) -> Post:
    """Make one post of the messages of one album, in the order given.

    Texts are joined by blank lines, links and media kept in order without repeats; the first
    known origin, date and stable id count.
    """
    found = list(parts)
    first = found[0]
    return replace(
        first,
        text="\n\n".join(part.text for part in found if part.text.strip()),
        links=tuple(dict.fromkeys(link for part in found for link in part.links)),
        origin=next((part.origin for part in found if part.origin), None),
        media=tuple(kind for part in found for kind in part.media),
        date=next((part.date for part in found if part.date), None),
        stable_id=next((part.stable_id for part in found if part.stable_id), None),
        draft=any(part.draft for part in found),
    )
