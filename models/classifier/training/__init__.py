"""Training: the only package that knows scikit-learn. Rows in, plain arrays out."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import sklearn
from numpy.typing import NDArray

from models.classifier import manifest
from models.classifier.blend import Embeds
from models.classifier.reading import CUES_FILE
from models.classifier.rows import DEV
from models.classifier.training import blend
from models.classifier.training.preparing import Correction, Prepared, prepare
from models.classifier.training.promotion import NEXT, promote, restore
from models.classifier.training.words import calibrate, fit, out_of_fold
from models.classifier.words import ARRAYS_FILE, FLAGS, KIND, TONES, VOCABULARY_FILE, softmax

__all__ = ["Correction", "Prepared", "encoder_in", "prepare", "restore", "train"]

Array = NDArray[Any]
Progress = Callable[[str, float], None]

#: Weights that move by no more than this are the same: what solvers and half precision leave open.
ROUNDING = 0.02


def train(
    *,
    data: Path | None,
    out: Path,
    corrections: Sequence[Correction] = (),
    progress: Progress,
    without: Sequence[str] = (),
    encoder: Embeds | None = None,
    heads: bool = True,
    today: date | None = None,
) -> dict[str, Any]:
    """Train every head and write arrays, vocabulary and manifests into ``out``.

    With ``corrections`` the new model is written to ``out/next`` and takes the old one's place only
    if it is no worse on the frozen posts; ``restore(out)`` brings the old one back.
    ``data`` is the folder of the public sets; None trains from the features that ship with the
    project. The encoder in ``out`` (or the one given) is used when its files and libraries are
    there; without ``heads`` it is not, and only the words are trained. Returns a report: rows,
    sources, thresholds, and how far the new arrays lie from those that were in ``out`` before
    (``moved``, None when there were none of that shape; ``reproduced`` when that is rounding).
    """
    reader = (encoder or encoder_in(out)) if heads else None
    prepared = prepare(data, out, corrections, progress, without, reader)
    target = out / NEXT if corrections else out
    report = _fit(prepared, out, target, progress, today or date.today())  # noqa: DTZ011 - a label
    return {**report, **(promote(out) if corrections else {})}


def _fit(
    prepared: Prepared, before: Path, out: Path, progress: Progress, today: date
) -> dict[str, Any]:
    of = prepared.of
    logits, _ = out_of_fold(of, progress)
    fitted = calibrate(of, logits)
    progress("fitting", 0.0)
    weights, bias = fit(of, np.flatnonzero(of.rows.part != DEV))
    arrays = {
        "idf": of.idf, "weights": weights, "bias": bias,
        "scale": fitted["scale"], "shift": fitted["shift"],
    }  # fmt: skip
    single = {key: value.astype(np.float32) for key, value in arrays.items()}
    moved = _moved(before, single)
    facts = _facts(prepared, fitted, single, today)
    write(out, single, prepared.grams, facts)
    if prepared.embedded is not None:
        _blend(out, prepared, logits, fitted, facts)
    progress("fitting", 1.0)
    return {
        "rows": len(of.rows),
        "grams": len(prepared.grams),
        "moved": moved,
        "reproduced": moved is not None and moved <= ROUNDING,
        "out": str(out),
        **facts,
    }


def encoder_in(out: Path) -> Embeds | None:
    """The encoder that lies in ``out``, or the shipped one; None without its files or libraries."""
    try:
        from models.classifier.encoder import FOLDER, load_encoder  # noqa: PLC0415 - an extra
    except ImportError:
        return None
    for folder in (out / "encoder", FOLDER):
        if folder.is_dir():
            return load_encoder(folder)
    return None


def _facts(
    prepared: Prepared, fitted: dict[str, Any], arrays: dict[str, Array], today: date
) -> dict[str, Any]:
    mark = manifest.digest_of(arrays["weights"].tobytes())[:8]
    return {
        "kind": KIND,
        "name": f"words-{today.isoformat()}-{mark}",
        "date": today.isoformat(),
        "tones": [tone.value for tone in TONES],
        "flags": list(FLAGS),
        "thresholds": fitted["thresholds"],
        "unclear_below": fitted["unclear_below"],
        "sources": prepared.sources,
        "cues": manifest.digest(CUES_FILE),
        "versions": {"scikit-learn": sklearn.__version__, "numpy": np.__version__},
    }


def _blend(
    out: Path, prepared: Prepared, logits: Array, fitted: dict[str, Any], facts: dict[str, Any]
) -> None:
    of = prepared.of
    assert prepared.embedded is not None  # noqa: S101 - the caller looked
    base = blend.supporting(of.rows)
    calibrated = logits[base] * fitted["scale"] + fitted["shift"]
    tone, flags = softmax(calibrated[:, :3]), 1 / (1 + np.exp(-calibrated[:, 3:]))
    name = str(facts["name"]).replace("words", "blend")
    blend.train(
        out / "blend", of.rows.take(base), prepared.of.weight[base], prepared.tuned[base],
        prepared.embedded, tone, flags,
        {"name": name, "words": facts["name"], "encoder": prepared.encoder,
         "sources": facts["sources"], "date": facts["date"]},
    )  # fmt: skip


def write(out: Path, arrays: dict[str, Array], grams: Sequence[str], facts: dict[str, Any]) -> None:
    """Write a words model; weights in half precision (a score moves by less than 0.001)."""
    out.mkdir(parents=True, exist_ok=True)
    held = {**arrays, "weights": arrays["weights"].astype(np.float16)}
    np.savez_compressed(out / ARRAYS_FILE, **held)  # type: ignore[arg-type]
    packed = gzip.compress("\n".join(grams).encode("utf-8"), 9, mtime=0)
    (out / VOCABULARY_FILE).write_bytes(packed)
    manifest.write(out, facts, [ARRAYS_FILE, VOCABULARY_FILE])


def _moved(out: Path, arrays: dict[str, Array]) -> float | None:
    if not (out / ARRAYS_FILE).is_file():
        return None
    with np.load(out / ARRAYS_FILE, allow_pickle=False) as before:
        if before["weights"].shape != arrays["weights"].shape:
            return None
        fresh = arrays["weights"].astype(before["weights"].dtype).astype(float)
        return float(np.abs(before["weights"].astype(float) - fresh).max())
