"""Whatever is killed, and whenever: nothing lost, nothing doubled, no nudge twice."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.kill.people import SHARE, UNDO, lines_of
from tests.kill.story import run

KILLS = 150


async def test_a_bot_killed_at_any_moment_loses_and_doubles_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Except for one answer at most, that was sent and not yet recorded."""
    count = await run(KILLS, tmp_path, seed=2026)
    with capsys.disabled():
        sys.stdout.write(f"\n{count}\n")
    assert (count.lost, count.doubled, count.nudged_twice) == (0, 0, 0), count.notes
    assert count.duplicates <= count.kills
    assert count.most_at_once <= 1
    assert count.kills == KILLS
    assert count.nudged > KILLS


@pytest.mark.parametrize(
    ("presses", "lines"),
    [([], 0), ([SHARE], 1), ([SHARE, SHARE], 1), ([UNDO, SHARE, UNDO, UNDO, SHARE], 3)],
)
def test_a_press_that_changes_nothing_leaves_no_line(presses: list[str], lines: int) -> None:
    """How the right number of lines is told."""
    assert lines_of(presses) == lines
