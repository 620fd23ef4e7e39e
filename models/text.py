"""One normal form for Vietnamese text: invisible characters first, then NFC, then the views.

``clean`` is what people and classifiers read; ``fold`` is the unaccented lower-case view for
matching words typed without accents; ``straighten`` maps look-alike letters to Latin ones.
"""

from __future__ import annotations

import re
import string
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# Format characters (zero-width, bidi controls, soft hyphen, tags, variation selectors) and
# controls other than tab and newline.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff"
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
)
_MARKED = re.compile(r"[^\W\d_a-zA-Z]")
_SMALL = string.ascii_lowercase.encode()
_NO_LETTERS = bytes(set(range(128)) - set(string.ascii_letters.encode()))
#: Of the letters of a text written with accents at least so many carry marks.
LEAST_MARKED = 0.0375
_SPACES = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"\n\s*\n+")

# Letters that look Latin and are not (Cyrillic, Greek, a few more); full-width and mathematical
# forms are left to NFKC.
_LOOKALIKE = str.maketrans(
    "АВЕЅІЈКМНОРСТУХавеѕіјкмнорстухгӏԁԛԝһΑΒΕΖΗΙΚΜΝΟΡΤΥΧαβεικνορτυχɑɡıⅼ",
    "ABESIJKMHOPCTYXabesijkmhopctyxrldqwhABEZHIKMNOPTYXabeikvoptuxagil",
)
_IMITATES = re.compile("[" + "".join(map(chr, _LOOKALIKE)) + "]")


def clean(text: str) -> str:
    """Strip what cannot be seen, compose accents (NFC), and squeeze blanks; line breaks stay."""
    seen = unicodedata.normalize("NFC", _INVISIBLE.sub("", text.replace("\r\n", "\n")))
    # Among printable characters the plain space is the only blank.
    if "  " in seen or not seen.replace("\n", "").isprintable():
        seen = _SPACES.sub(" ", seen)
    return _BLANK_LINES.sub("\n\n", seen).strip()


def straighten(text: str) -> str:
    """Map compatibility forms and look-alike letters to the plain ones they imitate."""
    plain = unicodedata.normalize("NFKC", text)
    if not _IMITATES.search(plain):
        return plain
    return unicodedata.normalize("NFC", plain.translate(_LOOKALIKE))


@lru_cache(maxsize=65536)
def _bare(word: str) -> str:
    marks_off = "".join(
        c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c)
    )
    return marks_off.replace("đ", "d").replace("Đ", "D")


def unaccent(text: str) -> str:
    """Take tone and vowel marks off, letter by letter; case stays."""
    return " ".join(map(_bare, text.split(" ")))


@dataclass(frozen=True, slots=True)
class Letters:
    """How many letters a text has, how many of them are capitals, how many carry marks.

    A letter that is no plain Latin one counts as marked.
    """

    all: int
    capitals: int
    marked: int


def count_letters(text: str) -> Letters:
    """Count in one way through the marked letters and, in bytes, one through the plain ones."""
    marked = _MARKED.findall(text)
    plain = text.encode("ascii", "ignore").translate(None, _NO_LETTERS)
    capitals = len(plain.translate(None, _SMALL)) + sum(map(str.isupper, marked))
    return Letters(len(plain) + len(marked), capitals, len(marked))


def is_accented(text: str) -> bool:
    """Whether a text is written with Vietnamese accents, at least here and there."""
    letters = count_letters(text)
    return letters.marked > LEAST_MARKED * letters.all


def fold(text: str) -> str:
    """The unaccented lower-case view of a clean text."""
    return unaccent(text.lower())
