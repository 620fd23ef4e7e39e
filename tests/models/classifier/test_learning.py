"""A model of the unit's own: no worse on frozen posts, without a trace of a text, one step back."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.classifier import manifest
from models.classifier.learning import learn, rebuild, undo
from models.classifier.served import ENCODER, load_served, shipped_name
from models.classifier.training.promotion import NEXT
from models.classifier.words import WEIGHTS
from models.corrections import Example
from models.verdict import Tone
from tests.fakes.training import EMBEDDING, FakeTraining, amend, copy_model

EXAMPLES = [Example("Một bài", Tone.NEGATIVE, "group 1, 2026-11-16")]


def quiet(_what: str, _part: float) -> None:
    """Nobody watches."""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "model"


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that learned from one correction; trained once for all tests."""
    folder = tmp_path_factory.mktemp("once") / "model"
    assert learn(folder, EXAMPLES, quiet, FakeTraining()).promoted
    return folder


@pytest.fixture
def learned(own: Path, once: Path) -> Path:
    """A copy of the model that learned."""
    return Path(shutil.copytree(once, own))


def test_what_people_put_right_reaches_the_training(own: Path) -> None:
    training = FakeTraining()
    found = learn(own, EXAMPLES, quiet, training)
    assert [(c.text, c.tone, c.provenance) for c in training.given] == [
        ("Một bài", Tone.NEGATIVE, "group 1, 2026-11-16")
    ]
    assert (found.promoted, found.corrections) == (True, 1)
    assert found.after >= found.before > 0.5


def test_the_encoders_heads_are_not_fitted_for_corrections(own: Path) -> None:
    """That takes seven gigabytes, and the shipped heads are to serve."""
    training = FakeTraining()
    learn(own, EXAMPLES, quiet, training)
    assert not training.heads


def test_a_model_that_is_no_worse_serves(learned: Path) -> None:
    served = load_served(learned)
    assert served.own
    assert served.refused is None
    assert served.words.name == "words-2026-11-22-cafe"
    assert served.corrections == 1
    assert served.classifier.scores("Cháy lớn, 3 người tử vong").model == served.words.name


def test_a_worse_one_changes_nothing(own: Path, learned: Path) -> None:
    before = {file: file.read_bytes() for file in learned.rglob("*") if file.is_file()}
    found = learn(own, EXAMPLES, quiet, FakeTraining(spoiled=True))
    assert not found.promoted
    assert found.after < found.before
    assert {f: f.read_bytes() for f in learned.rglob("*") if f.is_file()} == before


def test_the_models_own_trial_is_not_the_one_that_counts(own: Path) -> None:
    """It tries heads that are not kept; what is to serve is tried here."""

    def training(**given: Any) -> dict[str, Any]:
        report = FakeTraining()(**given)
        shutil.move(given["out"], given["out"].with_name("made"))
        shutil.move(given["out"].with_name("made"), given["out"] / NEXT)
        return {**report, "promoted": False}

    assert learn(own, EXAMPLES, quiet, training).promoted
    assert load_served(own).own


def test_a_broken_model_does_not_stand_in_the_way(learned: Path) -> None:
    (learned / "words.npz").write_bytes(b"broken")
    assert learn(learned, EXAMPLES, quiet, FakeTraining()).promoted
    assert load_served(learned).own


def test_a_first_model_that_is_worse_leaves_no_folder(own: Path) -> None:
    assert not learn(own, EXAMPLES, quiet, FakeTraining(spoiled=True)).promoted
    assert not own.exists()


def test_no_numbers_of_a_corrections_text_are_kept(learned: Path) -> None:
    """An embedding can give a text away: the encoder's heads are the shipped ones."""
    held = [np.load(file)["support"] for file in learned.rglob("blend.npz")]
    assert held
    for support in held:
        assert not (support == EMBEDDING).all(axis=1).any()
    assert not (learned / "work").exists()
    assert not any(EXAMPLES[0].text.encode() in f.read_bytes() for f in learned.rglob("*.json"))


