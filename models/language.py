"""Whether a text is Vietnamese at all: by its letters and the shape of its syllables.

Cheap signs only. Vietnamese is written in short syllables of few shapes, with or without accents;
of English, French or Indonesian words fewer than half happen to have such a shape.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from models.text import fold

_LONGEST = 4_000
_FEW_WORDS, _FEW_LETTERS = 7, 12
# So few letters of another script are a word, and no face drawn with signs.
_FEW_ODD = 4
# What part of the words must have a syllable's shape; less in a short text, full of names.
_ENOUGH, _ENOUGH_SHORT, _SHORT = 0.5, 0.35, 16
_MARKED_ENOUGH = 0.1
# So many of Vietnamese's own letters, of all signs, and nothing more is asked.
_CERTAIN = 0.04
_WORD = re.compile(r"[^\W\d_]+")
# Letters and signs thrown together to slip past a filter: "N:g:in", "wz8", "GuiTang".
_TWISTED = re.compile(r"(?:[^\W\d_]\d|\d[^\W\d_]|[^\W_][.,:;'~(<>_]+[^\W_]|[a-z][A-Z])\w*")
_FEW_TWISTED = 0.1
_LINK = re.compile(r"(?:https?://|www\.)\S+|[#@]\S+", re.IGNORECASE)
# Letters that no other common language has (French, Spanish and Portuguese share the rest).
_OWN = re.compile("[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịĩọỏốồổỗộớờởỡợụủũứừửữựỳỵỷỹ]")
_ONSET = "b|ch?|d|gh?|gi|h|kh?|l|m|ngh?|nh?|ph?|qu|r|s|th?|tr|v|x"
_RIME = (
    "a(?:ch?|i|m|n[gh]?|o|p|t|u|y)?|e(?:ch?|m|n[gh]?|o|p|t|u)?"
    "|i(?:a|ch|e(?:c|m|ng?|p|t|u)|m|nh?|p|t|u)?"
    "|o(?:a(?:ch?|i|m|n[gh]?|o|p|t|y)?|c|e(?:n|o|t)?|i|m|ng?|oc|ong|p|t)?"
    "|u(?:a(?:n|ng|t|y)?|c|e(?:ch|nh)?|i|m|ng?|o(?:c|i|m|ng?|p|t|u)?|p|t|u"
    "|y(?:a|ch|en|et|nh|t|u)?)?"
    "|y(?:em|eng?|en|et|eu)?"
)
_SYLLABLE = re.compile(rf"(?:{_ONSET})?(?:{_RIME})")


def is_foreign(text: str) -> bool:
    """Whether a text is certainly not Vietnamese; a short, mixed or twisted one is not certain.

    Links, tags and numbers say nothing. Foreign names among Vietnamese words stay Vietnamese.
    """
    opening = unicodedata.normalize("NFC", text[:_LONGEST])
    if len(_OWN.findall(opening.lower())) > _CERTAIN * len(opening):
        return False
    plain = _LINK.sub(" ", opening)
    every = _WORD.findall(plain)
    letters = sum(map(len, every))
    odd = sum(len(word) for word in every if not (word.isascii() or all(map(_is_latin, word))))
    if odd >= _FEW_ODD and odd * 2 > letters:
        return True
    if letters < _FEW_LETTERS:
        return False
    words = _common(every)
    if len(words) < _FEW_WORDS or len(_TWISTED.findall(plain)) > _FEW_TWISTED * len(words):
        return False
    own = sum(bool(_OWN.search(word)) for word in words)
    shaped = sum(map(is_shaped, words))
    enough = _ENOUGH if len(words) >= _SHORT else _ENOUGH_SHORT
    return own < _MARKED_ENOUGH * len(words) and shaped < enough * len(words)


def _common(every: list[str]) -> list[str]:
    """The words without names and brands; all of them in a long text that is all capitals."""
    words = [word for word in every if len(word) > 1]
    if sum(map(str.isupper, words)) * 2 > len(words):
        return [word.lower() for word in words] if len(words) >= _SHORT else []
    return [word for word in words if word.islower()]


@lru_cache(maxsize=8192)
def is_shaped(word: str) -> bool:
    """Whether a word looks like a Vietnamese syllable, accents aside."""
    return _SYLLABLE.fullmatch(fold(word)) is not None


def _is_latin(letter: str) -> bool:
    return letter < "\u0250" or "\u1e00" <= letter <= "\u1eff"
