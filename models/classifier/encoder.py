"""The encoder as served: one ONNX file, one session, a text to the pooled layers' numbers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime  # type: ignore[import-untyped]
from numpy.typing import NDArray
from tokenizers import Tokenizer

from models.classifier import accents, manifest
from models.classifier.accents import Accents, load_accents
from models.text import clean, straighten

Floats = NDArray[np.float32]

FOLDER = Path(__file__).parent / "weights" / "encoder"
MODEL_FILE, TOKENIZER_FILE = "encoder.onnx", "tokenizer.json"
KIND = "encoder"
#: Tokens read of a text: nine posts of ten are shorter, and a longer text costs too much time.
MAX_TOKENS = 192
#: Letters looked at: a token of Vietnamese has about four.
MAX_CHARS = 8 * MAX_TOKENS


@dataclass(frozen=True, slots=True)
class Pieces:
    """From a text to the numbers of its pieces, as the encoder is given them.

    A text without accents gets them back first: the encoder hardly knows it otherwise.
    """

    tokenizer: Any
    accents: Accents
    prefix: str
    bos: int
    eos: int

    def of(self, text: str, most: int = MAX_TOKENS) -> list[int]:
        """At most ``most`` numbers, the marks of beginning and end among them."""
        seen = straighten(clean(text[: 2 * MAX_CHARS]))[:MAX_CHARS]
        inner = self.tokenizer.encode(self.prefix + self.accents.read(seen)).ids[: most - 2]
        return [self.bos, *inner, self.eos]


@dataclass(frozen=True, slots=True)
class Encoder:
    """A session with its pieces. Safe to call from several threads."""

    session: Any
    pieces: Pieces
    name: str

    def embed(self, text: str) -> Floats:
        """The mean hidden states of the pooled layers, each of length 1, one after the other."""
        ids = np.array([self.pieces.of(text)], dtype=np.int64)
        pooled = np.asarray(self.session.run(None, {"ids": ids})[0], dtype=np.float32)
        pooled /= np.linalg.norm(pooled, axis=1, keepdims=True) + 1e-9
        return pooled.reshape(-1)


def load_pieces(folder: Path = FOLDER) -> Pieces:
    """The tokenizer of ``folder``. Raises ``BrokenModel`` for a damaged or foreign manifest."""
    return _pieces(folder, manifest.read(folder, KIND))


def _pieces(folder: Path, facts: dict[str, Any]) -> Pieces:
    tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
    known = load_accents(folder / accents.FILE)
    return Pieces(tokenizer, known, str(facts["prefix"]), int(facts["bos"]), int(facts["eos"]))


def load_encoder(folder: Path = FOLDER, threads: int = 1) -> Encoder:
    """Load the encoder of ``folder`` with one session of ``threads`` threads.

    Raises ``BrokenModel`` (file, reason) for a damaged or foreign file.
    """
    facts = manifest.read(folder, KIND)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        session = onnxruntime.InferenceSession(
            str(folder / MODEL_FILE), options, providers=["CPUExecutionProvider"]
        )
        return Encoder(session, _pieces(folder, facts), str(facts["name"]))
    except Exception as error:  # both libraries raise bare exceptions of their own
        raise manifest.broken(folder / MODEL_FILE, f"cannot be loaded: {error!r}") from error
