"""A post together with what was read behind it: words in its picture, pages of its links."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlsplit

from models.post import Post
from models.reading import PICTURE_FAINT, TARGET_ONLY, Page, PageFailed, Picture
from models.secrets import circulation_mark, secret_mark
from models.wrappers import unwrapped

_PAGE_WORDS = 1_500

Outcome = tuple[str, Page | PageFailed]


def with_picture(post: Post, picture: Picture, longest: int) -> Post:
    """Join a picture's words and QR links to a post; its text has at most ``longest`` letters.

    Words that cannot be judged are left out, which is noted; marks among them are not: of a picture
    with a secrecy mark only the mark is taken, where a paper's head would stand.
    """
    links = tuple(dict.fromkeys((*post.links, *map(unwrapped, picture.links))))
    mark = secret_mark(picture.text)
    words = ""
    if mark is not None:
        return replace(post, text=f"{mark}\n\n{post.text}", links=links)
    if picture.legible:
        words = picture.text
    elif circulation := circulation_mark(picture.text):
        words = circulation
    elif picture.text:
        post = replace(post, unread=PICTURE_FAINT)
    text = "\n\n".join(part for part in (post.text, words) if part.strip())
    return replace(post, text=text[:longest], links=links)


def with_pages(post: Post, outcomes: Iterable[Outcome]) -> Post:
    """Join what the pages behind a post's links say, or why one could not be read.

    A link that led to another host leads there for every judgement of its source.
    """
    for link, found in outcomes:
        if isinstance(found, PageFailed):
            post = replace(post, unread=post.unread or found.reason)
            continue
        if found.note == TARGET_ONLY or _host(link) != found.host:
            post = replace(post, targets=(*post.targets, (link, _target(found))))
        if found.note != TARGET_ONLY:
            days = [day for day in (post.published, found.date) if day]
            behind = "\n\n".join(part for part in (post.behind, _words(found)) if part)
            post = replace(post, behind=behind, published=max(days, default=None))
    return post


def _target(page: Page) -> str:
    """Where a link leads. What a page says of itself counts only on the host that answered."""
    if page.note == TARGET_ONLY:
        return page.canonical
    own = f"https://{page.host}/"
    return page.canonical if page.canonical.startswith(own) else own


def _host(link: str) -> str:
    return (urlsplit(link).hostname or "").rstrip(".")


def _words(page: Page) -> str:
    told = dict.fromkeys((page.title, page.description, page.text))
    return "\n".join(part for part in told if part)[:_PAGE_WORDS]
