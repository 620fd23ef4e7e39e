"""Strategies for what nobody should send and somebody will."""

from __future__ import annotations

import unicodedata
from datetime import date

from hypothesis import strategies as st

from models.balance import Balance, Tally
from models.seen import Seen
from models.verdict import Finding, Level, Source, Status, Tier, Tone, Verdict

_VIETNAMESE = (
    "aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"
)
_LETTERS = _VIETNAMESE + _VIETNAMESE.upper() + unicodedata.normalize("NFD", _VIETNAMESE)
_TRAPS = (
    "<>&\"'{}%#@/\\;:.!?…“”\n\r\t \u200b\u200d\u202e\ufeff\u0301\ud83d\udc4d😀👩‍👩‍👧аеосر\x00\x1b"
)
_PIECES = (
    "</b>", "<b>", "&amp;", "&#0;", "<!--", "<![CDATA[", "{{ 7*7 }}", "{% raw %}", "]]>",
    "<a href='x'>", "https://xau.xyz/?a=1&b=2", "@moi_nguoi", "/start", "𝐓𝐢𝐧", "\x1b[31m",
)  # fmt: skip

letters = st.sampled_from(_LETTERS + _TRAPS)
texts = st.lists(letters | st.sampled_from(_PIECES), max_size=60).map("".join)
long_texts = st.builds(lambda piece, times: piece * times, texts, st.integers(0, 40))
strings = texts | long_texts
counts = st.integers(0, 5) | st.integers(0, 200_000)
tallies = st.builds(Tally, counts, counts, counts, counts)
bases = st.none() | strings
balances = st.builds(
    Balance, tallies, st.sampled_from((7, 30, 90, 365)),
    st.dates(date(2024, 1, 1), date(2030, 1, 1)), st.none() | tallies, bases,
)  # fmt: skip
findings = st.builds(
    Finding, strings, st.sampled_from(Status), strings, strings, strings, strings,
    st.none() | st.sampled_from(Level),
)  # fmt: skip
seens = st.builds(
    Seen, st.dates(date(2024, 1, 1), date(2030, 1, 1)), st.none() | st.integers(50, 99), strings,
    shared=st.booleans(), declined=st.booleans(), doubted=st.booleans(),
)  # fmt: skip
sources = st.builds(Source, st.sampled_from(Tier), *(st.none() | strings for _ in range(5)))
verdicts = st.builds(
    Verdict,
    level=st.sampled_from(Level),
    tone=st.sampled_from(Tone),
    confidence=st.floats(),
    tone_p=st.dictionaries(st.sampled_from(Tone), st.floats(0, 1)),
    flags=st.just({}),
    findings=st.lists(findings, max_size=6).map(tuple),
    source=sources,
    reference=strings,
    warning=st.booleans(),
    draft=st.booleans(),
    successor_note=st.booleans(),
)
