"""From a post to numbers: normalised syllables, their 1-2-grams, and evidence for the flags.

Training and serving share this file, so that what is served is what was trained.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from models.classifier import linked, named
from models.language import is_shaped
from models.text import clean, count_letters, straighten, unaccent

MAX_CHARS = 6000
NO_LINKS = [0] * len(linked.KINDS)
MAX_TOKENS = 500
CUES_FILE = Path(__file__).parent / "cues.txt"

_TLD = (
    "vn|com|net|org|info|top|xyz|vip|club|online|site|shop|cc|me|ly|io|icu|link|live|win|app|asia"
)
_URL = re.compile(
    r"(?:https?://|www\.)\S+|<url>|"
    rf"(?<![\w@])(?:[\w-]{{1,63}}\.){{1,8}}(?:{_TLD})\b(?:/\S*)?",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"(?<!\d)(?:\+?84|0)(?:[ .]?[\dxX*]){8,9}(?!\d)|(?<!\d)1[89]00[ .]?\d{3,6}(?!\d)"
)
# What a link, a telephone number, a dotted spelling must have in it, looked for first.
_HOST_LIKE = re.compile(rf"\.(?:{_TLD})\b", re.IGNORECASE)
_PHONE_LIKE = re.compile(r"[04](?:[ .]?[\dxX*]){4}")
_DOTTED_LIKE = re.compile(r"[.·*'’_-][^\W\d_]")
_NUMBER = re.compile(r"\d+(?:[.,:/-]\d+)*")
_STRETCH = re.compile(r"([^\W\d_])\1{2,}")
_DOTTED = re.compile(r"(?<!\w)[^\W\d_]{1,3}(?:[.·*'’_-]+[^\W\d_]{1,3})+(?!\w)")
_JOINT = re.compile(r"[.·*'’_-]+")
_LEET = re.compile(r"[!@01348$|](?<=[^\W\d_][!@01348$|])(?=[^\W\d_])")
_LEET_TO = str.maketrans("!@01348$|", "iaoieabsl")
_TOKEN = re.compile(r"[^\W_]+|[^\w\s]")
_PRICE = re.compile(r"\d\s?(?:k|đ|vnđ|vnd|tr|triệu|trieu|đồng|dong|usd|tỷ|%)(?!\w)", re.IGNORECASE)
_DATE = re.compile(r"\d\s?[/-]\s?\d")
_DATE_WORDS = re.compile(r"[nN](?:[gG][àaÀA][yY] \d|[ăaĂA][mM] 20\d\d)")
_DIGIT = re.compile(r"\d")
_EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff]")
_SIREN = re.compile(
    "[\U0001f6a8\U0001f525\U0001f4a5\u26a0\u203c\u2757\U0001f198\U0001f4e2\u26d4\U0001f631]"
)
# A word of two letters and more, none of them a small plain one.
_SHOUTED = re.compile(r"[^\W\d_a-z](?<!\w.)[^\W\d_a-z]+(?!\w)", re.DOTALL)

SURFACE = (
    "length", "capitals", "shouted", "exclaims", "questions", "emoji", "sirens", "prices",
    "phones", "links", "tags", "date", "unaccented", "disguised", "ellipsis", "numbers",
    "bracketed", "lines", "odd_words", *linked.KINDS, *named.KINDS,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of a text: counts of 1-2-grams and of cues, and surface evidence (0 to 1)."""

    grams: dict[str, int]
    evidence: tuple[float, ...]


@lru_cache(maxsize=1)
def cues() -> tuple[tuple[str, ...], dict[str, tuple[int, ...]], frozenset[str]]:
    """Kinds of cues, phrase to kinds (accented; from two syllables on unaccented too), openings."""
    kinds: list[str] = []
    phrases: dict[str, tuple[int, ...]] = {}
    for line in CUES_FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            kinds.append(line.strip("[] "))
        elif line and not line.startswith("#"):
            for phrase in clean(line.lower()).split(", "):
                phrases[phrase] = (*phrases.get(phrase, ()), len(kinds) - 1)
    for phrase, belongs in list(phrases.items()):
        if " " in phrase:
            phrases.setdefault(unaccent(phrase), belongs)
    openings = frozenset(" ".join(p.split(" ")[:2]) for p in phrases if p.count(" ") > 1)
    return tuple(kinds), phrases, openings


def evidence_names() -> tuple[str, ...]:
    """Names of the evidence numbers, in the order of ``Reading.evidence``."""
    return SURFACE + cues()[0]


def undisguise(text: str) -> tuple[str, int]:
    """Undo dotted and leet spellings ("v.o.n.g", "d!eu k!en"); the text and how many there were."""
    undone = 0

    def join(found: re.Match[str]) -> str:
        nonlocal undone
        parts = _JOINT.split(found.group())
        if all(len(part) > 1 for part in parts) or not all(part.islower() for part in parts[1:]):
            return found.group()
        undone += 1
        return "".join(parts)

    def letter(found: re.Match[str]) -> str:
        nonlocal undone
        undone += 1
        return found.group().translate(_LEET_TO)

    joined = _DOTTED.sub(join, text) if _DOTTED_LIKE.search(text) else text
    return _LEET.sub(letter, joined), undone


