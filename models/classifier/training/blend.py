"""Training of the encoder's heads: embeddings, kernel ridge, and the last regression over both."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.classifier import calibration, gather, manifest
from models.classifier.blend import (
    ARRAYS_FILE,
    DIRECTIONS,
    KIND,
    STRETCH,
    Embeds,
    code,
    kernel,
    logit,
    stack_inputs,
    width_of,
)
from models.classifier.rows import DEV, TEACH, TRAIN, UNKNOWN, Rows
from models.classifier.training import heads
from models.classifier.training.words import LEAST, PRECISION, UNCLEAR_ACCURACY
from models.classifier.words import ABUSIVE, CLICKBAIT, FLAGS, TONES, softmax

Array = NDArray[Any]
Progress = Callable[[str, float], None]
FULL = gather.FOLDS
#: What a row on which the encoder was tuned counts for where its answer on a flag is weighed
#: against the words'.
TUNED_SHARE = 0.2
#: So many posts must have a flag for its threshold to be told by them alone.
ENOUGH = 30
#: What a row counts for in the head of clickbait, of which the encoder was tuned on every one.
CLICKBAIT_SHARE = 0.08


@dataclass(frozen=True, slots=True)
class Embedded:
    """Coded embeddings by key, and what they were standardised with."""

    keys: Array
    coded: Array
    mean: Array
    spread: Array
    basis: Array

    def of(self, keys: Array) -> Array:
        """The coded embeddings of some keys, as numbers to compare with."""
        at = {int(key): i for i, key in enumerate(self.keys)}
        return self.coded[[at[int(key)] for key in keys]].astype(np.float32)


def supporting(rows: Rows) -> Array:
    """Numbers of the rows that the encoder's heads learn from: tone or clickbait is known."""
    toned = (rows.part != TEACH) & (rows.tone != UNKNOWN)
    return np.flatnonzero(toned | (rows.flags[:, CLICKBAIT] != UNKNOWN))


def stored(file: Path) -> Embedded | None:
    """The embeddings that ship beside the heads, or None when there are none."""
    if not file.is_file():
        return None
    with np.load(file, allow_pickle=False) as held:
        return Embedded(
            np.concatenate([held["keys"], held["frozen_keys"]]),
            np.concatenate([held["support"], held["frozen"]]),
            held["mean"], held["spread"], held["basis"].astype(np.float32),
        )  # fmt: skip


def embed(
    keys: Sequence[int],
    texts: Mapping[int, str],
    encoder: Embeds,
    known: Embedded | None,
    progress: Progress,
) -> Embedded:
    """Embeddings of all ``keys``: the known ones, and the others from their texts.

    Raises ``KeyError`` for a key that is not known and has no text.
    """
    have = set() if known is None else {int(key) for key in known.keys}
    missing = [key for key in keys if key not in have]
    fresh = []
    for i, key in enumerate(missing):
        fresh.append(encoder.embed(texts[key]))
        if i % 50 == 0:
            progress("embedding", i / len(missing))
    progress("embedding", 1.0)
    if not missing and known is not None:
        return known
    found = np.array(fresh, dtype=np.float32)
    if known is None:
        axes = axes_of(found)
        return Embedded(np.array(missing, dtype=np.uint64), code(found, *axes), *axes)
    more = code(found, known.mean, known.spread, known.basis)
    all_keys = np.concatenate([known.keys, np.array(missing, dtype=np.uint64)])
    return Embedded(
        all_keys, np.concatenate([known.coded, more]), known.mean, known.spread, known.basis
    )


def axes_of(found: Array) -> tuple[Array, Array, Array]:
    """Mean, spread and main directions (half precision, as kept) of embeddings."""
    mean, spread = found.mean(axis=0), found.std(axis=0) + 1e-6
    _, axes = np.linalg.eigh(np.cov(((found - mean) / spread).T))
    basis = axes[:, ::-1][:, :DIRECTIONS].astype(np.float16)
    return mean, spread, basis.astype(np.float32)


