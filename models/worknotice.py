"""Tells an office's own messages (invitations, duty lists, thanks) from posts to weigh."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from models.phrases import Hit, Phrases, shipped
from models.secrets import circulation_mark, secret_mark
from models.text import clean

_DATA = Path(__file__).parent / "rules" / "worknotices.toml"
_SYLLABLE = re.compile(r"[^\W\d_]+")
# Where a notice says what it is, and how long a mere courtesy is at most.
_OPENING = 700
_FIRST = 250
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
    hits = _phrases().find(opening)
    others = [hit for hit in hits if hit.kind == "other"]
    hits = tuple(h for h in hits if not any(o.start <= h.start < o.end for o in others))
    if any(hit.kind == "notice" and hit.start < _FIRST for hit in hits) or _is_form(opening, hits):
        return True
    courtesy = any(hit.kind == "courtesy" for hit in hits)
    return courtesy and len(_SYLLABLE.findall(opening)) <= _COURTESY_SYLLABLES


def _is_form(opening: str, hits: Iterable[Hit]) -> bool:
    """Parts of a notice, one at least with a colon behind it: a report of a meeting has none."""
    parts = [hit for hit in hits if hit.kind == "part"]
    names = {opening[hit.start : hit.end].lower() for hit in parts}
    labelled = any(opening[hit.end :].lstrip().startswith(":") for hit in parts)
    return len(names) >= _PARTS and labelled


def _has_marks(text: str) -> bool:
    return secret_mark(text) is not None or circulation_mark(text) is not None


def _is_trouble(text: str) -> bool:
    return any(hit.kind in _NOT_WORK for hit in shipped().find(clean(text[:6000])))


@lru_cache(maxsize=1)
def _phrases() -> Phrases:
    return Phrases(tomllib.loads(_DATA.read_text("utf-8")))
