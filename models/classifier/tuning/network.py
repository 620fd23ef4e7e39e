"""The encoder as torch modules: dense weights that stay, low-rank parts that learn."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from models.classifier.adapter import DENSE, Part
from models.classifier.encoder_source import Source

#: How many directions a dense weight may move in.
RANK = 16
#: What the low-rank parts count for (their product times this is added).
SCALE = 2.0
DROPOUT = 0.1


class Dense(nn.Module):
    """A dense weight that stays, and what is learned beside it."""

    def __init__(self, weight: Tensor, bias: Tensor, rank: int) -> None:
        super().__init__()
        self.weight, self.bias = weight, bias
        outputs, inputs = weight.shape
        self.down = nn.Parameter(torch.randn(rank, inputs) / math.sqrt(inputs)) if rank else None
        self.up = nn.Parameter(torch.zeros(outputs, rank)) if rank else None

    def forward(self, x: Tensor) -> Tensor:
        y = functional.linear(x, self.weight, self.bias)
        if self.down is None or self.up is None:
            return y
        return y + functional.linear(functional.linear(x, self.down), self.up) * SCALE

    def part(self) -> Part | None:
        """What was learned; None where nothing may be."""
        if self.down is None or self.up is None:
            return None
        return Part(self.up.detach().numpy() * SCALE, self.down.detach().numpy())


class Layer(nn.Module):
    """One transformer layer, normalised after each half."""

    def __init__(self, source: Source, at: int, rank: int) -> None:
        super().__init__()
        self.heads, self.epsilon = source.heads, source.epsilon
        held = {name.split(".", 1)[1]: value for name, value in source.tensors.items()
                if name.startswith(f"l{at}.")}  # fmt: skip
        self.dense = nn.ModuleDict()
        for name in DENSE:
            bias = held[f"{name}.b"]
            weight = np.array(held[f"{name}.w"]).reshape(len(bias), -1)
            self.dense[name] = Dense(torch.tensor(weight), torch.tensor(np.array(bias)), rank)
        self.norms = {
            name: tuple(torch.tensor(np.array(held[f"{name}.{side}"])) for side in "wb")
            for name in ("aln", "oln")
        }

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        mixed = self.dense["ao"](self._attention(x, mask))
        x = self._normalise("aln", x + functional.dropout(mixed, DROPOUT, self.training))
        narrow = self.dense["fo"](functional.gelu(self.dense["fi"](x)))
        return self._normalise("oln", x + functional.dropout(narrow, DROPOUT, self.training))

    def _attention(self, x: Tensor, mask: Tensor) -> Tensor:
        many, length, size = x.shape
        query, key, value = (
            self.dense[name](x).view(many, length, self.heads, -1).transpose(1, 2) for name in "qkv"
        )
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        return mixed.transpose(1, 2).reshape(many, length, size)

    def _normalise(self, name: str, x: Tensor) -> Tensor:
        weight, bias = self.norms[name]
        return functional.layer_norm(x, (x.shape[-1],), weight, bias, self.epsilon)


class Network(nn.Module):
    """Ids (texts by tokens) and which of them count, to the mean hidden states of some layers."""

    def __init__(
        self, source: Source, kept: Sequence[int], pooled: Sequence[int], frozen: int
    ) -> None:
        super().__init__()
        t, size = source.tensors, source.hidden
        self.word = torch.tensor(t["emb.word"].reshape(-1, size)[list(kept)])
        self.place = torch.tensor(t["emb.pos"].reshape(-1, size) + t["emb.type"][:size])
        self.norm = tuple(torch.tensor(np.array(t[f"emb.ln.{side}"])) for side in "wb")
        self.epsilon, self.pooled = source.epsilon, frozenset(pooled)
        self.width = size * len(pooled)
        self.layers = nn.ModuleList(
            Layer(source, i, RANK if i >= frozen else 0) for i in range(source.layers)
        )

    def forward(self, ids: Tensor, counts: Tensor) -> list[Tensor]:
        """One tensor (texts by hidden) a pooled layer, each of length 1."""
        x = self.word[ids] + self.place[: ids.shape[1]]
        x = functional.layer_norm(x, (x.shape[-1],), *self.norm, self.epsilon)
        mask, share = counts[:, None, None, :], counts[..., None] / counts.sum(1)[:, None, None]
        found = []
        for number, layer in enumerate(self.layers, 1):
            x = layer(x, mask)
            if number in self.pooled:
                found.append(functional.normalize((x.float() * share).sum(dim=1), dim=-1))
        return found

    def parts(self) -> Iterator[tuple[str, Part]]:
        """What was learned, by the tensors it belongs to."""
        for i, layer in enumerate(self.layers):
            for name, dense in layer.dense.items():
                part = dense.part()
                if part is not None:
                    yield f"l{i}.{name}.w", part
