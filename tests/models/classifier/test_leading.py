"""What the words add to a tone: every term of the model's own sum, no more and no less."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.classifier.leading import lead
from models.classifier.reading import evidence_names, read
from models.classifier.words import TONES, load_default
from models.post import Post
from models.verdict import Tone
from models.why import why
from tests.fakes.vietnamese import anything

BETTING = "NHÀ CÁI UY TÍN, cược bóng đá, nạp lần đầu tặng 200%, rút tiền nhanh! Nhà cái số 1"
FIRE = "Cháy lớn tại xưởng gỗ, 3 người tử vong, nhiều người bị thương nặng!!!"


def _difference(text: str, tone: Tone) -> float:
    """A tone's calibrated logit less the mean of the others."""
    words = load_default()
    logits = (words.logits(read(text)) * words.scale + words.shift)[: len(TONES)].astype(float)
    at = TONES.index(tone)
    return float(logits[at] - np.delete(logits, at).mean())


@pytest.mark.parametrize("tone", TONES)
@pytest.mark.parametrize("text", [FIRE, BETTING, f"{FIRE} {BETTING}" * 4, "Chay nha, 2 nguoi chet"])
def test_the_terms_of_a_post_add_up_too(text: str, tone: Tone) -> None:
    """With several cues of a kind, some of them more than once."""
    assert lead(load_default(), text, tone).total == pytest.approx(
        _difference(text, tone), abs=1e-3
    )


@settings(max_examples=60, deadline=None)
@given(anything, st.sampled_from(TONES))
def test_the_terms_add_up_to_the_difference_of_the_logits(text: str, tone: Tone) -> None:
    assert lead(load_default(), text, tone).total == pytest.approx(
        _difference(text, tone), abs=1e-3
    )


@settings(max_examples=60, deadline=None)
@given(anything)
def test_the_tone_with_the_best_logit_leads(text: str) -> None:
    words = load_default()
    best = TONES[int((words.logits(read(text)) * words.scale + words.shift)[:3].argmax())]
    assert lead(words, text, best).total >= -1e-4


def test_a_kind_of_cues_is_told_by_its_phrases() -> None:
    """“Dấu hiệu tiêu cực” would explain nothing; the words that were counted do."""
    found = lead(load_default(), FIRE, Tone.NEGATIVE)
    cues = {pull.words for pull in found.pulls if pull.words}
    assert {"tử vong", "bị thương", "cháy"} <= cues
    assert "negative" not in {pull.sign for pull in found.pulls}
    assert {pull.sign for pull in found.pulls if pull.sign} <= set(evidence_names())


def test_a_true_disaster_is_negative_for_its_words() -> None:
    told = why(lead(load_default(), FIRE, Tone.NEGATIVE), Post(FIRE)).towards
    assert {"tử vong", "bị thương", "Cháy"} <= set(told.words)


def test_a_post_typed_without_accents_is_explained_as_typed() -> None:
    bare = "Chay lon tai xuong go, 3 nguoi tu vong"
    assert "tu vong" in why(lead(load_default(), bare, Tone.NEGATIVE), Post(bare)).towards.words


def test_an_unclear_tone_has_no_side() -> None:
    with pytest.raises(ValueError, match="not in tuple"):
        lead(load_default(), FIRE, Tone.UNCLEAR)
