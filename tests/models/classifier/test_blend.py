"""Words and encoder together: one answer, from arrays, equal to scikit-learn's."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.kernel_ridge import KernelRidge

from models.classifier import manifest, rows
from models.classifier.blend import (
    FIELDS,
    FOLDER,
    STEP,
    Blend,
    code,
    kernel,
    load_blend,
    load_classifier,
    width_of,
)
from models.classifier.rows import UNKNOWN
from models.classifier.training import blend as fits
from models.classifier.training import heads
from models.classifier.words import CLICKBAIT, FLAGS, TONES, load_default
from models.errors import BrokenModel
from models.text import unaccent
from tests.fakes.encoder import FakeEncoder

HEADS = len(TONES) + len(FLAGS)
POST = "Khánh thành cầu mới, người dân hai xã phấn khởi đi lại thuận tiện"


@pytest.fixture
def encoder() -> FakeEncoder:
    return FakeEncoder()


@pytest.fixture
def blend(encoder: FakeEncoder) -> Blend:
    return load_blend(load_default(), encoder)


def test_both_readers_are_asked(blend: Blend, encoder: FakeEncoder) -> None:
    scores = blend.scores(POST)
    assert encoder.asked == [POST]
    assert scores.model == blend.name
    assert sum(scores.tone_p.values()) == pytest.approx(1.0, abs=1e-5)
    assert set(scores.flags) == set(FLAGS)


def test_the_encoders_answer_moves_the_tone(blend: Blend) -> None:
    gloomy = replace(blend, centre=blend.centre + np.eye(HEADS, dtype=np.float32)[2])
    usual, moved = blend.scores(POST).tone_p, gloomy.scores(POST).tone_p
    assert list(moved.values())[2] > list(usual.values())[2]


def test_parts_of_a_text_are_compared_without_the_encoder(
    blend: Blend, encoder: FakeEncoder
) -> None:
    """Which sentence speaks most for a flag is asked of eight: the encoder would take a moment."""
    calm, rude = blend.leanings("Trời hôm nay đẹp"), blend.leanings("Đồ ngu như bò, cút đi")
    assert set(calm) == set(FLAGS)
    assert rude["abusive"] > calm["abusive"]
    assert encoder.asked == []


def test_served_ridge_equals_scikit_learns(blend: Blend) -> None:
    """The same kernel ridge fitted by scikit-learn on the first supports gives the same answers."""
    support = blend.support[:60]
    y = np.random.default_rng(7).normal(size=(60, HEADS))
    model = KernelRidge(alpha=0.5, kernel="precomputed").fit(
        kernel(support, support, width_of(blend.mean)), y
    )
    served = replace(
        blend, support=support, lengths=(support**2).sum(axis=1),
        coef=np.asarray(model.dual_coef_, dtype=np.float32), centre=np.zeros(HEADS),
    )  # fmt: skip
    for text in ("Một", "Hai bà mẹ", POST):
        embedding = served.encoder.embed(text)
        x = code(embedding, served.mean, served.spread, served.basis).astype(np.float32)[None]
        expected = model.predict(kernel(x, support, width_of(served.mean)))[0]
        np.testing.assert_allclose(served.ridge(text), expected, atol=1e-4)


def test_heads_over_another_words_model_are_refused(tmp_path: Path, encoder: FakeEncoder) -> None:
    with pytest.raises(BrokenModel, match="belongs to"):
        load_blend(replace(load_default(), name="another"), encoder)


def test_heads_over_another_encoder_are_refused(encoder: FakeEncoder) -> None:
    """One built by an earlier release reads texts otherwise: its numbers would mean nothing."""
    encoder.name = "multilingual-e5-small, adapter-1"
    with pytest.raises(BrokenModel, match="belongs to"):
        load_blend(load_default(), encoder)


def test_a_text_without_accents_is_judged_like_the_text_that_was_meant() -> None:
    served = load_classifier()
    meant, typed = served.scores(POST), served.scores(unaccent(POST))
    assert typed.tone is meant.tone
    assert typed.model == meant.model


def test_a_missing_array_is_refused(tmp_path: Path, encoder: FakeEncoder) -> None:
    copy = Path(shutil.copytree(FOLDER, tmp_path / "blend"))
    with np.load(copy / "blend.npz") as held:
        np.savez(copy / "blend.npz", **{k: held[k] for k in held.files if k != FIELDS[0]})
    facts = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    del facts["files"], facts["format"]
    manifest.write(copy, facts, ["blend.npz"])
    with pytest.raises(BrokenModel, match=FIELDS[0]):
        load_blend(load_default(), encoder, copy)


def test_without_the_encoder_the_words_answer() -> None:
    assert load_classifier(encoder=False).scores(POST).model.startswith("words")


def test_the_shipped_pair_is_of_one_training() -> None:
    """Supports, heads and words belong together, and every labelled row has its embedding."""
    assert load_classifier().scores(POST).model.startswith("blend")
    whole, _, _ = rows.load()
    held = fits.stored(FOLDER / "blend.npz")
    assert held is not None
    assert set(whole.key[fits.supporting(whole)].tolist()) <= set(held.keys.tolist())


def test_coded_embeddings_keep_their_distances() -> None:
    """All directions kept, a code differs from the standardised number by half a step at most."""
    x = np.random.default_rng(7).normal(3.0, 2.0, size=(5, 40))
    turn, _ = np.linalg.qr(np.random.default_rng(8).normal(size=(40, 40)))
    coded = code(x, np.full(40, 3.0), np.full(40, 2.0), turn).astype(float)
    np.testing.assert_allclose(coded * STEP, (x - 3.0) / 2.0 @ turn, atol=STEP / 2 + 1e-6)


def test_the_main_directions_hold_most_of_the_variance(encoder: FakeEncoder) -> None:
    """What is cut off the shipped embeddings is little."""
    held = fits.stored(FOLDER / "blend.npz")
    assert held is not None
    kept = (held.coded.astype(float) * STEP).var(axis=0).sum()
    assert 0.8 < kept / len(held.mean) < 1.0


def _fitted() -> tuple[rows.Rows, fits.Array]:
    """Every fortieth row that teaches, and its coefficients in heads fitted on these."""
    whole, _, _ = rows.load()
    few = whole.take(fits.supporting(whole)[::40])
    held = fits.stored(FOLDER / "blend.npz")
    assert held is not None
    x = held.of(few.key)
    coef, _ = fits.fit_ridge(kernel(x, x, width_of(held.mean)), few, np.ones(len(few)))
    return few, coef


def test_clickbait_is_learned_only_from_posts_of_which_it_is_known() -> None:
    few, coef = _fitted()
    unknown = few.flags[:, CLICKBAIT] < 0
    assert (coef[unknown, len(TONES) + CLICKBAIT] == 0).all()
    assert (coef[~unknown, len(TONES) + CLICKBAIT] != 0).any()


def test_a_headline_of_which_only_clickbait_is_known_teaches_nothing_else() -> None:
    few, coef = _fitted()
    untoned, clickbait = few.tone == UNKNOWN, len(TONES) + CLICKBAIT
    assert (coef[untoned, clickbait] != 0).any()
    assert (np.delete(coef, clickbait, axis=1)[untoned] == 0).all()
    assert (np.delete(coef, clickbait, axis=1)[~untoned] != 0).all()


def test_out_of_fold_answers_do_not_know_their_fold() -> None:
    whole, _, _ = rows.load()
    few = whole.take(fits.supporting(whole)[::40])
    held = fits.stored(FOLDER / "blend.npz")
    assert held is not None
    honest = fits.out_of_fold(few, held, np.ones(len(few)))
    turned = few.tone.copy()
    here = few.fold == 2
    turned[here] = (turned[here] + 1) % 3
    other = fits.out_of_fold(replace(few, tone=turned), held, np.ones(len(few)))
    np.testing.assert_allclose(other[here], honest[here])
    assert not np.allclose(other[~here], honest[~here])


@pytest.mark.parametrize(("flagged", "alone"), [(fits.ENOUGH, True), (fits.ENOUGH - 1, False)])
def test_a_threshold_is_told_by_untuned_posts_where_enough_have_the_flag(
    flagged: int, alone: bool
) -> None:
    """All posts say the same of it; only those on which the encoder was tuned are ever right."""
    whole, _, _ = rows.load()
    few = whole.take(fits.supporting(whole)[:200])
    few = replace(few, flags=np.zeros_like(few.flags), tone=np.zeros_like(few.tone))
    tuned, graphic = np.arange(len(few)) >= 100, FLAGS.index("graphic")
    few.flags[:flagged, graphic] = 1
    few.flags[tuned, graphic] = 1
    said = np.full(few.flags.shape, 0.1)
    said[50:100, graphic] = 0.9
    said[tuned, graphic] = 0.9
    limits = fits.thresholds(few, np.full((len(few), 3), 1 / 3), said, tuned)["thresholds"]
    assert (limits["graphic"] == 0.95) == alone


def test_a_text_without_known_embedding_needs_its_words(encoder: FakeEncoder) -> None:
    with pytest.raises(KeyError):
        fits.embed([17], {}, encoder, None, lambda stage, share: None)


def test_ridge_centres_its_targets() -> None:
    coef, centre = heads.ridge(np.eye(4), np.array([[1.0], [1.0], [1.0], [0.0]]), np.ones(4))
    assert centre == pytest.approx([0.75])
    assert coef.sum() == pytest.approx(0.0)


def test_a_teacher_does_not_know_its_fold() -> None:
    """Else the words' cross-validated figures would be too good."""
    whole, _, _ = rows.load()
    few = whole.take(fits.supporting(whole)[::40])
    held = fits.stored(FOLDER / "blend.npz")
    assert held is not None
    pool = np.arange(10)
    turned = np.where(few.fold == 3, (few.tone + 1) % 3, few.tone)
    first = fits.teach(few, held, pool)
    second = fits.teach(replace(few, tone=turned), held, pool)
    np.testing.assert_array_equal(first[:, 3], second[:, 3])
    assert (first[:, fits.FULL] != second[:, fits.FULL]).any()
