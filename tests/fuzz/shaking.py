"""Seeds with something cut out, put in, doubled or changed."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.fakes.vietnamese import anything

_PIECES = [b"", b"\x00", b"\xff", b'"', b"[", b"]]", b"{", b"=", b"\n", b"://", b"%25", b"xn--",
    b"@",
           b"\xe2\x80\xae", b"\xed\xa0\xbd", b"9" * 40, b"1e999", b"a" * 300]  # fmt: skip


@st.composite
def shaken(draw: st.DrawFn, seeds: list[bytes]) -> bytes:
    """One of the seeds after up to four changes."""
    made = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(made)))
        end = min(len(made), start + draw(st.integers(0, 30)))
        put = draw(st.one_of(st.sampled_from(_PIECES), st.just(made[start:end] * 2), _words))
        made = made[:start] + put + made[end:]
    return made


_words = anything.map(str.encode)
