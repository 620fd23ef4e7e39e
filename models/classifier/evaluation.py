"""What the model is worth: a table of measures with intervals, on posts it was not fitted on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.classifier import gather, metrics, training
from models.classifier.rows import DEV, TEACH, UNKNOWN, Rows
from models.classifier.words import FLAGS, TONES, Words, load_default, softmax
from models.text import unaccent

Array = NDArray[Any]
Row = dict[str, Any]
Progress = Callable[[str, float], None]

NEGATIVE = 2
#: Flags that lead to "do not share".
RED = ("abusive", "scam", "private", "graphic")


def row(task: str, on: str, measure: metrics.Measure, *arrays: Array) -> Row:
    """One line of the table: the measure with its 95 % bootstrap interval."""
    value, low, high = metrics.interval(measure, *arrays)
    return {
        "task": task, "measured_on": on, "n": len(arrays[0]),
        "value": round(value, 3), "low": round(low, 3), "high": round(high, 3),
    }  # fmt: skip


def evaluate(*, data: Path, progress: Progress) -> dict[str, Any]:
    """Measure the shipped model and, by cross-validation, the way it is trained.

    ``data`` is the folder of the public sets. Returns ``{"model", "rows": [...]}``; each row has
    task, measured_on, n, value, low and high (95 % bootstrap).
    """
    words = load_default()
    rows = by_cross_validation(data, progress)
    progress("measuring", 0.0)
    rows += on_dev(words, data)
    progress("measuring", 0.4)
    rows += on_headlines(words, data)
    progress("measuring", 0.7)
    rows += on_other_sets(words, data)
    progress("measuring", 1.0)
    return {"model": words.name, "rows": rows}


def by_cross_validation(data: Path, progress: Progress) -> list[Row]:
    """Tone and flags of all labelled posts by heads that did not see their fold."""
    nowhere = Path(__file__).parent / "features"
    of, _, sources = training.prepare(None, nowhere, (), progress)
    written, bare = training.out_of_fold(of, progress, dev=True)
    fitted = training.calibrate(of, written)
    own = len(sources) - 1
    base = (of.rows.part != TEACH) & (of.rows.tone != UNKNOWN) & (of.rows.source != own)
    rows = of.rows.where(base)
    names = [source["name"] for source in sources]
    return tone_rows(rows, fitted, written[base], bare[base], names) + flag_rows(
        rows, written[base]
    )


def tone_rows(
    rows: Rows, fitted: dict[str, Any], written: Array, bare: Array, names: Sequence[str]
) -> list[Row]:
    """Lines about tone, by cross-validation."""
    scale, shift = fitted["scale"][:3], fitted["shift"][:3]
    p, q = (softmax(z[:, :3] * scale + shift) for z in (written, bare))
    said = p.argmax(axis=1)
    sure = p.max(axis=1) >= fitted["unclear_below"]
    truth, bare_said = rows.tone, q.argmax(axis=1)
    negative = (truth == NEGATIVE).astype(int)
    found = [
        row("tone, words alone, macro-F1", "CV", metrics.macro_f1, rows.tone, said),
        row("tone, words alone, accuracy", "CV", metrics.accuracy, rows.tone, said),
        row("tone without accents, words, macro-F1", "CV", metrics.macro_f1, truth, bare_said),
        row(
            "tone, words, negative recall at 0.85 precision", "CV",
            partial(metrics.recall_at, precision=0.85), negative, p[:, NEGATIVE],
        ),
        row("tone, words, calibration error", "CV", metrics.calibration_error, rows.tone, p),
        row("tone, words, coverage", "CV", lambda s: float(s.mean()), sure),
        row("tone, words, accuracy where clear", "CV", metrics.accuracy, truth[sure], said[sure]),
    ]  # fmt: skip
    for i in np.unique(rows.source):
        here = rows.source == i
        task = f"tone, words, macro-F1, {names[i]}"
        found.append(row(task, "CV", metrics.macro_f1, rows.tone[here], said[here]))
    return found


def flag_rows(rows: Rows, logits: Array) -> list[Row]:
    """Average precision of each flag, by cross-validation."""
    return [
        row(f"flag {flag}, average precision", "CV", metrics.average_precision,
            rows.flags[:, i].astype(int), logits[:, 3 + i])
        for i, flag in enumerate(FLAGS)
    ]  # fmt: skip


def judge(words: Words, texts: Sequence[str]) -> tuple[Array, Array]:
    """Probabilities of the tones and of the flags, as served."""
    pairs = [words.probabilities(text) for text in texts]
    return np.array([tone for tone, _ in pairs]), np.array([flags for _, flags in pairs])


def on_dev(words: Words, data: Path) -> list[Row]:
    """The shipped model on the posts on whose tone two readings agree."""
    dev = [sample for sample in gather.labelled(data)[0] if sample.part == DEV]
    truth = np.array([[tone.value for tone in TONES].index(s.tone or "") for s in dev])
    tone, _ = judge(words, [sample.text for sample in dev])
    bare, _ = judge(words, [unaccent(sample.text) for sample in dev])
    return [
        row("tone, words alone, macro-F1", "dev", metrics.macro_f1, truth, tone.argmax(1)),
        row(
            "tone without accents, words, macro-F1", "dev", metrics.macro_f1, truth, bare.argmax(1)
        ),
        row("tone, words, calibration error", "dev", metrics.calibration_error, truth, tone),
    ]


def on_headlines(words: Words, data: Path) -> list[Row]:
    """How often a red flag is raised on clean newspaper headlines (a share, to be small)."""
    held = [line["text"] for line in gather.read_set(data, "headlines_2026_ds108raw")]
    sets = {
        "vnexpress_titles8": [line["text"] for line in gather.read_set(data, "vnexpress_titles8")],
        "headlines, held out": [text for text in dict.fromkeys(held) if gather.held_out(text)],
    }
    found = []
    for name, texts in sets.items():
        red = np.array([bool(words.scores(text).raised & set(RED)) for text in texts])
        found.append(row("false alarms of red flags", name, lambda r: float(r.mean()), red))
    return found


def on_other_sets(words: Words, data: Path) -> list[Row]:
    """Abuse in comments and smishing in SMS that nothing was trained on."""
    comments = [x for x in gather.read_set(data, "vihsd") if x["split"] == "test"]
    _, flags = judge(words, [x["text"] for x in comments])
    bad = np.array([int(x["label"] != "CLEAN") for x in comments])
    seen = {gather.key_of(x["text"]) for x in gather.all_posts(data)}
    sms = [
        x
        for x in gather.read_set(data, "sms_smishing_2025")
        if gather.key_of(x["text"]) not in seen
    ]
    _, sms_flags = judge(words, [x["text"] for x in sms])
    smishing = np.array([int(x["label"] == "smishing") for x in sms])
    return [
        row("abusive, AUC", "ViHSD test", metrics.auc, bad, flags[:, FLAGS.index("abusive")]),
        row(
            "scam, AUC",
            "SMS not in posts",
            metrics.auc,
            smishing,
            sms_flags[:, FLAGS.index("scam")],
        ),
    ]
