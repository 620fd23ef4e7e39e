"""Training of the words heads: features, fits, out-of-fold logits, calibration."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.preprocessing import normalize

from models.classifier import calibration, gather
from models.classifier.rows import DEV, TEACH, TRAIN, UNKNOWN, Counts, Rows, bare_index
from models.classifier.training import heads
from models.classifier.words import ABUSIVE, CLICKBAIT, FLAGS, TONES, softmax

Array = NDArray[Any]
Progress = Callable[[str, float], None]

TEACH_WEIGHT = 0.3
TAUGHT_WEIGHT = 1.0
#: What the head of comments counts in that of insults; the head of posts counts the rest.
COMMENTS_SHARE = 0.8
#: Flags that lead to "do not share" must be right and silent on clean news; others may be looser.
PRECISION = {"sensational": 0.6, "unverified": 0.6, "commercial": 0.7, "abusive": 0.7,
             "scam": 0.75, "private": 0.75, "graphic": 0.6, "clickbait": 0.78}  # fmt: skip
LEAST = {"abusive": 0.6, "scam": 0.55, "private": 0.4, "graphic": 0.5}
CLEAN_SHARE = 0.0006
UNCLEAR_ACCURACY = 0.4


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that the heads are fitted on."""

    rows: Rows
    written: sparse.csr_matrix
    bare: sparse.csr_matrix
    weight: Array
    idf: Array


def csr(counts: Counts, width: int) -> sparse.csr_matrix:
    """Counts as a sparse matrix."""
    data = counts.count.astype(np.float64)
    return sparse.csr_matrix((data, counts.at, counts.start), shape=(len(counts), width))


def tfidf(counts: sparse.csr_matrix, evidence: Array, idf: Array) -> sparse.csr_matrix:
    """Sublinear TF-IDF of length 1, and the evidence beside it."""
    found = counts.copy()
    found.data = 1.0 + np.log(found.data)
    scaled = normalize(found @ sparse.diags(idf), copy=False)
    return sparse.hstack([scaled, sparse.csr_matrix(evidence / 255.0)]).tocsr()


def material(rows: Rows, grams: Sequence[str], weight: Array) -> Material:
    """The two views of all rows; idf from the rows whose tone is known, dev left out."""
    width, index = len(grams), bare_index(grams)
    known = np.flatnonzero(index >= 0)
    shape = (width, width)
    strip = sparse.csr_matrix((np.ones(len(known)), (known, index[known])), shape=shape)
    written = csr(rows.counts, width)
    bare = (written @ strip).tocsr()
    base = np.flatnonzero((rows.part == TRAIN) & (rows.tone != UNKNOWN))
    frequency = sum(np.bincount(m[base].indices, minlength=width) for m in (written, bare))
    idf = np.log((1 + 2 * len(base)) / (1 + np.asarray(frequency))) + 1
    return Material(
        rows, tfidf(written, rows.evidence, idf), tfidf(bare, rows.bare_evidence, idf), weight, idf
    )


def fit_tone(of: Material, pick: Array, teacher: int) -> Any:
    """The tone head on some rows, as written and without accents.

    Unlabelled rows count as the given ``teacher`` has them, the less the less it is sure.
    """
    taught = of.rows.teach[:, teacher] / 255
    told = np.flatnonzero(taught.sum(axis=1) > 0)
    known = pick[of.rows.tone[pick] != UNKNOWN]
    rows = np.concatenate([known, told])
    classes = np.concatenate([of.rows.tone[known], taught[told].argmax(axis=1)])
    sure = TAUGHT_WEIGHT * (taught[told].max(axis=1) - 0.2)
    weight = np.concatenate([of.weight[known], sure])
    x = sparse.vstack([of.written[rows], of.bare[rows]])
    return heads.many(x, np.tile(classes, 2), np.tile(weight, 2))


def fit_flag(of: Material, pick: Array, flag: int) -> tuple[Array, float]:
    """The head of one flag on some rows, as written and without accents: weights and bias.

    Comments insult in other words than posts do. Each learns a head of its own, neither blurred by
    the other, and the flag's is their weighted sum.
    """
    comments = are_comments(of.rows)[pick]
    if flag != ABUSIVE or not comments.any() or comments.all():
        return _one(of, pick, flag)
    (posts, bias), (said, other) = (_one(of, pick[where], flag) for where in (~comments, comments))
    share = COMMENTS_SHARE
    return (1 - share) * posts + share * said, (1 - share) * bias + share * other