def fit_ridge(whole: Array, rows: Rows, weight: Array) -> tuple[Array, Array]:
    """Kernel ridge for all heads, each on the rows of which it is known; others count nothing.

    A flag that is not known of a row with a tone counts as not set; clickbait is another matter.
    """
    wanted = np.hstack([np.eye(len(TONES))[rows.tone], (rows.flags == 1).astype(float)])
    coef, centre = np.zeros(wanted.shape), np.zeros(wanted.shape[1])
    clickbait = np.arange(wanted.shape[1]) == len(TONES) + CLICKBAIT
    for columns, known, share in (
        (np.flatnonzero(~clickbait), rows.tone != UNKNOWN, 1.0),
        (np.flatnonzero(clickbait), rows.flags[:, CLICKBAIT] != UNKNOWN, CLICKBAIT_SHARE),
    ):
        pick = np.flatnonzero(known)
        if len(pick):
            part, middle = heads.ridge(
                whole[np.ix_(pick, pick)], wanted[np.ix_(pick, columns)], share * weight[pick]
            )
            coef[np.ix_(pick, columns)], centre[columns] = part, middle
    return coef, centre


def teach(rows: Rows, embedded: Embedded, pool: Array) -> Array:
    """Tone probabilities (255ths) of unlabelled ``pool`` rows, by six teachers.

    Teacher k saw no row of fold k; the last one saw all. Rows of part DEV teach nobody.
    """
    base = rows.where((rows.part == TRAIN) & (rows.tone != UNKNOWN))
    x, z, y = embedded.of(base.key), embedded.of(rows.key[pool]), np.eye(len(TONES))[base.tone]
    width = width_of(embedded.mean)
    whole, across = kernel(x, x, width), kernel(z, x, width)
    found = np.zeros((len(pool), FULL + 1, 3), dtype=np.uint8)
    for k in range(FULL + 1):
        pick = np.flatnonzero(base.fold != k)
        coef, centre = heads.ridge(whole[np.ix_(pick, pick)], y[pick], np.ones(len(pick)))
        p = softmax((across[:, pick] @ coef + centre) * STRETCH)
        found[:, k] = np.rint(p * 255)
    return found


def out_of_fold(rows: Rows, embedded: Embedded, weight: Array, *, dev: bool = False) -> Array:
    """Kernel ridge answers (rows by heads) for ``rows``, by heads that skip their fold."""
    (found,) = asked_otherwise(rows, embedded, weight, (), dev=dev)
    return np.asarray(found)


def asked_otherwise(
    rows: Rows, embedded: Embedded, weight: Array, others: Sequence[Array], *, dev: bool = False
) -> Array:
    """The answers of ``out_of_fold``, and with them those to other embeddings of the same rows.

    ``others`` are coded, one for each row; the first answers are those to the rows' own.
    """
    x, width = embedded.of(rows.key), width_of(embedded.mean)
    whole = kernel(x, x, width)
    across = [whole, *(kernel(one, x, width) for one in others)]
    found = np.zeros((len(across), len(rows), len(TONES) + len(FLAGS)))
    may = dev | (rows.part != DEV)
    for fold in range(FULL):
        pick, out = np.flatnonzero(may & (rows.fold != fold)), np.flatnonzero(rows.fold == fold)
        coef, centre = fit_ridge(whole[np.ix_(pick, pick)], rows.take(pick), weight[pick])
        for answers, near in zip(found, across, strict=True):
            answers[out] = near[np.ix_(out, pick)] @ coef + centre
    return found


@dataclass(frozen=True, slots=True)
class Stack:
    """The last regressions, one over the tones and one for each flag."""

    tone_weights: Array
    tone_bias: Array
    flag_weights: Array
    flag_bias: Array

    def tones(self, ridge: Array, tone: Array) -> Array:
        """Calibrated probabilities of the tones."""
        return softmax(stack_inputs(ridge[:, :3], tone) @ self.tone_weights + self.tone_bias)

    def flags(self, ridge: Array, flags: Array) -> Array:
        """Calibrated probabilities of the flags."""
        logits = (
            ridge[:, 3:] * STRETCH * self.flag_weights[0]
            + logit(flags) * self.flag_weights[1]
            + self.flag_bias
        )
        return np.asarray(1 / (1 + np.exp(-logits)))


def untuned(tuned: Array) -> Array:
    """The rows whose embeddings tell no more than those of a new post; all where there are none."""
    return np.ones_like(tuned) if tuned.all() else ~tuned


