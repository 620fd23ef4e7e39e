"""What is behind a message: the words in its picture, the pages of its links."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from typing import Any, Protocol

import structlog
from aiogram.exceptions import AiogramError
from aiogram.types import Message
from aiohttp import ClientError

from handlers.intake import LONGEST_TEXT
from models.behind import PICTURE_UNREAD, Outcome, with_pages, with_picture
from models.post import Post
from models.reading import PageFailed, PageReader, PictureFailed, PictureReader

log = structlog.get_logger(__name__)
_LINKS = 4
# What the Bot API gives out by getFile.
_LARGEST = 20 * 1024 * 1024
_SECONDS = 20


class Errands(Protocol):
    """Work that goes on after its update was acknowledged."""

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Start work that the running bot owns."""
        ...

    def turn(self, chat: str) -> AbstractAsyncContextManager[None]:
        """The chat's turn, shared with the updates that come in."""
        ...


@dataclass(frozen=True, slots=True)
class Readers:
    """Reads pictures and pages; ``pages`` is None where links are not to be followed."""

    pictures: PictureReader
    pages: PageReader | None = None

    def has_picture(self, message: Message) -> bool:
        """Whether a message holds a picture whose words can be read here."""
        return _file_of(message) is not None and self.pictures.available()

    async def read(self, message: Message, post: Post) -> Post:
        """The message's post with all that is behind it."""
        if self.has_picture(message):
            try:
                post = await self._with_words(message, post)
            except PictureFailed as error:
                log.info("picture not read", reason=error.reason)
                post = replace(post, unread=f"{PICTURE_UNREAD}_{error.reason}")
        if post.links and self.pages is not None:
            post = with_pages(post, await self._pages(self.pages, post.links[:_LINKS]))
        return post

    async def _with_words(self, message: Message, post: Post) -> Post:
        picture = await self.pictures.read(await _fetched(message))
        return post if picture is None else with_picture(post, picture, LONGEST_TEXT)

    async def _pages(self, pages: PageReader, links: tuple[str, ...]) -> list[Outcome]:
        found = await asyncio.gather(*(_page(pages, link) for link in links))
        return [one for one in found if one is not None]


async def _page(pages: PageReader, link: str) -> Outcome | None:
    try:
        page = await pages.read(link)
    except PageFailed as failed:
        return link, failed
    return None if page is None else (link, page)


def _file_of(message: Message) -> tuple[str, int] | None:
    """The picture's file id and size in bytes: a photo's largest form, or an image document."""
    if message.photo:
        return message.photo[-1].file_id, message.photo[-1].file_size or 0
    document = message.document
    if document is not None and (document.mime_type or "").startswith("image/"):
        return document.file_id, document.file_size or 0
    return None


async def _fetched(message: Message) -> bytes:
    """The picture in memory, never in a file.

    Raises:
        PictureFailed: too big to be given out, or not given out.
    """
    file = _file_of(message)
    if file is None or message.bot is None:
        raise PictureFailed("failed")
    if file[1] > _LARGEST:
        raise PictureFailed("too_big")
    try:
        async with asyncio.timeout(_SECONDS):
            held = await message.bot.download(file[0])
    except (AiogramError, ClientError, OSError) as error:
        # The cause's words would show the token, which is part of the file's address.
        log.info("picture not fetched", kind=type(error).__name__)
        raise PictureFailed("failed") from None
    return held.read() if held is not None else b""
