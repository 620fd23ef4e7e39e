"""Reads the words and the QR codes of a picture, one picture at a time, leaving no file behind."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import replace
from pathlib import Path

from bot.reading.child import ChildFailed, run
from bot.reading.recognising import Words, recognise
from models.links import links_in
from models.reading import Picture, PictureFailed
from models.secrets import circulation_mark, secret_mark
from models.text import clean

SECONDS = 15.0
SURE = 0.80
MAX_BYTES = 20 * 1024 * 1024
_PREPARE = (sys.executable, "-IB", str(Path(__file__).with_name("preparing.py")))
_BLOCK, _FOUND, _SCATTERED = 6, 3, 11


class ScreenReader:
    """Pictures read by tesseract.

    ``path`` is the program, as ``recognising.find`` tells it, or None without one. A picture that
    takes longer than ``seconds``, waiting not counted, is given up.
    """

    def __init__(self, path: str | None, seconds: float = SECONDS) -> None:
        self._path = path
        self._seconds = seconds
        self._turn = asyncio.Semaphore(1)

    def available(self) -> bool:
        """Whether words in pictures can be read here; QR codes always can."""
        return self._path is not None

    async def read(self, picture: bytes) -> Picture:
        """Read a picture; only its QR links where words cannot be read here.

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

    async def _read(self, picture: bytes) -> Picture:
        if len(picture) > MAX_BYTES:
            raise PictureFailed("too_big")
        line, _, png = (await run(_PREPARE, picture, self._seconds, {})).partition(b"\n")
        told = json.loads(line)
        if "failed" in told:
            raise PictureFailed(told["failed"])
        links = tuple(dict.fromkeys(link for code in told["codes"] for link in links_in(code)))
        if self._path is None:
            return Picture(links=links)
        found = await self._words(self._path, png)
        return Picture(clean(found.text), found.confidence, links)

    async def _words(self, path: str, png: bytes) -> Words:
        """The words as a text; a mark that only stands among scattered words is put before it.

        Read as a text, large letters apart from it (a stamp) are often left out.
        """
        found = await self._text(path, png)
        if secret_mark(found.text):
            return found
        apart = await recognise(path, png, _SCATTERED, self._seconds)
        mark = secret_mark(apart.text) or circulation_mark(apart.text)
        return replace(found, text=f"{mark}\n\n{found.text}".strip()) if mark else found

    async def _text(self, path: str, png: bytes) -> Words:
        """As one block; when that is doubtful, as the program divides it, if it is surer then."""
        first = await recognise(path, png, _BLOCK, self._seconds)
        if first.confidence >= SURE:
            return first
        second = await recognise(path, png, _FOUND, self._seconds)
        return max(first, second, key=lambda words: words.confidence)
