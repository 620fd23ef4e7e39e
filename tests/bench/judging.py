"""How long one judgement takes, cold and warm."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

from tests.bench.figures import quantile, row

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / "models" / "classifier" / "corpus"
MODEL = ROOT / "models" / "classifier" / "weights"
TRAINS = [ROOT / "models" / "classifier" / name for name in ("features", "adapter")]


def texts() -> list[str]:
    """The project's own posts."""
    lines = [
        line for file in sorted(CORPUS.glob("*.jsonl")) for line in file.open("r", encoding="utf-8")
    ]
    return [json.loads(line)["text"] for line in lines if line.strip()]


def cold_start(encoder: bool, runs: int = 5) -> tuple[float, float]:
    """Seconds and resident MB of ``python -m bot check`` on one post, the median of some runs."""
    seconds, sizes = [], []
    environment = {**os.environ, "CANTIN_ENCODER": str(encoder)}  # noqa: TID251 - the child's
    for _ in range(runs):
        start = time.perf_counter()
        command = [sys.executable, "-m", "tests.bench.cold"]
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, check=True, text=True, env=environment
        )
        seconds.append(time.perf_counter() - start)
        sizes.append(float(done.stdout.strip().splitlines()[-1]))
    return quantile(seconds, 0.5), quantile(sizes, 0.5)


def report() -> None:
    for encoder in (False, True):
        print("Judging by words and encoder" if encoder else "Judging by words alone")
        _cold(encoder)
        _warm(encoder)
    files = sum(file.stat().st_size for file in MODEL.rglob("*") if file.is_file())
    more = sum(file.stat().st_size for one in TRAINS for file in one.rglob("*") if file.is_file())
    row("files that serve / that train", f"{files / 1e6:.1f} / {more / 1e6:.1f} MB", "40 MB")


def _cold(encoder: bool) -> None:
    seconds, size = cold_start(encoder)
    row("cold `python -m bot check --json` on one post", f"{seconds:.2f} s", "under 1.5 s")
    row("its resident memory at the end", f"{size:.0f} MB", "220 MB" if encoder else "120 MB")


def _warm(encoder: bool) -> None:
    from bot.wiring import make_judge
    from models.links import links_in
    from models.post import Post

    start = time.perf_counter()
    judge = make_judge(encoder=encoder)
    row("load model, packs and sources", f"{time.perf_counter() - start:.2f} s")
    posts = [Post(text=text, links=links_in(text)) for text in texts()]
    longs = [Post(text=text, links=links_in(text)) for text in _five_hundred_words()]
    today = date(2026, 11, 21)
    for post in [*posts[:50], *longs[:3]]:
        judge.judge(post, today=today, headroom=None)
    for name, sample in (("own posts", posts), ("500-word posts", longs)):
        times = []
        for post in sample:
            start = time.perf_counter()
            judge.judge(post, today=today, headroom=None)
            times.append(1000 * (time.perf_counter() - start))
        found = " / ".join(f"{quantile(times, at):.2f}" for at in (0.5, 0.95, 0.99))
        row(f"judge {name} (n={len(sample)}), median / 95 % / 99 %", f"{found} ms")
        row("posts in a second", f"{1000 * len(times) / sum(times):.0f}")


def _five_hundred_words() -> list[str]:
    """Our own posts as one text, cut after every 500 words: no two of them are the same."""
    words = " ".join(texts()).split()
    return [" ".join(words[at : at + 500]) for at in range(0, len(words) - 500, 500)][:300]
