"""Tuning: the network is the encoder's, and learns in its low-rank parts alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import onnxruntime
import pytest

torch = pytest.importorskip("torch", reason="tuning needs torch, which is in no list of pins")

from models.classifier.encoder_build import graph_of  # noqa: E402
from models.classifier.encoder_source import Source  # noqa: E402
from models.classifier.tuning import learning  # noqa: E402
from models.classifier.tuning.examples import Example  # noqa: E402
from models.classifier.tuning.network import Network  # noqa: E402

SIZE, WIDE, LAYERS = 8, 16, 3


@pytest.fixture
def source() -> Source:
    """A small source of chance numbers."""
    chance = np.random.default_rng(7)
    shapes = {"q": (SIZE, SIZE), "k": (SIZE, SIZE), "v": (SIZE, SIZE), "ao": (SIZE, SIZE),
              "fi": (WIDE, SIZE), "fo": (SIZE, WIDE)}  # fmt: skip
    held = {
        "emb.word": chance.normal(size=40 * SIZE),
        "emb.pos": chance.normal(size=64 * SIZE),
        "emb.type": chance.normal(size=2 * SIZE),
        "emb.ln.w": np.ones(SIZE),
        "emb.ln.b": np.zeros(SIZE),
    }
    for layer in range(LAYERS):
        for name, shape in shapes.items():
            held[f"l{layer}.{name}.w"] = 0.3 * chance.normal(size=shape).reshape(-1)
            held[f"l{layer}.{name}.b"] = 0.1 * chance.normal(size=shape[0])
        for name in ("aln", "oln"):
            held[f"l{layer}.{name}.w"], held[f"l{layer}.{name}.b"] = np.ones(SIZE), np.zeros(SIZE)
    tensors = {name: value.astype(np.float32) for name, value in held.items()}
    return Source(SIZE, LAYERS, 2, 1e-12, [], np.zeros(0), {}, tensors)


def network(source: Source, frozen: int = 1) -> Network:
    torch.manual_seed(7)
    return Network(source, range(40), (2, 3), frozen)


def answers(of: Network, ids: list[list[int]]) -> list[np.ndarray]:
    of.eval()
    counts = torch.ones(len(ids), len(ids[0]), dtype=torch.bool)
    with torch.no_grad():
        return [one.numpy() for one in of(torch.tensor(ids), counts)]


def test_padding_changes_no_answer(source: Source) -> None:
    of = network(source).eval()
    alone = answers(of, [[1, 5, 9, 2]])
    counts = torch.tensor([[True] * 4 + [False] * 3])
    with torch.no_grad():
        padded = of(torch.tensor([[1, 5, 9, 2, 0, 0, 0]]), counts)
    for one, other in zip(alone, padded, strict=True):
        np.testing.assert_allclose(one, other.numpy(), atol=1e-5)


def test_the_additions_alone_make_the_tuned_network(source: Source) -> None:
    """A network of the source with the learned parts added answers as the one that learned them."""
    tuned = network(source)
    for parameter in tuned.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    parts = dict(tuned.parts())
    tensors = {
        name: value + parts[name].addition.reshape(-1) if name in parts else value
        for name, value in source.tensors.items()
    }
    plain = network(replace(source, tensors=tensors))
    for one, other in zip(answers(tuned, [[3, 7, 8]]), answers(plain, [[3, 7, 8]]), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-4)


def test_the_network_is_the_one_that_is_built(source: Source) -> None:
    """Without anything learned it answers as the ONNX graph of the same weights does."""
    built = graph_of(source, range(40), (2, 3)).SerializeToString()
    session = onnxruntime.InferenceSession(built, providers=["CPUExecutionProvider"])
    expected = session.run(None, {"ids": np.array([[4, 8, 15, 16, 23]])})[0]
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    for layer, one in enumerate(answers(network(source), [[4, 8, 15, 16, 23]])):
        np.testing.assert_allclose(one[0], expected[layer], atol=1e-5)


def test_lower_layers_stay(source: Source) -> None:
    layers = {name.split(".")[0] for name, _ in network(source, frozen=2).parts()}
    assert layers == {"l2"}


def test_what_is_not_known_moves_nothing(source: Source) -> None:
    """A text without tone and flags has no loss."""
    few = [Example("a", -1, (-1,) * 8), Example("b", -1, (-1,) * 8)]
    batch = learning._batch([[1, 2, 3], [1, 4]], few)
    heads = torch.nn.Linear(2 * SIZE, 11)
    loss = learning._loss(network(source), heads, batch, learning.Plan())
    assert loss.item() == 0.0


def test_tuning_learns_what_it_is_taught(source: Source) -> None:
    """Two kinds of texts that differ in one token are told apart after some passes."""
    known = [Example("x" * (i % 3 + 1), i % 2, (i % 2,) * 8) for i in range(64)]
    ids = [[1, 10 + example.tone, 2] for example in known]
    of = network(source, frozen=0)
    heads = torch.nn.Linear(2 * SIZE, 11)
    how = learning.Plan(smoothing=0.0)
    batch = learning._batch(ids, known)
    optimiser = torch.optim.AdamW([*of.parameters(), *heads.parameters()], lr=0.01)
    first = learning._loss(of, heads, batch, how).item()
    for _ in range(60):
        optimiser.zero_grad()
        loss = learning._loss(of, heads, batch, how)
        loss.backward()
        optimiser.step()
    assert loss.item() < first / 4
