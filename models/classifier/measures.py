"""What was measured of the shipped model, kept beside it by ``evaluate --save``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from models.classifier.words import WEIGHTS
from models.verdict import same_training

NAME = "measures.json"
_TASK = "tone, {who}, macro-F1"


@dataclass(frozen=True, slots=True)
class EncoderWorth:
    """Macro-F1 of the tone with the words alone and with both readers, on ``n`` posts of a set."""

    words: float
    both: float
    measured_on: str
    n: int


def save(report: dict[str, Any], today: date, folder: Path = WEIGHTS) -> Path:
    """Keep a report of ``evaluate`` (model, rows) with its date; returns the file."""
    file = folder / NAME
    held = {"date": today.isoformat(), **report}
    file.write_text(json.dumps(held, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return file


def encoder_worth(model: str, folder: Path = WEIGHTS) -> EncoderWorth | None:
    """What the second reader adds to ``model`` (a name of either reader), if it was measured.

    Cross-validation speaks before the smaller frozen set. Of another model nothing is said.
    """
    try:
        held = json.loads((folder / NAME).read_text(encoding="utf-8"))
        if not same_training(str(held["model"]), model):
            return None
        by = {(row["task"], row["measured_on"]): row for row in held["rows"]}
    except (OSError, ValueError, KeyError, TypeError):
        return None
    for where in ("CV", "dev"):
        words, both = (by.get((_TASK.format(who=who), where)) for who in ("words", "both"))
        if words and both:
            return EncoderWorth(words["value"], both["value"], where, both["n"])
    return None
