"""``train`` and ``evaluate``: the classifier, with a progress bar."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.commands import output
from models.errors import UserError


def train(*, data: Path | None, out: Path | None) -> int:
    """Train every head; without ``data`` from the features that ship with the project."""
    from models.classifier.training import train as work
    from models.classifier.words import WEIGHTS

    target = out or WEIGHTS
    report = work(data=data, out=target, progress=output.progress("train"))
    for name, value in report.items():
        output.text(f"{name}: {value}")
    output.tell("training_done", path=str(target))
    return 0


def evaluate(*, data: Path, as_json: bool) -> int:
    """Measure on the public sets and print a table."""
    from models.classifier.evaluation import evaluate as work

    if not data.is_dir():
        raise UserError("no_data", file=str(data))
    report = work(data=data, progress=output.progress("evaluate"))
    rows: list[dict[str, Any]] = report["rows"]
    for row in rows:
        if as_json:
            output.line(row)
        else:
            output.text(
                f"{row['task']:<44} {row['measured_on']:<24} n={row['n']:<6} "
                f"{row['value']:.3f}  [{row['low']:.3f}, {row['high']:.3f}]"
            )
    return 0
