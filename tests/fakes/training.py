"""A training that takes a second: the shipped model under another name, spoiled if wanted."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from models.classifier import manifest
from models.classifier.training import Correction
from models.classifier.training.promotion import NEXT, PARTS, promote
from models.classifier.words import WEIGHTS

Progress = Callable[[str, float], None]
#: What a correction's text is turned into where the encoder's heads keep it.
EMBEDDING = 42


@dataclass
class FakeTraining:
    """Keeps to ``models.classifier.training.train``; ``given`` are the corrections it was given,
    ``heads`` whether it was to fit the encoder's heads.

    As the real one may, it leaves a trace of each correction in the encoder's heads.
    """

    spoiled: bool = False
    given: list[Correction] = field(default_factory=list)
    heads: bool = True

    def __call__(
        self, *, data: Path | None, out: Path, progress: Progress, corrections: Sequence[Any] = (),
        heads: bool = True,
    ) -> dict[str, Any]:  # fmt: skip
        self.given, self.heads = list(corrections), heads
        target = out / NEXT if corrections else out
        copy_model(target)
        amend(target, name="words-2026-11-22-cafe", sources=[_source(len(corrections))])
        amend(target / "blend", words="words-2026-11-22-cafe")
        if corrections:
            for key, value in (("support", EMBEDDING), ("coef", 0), ("keys", EMBEDDING)):
                change(target / "blend", "blend.npz", key, partial(_with, value))
        if self.spoiled:
            change(target, "words.npz", "weights", np.negative)
            change(target / "blend", "blend.npz", "tone_weights", np.negative)
        progress("fitting", 1.0)
        report = {"name": "words-2026-11-22-cafe", "rows": 9, "moved": 0.0, "reproduced": True}
        return {**report, **(promote(out) if corrections else {})}


def copy_model(target: Path) -> Path:
    """The shipped model but for its encoder."""
    target.mkdir(parents=True, exist_ok=True)
    for part in PARTS:
        source = WEIGHTS / part
        if source.is_dir():
            shutil.copytree(source, target / part, dirs_exist_ok=True)
        else:
            shutil.copy(source, target / part)
    return target


def amend(folder: Path, **facts: object) -> None:
    """Change facts of a manifest; its checksums agree."""
    held = json.loads((folder / manifest.NAME).read_text(encoding="utf-8"))
    files = list(held.pop("files"))
    del held["format"]
    manifest.write(folder, {**held, **facts}, files)


def change(folder: Path, file: str, key: str, work: Callable[[Any], Any]) -> None:
    """Change one array of a model; its checksums agree."""
    with np.load(folder / file) as held:
        arrays = {name: held[name] for name in held.files}
    arrays[key] = work(arrays[key])
    np.savez(folder / file, **arrays)
    amend(folder)


def _source(corrections: int) -> dict[str, object]:
    return {"name": "corrections", "licence": "the unit's", "rows": corrections}


def _with(value: int, held: Any) -> Any:
    row = np.full((1, *held.shape[1:]), value, dtype=held.dtype)
    return np.concatenate([held, row])
