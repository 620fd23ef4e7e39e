"""An encoder without weights: the same text has the same numbers, and that is all."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from models.classifier import manifest
from models.classifier.words import WEIGHTS


class FakeEncoder:
    """Numbers drawn from a text's checksum; ``asked`` are the texts it was asked about.

    It stands in for the encoder that ships, under its name.
    """

    name = str(manifest.read(WEIGHTS / "encoder", "encoder")["name"])

    def __init__(self, width: int = 1152) -> None:
        self.width = width
        self.asked: list[str] = []

    def embed(self, text: str) -> NDArray[np.float32]:
        self.asked.append(text)
        seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")
        return np.random.default_rng(seed).normal(size=self.width).astype(np.float32)
