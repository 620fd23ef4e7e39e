"""Vietnamese as people send it, for property tests: accents in both Unicode forms, hidden marks."""

from __future__ import annotations

import unicodedata

from hypothesis import strategies as st

_VOWELS = "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
_TONES = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]
ACCENTED = [unicodedata.normalize("NFC", v + t) for v in _VOWELS for t in _TONES] + ["đ", "Đ"]
CONSONANTS = list("bcdghklmnpqrstvxBCDGHKLMNPQRSTVX")
INVISIBLE = ["\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u200e"]
LOOKALIKES = list("аесорхуіАВЕНКМОРСТХΑΒΕΟ")
MARKS = list(" \n\t.,;:!?…-–()\"'“”/@#_*~")
EMOJI = ["😀", "🇻🇳", "👨\u200d👩\u200d👧"]

letters = st.sampled_from(ACCENTED + CONSONANTS)
words = st.text(letters, min_size=1, max_size=7)
plain = st.lists(words, max_size=12).map(" ".join)
"""Words in NFC with single blanks."""

anything = st.lists(
    st.one_of(
        letters,
        st.sampled_from([unicodedata.normalize("NFD", one)[-1] for one in ACCENTED]),
        st.sampled_from(INVISIBLE + LOOKALIKES + MARKS + EMOJI),
        st.characters(codec="utf-8"),
    ),
    max_size=60,
).map("".join)


@st.composite
def retyped(draw: st.DrawFn, text: str) -> str:
    """The same words from another phone: form, case, blanks, marks, hidden letters."""
    form = draw(st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
    turned = draw(st.sampled_from([str, str.upper, str.lower, str.title]))
    between = draw(st.sampled_from([" ", "  ", "\n", ", ", "… ", " — ", "_", ". "]))
    hidden = draw(st.sampled_from(INVISIBLE))
    every = draw(st.integers(1, 9))
    shown = unicodedata.normalize(form, turned(text)).replace(" ", between)
    return "".join(c + (hidden if n % every == 0 else "") for n, c in enumerate(shown))
