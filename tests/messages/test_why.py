"""The answer to "vì sao?": a name for every sign, one message whatever is in it."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from messages import render
from messages.markup import TEXT_LIMIT
from messages.terminal import plain
from messages.why import SIGNS
from models.classifier.reading import SURFACE, cues, evidence_names
from models.verdict import Finding, Level, Status, Tone, Verdict
from models.why import SHOWN, Told, Why
from tests.messages.hostile import strings, verdicts
from tests.messages.samples import RUMOUR, WHY, verdict
from tests.messages.strict import read, units

tolds = st.builds(
    Told,
    st.lists(strings, max_size=SHOWN).map(tuple),
    st.lists(st.sampled_from([*evidence_names(), "later"]), max_size=SHOWN).map(tuple),
)
whys = st.builds(
    Why,
    st.sampled_from([Tone.POSITIVE, Tone.NEUTRAL, Tone.NEGATIVE]),
    tolds,
    tolds,
    st.sampled_from(["", "gone", "kept_back", "wordless", "unjudged"]),
    alone=st.booleans(),
    renewed=st.booleans(),
)


def test_every_sign_has_a_name_but_the_length_which_tells_nothing() -> None:
    assert set(SIGNS) == set(SURFACE) - {"length"}
    assert set(evidence_names()) == {*SURFACE, *cues()[0]}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(verdicts, whys, st.none() | st.sampled_from(Tone))
def test_it_is_one_message(given: Verdict, found: Why, tone_set: Tone | None) -> None:
    seen = read(render.why(given, found, tone_set=tone_set).text)
    assert 0 < units(seen) <= TEXT_LIMIT


def test_every_reason_is_told_with_evidence_and_citation() -> None:
    """More than the three of the answer itself."""
    findings = [
        Finding(f"x.{n}", Status.FAIL, f"điều {n}", f"Lý do {n}", f"chữ {n}", "", Level.WITH_CARE)
        for n in range(6)
    ]
    told = plain(render.why(verdict(Level.WITH_CARE, Tone.NEUTRAL, *findings), WHY))
    for n in range(6):
        assert f"• Lý do {n}: “chữ {n}” (điều {n})" in told


def test_the_words_are_named_for_the_tone_and_against_it() -> None:
    told = plain(render.why(RUMOUR, WHY))
    assert "Nghiêng về tiêu cực vì các từ: “nghe nói”, “cắt nước”" in told
    assert "và: dấu chấm than, chữ in hoa." in told
    assert "Kéo lại bởi từ: “phường”." in told


def test_no_word_of_a_refused_post_is_told() -> None:
    """Even if somebody hands them over."""
    refused = verdict(Level.REFUSE)
    assert render.why(refused, WHY) == render.refusal()
