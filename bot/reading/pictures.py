"""Reads the words and the QR codes of a picture, one picture at a time, leaving no file behind."""

from __future__ import annotations

import asyncio

from bot.reading.child import ChildFailed
from bot.reading.preparing import prepare
from bot.reading.recognising import Words, recognise
from models.reading import Picture, PictureFailed
from models.text import clean

SECONDS = 15.0
SURE = 0.80
_BLOCK, _FOUND = 6, 3


class ScreenReader:
    """Pictures read by tesseract.

    ``path`` is the program, as ``recognising.find`` tells it, or None without one. A picture that takes longer than
    ``seconds``, waiting not counted, is given up.
    """

    def __init__(self, path: str | None, seconds: float = SECONDS) -> None:
        self._path = path
        self._seconds = seconds
        self._turn = asyncio.Semaphore(1)

    def available(self) -> bool:
        """Whether words in pictures can be read here; QR codes always can."""
        return self._path is not None

    async def read(self, picture: bytes) -> Picture | None:
        """Read a picture; None when words cannot be read here and it holds no QR link.

        Raises:
            PictureFailed: no picture, too big, or too slow.
        """
        async with self._turn:
            try:
                async with asyncio.timeout(self._seconds):
                    return await self._read(picture)
            except TimeoutError as error:
                raise PictureFailed("timeout") from error
            except ChildFailed as error:
                raise PictureFailed("failed") from error

    async def _read(self, picture: bytes) -> Picture | None:
        ready = await asyncio.to_thread(prepare, picture)
        if self._path is None:
            return Picture(links=ready.links) if ready.links else None
        found = await self._words(self._path, ready.png)
        return Picture(clean(found.text), found.confidence, ready.links)

    async def _words(self, path: str, png: bytes) -> Words:
        """As one block; when that is doubtful, as the program divides it, if it is surer then."""
        first = await recognise(path, png, _BLOCK, self._seconds)
        if first.confidence >= SURE:
            return first
        second = await recognise(path, png, _FOUND, self._seconds)
        return max(first, second, key=lambda words: words.confidence)
