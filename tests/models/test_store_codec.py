"""What is kept as JSON comes back as it was, whatever letters people type."""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from models.post import Origin, OriginKind, Post
from models.store.codec import (
    dump,
    dump_parts,
    dump_verdict,
    load_parts,
    load_verdict,
    sound,
    without_words,
)
from models.verdict import Finding, Level, Source, Status, Tier, Tone, Verdict

_LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyắằẳẵặấầẩẫậếềểễệốồổỗộớờởỡợứừửữự"
_ODD = '\u200b\u200d\ufeff\u202e\u0301\u0323АВеоіΑο🟡\x00\n"\\0123456789 '
words = st.text(st.sampled_from(_LETTERS + _LETTERS.upper() + _ODD), max_size=30).flatmap(
    lambda text: st.sampled_from([text, unicodedata.normalize("NFD", text)])
)
maybe = st.none() | words
origins = st.none() | st.builds(Origin, st.sampled_from(get_args(OriginKind)), maybe, maybe, maybe)
dates = st.none() | st.datetimes(datetime(2000, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
tuples = st.lists(words, max_size=3).map(tuple)
posts = st.builds(
    Post,
    words,
    tuples,
    origins,
    tuples,
    dates,
    maybe,
    st.booleans(),
    words,
    st.none() | st.dates(),
    st.lists(st.tuples(words, words), max_size=2).map(tuple),
    words,
)
findings = st.builds(
    Finding,
    words,
    st.sampled_from(Status),
    words,
    words,
    words,
    words,
    st.none() | st.sampled_from(Level),
)
sources = st.builds(Source, st.sampled_from(Tier), maybe, maybe, maybe, maybe, maybe)
chances = st.floats(0, 1)
verdicts = st.builds(
    Verdict,
    level=st.sampled_from(Level),
    tone=st.sampled_from(Tone),
    confidence=chances,
    tone_p=st.dictionaries(st.sampled_from(Tone), chances),
    flags=st.dictionaries(words, chances, max_size=3),
    findings=st.lists(findings, max_size=3).map(tuple),
    source=sources,
    reference=words,
    model=words,
    packs=tuples,
    warning=st.booleans(),
    draft=st.booleans(),
    keep_text=st.booleans(),
    successor_note=st.booleans(),
    question=maybe,
)


def _known(origin: Origin | None) -> Origin | None:
    """An empty name says no more than none."""
    if origin is None:
        return None
    return Origin(origin.kind, origin.id or None, origin.username or None, origin.name or None)


@given(st.dictionaries(words, posts, max_size=3))
def test_messages_come_back_in_their_order(parts: dict[str, Post]) -> None:
    found = load_parts(dump_parts(parts))
    assert list(found) == list(parts)
    for key, post in parts.items():
        kept = found[key]
        assert (kept.text, kept.links, kept.media) == (post.text, post.links, post.media)
        assert (kept.date, kept.draft, kept.origin) == (post.date, post.draft, _known(post.origin))
        assert kept.stable_id == (post.stable_id or None)


@given(verdicts)
def test_a_verdict_comes_back_whole(verdict: Verdict) -> None:
    assert load_verdict(dump_verdict(verdict), verdict.reference) == verdict


@given(verdicts)
def test_fields_of_a_later_version_are_left_unread(verdict: Verdict) -> None:
    fields = json.loads(dump_verdict(verdict))
    fields["mood"] = "calm"
    fields["source"]["owner"] = "somebody"
    for finding in fields["findings"]:
        finding["weight"] = 3
    assert load_verdict(dump(fields), verdict.reference) == verdict


@given(st.text())
def test_a_sound_text_can_be_written_and_is_else_unchanged(text: str) -> None:
    assert sound(text).encode().decode() == sound(text)
    if all(not 0xD800 <= ord(letter) <= 0xDFFF for letter in text):
        assert sound(text) == text


@given(verdicts)
def test_a_verdict_without_words_has_none_and_is_left_as_it_is_written(verdict: Verdict) -> None:
    bare = without_words(dump_verdict(verdict))
    assert without_words(bare) is bare
    fields = json.loads(bare)
    assert not any(finding["evidence"] for finding in fields["findings"])
    source = fields["source"]
    if source["tier"] == "T4" and not source["trusted_as"]:
        assert (source["host"], source["name"], source["suspicion"]) == (None, None, None)
    spaced = json.dumps(fields)
    assert without_words(spaced) == spaced
