"""The tuning itself: a few passes over the examples, all heads at once, in half precision."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.classifier import adapter
from models.classifier.adapter import Part
from models.classifier.encoder import Pieces, load_pieces
from models.classifier.encoder_build import POOLED, shipped_pieces, wheel_file
from models.classifier.encoder_source import read_source
from models.classifier.tuning.examples import Example, batches, examples, spoken
from models.classifier.tuning.network import Network
from models.classifier.words import FLAGS, TONES

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """How it is tuned. Measured with others in MODEL_CARD.md."""

    passes: int = 3
    #: Lower layers that stay as they are.
    frozen: int = 3
    rate: float = 5e-4
    head_rate: float = 1e-3
    warm_up: float = 0.06
    #: Tokens read of a text, and in a batch.
    length: int = 128
    batch: int = 3072
    most: int = 48
    #: Share of texts that are typed without accents: the encoder is given them restored.
    bare: float = 0.2
    smoothing: float = 0.05
    #: What the flags' part of the loss counts for beside the tone's.
    flags: float = 2.0
    #: How much of what was learned is added: between the encoder as it was and as it became lies
    #: one that is better than both (Wortsman and others, 2022, https://arxiv.org/abs/2109.01903).
    kept: float = 0.5
    seed: int = 7


@dataclass(frozen=True, slots=True)
class Batch:
    """Texts by tokens, which tokens count, and what is known of each text."""

    ids: Tensor
    counts: Tensor
    tone: Tensor
    flags: Tensor
    weight: Tensor


def tune(
    *, data: Path, out: Path = adapter.FOLDER, progress: Progress, plan: Plan | None = None
) -> dict[str, Any]:
    """Tune on the public sets below ``data`` and write the adapter into ``out``.

    Returns its manifest. The same texts, plan and torch give the same adapter on the same
    machine, and one as good on another: half precision rounds as the processor does.
    """
    how = plan or Plan()
    source = read_source(wheel_file())
    known = examples(data)
    network = Network(source, shipped_pieces(source), POOLED, how.frozen)
    last = learn(network, load_pieces(), known, how, progress)
    facts = {
        "name": f"adapter-{len(known)}",
        "examples": len(known),
        "toned": sum(example.tone >= 0 for example in known),
        "layers": [how.frozen + 1, source.layers],
        "kept": how.kept,
        "loss": round(last, 4),
        "versions": {"torch": torch.__version__.split("+")[0]},
    }
    parts = {name: Part(how.kept * one.up, one.down) for name, one in network.parts()}
    return adapter.save(out, parts, facts)


def learn(
    network: Network, pieces: Pieces, known: Sequence[Example], how: Plan, progress: Progress
) -> float:
    """Fit the network's low-rank parts, and heads that are thrown away; returns the last loss."""
    torch.manual_seed(how.seed)
    chance = random.Random(how.seed)
    heads = nn.Linear(network.width, len(TONES) + len(FLAGS))
    nn.init.normal_(heads.weight, std=0.02)
    learning = [p for p in network.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(
        [{"params": learning, "lr": how.rate},
         {"params": heads.parameters(), "lr": how.head_rate}], weight_decay=0.01,
    )  # fmt: skip
    made = [batch for _ in range(how.passes) for batch in _passed(known, pieces, chance, how)]
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: _share_of_rate((step + 1) / len(made), how.warm_up)
    )
    network.train()
    smooth = 0.0
    for step, batch in enumerate(made):
        loss = _loss(network, heads, batch, how)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_([*learning, *heads.parameters()], 1.0)
        optimiser.step()
        schedule.step()
        lost = float(loss.detach())
        smooth = lost if step == 0 else 0.98 * smooth + 0.02 * lost
        progress("tuning", (step + 1) / len(made))
    return smooth


def _share_of_rate(done: float, warm_up: float) -> float:
    """Up within the first steps, then down to almost nothing."""
    return min(1.0, done / warm_up) * max(0.02, 1.0 - done)


def _passed(
    known: Sequence[Example], pieces: Pieces, chance: random.Random, how: Plan
) -> list[Batch]:
    """One pass over the examples, as batches."""
    ids = [pieces.of(spoken(one.text, chance, how.bare), how.length) for one in known]
    return [
        _batch([ids[i] for i in few], [known[i] for i in few])
        for few in batches([len(one) for one in ids], chance, how.batch, how.most)
    ]


def _batch(ids: list[list[int]], few: list[Example]) -> Batch:
    longest = max(map(len, ids))
    return Batch(
        torch.tensor([one + [0] * (longest - len(one)) for one in ids]),
        torch.tensor([[True] * len(one) + [False] * (longest - len(one)) for one in ids]),
        torch.tensor([example.tone for example in few]),
        torch.tensor([example.flags for example in few]),
        torch.tensor([example.weight for example in few]),
    )


def _loss(network: Network, heads: nn.Linear, batch: Batch, how: Plan) -> Tensor:
    """Of the tones that are known, and of the flags that are known."""
    with torch.autocast("cpu", dtype=torch.bfloat16):
        pooled = network(batch.ids, batch.counts)
    joined = torch.cat([one.float() for one in pooled], dim=-1) * math.sqrt(pooled[0].shape[-1])
    answers = heads(functional.dropout(joined, 0.1))
    told = batch.tone >= 0
    loss = torch.zeros(())
    if bool(told.any()):
        loss = functional.cross_entropy(
            answers[told, : len(TONES)], batch.tone[told], label_smoothing=how.smoothing
        )
    flags = functional.binary_cross_entropy_with_logits(
        answers[:, len(TONES) :], batch.flags.clamp(min=0).float(), reduction="none"
    )
    weight = (batch.flags >= 0) * batch.weight[:, None]
    return loss + how.flags * (flags * weight).sum() / len(batch.tone)
