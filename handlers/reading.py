"""What is behind a message: words and QR codes in its picture, the pages of its links."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from typing import Any, Protocol

import structlog
from aiogram.enums import ContentType
from aiogram.exceptions import AiogramError
from aiogram.types import Message
from aiohttp import ClientError

from handlers.intake import LONGEST_TEXT
from models.behind import Outcome, with_pages, with_picture
from models.post import Post
from models.reading import (
    PICTURE_NO_READER,
    PICTURE_OFF,
    PageFailed,
    PageReader,
    PictureFailed,
    PictureReader,
)

log = structlog.get_logger(__name__)
_LINKS = 4
# What the Bot API gives out by getFile.
_LARGEST = 20 * 1024 * 1024
_SECONDS = 20
# What nobody here watches, hears or opens: of these the caption alone is judged.
_UNSEEN = frozenset(
    {
        ContentType.VIDEO,
        ContentType.VIDEO_NOTE,
        ContentType.ANIMATION,
        ContentType.LIVE_PHOTO,
        ContentType.VOICE,
        ContentType.AUDIO,
        ContentType.DOCUMENT,
        ContentType.STORY,
        ContentType.PAID_MEDIA,
    }
)


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
    """Reads pictures and pages; None where these are not to be looked at."""

    pictures: PictureReader | None = None
    pages: PageReader | None = None

    def has_picture(self, message: Message) -> bool:
        """Whether a message holds a picture that is looked at here, for words or for QR codes."""
        return self.pictures is not None and _file_of(message) is not None

    def takes_time(self, message: Message) -> bool:
        """Whether words are to be read in its picture: whoever asked is told to wait."""
        return self.has_picture(message) and self.pictures is not None and self.pictures.available()

    def unread(self, message: Message) -> str:
        """What is known not to be read before anything is looked at, as ``Post.unread``."""
        if _file_of(message) is not None:
            return PICTURE_OFF if self.pictures is None else ""
        return ContentType(message.content_type).value if message.content_type in _UNSEEN else ""

    async def read(self, message: Message, post: Post) -> Post:
        """The message's post with all that is behind it, and a note of what was not read."""
        post = replace(post, unread=self.unread(message))
        if self.pictures is not None and _file_of(message) is not None:
            post = await self._with_picture(self.pictures, message, post)
        if post.links and self.pages is not None:
            post = with_pages(post, await self._pages(self.pages, post.links[:_LINKS]))
        return post

    async def _with_picture(self, pictures: PictureReader, message: Message, post: Post) -> Post:
        try:
            picture = await pictures.read(await _fetched(message))
        except PictureFailed as error:
            log.info("picture not read", reason=error.reason)
            return replace(post, unread=f"picture_{error.reason}")
        read = with_picture(post, picture, LONGEST_TEXT)
        return read if pictures.available() else replace(read, unread=PICTURE_NO_READER)

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
