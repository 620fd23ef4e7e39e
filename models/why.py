"""Vì sao: which words of a post speak for its tone, and which against it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from models.post import Post
from models.text import clean, straighten
from models.verdict import Tone

#: At most this many words and signs each way.
SHOWN = 5
#: A sign that is hardly there explains nothing.
_PRESENT = 0.2
#: Every text has one, and neither a long nor a short one says anything to a reader.
_EVERYWHERE = "length"
#: Log odds from which on a word is worth naming: it moves a probability of one half by 4 %.
_TELLING = 0.15
_STRETCHED = "(?:{0}{{2,}})?"


@dataclass(frozen=True, slots=True)
class Pull:
    """What some ``words`` of a text, or one evidence number (``sign``), add to a tone's lead.

    ``weight`` is in log odds: the tone against the mean of the others. ``value`` is how much of it
    the text has. Words are in lower case, a blank between syllables.
    """

    weight: float
    value: float
    words: str = ""
    sign: str = ""


@dataclass(frozen=True, slots=True)
class Lead:
    """A tone's lead over the mean of the others: ``start`` and all pulls add up to it."""

    tone: Tone
    start: float
    pulls: tuple[Pull, ...]

    @property
    def total(self) -> float:
        return self.start + sum(pull.weight for pull in self.pulls)


#: From a text and a tone to what leads there. Pure.
Explainer = Callable[[str, Tone], Lead]
Missing = Literal["", "gone", "kept_back", "wordless", "unjudged"]


@dataclass(frozen=True, slots=True)
class Told:
    """Words of the post as they are written in it, and names of evidence."""

    words: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Why:
    """Why a post has its tone, in its own words.

    ``tone`` is the one explained: of an unclear post the likeliest. ``missing`` says why there is
    no word: the text is "gone", "kept_back" by its circulation mark, never had one ("wordless"), or
    nobody could judge it ("unjudged"). ``alone`` is False where the words alone would rather give
    another tone: the whole sentence decided. ``renewed``: the model is another one than that which
    judged.
    """

    tone: Tone
    towards: Told = Told()
    against: Told = Told()
    missing: Missing = ""
    alone: bool = True
    renewed: bool = False


def why(lead: Lead, post: Post, *, renewed: bool = False) -> Why:
    """What of a lead can be shown of this post."""
    seen = straighten(clean(post.text))
    ranked = sorted(_joined(lead.pulls), key=lambda pull: -abs(pull.weight))
    towards = _told((pull for pull in ranked if pull.weight >= _TELLING), seen)
    shown = {word for words in towards.words for word in words.casefold().split()}
    weak = (pull for pull in ranked if pull.weight <= -_TELLING)
    against = _told((pull for pull in weak if not shown.intersection(pull.words.split())), seen)
    found = any((towards.words, towards.signs, against.words, against.signs))
    return Why(
        lead.tone, towards, against, "" if found else "wordless",
        alone=lead.total > 0, renewed=renewed,
    )  # fmt: skip


def _joined(pulls: Iterable[Pull]) -> list[Pull]:
    """One pull for the same words, however often they were weighed."""
    found: dict[tuple[str, str], Pull] = {}
    for pull in pulls:
        key = (pull.words, pull.sign)
        known = found.get(key)
        weight = pull.weight + (known.weight if known else 0.0)
        found[key] = replace(pull, weight=weight)
    return list(found.values())


def _told(pulls: Iterable[Pull], seen: str) -> Told:
    """The strongest words that stand in the text, and the strongest signs."""
    words: list[str] = []
    signs: list[str] = []
    for pull in pulls:
        if pull.sign:
            signs += [pull.sign] if pull.value >= _PRESENT and pull.sign != _EVERYWHERE else []
        elif written := _written(pull.words, seen):
            words = _with(words, written)
        if len(words) + len(signs) >= SHOWN:
            break
    return Told(tuple(words), tuple(signs))


def _with(words: list[str], written: str) -> list[str]:
    """A phrase takes the place of its parts; one that only overlaps what is shown adds nothing."""
    parts = set(written.casefold().split())
    shared = [word for word in words if parts & set(word.casefold().split())]
    if not shared:
        return [*words, written]
    if not all(set(word.casefold().split()) < parts for word in shared):
        return words
    first = words.index(shared[0])
    rest = [word for word in words[first + 1 :] if word not in shared]
    return [*words[:first], written, *rest]


def _written(gram: str, seen: str) -> str:
    """The words of a gram as they stand in the text; empty for numbers, marks and disguises."""
    syllables = gram.split(" ")
    if not all(map(str.isalpha, syllables)):
        return ""
    pattern = r"[\s_]+".join("".join(_letters(one)) for one in syllables)
    found = re.search(rf"(?<![^\W_]){pattern}(?![^\W_])", seen, re.IGNORECASE)
    return " ".join(found.group().replace("_", " ").split()) if found else ""


def _letters(syllable: str) -> Iterator[str]:
    """Each letter once, or stretched to three and more ("đẹppp" is read as "đẹp")."""
    for letter in map(re.escape, syllable):
        yield letter + _STRETCHED.format(letter)
