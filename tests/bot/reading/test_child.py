"""The processes that read pictures, and our own, leave nothing of what they read on disk."""

from __future__ import annotations

import resource
import subprocess
import sys

import pytest

from bot.reading import child

_ASK = """
from bot.commands.live import leave_no_dump
import resource, subprocess, sys
leave_no_dump()
told = "import resource; print(resource.getrlimit(resource.RLIMIT_CORE))"
print(resource.getrlimit(resource.RLIMIT_CORE))
sys.stdout.flush()
subprocess.run([sys.executable, "-c", told])
"""


def test_a_crash_leaves_no_picture_of_the_memory() -> None:
    """Nor does one of a process that was started."""
    done = subprocess.run([sys.executable, "-c", _ASK], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["(0, 0)"] * 2


async def test_where_limits_of_others_cannot_be_set_it_works_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As on macOS."""
    monkeypatch.delattr(resource, "prlimit")
    assert await child.run(["cat"], b"anh", 10, {"PATH": "/usr/bin:/bin"}) == b"anh"
