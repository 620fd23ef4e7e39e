"""Small helpers for figures: quantiles, rows, resident memory."""

from __future__ import annotations

import os
from collections.abc import Sequence


def quantile(values: Sequence[float], part: float) -> float:
    """The value below which ``part`` of the values lie."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(part * len(ranked)))]


def row(name: str, value: str, bar: str = "") -> None:
    """Print one figure; ``bar`` is what was asked of it."""
    print(f"  {name:<58} {value:>16}   {bar}", flush=True)


def processor(pid: int) -> float:
    """Seconds of processor time that a process has used."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident(pid: int) -> float:
    """Resident memory of a process in MB."""
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        for line in status:
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
    return 0.0
