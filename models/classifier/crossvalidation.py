"""What the way of training is worth: every labelled post judged by heads that skip its fold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.classifier import gather, manifest, metrics, training
from models.classifier import rows as table
from models.classifier.blend import Embeds
from models.classifier.rows import Rows
from models.classifier.table import NEGATIVE, RED, Row, row, share
from models.classifier.training import blend
from models.classifier.training import words as fits
from models.classifier.words import CLICKBAIT, FLAGS, WEIGHTS, softmax
from models.text import unaccent

Array = NDArray[Any]
Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Answers:
    """Probabilities of tones and flags of the same rows, by one way of judging."""

    tones: Array
    flags: Array

    def where(self, mask: Array) -> Answers:
        return Answers(self.tones[mask], self.flags[mask])


@dataclass(frozen=True, slots=True)
class Judged:
    """The labelled public posts, and what heads that had not seen them said of them."""

    rows: Rows
    said: Answers


def cross_validate(data: Path, progress: Progress) -> tuple[list[Row], Judged]:
    """Lines of the table by cross-validation over all labelled public posts, and the answers.

    ``data`` is the folder of the public sets: their texts are read once more without accents.

    Five folds by near-duplicate group; posts of part DEV teach and are judged here, for reporting
    only. The joined answer's last regression skips the judged fold too.
    """
    encoder = training.encoder_in(WEIGHTS)
    prepared = training.prepare(None, WEIGHTS, (), progress, encoder=encoder)
    of = prepared.of
    written, bare = fits.out_of_fold(of, progress, dev=True)
    fitted = fits.calibrate(of, written)
    base = blend.supporting(of.rows)
    rows = of.rows.take(base)
    words, unaccented = _answers(written[base], fitted), _answers(bare[base], fitted)
    names = [source["name"] for source in prepared.sources]
    public = np.isin(rows.source, [names.index(kind) for kind in gather.KINDS])
    lines = tone_lines("words", rows.where(public), words.where(public), names)
    lines += bare_lines("words", rows.where(public), unaccented.where(public))
    lines += flag_lines("words", rows.where(public), words.where(public))
    said = words
    if prepared.embedded is not None and encoder is not None:
        weight, tuned = prepared.of.weight[base], prepared.tuned[base]
        asked = _without_accents(rows, prepared.embedded, data, encoder, progress)
        ridge, bare_ridge = blend.asked_otherwise(
            rows, prepared.embedded, weight, [asked], dev=True
        )
        said = join(rows, ridge, words, tuned)
        bare_said = join(rows, ridge, words, tuned, (bare_ridge, unaccented))
        lines += tone_lines("both", rows.where(public), said.where(public), names)
        lines += bare_lines("both", rows.where(public), bare_said.where(public))
        lines += flag_lines("both", rows.where(public), said.where(public))
    return lines, Judged(rows.where(public), said.where(public))


#: Kinds of posts whose publishers state a licence; the others can be left out.
LICENSED = ("reintel", "headlines2026")


def without_unlicensed(progress: Progress) -> list[Row]:
    """Tone by cross-validation when nothing is learned from posts without a stated licence."""
    encoder = training.encoder_in(WEIGHTS)
    without = [kind for kind in gather.KINDS if kind not in LICENSED]
    prepared = training.prepare(None, WEIGHTS, (), progress, without, encoder)
    of = prepared.of
    logits, _ = fits.out_of_fold(of, progress, dev=True)
    said = _answers(logits, fits.calibrate(of, logits))
    base = blend.supporting(of.rows)
    rows, said = of.rows.take(base), said.where(base)
    if prepared.embedded is not None:
        ridge = blend.out_of_fold(rows, prepared.embedded, prepared.of.weight[base], dev=True)
        said = join(rows, ridge, said, prepared.tuned[base])
    names = [one["name"] for one in manifest.read(table.FOLDER, table.KIND)["sources"]]
    here = np.isin(rows.source, [names.index(kind) for kind in LICENSED])
    best = said.tones.argmax(axis=1)
    task = "tone, both, macro-F1, nothing learned from other kinds"
    on = f"CV, {' and '.join(LICENSED)}"
    return [row(task, on, metrics.macro_f1, rows.tone[here], best[here])]


def _answers(logits: Array, fitted: dict[str, Any]) -> Answers:
    calibrated = logits * fitted["scale"] + fitted["shift"]
    return Answers(softmax(calibrated[:, :3]), 1 / (1 + np.exp(-calibrated[:, 3:])))


def _without_accents(
    rows: Rows, embedded: blend.Embedded, data: Path, encoder: Embeds, progress: Progress
) -> Array:
    """Coded embeddings of the labelled posts typed without accents, of other rows as they are."""
    at = {int(key): i for i, key in enumerate(rows.key)}
    bare = {
        at[gather.digest_of(post.text)]: unaccent(post.text) for post in gather.labelled(data)[0]
    }
    places = np.array(list(bare))
    told = blend.embed(list(bare), bare, encoder, embedded, progress)
    asked = embedded.of(rows.key)
    asked[places] = told.of(places)
    return asked


def join(
    rows: Rows, ridge: Array, words: Answers, tuned: Array,
    asked: tuple[Array, Answers] | None = None,
) -> Answers:  # fmt: skip
    """The joined answers, by regressions that skip their fold.

    ``asked`` are other answers of the two readers, about the same rows, to be joined instead.
    """
    asked_ridge, asked_words = asked or (ridge, words)
    tones, flags = words.tones.copy(), words.flags.copy()
    for fold in range(gather.FOLDS):
        learn, out = np.flatnonzero(rows.fold != fold), np.flatnonzero(rows.fold == fold)
        stack = blend.fit_stack(
            rows.take(learn), ridge[learn], words.tones[learn], words.flags[learn], tuned[learn]
        )
        tones[out] = stack.tones(asked_ridge[out], asked_words.tones[out])
        flags[out] = stack.flags(asked_ridge[out], asked_words.flags[out])
    return Answers(tones, flags)


def tone_lines(who: str, rows: Rows, said: Answers, names: list[str]) -> list[Row]:
    """Lines about tone."""
    p, truth = said.tones, rows.tone
    best = p.argmax(axis=1)
    sure = p.max(axis=1) >= 0.5
    negative = (truth == NEGATIVE).astype(int)
    recall = partial(metrics.recall_at, precision=0.85)
    lines = [
        row(f"tone, {who}, macro-F1", "CV", metrics.macro_f1, truth, best),
        row(f"tone, {who}, accuracy", "CV", metrics.accuracy, truth, best),
        row(
            f"tone, {who}, negative recall at 0.85 precision",
            "CV",
            recall,
            negative,
            p[:, NEGATIVE],
        ),
        row(f"tone, {who}, calibration error", "CV", metrics.calibration_error, truth, p),
        row(f"tone, {who}, coverage from 0.5 on", "CV", share, sure),
        row(f"tone, {who}, accuracy from 0.5 on", "CV", metrics.accuracy, truth[sure], best[sure]),
    ]
    for i in np.unique(rows.source):
        here = rows.source == i
        task = f"tone, {who}, macro-F1, {names[i]}"
        lines.append(row(task, "CV", metrics.macro_f1, truth[here], best[here]))
    return lines


def bare_lines(who: str, rows: Rows, said: Answers) -> list[Row]:
    """Lines about tone of texts without accents."""
    task = f"tone without accents, {who}, macro-F1"
    return [row(task, "CV", metrics.macro_f1, rows.tone, said.tones.argmax(axis=1))]


def flag_lines(who: str, rows: Rows, said: Answers) -> list[Row]:
    """Average precision of each flag, and the red flags as a whole."""
    lines = [
        row(f"flag {flag}, {who}, average precision", "CV", metrics.average_precision,
            (rows.flags[:, i] == 1).astype(int), said.flags[:, i])
        for i, flag in enumerate(FLAGS)
        if i != CLICKBAIT
    ]  # fmt: skip
    red = [FLAGS.index(flag) for flag in RED]
    truth = (rows.flags[:, red] == 1).any(axis=1).astype(int)
    recall = partial(metrics.recall_at, precision=0.75)
    task = f"red flags together, {who}, recall at 0.75 precision"
    return [*lines, row(task, "CV", recall, truth, said.flags[:, red].max(axis=1))]
