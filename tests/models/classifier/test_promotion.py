"""A new model replaces the old one only if it is no worse on posts that never train."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from models.classifier import manifest
from models.classifier.training.promotion import (
    NEXT,
    PARTS,
    PREVIOUS,
    frozen_score,
    promote,
    restore,
)
from models.classifier.words import WEIGHTS, load_words


def _copy(target: Path) -> Path:
    target.mkdir(parents=True)
    for part in PARTS:
        source = WEIGHTS / part
        (shutil.copytree if source.is_dir() else shutil.copy)(source, target / part)
    return target


def _spoil(folder: Path) -> None:
    """Turn the tones of both readers round, with checksums that agree."""
    for place, name in ((folder, "words.npz"), (folder / "blend", "blend.npz")):
        key = "weights" if name == "words.npz" else "tone_weights"
        with np.load(place / name) as held:
            arrays = {k: held[k] for k in held.files}
        arrays[key] = -arrays[key]
        np.savez(place / name, **arrays)
        facts = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
        files = list(facts.pop("files"))
        del facts["format"]
        manifest.write(place, {**facts, "name": "spoiled"}, files)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return _copy(tmp_path / "model")


def test_the_frozen_score_is_that_of_both_readers() -> None:
    assert frozen_score(WEIGHTS) > 0.82


def test_an_equal_model_is_promoted_and_the_old_one_kept(out: Path) -> None:
    _copy(out / NEXT)
    report = promote(out)
    assert report["promoted"]
    assert (out / PREVIOUS / "words.npz").is_file()
    assert not (out / NEXT).exists()
    load_words(out)


def test_a_worse_model_is_not_promoted(out: Path) -> None:
    _spoil(_copy(out / NEXT))
    report = promote(out)
    assert not report["promoted"]
    assert report["frozen_after"] < report["frozen_before"]
    assert load_words(out).name != "spoiled"


def test_the_old_model_comes_back(out: Path) -> None:
    _spoil(_copy(out / PREVIOUS))
    assert restore(out)
    assert load_words(out).name == "spoiled"
    assert (out / NEXT / "words.npz").is_file()


def test_nothing_to_restore(out: Path) -> None:
    assert not restore(out)
