"""Training: the only file that knows scikit-learn. Rows in, plain arrays out."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import sklearn
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize

from models.classifier import calibration, gather, manifest
from models.classifier import rows as table
from models.classifier.reading import CUES_FILE, read
from models.classifier.rows import DEV, TEACH, TRAIN, UNKNOWN, Counts, Rows
from models.classifier.words import ARRAYS_FILE, FLAGS, KIND, TONES, VOCABULARY_FILE, softmax

Array = NDArray[Any]
Progress = Callable[[str, float], None]

TONE_C = 6.0
FLAG_C = 4.0
TEACH_WEIGHT = 0.3
CORRECTION_WEIGHT = 3.0
#: Flags that lead to "do not share" must be right and silent on clean news; others may be looser.
PRECISION = {"sensational": 0.6, "unverified": 0.6, "commercial": 0.7, "abusive": 0.8,
             "scam": 0.8, "private": 0.8, "graphic": 0.8}  # fmt: skip
LEAST = {"abusive": 0.6, "scam": 0.55, "private": 0.5, "graphic": 0.6}
CLEAN_SHARE = 0.0006
UNCLEAR_ACCURACY = 0.45


@dataclass(frozen=True, slots=True)
class Correction:
    """A post whose tone a person put right, with where that is known from."""

    text: str
    tone: str
    provenance: str = "correction"


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


def material(rows: Rows, width: int, weight: Array) -> Material:
    """The two views of all rows; idf from the rows whose tone is known, dev left out."""
    written, bare = csr(rows.counts, width), csr(rows.bare, width)
    base = np.flatnonzero((rows.part == TRAIN) & (rows.tone != UNKNOWN))
    frequency = sum(np.bincount(m[base].indices, minlength=width) for m in (written, bare))
    idf = np.log((1 + 2 * len(base)) / (1 + np.asarray(frequency))) + 1
    return Material(
        rows, tfidf(written, rows.evidence, idf), tfidf(bare, rows.bare_evidence, idf), weight, idf
    )


def fit_tone(of: Material, pick: Array) -> LogisticRegression:
    """The tone head on some rows, as written and without accents."""
    x = sparse.vstack([of.written[pick], of.bare[pick]])
    head = LogisticRegression(C=TONE_C, max_iter=300)
    return head.fit(x, np.tile(of.rows.tone[pick], 2), np.tile(of.weight[pick], 2))


def fit_flag(of: Material, pick: Array, flag: int) -> LogisticRegression:
    """The head of one flag on some rows, as written and without accents."""
    x = sparse.vstack([of.written[pick], of.bare[pick]])
    teaching = np.where(of.rows.part[pick] == TEACH, TEACH_WEIGHT, 1.0) * of.weight[pick]
    head = LogisticRegression(C=FLAG_C, solver="liblinear", random_state=7)
    return head.fit(x, np.tile(of.rows.flags[pick, flag], 2), np.tile(teaching, 2))


def fit(of: Material, pick: Array) -> tuple[Array, Array]:
    """All heads on some rows: weights (features by heads) and biases."""
    rows = of.rows
    tone = fit_tone(of, pick[(rows.tone[pick] != UNKNOWN)])
    heads, biases = [tone.coef_], [tone.intercept_]
    for i in range(len(FLAGS)):
        head = fit_flag(of, pick[rows.flags[pick, i] != UNKNOWN], i)
        heads.append(head.coef_)
        biases.append(head.intercept_)
    return np.vstack(heads).T, np.concatenate(biases)


def out_of_fold(of: Material, progress: Progress, dev: bool = False) -> tuple[Array, Array]:
    """Logits of every row by heads that did not see its fold: as written, without accents.

    Rows of part DEV are judged by, and with ``dev`` (for reporting only) also teach, the others.
    """
    heads = len(TONES) + len(FLAGS)
    written, bare = np.zeros((len(of.rows), heads)), np.zeros((len(of.rows), heads))
    may = dev | (of.rows.part != DEV)
    for fold in range(gather.FOLDS):
        progress("cross-validation", fold / gather.FOLDS)
        weights, bias = fit(of, np.flatnonzero(may & (of.rows.fold != fold)))
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


def correction_rows(
    corrections: Sequence[Correction], grams: Sequence[str], sources: Sequence[str]
) -> Rows:
    """Rows of the posts that people put right."""
    samples = [gather.Sample(c.text, "own", c.tone) for c in corrections]
    return _own_rows(samples, grams, sources)


def _own_rows(
    samples: Sequence[gather.Sample], grams: Sequence[str], sources: Sequence[str]
) -> Rows:
    readings = [(read(s.text), gather.unaccented(s.text)) for s in samples]
    at = {gram: i for i, gram in enumerate(grams)}
    return gather.rows_of(samples, readings, at, sources)


def prepare(
    data: Path | None,
    keep: Path,
    corrections: Sequence[Correction],
    progress: Progress,
    without: Sequence[str] = (),
) -> tuple[Material, list[str], list[dict[str, Any]]]:
    """Rows of the public posts (read anew from ``data``, or as shipped), our own, and corrections.

    ``without`` names sources to leave out. Rows read anew are kept in ``keep``.
    """
    if data is None:
        rows, grams, facts = table.load(keep if keep.is_dir() else table.FOLDER)
    else:
        rows, grams, facts = gather.gather(data, progress)
        table.save(keep, rows, grams, facts)
    names = [source["name"] for source in facts["sources"]]
    rows = rows.where(~np.isin(rows.source, [names.index(n) for n in without]))
    own = gather.own_corpus()
    rows = table.join(rows, _own_rows(own, grams, [*names, "own"]))
    weight = np.ones(len(rows))
    if corrections:
        rows = table.join(rows, correction_rows(corrections, grams, [*names, "own"]))
        weight = np.concatenate([weight, np.full(len(corrections), CORRECTION_WEIGHT)])
    sources = [s for s in facts["sources"] if s["name"] not in without]
    sources.append({"name": "own", "licence": gather.LICENCES["own"], "rows": len(own)})
    if corrections:
        sources.append(
            {"name": "corrections", "licence": "the unit's own", "rows": len(corrections)}
        )
    return material(rows, len(grams), weight), grams, sources


def train(
    *,
    data: Path | None,
    out: Path,
    corrections: Sequence[Correction] = (),
    progress: Progress,
    without: Sequence[str] = (),
    today: date | None = None,
) -> dict[str, Any]:
    """Train every head and write arrays, vocabulary and manifest into ``out``.

    ``data`` is the folder of the public sets; None trains from the features that ship with the
    project. Returns a report: rows, sources, thresholds, and how far the new arrays lie from those
    that were in ``out`` before (``moved``, None when there were none of that shape).
    """
    of, grams, sources = prepare(data, out.parent / "features", corrections, progress, without)
    logits, _ = out_of_fold(of, progress)
    fitted = calibrate(of, logits)
    progress("fitting", 0.0)
    weights, bias = fit(of, np.flatnonzero(of.rows.part != DEV))
    arrays = {
        "idf": of.idf, "weights": weights, "bias": bias,
        "scale": fitted["scale"], "shift": fitted["shift"],
    }  # fmt: skip
    single = {key: value.astype(np.float32) for key, value in arrays.items()}
    moved = _moved(out, single)
    facts = {
        "kind": KIND,
        "name": f"words-{(today or date.today()).isoformat()}",  # noqa: DTZ011 - a label
        "tones": [tone.value for tone in TONES],
        "flags": list(FLAGS),
        "thresholds": fitted["thresholds"],
        "unclear_below": fitted["unclear_below"],
        "sources": sources,
        "cues": manifest.digest(CUES_FILE),
        "versions": {"scikit-learn": sklearn.__version__, "numpy": np.__version__},
    }
    write(out, single, grams, facts)
    progress("fitting", 1.0)
    return {"rows": len(of.rows), "grams": len(grams), "moved": moved, "out": str(out), **facts}


def write(out: Path, arrays: dict[str, Array], grams: Sequence[str], facts: dict[str, Any]) -> None:
    """Write a words model."""
    out.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(out / ARRAYS_FILE, **arrays)  # type: ignore[arg-type]
    packed = gzip.compress("\n".join(grams).encode("utf-8"), 9, mtime=0)
    (out / VOCABULARY_FILE).write_bytes(packed)
    manifest.write(out, facts, [ARRAYS_FILE, VOCABULARY_FILE])


def _moved(out: Path, arrays: dict[str, Array]) -> float | None:
    if not (out / ARRAYS_FILE).is_file():
        return None
    with np.load(out / ARRAYS_FILE, allow_pickle=False) as before:
        if before["weights"].shape != arrays["weights"].shape:
            return None
        return float(np.abs(before["weights"] - arrays["weights"]).max())
