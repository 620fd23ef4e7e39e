"""A newly trained model takes the place of the old one only if it is no worse on the frozen set."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.classifier import metrics
from models.classifier import rows as table
from models.classifier.blend import FIELDS, kernel, width_of
from models.classifier.rows import DEV
from models.classifier.training import blend
from models.classifier.training.words import csr, tfidf
from models.classifier.words import WEIGHTS, load_words, softmax

Array = NDArray[Any]

NEXT, PREVIOUS = "next", "previous"
PARTS = ("words.npz", "vocabulary.txt.gz", "manifest.json", "blend")


def frozen_score(folder: Path, features: Path = table.FOLDER) -> float:
    """Tone macro-F1 of the model in ``folder`` on the posts that never train.

    The frozen posts ship as counts and embeddings; words and encoder are joined where ``folder``
    has both.
    """
    rows, grams, _ = table.load(features)
    frozen = rows.where(rows.part == DEV)
    words = load_words(folder)
    at = np.array([words.vocabulary.get(gram, -1) for gram in grams])
    counts = csr(frozen.counts, len(grams))[:, at >= 0]
    order = np.argsort(at[at >= 0])
    x = tfidf(counts[:, order], frozen.evidence, words.idf)
    logits = x @ words.weights.astype(float) + words.bias
    tone = softmax((logits * words.scale + words.shift)[:, :3])
    if (folder / "blend").is_dir():
        tone = _joined(folder / "blend" / "blend.npz", frozen, tone)
    return metrics.macro_f1(frozen.tone, tone.argmax(axis=1))


def _joined(file: Path, frozen: table.Rows, tone: Array) -> Array:
    held = blend.stored(file)
    assert held is not None  # noqa: S101 - the caller saw its folder
    with np.load(file, allow_pickle=False) as arrays:
        part = {key: np.asarray(arrays[key], dtype=np.float32) for key in FIELDS}
    near = kernel(held.of(frozen.key), part["support"], width_of(part["mean"]))
    ridge = near @ part["coef"] + part["centre"]
    stack = blend.Stack(*(part[key] for key in FIELDS[-4:]))
    return stack.tones(ridge, tone)


def promote(out: Path) -> dict[str, Any]:
    """Put the model in ``out/next`` in the place of that in ``out``, if it is no worse.

    The replaced one is kept in ``out/previous`` (see ``restore``). Returns both scores and whether
    it was promoted; a worse model stays in ``out/next``.
    """
    standing = out if (out / PARTS[0]).is_file() else WEIGHTS
    before, after = frozen_score(standing), frozen_score(out / NEXT)
    found = {"frozen_before": round(before, 4), "frozen_after": round(after, 4)}
    if after < before:
        return {**found, "promoted": False}
    shutil.rmtree(out / PREVIOUS, ignore_errors=True)
    _move(out, out / PREVIOUS)
    _move(out / NEXT, out)
    shutil.rmtree(out / NEXT)
    return {**found, "promoted": True}


def restore(out: Path) -> bool:
    """Put the model that was replaced last back; False when there is none."""
    if not (out / PREVIOUS).is_dir():
        return False
    _move(out, out / NEXT)
    _move(out / PREVIOUS, out)
    shutil.rmtree(out / PREVIOUS)
    return True


def _move(source: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for name in PARTS:
        if (source / name).exists():
            if (target / name).is_dir():
                shutil.rmtree(target / name)
            shutil.move(source / name, target / name)
