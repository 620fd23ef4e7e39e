"""What the model is worth: a table of measures with intervals, on posts it was not fitted on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.classifier import gather, metrics
from models.classifier.blend import load_classifier
from models.classifier.checked import MakeJudge, on_clean, on_red
from models.classifier.crossvalidation import cross_validate, without_unlicensed
from models.classifier.rows import DEV
from models.classifier.table import RED, Row, row, share
from models.classifier.words import TONES
from models.text import unaccent
from models.verdict import Classifier, Scores, Tone

Array = NDArray[Any]
Progress = Callable[[str, float], None]


def evaluate(
    *, data: Path, progress: Progress, make_judge: MakeJudge, encoder: bool = True
) -> dict[str, Any]:
    """Measure the shipped model and, by cross-validation, the way it is trained.

    ``data`` is the folder of the public sets, ``make_judge`` gives the whole check around a
    classifier. Returns ``{"model", "rows": [...]}``; each row has
    task, measured_on, n, value, low and high (95 % bootstrap).
    """
    rows, judged = cross_validate(data, progress)
    rows += without_unlicensed(progress)
    words = load_classifier(encoder=False)
    rows += _measure("words", words, data, progress)
    model = words
    if encoder:
        model = load_classifier(encoder=True)
        rows += _measure("both", model, data, progress)
    rows += on_red(make_judge, judged, data, model) + on_clean(make_judge, data, model)
    return {"model": model.scores("").model, "rows": rows}


def _measure(who: str, model: Classifier, data: Path, progress: Progress) -> list[Row]:
    found = []
    parts = (on_dev, on_headlines, on_comments, on_messages, on_clickbait)
    for i, part in enumerate(parts):
        progress(f"measuring {who}", i / len(parts))
        found += part(who, model, data)
    progress(f"measuring {who}", 1.0)
    return found


def tones_of(scores: Sequence[Scores]) -> Array:
    """Probabilities of the tones, one row a text."""
    return np.array([[s.tone_p[tone] for tone in TONES] for s in scores])


def on_dev(who: str, model: Classifier, data: Path) -> list[Row]:
    """The shipped model on the posts on whose tone two readings agree."""
    dev = [sample for sample in gather.labelled(data)[0] if sample.part == DEV]
    truth = np.array([[tone.value for tone in TONES].index(s.tone or "") for s in dev])
    scores = [model.scores(sample.text) for sample in dev]
    tone = tones_of(scores)
    bare = tones_of([model.scores(unaccent(sample.text)) for sample in dev])
    clear = np.array([s.tone is not Tone.UNCLEAR for s in scores])
    best = tone.argmax(axis=1)
    return [
        row(f"tone, {who}, macro-F1", "dev", metrics.macro_f1, truth, best),
        row(f"tone, {who}, calibration error", "dev", metrics.calibration_error, truth, tone),
        row(f"tone, {who}, coverage as served", "dev", share, clear),
        row(
            f"tone, {who}, accuracy where clear", "dev", metrics.accuracy, truth[clear], best[clear]
        ),
        row(
            f"tone without accents, {who}, macro-F1", "dev", metrics.macro_f1, truth, bare.argmax(1)
        ),
    ]


def on_headlines(who: str, model: Classifier, data: Path) -> list[Row]:
    """How often a red flag is raised on clean newspaper headlines (a share, to be small)."""
    held = [line["text"] for line in gather.read_set(data, "headlines_2026_ds108raw")]
    titles = [line["text"] for line in gather.read_set(data, "vnexpress_titles8")]
    sets = {
        "vnexpress_titles8": titles[::2],
        "headlines, held out": [text for text in dict.fromkeys(held) if gather.held_out(text)],
    }
    return [
        row(f"false alarms of red flags, {who}", name, share,
            np.array([bool(model.scores(text).raised & set(RED)) for text in texts]))
        for name, texts in sets.items()
    ]  # fmt: skip


def on_comments(who: str, model: Classifier, data: Path) -> list[Row]:
    """Abuse in comments (ViHSD test, research only: measured, never trained on)."""
    lines = [x for x in gather.read_set(data, "vihsd") if x["split"] == "test"][::2]
    bad = np.array([int(x["label"] != "CLEAN") for x in lines])
    scores = np.array([model.scores(x["text"]).flags["abusive"] for x in lines])
    return [row(f"abusive, {who}, AUC", "ViHSD test", metrics.auc, bad, scores)]


def on_clickbait(who: str, model: Classifier, data: Path) -> list[Row]:
    """Clickbait in headlines with leads: the part of ViClickbait that nothing is learned from."""
    lines = [
        line
        for line in gather.read_set(data, "clickbait_viclickbait2025")
        if line["split"] == "test"
    ]
    truth = np.array([int(line["label"] == "clickbait") for line in lines])
    texts = [gather.with_lead(line) for line in lines]
    said = np.array([int("clickbait" in model.scores(text).raised) for text in texts])
    return [row(f"clickbait, {who}, macro-F1", "ViClickbait test", metrics.macro_f1, truth, said)]


def on_messages(who: str, model: Classifier, data: Path) -> list[Row]:
    """Smishing in SMS that are not among the labelled posts; their labels are noisy."""
    seen = {gather.key_of(x["text"]) for x in gather.all_posts(data)}
    lines = gather.read_set(data, "sms_smishing_2025")
    sms = [x for x in lines if gather.key_of(x["text"]) not in seen]
    bad = np.array([int(x["label"] == "smishing") for x in sms])
    scores = np.array([model.scores(x["text"]).flags["scam"] for x in sms])
    return [row(f"scam, {who}, AUC", "SMS not among the posts", metrics.auc, bad, scores)]