def are_comments(rows: Rows) -> Array:
    """Which rows are marked comments: whether they insult is all that is known of them."""
    known = rows.flags != UNKNOWN
    return np.asarray(known[:, ABUSIVE] & (known.sum(axis=1) == 1) & (rows.tone == UNKNOWN))


def _one(of: Material, pick: Array, flag: int) -> tuple[Array, float]:
    x = sparse.vstack([of.written[pick], of.bare[pick]])
    aside = 1.0 if flag in (ABUSIVE, CLICKBAIT) else TEACH_WEIGHT
    weight = np.where(of.rows.part[pick] == TEACH, aside, 1.0) * of.weight[pick]
    room = heads.ABUSIVE_C if flag == ABUSIVE else heads.FLAG_C
    head = heads.one(x, np.tile(of.rows.flags[pick, flag], 2), np.tile(weight, 2), room)
    return head.coef_[0], float(head.intercept_[0])


def fit(of: Material, pick: Array, teacher: int = gather.FOLDS) -> tuple[Array, Array]:
    """All heads on some rows: weights (features by heads) and biases."""
    rows = of.rows
    tone = fit_tone(of, pick, teacher)
    flags = [fit_flag(of, pick[rows.flags[pick, i] != UNKNOWN], i) for i in range(len(FLAGS))]
    weights = np.vstack([tone.coef_, *(weights for weights, _ in flags)]).T
    return weights, np.array([*tone.intercept_, *(bias for _, bias in flags)])


def out_of_fold(of: Material, progress: Progress, dev: bool = False) -> tuple[Array, Array]:
    """Logits of every row by heads that did not see its fold: as written, without accents.

    Rows of part DEV are judged by, and with ``dev`` (for reporting only) also teach, the others.
    """
    width = len(TONES) + len(FLAGS)
    written, bare = np.zeros((len(of.rows), width)), np.zeros((len(of.rows), width))
    may = dev | (of.rows.part != DEV)
    for fold in range(gather.FOLDS):
        progress("cross-validation", fold / gather.FOLDS)
        weights, bias = fit(of, np.flatnonzero(may & (of.rows.fold != fold)), fold)
        out = np.flatnonzero(of.rows.fold == fold)
        written[out] = of.written[out] @ weights + bias
        bare[out] = of.bare[out] @ weights + bias
    progress("cross-validation", 1.0)
    return written, bare


def calibrate(of: Material, logits: Array) -> dict[str, Any]:
    """Scales, shifts and thresholds from out-of-fold logits of the labelled training posts."""
    rows = of.rows
    base = (rows.part == TRAIN) & (rows.tone != UNKNOWN)
    z, y = logits[base], rows.tone[base]
    scale, shift = calibration.fit_tone(z[:, :3], y)
    scales, shifts = [scale] * 3, list(shift)
    p = softmax(z[:, :3] * scale + shift)
    thresholds = {}
    for i, flag in enumerate(FLAGS):
        known = (rows.part == TRAIN) & (rows.flags[:, i] != UNKNOWN)
        a, b = calibration.fit_flag(logits[known, 3 + i], rows.flags[known, i])
        scales.append(a)
        shifts.append(b)
        q = 1 / (1 + np.exp(-(logits[:, 3 + i] * a + b)))
        clean = (rows.part == TEACH) & (rows.flags[:, FLAGS.index("scam")] == 0)
        quiet = calibration.quiet_on(q[clean], CLEAN_SHARE) if flag in LEAST else 0.0
        least = max(LEAST.get(flag, 0.3), quiet)
        thresholds[flag] = round(
            calibration.threshold_for(q[known], rows.flags[known, i], PRECISION[flag], least), 4
        )
    return {
        "scale": np.array(scales),
        "shift": np.array(shifts),
        "thresholds": thresholds,
        "unclear_below": calibration.unclear_below(p, y, UNCLEAR_ACCURACY),
    }
