"""Tells an office's own messages (invitations, duty lists, thanks) from posts to weigh."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path

from models.phrases import Phrases, shipped
from models.secrets import circulation_mark, secret_mark
from models.text import clean

_DATA = Path(__file__).parent / "rules" / "worknotices.toml"
_SYLLABLE = re.compile(r"[^\W\d_]+")
# Where a notice says what it is, and how long a mere courtesy is at most.
_OPENING = 700
_COURTESY_SYLLABLES = 14
_PARTS = 3
# Rumours, bait and forbidden business dressed as a notice are weighed like any other post.
_NOT_WORK = frozenset(
    {"hearsay", "urge", "betting", "loan", "forged", "bait", "install", "abuse", "hunt"}
)


def is_work_notice(text: str) -> bool:
    """Whether a text is office business that nobody wants weighed.

    Never one that carries a mark of secrecy or restricted circulation, or words of rumour or fraud.
    """
    opening = clean(text[: 2 * _OPENING])[:_OPENING]
    return _speaks_of_work(opening) and not _has_marks(text) and not _is_trouble(text)


def _speaks_of_work(opening: str) -> bool:
    found: dict[str, set[str]] = {}
    for hit in _phrases().find(opening):
        found.setdefault(hit.kind, set()).add(opening[hit.start : hit.end].lower())
    if "notice" in found or len(found.get("part", ())) >= _PARTS:
        return True
    return "courtesy" in found and len(_SYLLABLE.findall(opening)) <= _COURTESY_SYLLABLES


def _has_marks(text: str) -> bool:
    return secret_mark(text) is not None or circulation_mark(text) is not None


def _is_trouble(text: str) -> bool:
    return any(hit.kind in _NOT_WORK for hit in shipped().find(clean(text[:6000])))


@lru_cache(maxsize=1)
def _phrases() -> Phrases:
    return Phrases(tomllib.loads(_DATA.read_text("utf-8")))
