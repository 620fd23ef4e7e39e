"""Training: from the shipped features, the same numbers every time, equal to scikit-learn's."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from models.classifier import gather, rows
from models.classifier.reading import read
from models.classifier.rows import DEV, FOLDER, TEACH, Counts
from models.classifier.training import words as training
from models.classifier.training.preparing import own_rows
from models.classifier.words import ABUSIVE, Words, softmax
from models.text import unaccent

RECORDED = Path(__file__).parent / "recorded_scores.json"
TEXTS = [
    json.loads(line)["text"]
    for line in (gather.CORPUS / "seed_tone.jsonl").read_text(encoding="utf-8").splitlines()[::6]
]


@pytest.fixture(scope="module")
def tenth() -> tuple[training.Material, list[str]]:
    """Every tenth labelled row, and every fiftieth that only teaches flags."""
    whole, grams, _ = rows.load(FOLDER)
    at = np.arange(len(whole))
    part = whole.where((whole.part != DEV) & (at % np.where(whole.part == TEACH, 50, 10) == 0))
    return training.material(part, grams, np.ones(len(part))), grams


@pytest.fixture(scope="module")
def fitted(tenth: tuple[training.Material, list[str]]) -> Words:
    of, grams = tenth
    weights, bias = training.fit(of, np.arange(len(of.rows)))
    plain = np.ones(len(bias)), np.zeros(len(bias))
    return Words(
        {gram: i for i, gram in enumerate(grams)},
        *(np.asarray(a, dtype=np.float32) for a in (of.idf, weights, bias, *plain)),
        unclear_below=0.4, thresholds={}, name="tenth",
    )  # fmt: skip


def test_a_tenth_of_the_rows_gives_the_recorded_scores(fitted: Words) -> None:
    """To record anew after a deliberate change: delete the file and run this test twice."""
    got = [[round(float(x), 4) for x in fitted.logits(read(text))] for text in TEXTS]
    if not RECORDED.exists():
        RECORDED.write_text(json.dumps(got), encoding="utf-8")
        pytest.fail("recorded anew: run again")
    np.testing.assert_allclose(got, json.loads(RECORDED.read_text(encoding="utf-8")), atol=0.02)


def test_served_scores_equal_scikit_learns(
    tenth: tuple[training.Material, list[str]], fitted: Words
) -> None:
    of, grams = tenth
    head = training.fit_tone(of, np.arange(len(of.rows)), gather.FOLDS)
    for text in [*TEXTS, *map(unaccent, TEXTS)]:
        reading = read(text)
        counts = training.csr(rows.count([reading], fitted.vocabulary), len(grams))
        exact = np.array([reading.evidence]) * 255.0
        expected = head.predict_proba(training.tfidf(counts, exact, of.idf))[0]
        np.testing.assert_allclose(softmax(fitted.logits(read(text))[:3]), expected, atol=1e-4)


def test_only_grams_of_five_public_posts_or_three_of_ours_ship() -> None:
    """Counts of rare words could give a text away."""
    public = Counter({"often": 5, "rare": 4, "unused": 9})
    ours = Counter({"ours": 3, "once": 2})
    wanted = Counter({"often": 2, "rare": 4, "ours": 2, "once": 2, "unused": 1})
    assert gather.vocabulary_of(public, ours, wanted) == ["often", "ours"]


def test_no_digit_ships_in_the_vocabulary() -> None:
    _, grams, _ = rows.load(FOLDER)
    words = {word for gram in grams for word in gram.split(" ")}
    digits = {word for word in words if any(c.isdigit() for c in word)}
    assert digits <= {"0link", "0phone", *(f"{n}n" for n in range(10))}


def test_the_unaccented_form_of_a_gram_is_found() -> None:
    grams = ["bão số", "bao so", "tin", "lụt"]
    assert rows.bare_index(grams).tolist() == [1, 1, 2, -1]


def test_rows_come_back_from_disk_as_they_were(tmp_path: Path) -> None:
    whole, grams, facts = rows.load(FOLDER)
    few = whole.where(np.arange(len(whole)) % 97 == 0)
    rows.save(tmp_path, few, grams, {"sources": facts["sources"]})
    back, same, _ = rows.load(tmp_path)
    assert same == grams
    np.testing.assert_array_equal(back.counts.at, few.counts.at)
    np.testing.assert_array_equal(back.flags, few.flags)


def test_taking_rows_keeps_each_rows_counts() -> None:
    counts = Counts(np.array([0, 2, 2, 5]), np.array([1, 4, 0, 2, 3]), np.array([9, 8, 7, 6, 5]))
    taken = counts.take(np.array([2, 0, 1]))
    assert taken.start.tolist() == [0, 3, 5, 5]
    assert taken.at.tolist() == [0, 2, 3, 1, 4]
    assert taken.count.tolist() == [7, 6, 5, 9, 8]


def test_comments_and_posts_learn_insults_apart() -> None:
    """A word that insults in comments alone is not taken back by the posts that use it kindly."""
    of, insult = _comments_and_posts()
    weights, bias = training.fit_flag(of, np.arange(len(of.rows)), ABUSIVE)
    said, _ = training.fit_flag(of, np.flatnonzero(training.are_comments(of.rows)), ABUSIVE)
    kept, _ = training.fit_flag(of, np.flatnonzero(~training.are_comments(of.rows)), ABUSIVE)
    assert said[insult] > 0 > kept[insult]
    share = training.COMMENTS_SHARE
    np.testing.assert_allclose(weights, share * said + (1 - share) * kept)
    assert np.isfinite(bias)


def _comments_and_posts() -> tuple[training.Material, int]:
    """Sixty comments, half of them with a rude word, and sixty posts in which it is no insult."""
    lines = [
        gather.Sample(f"đồ bò số {i}" if i % 2 else f"hay quá số {i}", "own", None,
                      {"abusive": i % 2}, TEACH)
        for i in range(60)
    ] + [
        gather.Sample(f"đàn bò nhà tôi {i}" if i % 2 else f"quán dở ẹc {i}", "own", "neutral",
                      dict.fromkeys(gather.MARKS, 0) | {"abusive": 1 - i % 2})
        for i in range(60)
    ]  # fmt: skip
    grams = sorted({gram for line in lines for gram in read(line.text).grams})
    table = own_rows(lines, grams, ["own"])
    return training.material(table, grams, np.ones(len(table))), grams.index("bò")
