"""What tuning adds to the encoder: small, whole, added where it belongs."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from models.classifier import adapter
from models.classifier.adapter import ARRAYS_FILE, FOLDER, Adapter, Part
from models.classifier.encoder_source import Source
from models.errors import BrokenModel


def source(**tensors: list[float]) -> Source:
    """A source of nothing but some tensors."""
    held = {name.replace("_", "."): np.array(value, np.float32) for name, value in tensors.items()}
    return Source(2, 1, 1, 1e-12, [], np.zeros(0), {}, held)


def test_a_part_is_added_to_its_tensor_and_to_no_other() -> None:
    part = Part(np.array([[1.0], [2.0]]), np.array([[10.0, 0.0]]))
    before = source(l0_q_w=[1, 1, 1, 1], l0_k_w=[5, 5, 5, 5])
    after = Adapter({"l0.q.w": part}, "test").over(before)
    assert after.tensors["l0.q.w"].tolist() == [11, 1, 21, 1]
    assert after.tensors["l0.k.w"].tolist() == [5, 5, 5, 5]
    assert before.tensors["l0.q.w"].tolist() == [1, 1, 1, 1]


def test_a_part_of_a_tensor_that_is_not_there_is_an_error() -> None:
    part = Part(np.ones((2, 1)), np.ones((1, 2)))
    with pytest.raises(KeyError):
        Adapter({"l9.q.w": part}, "test").over(source(l0_q_w=[0, 0, 0, 0]))


def test_parts_come_back_from_disk_within_a_hundredth(tmp_path: Path) -> None:
    chance = np.random.default_rng(7)
    part = Part(chance.normal(size=(12, 4)) * [1, 9, 0.1, 3], chance.normal(size=(4, 8)))
    adapter.save(tmp_path, {"l1.fi.w": part}, {"name": "test"})
    back = adapter.load(tmp_path)
    assert back.name == "test"
    got, expected = back.parts["l1.fi.w"].addition, part.addition
    assert float(np.abs(got - expected).max()) < 0.02 * float(np.abs(expected).max())


def test_a_damaged_adapter_is_refused_by_name(tmp_path: Path) -> None:
    copy = Path(shutil.copytree(FOLDER, tmp_path / "adapter"))
    (copy / ARRAYS_FILE).write_bytes(b"PK")
    with pytest.raises(BrokenModel, match=ARRAYS_FILE.replace(".", r"\.")):
        adapter.load(copy)


def test_the_shipped_adapter_leaves_the_lower_layers_alone() -> None:
    layers = {int(name[1:].split(".")[0]) for name in adapter.load().parts}
    assert min(layers) == 3
    assert max(layers) == 11