def fit_stack(rows: Rows, ridge: Array, tone: Array, flags: Array, tuned: Array) -> Stack:
    """Fit the last regressions on out-of-fold answers of the two readers.

    That of the tone on rows on which the encoder was not tuned, else it would trust it too much;
    those of the flags, for some of which there are few posts, on the others too, for less.
    """
    plain = untuned(tuned) & (rows.tone != UNKNOWN)
    inputs = stack_inputs(ridge[:, :3], tone)
    weights, bias = heads.stack(inputs[plain], rows.tone[plain])
    columns, biases = [], []
    for i in range(len(FLAGS)):
        known = rows.flags[:, i] != UNKNOWN
        pair = np.stack([ridge[known, 3 + i] * STRETCH, logit(flags[known, i])], axis=1)
        share = np.where(tuned[known], TUNED_SHARE, 1.0)
        room = heads.ABUSIVE_STACK_C if i == ABUSIVE else heads.STACK_C
        w, b = heads.stack(pair, rows.flags[known, i], share, room)
        columns.append(w[:, 0])
        biases.append(b[0])
    return Stack(weights, bias, np.array(columns).T, np.array(biases))


def thresholds(rows: Rows, tones: Array, flags: Array, tuned: Array) -> dict[str, Any]:
    """Thresholds from out-of-fold probabilities of the joined answer.

    From rows on which the encoder was not tuned, for the flags that enough of these have.
    """
    found, plain = {}, untuned(tuned) & (rows.tone != UNKNOWN)
    for i, flag in enumerate(FLAGS):
        known = rows.flags[:, i] != UNKNOWN
        if (rows.flags[known & plain, i] == 1).sum() >= ENOUGH:
            known &= plain
        found[flag] = round(
            calibration.threshold_for(
                flags[known, i], rows.flags[known, i], PRECISION[flag], LEAST.get(flag, 0.3)
            ), 4,
        )  # fmt: skip
    return {
        "thresholds": found,
        "unclear_below": calibration.unclear_below(
            tones[plain], rows.tone[plain], UNCLEAR_ACCURACY
        ),
    }


def train(
    out: Path, rows: Rows, weight: Array, tuned: Array, embedded: Embedded,
    tone: Array, flags: Array, facts: dict[str, Any],
) -> dict[str, Any]:  # fmt: skip
    """Fit all heads on ``rows`` and write them into ``out``; returns the manifest.

    ``tone`` and ``flags`` are the words' calibrated out-of-fold probabilities of the same rows,
    ``tuned`` those of them on which the encoder may have been tuned.
    """
    ridge = out_of_fold(rows, embedded, weight)
    good = np.flatnonzero(rows.part == TRAIN)
    part, tuned = rows.take(good), tuned[good]
    stack = fit_stack(part, ridge[good], tone[good], flags[good], tuned)
    tones, raised = stack.tones(ridge[good], tone[good]), stack.flags(ridge[good], flags[good])
    limits = thresholds(part, tones, raised, tuned)
    taught = rows.where(rows.part != DEV)
    frozen = rows.where(rows.part == DEV)
    x = embedded.of(taught.key)
    whole = kernel(x, x, width_of(embedded.mean))
    coef, centre = fit_ridge(whole, taught, weight[rows.part != DEV])
    arrays = {
        "keys": taught.key, "support": np.asfortranarray(x.astype(np.int8)),
        "coef": coef.astype(np.float16), "centre": centre,
        "mean": embedded.mean, "spread": embedded.spread,
        "basis": embedded.basis.astype(np.float16),
        "frozen_keys": frozen.key, "frozen": embedded.of(frozen.key).astype(np.int8),
        "tone_weights": stack.tone_weights, "tone_bias": stack.tone_bias,
        "flag_weights": stack.flag_weights, "flag_bias": stack.flag_bias,
    }  # fmt: skip
    out.mkdir(parents=True, exist_ok=True)
    # A direction after the other: numbers of one size, which compress better.
    np.savez_compressed(out / ARRAYS_FILE, **arrays)  # type: ignore[arg-type]
    return manifest.write(out, {"kind": KIND, **limits, **facts}, [ARRAYS_FILE])
