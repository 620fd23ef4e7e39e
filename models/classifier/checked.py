"""What the whole check is worth: classifier, rules and sources together, as people get it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.classifier import gather, metrics
from models.classifier.crossvalidation import Answers, Judged
from models.classifier.table import RED, Row, row, share
from models.classifier.words import FLAGS, verdict_of
from models.judge import Judge
from models.post import pasted
from models.verdict import Classifier, Level, Scores

Array = NDArray[Any]
MakeJudge = Callable[[Classifier], Judge]

#: Which headlines stand for clean news, and how many.
CLEAN = 1_500
#: Posts carry no date of their own here: a late day would call them old news, which is not asked.
TODAY = date(2026, 11, 21)
_RED_LEVELS = frozenset({Level.DO_NOT_SHARE, Level.REFUSE})


@dataclass
class Replayed:
    """A classifier that answers what heads which had not seen the post said of it."""

    said: Scores

    def scores(self, text: str) -> Scores:
        """The same for every text."""
        del text
        return self.said

    def leanings(self, part: str) -> dict[str, float]:
        """The same for every part."""
        del part
        return self.said.flags


def is_red(judge: Judge, text: str) -> bool:
    """Whether the check says not to share."""
    return judge.judge(pasted(text), today=TODAY, headroom=None).level in _RED_LEVELS


def on_red(make: MakeJudge, judged: Judged, data: Path, model: Classifier) -> list[Row]:
    """Posts labelled scam, abusive, graphic or private against the rest, by cross-validation."""
    texts = {gather.digest_of(post["text"]): post["text"] for post in gather.all_posts(data)}
    known = np.array([int(key) in texts for key in judged.rows.key])
    rows, said = judged.rows.where(known), judged.said.where(known)
    red = [FLAGS.index(flag) for flag in RED]
    truth = (rows.flags[:, red] == 1).any(axis=1).astype(int)
    levels = _levels(make, [texts[int(key)] for key in rows.key], said, model)
    found = np.fromiter(levels, dtype=int)
    score = found + said.flags[:, red].max(axis=1)
    recall = partial(metrics.recall_at, precision=0.75)
    told, meant = found == 1, truth == 1
    return [
        row("red as a whole, check, precision", "CV", share, meant[told]),
        row("red as a whole, check, recall", "CV", share, told[meant]),
        row("red as a whole, check, recall at 0.75 precision", "CV", recall, truth, score),
    ]


def _levels(
    make: MakeJudge, texts: Sequence[str], said: Answers, model: Classifier
) -> Iterable[bool]:
    replayed = Replayed(model.scores(""))
    judge = make(replayed)
    limits: dict[str, float] = getattr(model, "thresholds", {})
    below: float = getattr(model, "unclear_below", 0.0)
    for text, tones, flags in zip(texts, said.tones, said.flags, strict=True):
        replayed.said = verdict_of(tones, flags, below, limits, replayed.said.model)
        yield is_red(judge, text)


def on_clean(make: MakeJudge, data: Path, model: Classifier) -> list[Row]:
    """How often the check says not to share a newspaper's headline (a share, to be small)."""
    titles = [line["text"] for line in gather.read_set(data, "vnexpress_titles8")]
    judge = make(model)
    told = np.array([is_red(judge, title) for title in titles[1::3][:CLEAN]])
    return [row("false alarms, check", "vnexpress_titles8", share, told)]
