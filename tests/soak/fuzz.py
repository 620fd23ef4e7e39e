"""Feed the bot with what nobody sends: made-up updates, and any bytes for a minute each."""

from __future__ import annotations

import argparse
import importlib.util
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings

from tests.fuzz.harness import fire, shooting
from tests.fuzz.shaking import shaken
from tests.fuzz.targets import TARGETS, seeds

UPDATES, SECONDS = 100_000, 60
_DONE = re.compile(r"stat::number_of_executed_units:\s*(\d+)|Done (\d+) runs")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--updates", type=int, default=UPDATES)
    parser.add_argument("--seconds", type=int, default=SECONDS, help="for each target")
    parser.add_argument("--only", choices=["updates", *TARGETS])


def main(given_: argparse.Namespace) -> int:
    """Print updates fuzzed, runs and faults found; 1 if there is a fault."""
    faults = 0
    if given_.only in (None, "updates"):
        faults += _updates(given_.updates)
    coverage = importlib.util.find_spec("atheris") is not None
    if not coverage and given_.only != "updates":
        _say("atheris is not installed here (it has no build for every Python): hypothesis instead")
    for name in TARGETS:
        if given_.only in (None, name):
            faults += (_atheris if coverage else _hypothesis)(name, given_.seconds)
    return int(faults > 0)


def _updates(count: int) -> int:
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        with shooting(Path(folder), "info") as range_:
            found = fire(range_, count)
        found += range_.traces()
        took = time.monotonic() - begun
        _say(
            f"updates fuzzed {range_.fed}, answers and other calls {range_.peer.calls}, slowest "
            f"{range_.slowest:.2f} s, {took:.0f} s, faults found {len(found)}"
        )
    for fault in found:
        _say(f"  {fault[:2000]}")
    return len(found)


def _atheris(name: str, seconds: int) -> int:
    """A process of its own: libFuzzer ends it."""
    with tempfile.TemporaryDirectory() as folder:
        for number, seed in enumerate(seeds(name)):
            Path(folder, str(number)).write_bytes(seed)
        order = [sys.executable, "-m", "tests.fuzz.atheris_target", name, folder,
                 f"-max_total_time={seconds}", "-print_final_stats=1", "-timeout=10",
                 "-rss_limit_mb=2048", f"-artifact_prefix={folder}/fault-"]  # fmt: skip
        ended = subprocess.run(order, capture_output=True, check=False)
        said = (ended.stdout + ended.stderr).decode("utf-8", "replace")
        broken = [path.read_bytes() for path in Path(folder).glob("fault-*")]
    runs = max((int(one or other) for one, other in _DONE.findall(said)), default=0)
    faults = int(ended.returncode != 0)
    _say(f"{name}: runs {runs}, {seconds} s with atheris, faults found {faults}")
    if faults:
        _say("\n".join(f"  {line}" for line in said.splitlines()[-40:]))
        for one in broken:
            _say(f"  input: {one[:2000]!r}")
    return faults


def _hypothesis(name: str, seconds: int) -> int:
    """Without coverage to go by: seeds shaken until the time is over."""
    runs, until = 0, time.monotonic() + seconds

    @settings(
        max_examples=10_000_000,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(shaken(seeds(name)))
    def shots(data: bytes) -> None:
        nonlocal runs
        if time.monotonic() > until:
            raise _OverError
        runs += 1
        TARGETS[name](data)

    faults = 0
    try:
        shots()
    except _OverError:
        pass
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a find
        faults = 1
        _say(f"  {name}: {type(error).__name__}: {error}")
    _say(f"{name}: runs {runs}, {seconds} s with hypothesis, faults found {faults}")
    return faults


class _OverError(Exception):
    """The time is over."""


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
