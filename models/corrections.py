"""What people put right, as examples to learn from; who did is never known here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from models.ledger import Corrected, Store
from models.post import Post
from models.text import clean
from models.verdict import Tone


@dataclass(frozen=True, slots=True)
class Example:
    """A text with the tone that a person gave it.

    ``provenance`` names group and day, never a person.
    """

    text: str
    tone: Tone
    provenance: str


async def corrections(
    store: Store, now: datetime, text_days: int, words_of: Callable[[Post], str]
) -> list[Example]:
    """The examples that the store holds.

    Nothing older than ``text_days`` is looked at, also when the purge has not come yet.
    ``words_of`` gives the words that a post's tone is judged by.
    """
    found = await store.reviews.corrections(now - timedelta(days=text_days))
    return examples(found, words_of)


def examples(found: Iterable[Corrected], words_of: Callable[[Post], str]) -> list[Example]:
    """One example for each text; none where people disagree about it, or of no clear tone."""
    texts: dict[str, list[Example]] = {}
    for one in found:
        text = clean(words_of(one.post))
        where = f"group {one.group}, {one.day.isoformat()}"
        if text and one.tone is not Tone.UNCLEAR:
            texts.setdefault(text, []).append(Example(text, one.tone, where))
    return [same[0] for same in texts.values() if len({one.tone for one in same}) == 1]
