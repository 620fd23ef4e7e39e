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
    assert (count.by_faults, count.repeated) == (0, 0), count.notes
    assert count.duplicates <= count.kills
    assert count.most_at_once <= 1, count.notes
    assert count.kills == KILLS
    assert count.nudged > KILLS


async def test_a_server_that_fails_between_the_kills_changes_nothing_of_that(
    tmp_path: Path,
) -> None:
    """Errors, pages of a proxy, broken connections, 429: what was not sent is sent again.

    Where only the receipt was lost it was sent, and comes twice: not the kill's doing.
    """
    count = await run(30, tmp_path, seed=2027, trouble=0.2)
    assert (count.lost, count.doubled, count.nudged_twice) == (0, 0, 0), count.notes
    assert count.most_at_once <= 1, count.notes
    assert count.by_faults <= count.faults
    assert count.repeated == 0, count.notes
    assert count.faults > 30


@pytest.mark.parametrize(
    ("presses", "lines"),
    [([], 0), ([SHARE], 1), ([SHARE, SHARE], 1), ([UNDO, SHARE, UNDO, UNDO, SHARE], 3)],
)
def test_a_press_that_changes_nothing_leaves_no_line(presses: list[str], lines: int) -> None:
    """How the right number of lines is told."""
    assert lines_of(presses) == lines