def prepare(text: str) -> tuple[str, str, int]:
    """The text as people see it, the same with masks and plain spelling, and disguises undone."""
    seen = straighten(clean(text[: 2 * MAX_CHARS]))[:MAX_CHARS]
    masked = _URL.sub(" 0link ", seen) if _may_link(seen) else seen
    if _PHONE_LIKE.search(masked):
        masked = _PHONE.sub(" 0phone ", masked)
    plain, undone = undisguise(masked)
    return seen, plain, undone


def _may_link(seen: str) -> bool:
    if "://" in seen or _HOST_LIKE.search(seen):
        return True
    lowered = seen.lower()
    return "www." in lowered or "<url>" in lowered


def _number(found: re.Match[str]) -> str:
    return f" {min(sum(c.isdigit() for c in found.group()), 9)}n "


def tokens(plain: str) -> list[str]:
    """Lower-case syllables, numbers by their count of digits, punctuation and emoji one by one."""
    lowered = _STRETCH.sub(r"\1", plain.lower())
    lowered = lowered.replace("0link", "\x01").replace("0phone", "\x02")
    lowered = _NUMBER.sub(_number, lowered).replace("\x01", "0link").replace("\x02", "0phone")
    return _TOKEN.findall(lowered)[:MAX_TOKENS]


def count_grams(words: list[str]) -> dict[str, int]:
    """Counts of single tokens and of neighbouring pairs."""
    if not words:
        return {}
    grams = [words[0]] * (2 * len(words) - 1)
    grams[1::2] = words[1:]
    grams[2::2] = map(" ".join, pairwise(words))
    return dict(Counter(grams))


def count_cues(words: list[str], grams: dict[str, int]) -> list[int]:
    """How often each kind of cue occurs; phrases of three and four syllables too."""
    kinds, phrases, openings = cues()
    found = [0] * len(kinds)
    for gram in filter(phrases.__contains__, grams):
        for kind in phrases[gram]:
            found[kind] += grams[gram]
    if not openings.isdisjoint(grams):
        for i, pair in enumerate(map(" ".join, pairwise(words[:-1]))):
            if pair in openings:
                for size in (3, 4):
                    for kind in phrases.get(" ".join(words[i : i + size]), ()):
                        found[kind] += 1
    return found


def _squash(count: float) -> float:
    """0 for none, towards 1 for many."""
    return 1.0 - 1.0 / (1.0 + 0.5 * count)


def _surface(seen: str, words: list[str], undone: int) -> list[float]:
    letters = count_letters(seen)
    capitals = letters.capitals / (letters.all or 1)
    digits = _DIGIT.search(seen) is not None
    shouted = sum(1 for w in _SHOUTED.findall(seen) if w.isupper()) if capitals > 0.02 else 0
    firsts = [word[0] for word in words]
    syllables = sum(map(str.isalpha, firsts)) or 1
    marked = letters.marked / (letters.all or 1)
    return [
        min(1.0, math.log1p(len(words)) / 6.0),
        min(1.0, 3 * capitals),
        min(1.0, 2 * shouted / syllables),
        _squash(seen.count("!")),
        _squash(seen.count("?")),
        _squash(len(_EMOJI.findall(seen))),
        _squash(len(_SIREN.findall(seen))),
        _squash(len(_PRICE.findall(seen)) if digits else 0),
        _squash(words.count("0phone")),
        _squash(words.count("0link")),
        _squash(seen.count("#")),
        1.0 if digits and (_DATE.search(seen) or _DATE_WORDS.search(seen)) else 0.0,
        max(0.0, 1.0 - 8 * marked),
        _squash(undone),
        _squash(seen.count("...") + seen.count("…")),
        _squash(sum(map(str.isdigit, firsts)) / 4),
        1.0 if seen[:1] in "[(<【" else 0.0,
        _squash(seen.count("\n") / 4),
        sum(not is_shaped(word) for word in words if word.isalpha()) / syllables,
        *map(_squash, linked.count_kinds(seen) if "0link" in words else NO_LINKS),
        *map(_squash, named.count_named(unaccent(seen))),
    ]


def read(text: str) -> Reading:
    """Read a text once: what the heads need, and nothing that the text could be rebuilt from."""
    seen, plain, undone = prepare(text)
    words = tokens(plain)
    grams = count_grams(words)
    found = count_cues(words, grams)
    size = math.sqrt(len(words) / 20 + 1)
    evidence = _surface(seen, words, undone) + [_squash(2 * n / size) for n in found]
    return Reading(grams, tuple(evidence))


def read_words(part: str) -> Reading:
    """The words of a part of a text, without any evidence: to compare parts by, and quick."""
    words = tokens(prepare(part)[1])
    return Reading(count_grams(words), (0.0,) * len(evidence_names()))
