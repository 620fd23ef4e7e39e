"""Kill the real process thousands of times; the figures of the README."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from tests.kill.story import Count, run

RUNS = 5000
TROUBLE = 0.1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--trouble", type=float, default=TROUBLE, help="faults of the server for each deed"
    )


def main(given: argparse.Namespace) -> int:
    """Print what came of it; 1 if anything was lost, doubled or sent twice.

    One answer may be by a kill, and one by a lost receipt.
    """
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        count: Count = asyncio.run(
            run(given.runs, Path(folder), seed=given.seed, trouble=given.trouble)
        )
    took = f"{time.monotonic() - begun:.0f} s"
    sys.stdout.write("\n".join([f"runs {given.runs}, {count}, {took}", *count.notes, ""]))
    broken = count.lost or count.doubled or count.nudged_twice or count.repeated
    return int(bool(broken) or count.most_at_once > 1)
