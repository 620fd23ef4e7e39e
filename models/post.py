"""A post as the desk sees it: what was handed over, with the messenger taken off."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date as day_of
from datetime import datetime
from typing import Literal

from models.links import links_in
from models.wrappers import unwrapped

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

    What was read behind its links: ``behind`` words of their pages, never shown; ``published`` the
    newest day of publication that they mark; ``targets`` pairs of a shortened link and the address
    it leads to; ``unread`` why one could not be read, or why a picture was not (see
    ``models.reading``), or the kind of media that nobody here watches or hears ("video").
    """

    text: str = ""
    links: tuple[str, ...] = ()
    origin: Origin | None = None
    media: tuple[str, ...] = ()
    date: datetime | None = None
    stable_id: str | None = None
    draft: bool = False
    behind: str = ""
    published: day_of | None = None
    targets: tuple[tuple[str, str], ...] = ()
    unread: str = ""

    @property
    def readable(self) -> bool:
        """Whether there is anything to judge: a word of text or a link."""
        return bool(self.text.strip() or self.links)

    @property
    def places(self) -> tuple[str, ...]:
        """The links, each shortened one where it leads to."""
        known = dict(self.targets)
        return tuple(known.get(link, link) for link in self.links)


def pasted(text: str, links: Iterable[str] = ()) -> Post:
    """A text as somebody pastes it: the links given and those in it, unwrapped, each once."""
    return Post(text=text, links=tuple(dict.fromkeys(map(unwrapped, (*links, *links_in(text))))))


def merge(parts: Iterable[Post]) -> Post:
    """Make one post of the messages of one album, in the order given.

    Texts are joined by blank lines, links and media kept in order without repeats; the first
    known origin, date and stable id count. A message alone stays as it is.
    """
    first, *others = found = list(parts)
    if not others:
        return first
    return replace(
        first,
        text="\n\n".join(part.text for part in found if part.text.strip()),
        links=tuple(dict.fromkeys(link for part in found for link in part.links)),
        origin=next((part.origin for part in found if part.origin), None),
        media=tuple(kind for part in found for kind in part.media),
        date=next((part.date for part in found if part.date), None),
        stable_id=next((part.stable_id for part in found if part.stable_id), None),
        draft=any(part.draft for part in found),
        behind="\n\n".join(dict.fromkeys(part.behind for part in found if part.behind)),
        published=max((part.published for part in found if part.published), default=None),
        targets=tuple(dict.fromkeys(pair for part in found for pair in part.targets)),
        unread=next((part.unread for part in found if part.unread), ""),
    )
