"""Twenty thousand made-up updates: no error, no token in the log, no trace of a refused post."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from tests.fuzz.harness import fire, shooting

COUNT = 20_000


def test_whatever_comes_nothing_breaks_and_nothing_secret_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Temporary files included: they are made in the searched folder too."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("SQLITE_TMPDIR", str(tmp_path))
    with shooting(tmp_path) as range_:
        for fault in fire(range_, COUNT):
            pytest.fail(fault, pytrace=False)
        assert range_.traces() == [], "while it runs"
        range_.do(range_.parts.desk.store.backup(tmp_path / "copy.db"))
    assert range_.traces() == [], "after it was stopped"
    assert range_.fed >= COUNT
    assert range_.kinds["message"] > COUNT / 4
