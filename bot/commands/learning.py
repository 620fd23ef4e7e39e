"""``train`` and ``evaluate``: the classifier, with a progress bar."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot import wiring
from bot.commands import output
from bot.settings import Settings, load
from models.corrections import Example, corrections
from models.errors import UserError


def train(*, data: Path | None, out: Path | None, with_corrections: bool = True) -> int:
    """Train every head.

    Without ``data`` and ``out``: from the shipped features and what people put right, into the data
    folder; without a correction only to see that the shipped model comes out. With them: from the
    public sets below ``data`` into ``out``, for who makes the shipped model.
    """
    with _at_hand():
        if out is not None:
            return _from_sets(data, out)
        if data is not None:
            raise UserError("needs_out")
        settings = load()
        examples = asyncio.run(_examples(settings)) if with_corrections else []
        own = wiring.own_model(settings.data)
        return _learn(own, examples) if examples else _rebuild(own, settings.text_days)


def _from_sets(data: Path | None, out: Path) -> int:
    from models.classifier.training import train as work
    from models.classifier.words import WEIGHTS

    if data is None and out.resolve() == WEIGHTS.resolve():
        raise UserError("needs_data")
    if data is not None and not data.is_dir():
        raise UserError("no_data", file=str(data))
    for name, value in work(data=data, out=out, progress=output.progress("train")).items():
        output.text(f"{name}: {value}")
    output.tell("training_done", path=str(out))
    return 0


async def _examples(settings: Settings) -> list[Example]:
    """What the store holds; a store is not made for it."""
    if not settings.database.exists():
        return []
    judge = wiring.make_judge(settings.data)
    store = wiring.make_store(settings)
    try:
        return await corrections(store, datetime.now(UTC), settings.text_days, judge.toned)
    finally:
        await store.close()


def _learn(own: Path, examples: list[Example]) -> int:
    from models.classifier.learning import learn

    output.tell("learning_from", count=len(examples))
    found = learn(own, examples, output.progress("train"))
    scores = {"before": output.decimal(found.before, 4), "after": output.decimal(found.after, 4)}
    if found.promoted:
        output.tell("model_promoted", model=found.name, **scores)
    else:
        output.tell("model_not_promoted", **scores)
    return 0


def _rebuild(own: Path, days: int) -> int:
    from models.classifier.learning import rebuild

    output.tell("nothing_to_learn", days=days)
    report = rebuild(own, output.progress("train"))
    same = "reproduced" if report["reproduced"] else "not_reproduced"
    moved = report["moved"]
    output.tell(same, moved="?" if moved is None else output.decimal(moved, 4), rows=report["rows"])
    return 0


def undo() -> int:
    """Bring back the model that served before; 1 when there is none."""
    from models.classifier.learning import undo as work

    with _at_hand():
        done = work(wiring.own_model(load().data))
    output.tell("model_restored" if done else "nothing_to_restore")
    return 0 if done else 1


def build_encoder(*, data: Path | None, out: Path | None) -> int:
    """Build the encoder anew, into the data folder's model or into ``out``."""
    from models.classifier.learning import build_encoder as work
    from models.classifier.served import ENCODER

    target = (out or wiring.own_model(load().data)) / ENCODER
    with _at_hand():
        work(target, data, output.progress("encoder"))
    output.tell("training_done", path=str(target))
    return 0


def tune(*, data: Path | None, out: Path | None) -> int:
    """Tune the encoder on the public sets below ``data``; the adapter goes to ``out``."""
    if data is None:
        raise UserError("needs_data")
    if not data.is_dir():
        raise UserError("no_data", file=str(data))
    with _at_hand():
        from models.classifier.adapter import FOLDER
        from models.classifier.tuning.learning import tune as work

        target = out or FOLDER
        facts = work(data=data, out=target, progress=output.progress("tune"))
    output.text(f"examples: {facts['examples']}, loss: {facts['loss']}")
    output.tell("training_done", path=str(target))
    return 0


@contextmanager
def _at_hand() -> Iterator[None]:
    """What only training needs, libraries and public sets, may be missing where the bot serves."""
    try:
        yield
    except ImportError as error:
        raise UserError("no_libraries", name=error.name or str(error)) from error
    except FileNotFoundError as error:
        raise UserError("no_data", file=str(error.filename or error)) from error


def evaluate(*, data: Path, as_json: bool, save: bool = False) -> int:
    """Measure on the public sets and print a table; with ``save`` keep it beside the weights."""
    from models.classifier.evaluation import evaluate as work

    if not data.is_dir():
        raise UserError("no_data", file=str(data))
    report = work(
        data=data, progress=output.progress("evaluate"), make_judge=wiring.make_judge_around
    )
    rows: list[dict[str, Any]] = report["rows"]
    for row in rows:
        if as_json:
            output.line(row)
        else:
            output.text(
                f"{row['task']:<44} {row['measured_on']:<24} n={row['n']:<6} "
                f"{row['value']:.3f}  [{row['low']:.3f}, {row['high']:.3f}]"
            )
    if save:
        from models.classifier import measures

        measures.save(report, datetime.now(UTC).date())
    return 0