def test_what_a_killed_run_left_is_gone_with_the_next(own: Path, learned: Path) -> None:
    left = own / "work" / "model"
    left.mkdir(parents=True)
    (left / "blend.npz").write_bytes(b"numbers of a text")
    learn(own, EXAMPLES, quiet, FakeTraining(spoiled=True))
    assert not left.exists()


def test_the_old_model_is_one_step_back(own: Path, learned: Path) -> None:
    assert undo(own)
    assert not load_served(own).own
    assert not undo(own)


def test_of_two_trainings_the_first_comes_back(own: Path, learned: Path) -> None:
    amend(learned, name="words-first")
    learn(own, EXAMPLES, quiet, FakeTraining())
    assert load_served(own).words.name == "words-2026-11-22-cafe"
    assert undo(own)
    assert load_served(own).words.name == "words-first"
    assert not (own / NEXT / "work").exists()


def test_rebuilding_installs_nothing(own: Path) -> None:
    """It starts beside the shipped arrays, so that the training can tell how far it moved."""
    seen: list[list[str]] = []

    def training(*, out: Path, **_facts: object) -> dict[str, object]:
        seen.append(sorted(file.name for file in out.iterdir()))
        return {"reproduced": True}

    assert rebuild(own, quiet, training) == {"reproduced": True}
    assert seen == [["manifest.json", "vocabulary.txt.gz", "words.npz"]]
    assert not own.exists()


def test_the_encoder_reads_beside_the_new_words(learned: Path) -> None:
    served = load_served(learned, encoder=True)
    assert served.own
    scores = served.classifier.scores("Cháy lớn tại xưởng gỗ, 3 người tử vong")
    assert scores.tone is Tone.NEGATIVE
    assert scores.model.startswith("blend")


def test_without_a_model_of_its_own_the_shipped_one_serves(own: Path) -> None:
    served = load_served(own)
    assert (served.folder, served.refused, served.corrections) == (WEIGHTS, None, 0)
    assert served.date


@pytest.mark.parametrize("file", ["words.npz", "manifest.json", "vocabulary.txt.gz"])
@pytest.mark.parametrize("how", ["damaged", "missing"])
def test_a_broken_model_is_refused_by_name_and_the_shipped_one_serves(
    learned: Path, file: str, how: str
) -> None:
    if how == "missing":
        (learned / file).unlink()
    else:
        (learned / file).write_bytes(b"{}")
    served = load_served(learned)
    assert not served.own
    assert served.words.name == shipped_name()
    assert served.refused is not None
    assert str(served.refused.facts["file"]).startswith(str(learned))


def test_heads_of_another_model_are_refused_where_they_are_needed(learned: Path) -> None:
    amend(learned / "blend", words="words-of-somebody")
    assert load_served(learned).own
    assert not load_served(learned, encoder=True).own


def test_a_model_of_another_release_is_refused(own: Path) -> None:
    """What this release does better is not to be held back by an old training."""
    copy_model(own)
    amend(own, base="words-of-last-year")
    served = load_served(own)
    assert not served.own
    assert "another release" in str(served.refused)
    amend(own, base=shipped_name())
    assert load_served(own).own


def test_an_encoder_of_another_release_is_refused_by_name(own: Path) -> None:
    """Its numbers mean nothing to the heads of this one; the shipped encoder reads instead."""
    built = Path(shutil.copytree(WEIGHTS / ENCODER, own / ENCODER))
    assert load_served(own, encoder=True).refused is None
    amend(built, name="multilingual-e5-small, adapter-1")
    served = load_served(own, encoder=True)
    assert served.words.name == shipped_name()
    assert served.refused is not None
    assert served.refused.facts["file"] == str(built / manifest.NAME)
    assert load_served(own).refused is None


def test_the_manifest_says_beside_what_it_was_trained(learned: Path) -> None:
    assert manifest.read(learned, "words")["base"] == shipped_name()
