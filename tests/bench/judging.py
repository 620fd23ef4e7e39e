"""How long one judgement takes, cold and warm."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

from tests.bench.figures import quantile, row

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / "models" / "classifier" / "corpus"


def texts() -> list[str]:
    """The project's own posts."""
    lines = [
        line for file in sorted(CORPUS.glob("*.jsonl")) for line in file.open("r", encoding="utf-8")
    ]
    return [json.loads(line)["text"] for line in lines if line.strip()]


def cold_start(runs: int = 5) -> tuple[float, float]:
    """Seconds and resident MB of ``python -m bot check`` on one post, the median of some runs."""
    seconds, sizes = [], []
    for _ in range(runs):
        start = time.perf_counter()
        command = [sys.executable, "-m", "tests.bench.cold"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True)
        seconds.append(time.perf_counter() - start)
        sizes.append(float(done.stdout.strip().splitlines()[-1]))
    return quantile(seconds, 0.5), quantile(sizes, 0.5)


def report() -> None:
    from bot.wiring import make_judge
    from models.links import links_in
    from models.post import Post

    print("Judging")
    seconds, size = cold_start()
    row("cold `python -m bot check --json` on one post", f"{seconds:.2f} s", "under 1.5 s")
    row("its resident memory at the end", f"{size:.0f} MB")
    start = time.perf_counter()
    judge = make_judge()
    row("load model, packs and sources", f"{time.perf_counter() - start:.2f} s")
    posts = [Post(text=text, links=links_in(text)) for text in texts()]
    long = Post(text=" ".join(" ".join(texts()).split()[:500]))
    today = date(2026, 11, 21)
    for post in [*posts[:50], long]:
        judge.judge(post, today=today, headroom=None)
    for name, sample in (("own posts", posts), ("a 500-word post", [long] * 300)):
        times = []
        for post in sample:
            start = time.perf_counter()
            judge.judge(post, today=today, headroom=None)
            times.append(1000 * (time.perf_counter() - start))
        found = f"{quantile(times, 0.5):.2f} / {quantile(times, 0.99):.2f} ms"
        row(f"judge {name} (n={len(sample)}), median / p99", found)
