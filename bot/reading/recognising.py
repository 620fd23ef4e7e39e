"""Words from a prepared picture, by Debian's tesseract with Vietnamese, through pipes."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass

from bot.reading.child import run

LANGUAGE = "vie"
# One thread: on few cores the others' answers matter more. No other variable is handed on.
_ENV = {"OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8"}
_WORD = "5"
# Below these the program's words are dropped: without a letter or digit, with one or two.
_NO_WORD = 0.6
_SCRAP = 0.3
# What round pictures of people are read as.
_ICONS = "©®@œ"


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    sure: float
    height: int

    @property
    def letters(self) -> int:
        return sum(letter.isalnum() for letter in self.text)


@dataclass(frozen=True, slots=True)
class Words:
    """Lines of text and their mean confidence, from 0 to 1."""

    text: str = ""
    confidence: float = 0.0


def find(program: str = "tesseract") -> str | None:
    """The path of tesseract when it is installed with Vietnamese."""
    path = shutil.which(program)
    if path is None:
        return None
    try:
        asked = [path, "--list-langs"]
        listed = subprocess.run(asked, capture_output=True, timeout=10, check=True, text=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return None
    return path if LANGUAGE in listed.stdout.split() else None


async def recognise(path: str, png: bytes, layout: int, seconds: float) -> Words:
    """Read with one page layout (6: one block; 3: found by the program).

    Raises:
        TimeoutError, ChildFailed: as ``child.run``.
    """
    asked = (path, "stdin", "stdout", "-l", LANGUAGE, "--psm", str(layout), "--dpi", "150", "tsv")
    return words(str(await run(asked, png, seconds, _ENV), "utf-8", "replace"))


def words(table: str) -> Words:
    """Tesseract's table put together again: one line of text for each of its lines.

    Left out is what is no writing: signs and short scraps that the program doubts (icons, edges),
    and flat lines of scraps above a line (accents torn off large letters).
    """
    lines: dict[tuple[str, ...], list[_Word]] = {}
    for row in table.splitlines()[1:]:
        cells = row.split("\t")
        if len(cells) == 12 and cells[0] == _WORD and cells[11].strip():
            word = _Word(cells[11].strip(), max(0.0, float(cells[10]) / 100), int(cells[9]))
            lines.setdefault(tuple(cells[1:5]), []).append(word)
    kept = [sound for line in _without_accents(list(lines.values())) if (sound := _sound(line))]
    weight = sum(len(word.text) for line in kept for word in line)
    total = sum(len(word.text) * word.sure for line in kept for word in line)
    text = "\n".join(" ".join(word.text for word in line) for line in kept)
    return Words(text, total / weight if weight else 0.0)


def _sound(line: list[_Word]) -> list[_Word]:
    doubt = {0: _NO_WORD, 1: _SCRAP, 2: _SCRAP}
    sure = [word for word in line if word.sure >= doubt.get(word.letters, 0.0)]
    return [word for word in sure if word.text.strip(_ICONS)]


def _without_accents(lines: list[list[_Word]]) -> list[list[_Word]]:
    heights = [max(word.height for word in line) for line in lines]
    return [
        line
        for line, height, below in zip(lines, heights, [*heights[1:], 0], strict=False)
        if height * 2 > below or any(word.letters > 2 for word in line)
    ]
