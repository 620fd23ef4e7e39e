"""A data folder that may not be looked into is said in words, whatever was to be done there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bot.test_keeping import _BOUND, ROOT, _may

pytestmark = pytest.mark.skipif(
    os.geteuid() == 0 and not _may(*_BOUND), reason="nobody is kept out of anything here"
)


def spoken(data: Path, command: str) -> tuple[int, str]:
    """A command of somebody without special rights: its exit code and all that it said."""
    clean = {name: value for name, value in os.environ.items() if "CANTIN" not in name}  # noqa: TID251
    bound = _BOUND if os.geteuid() == 0 else []
    done = subprocess.run(
        [*bound, sys.executable, "-m", "bot", *command.split()],
        env=clean | {"CANTIN_DATA": str(data), "PYTHONPATH": str(ROOT)},
        cwd=ROOT.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("command", ["doctor --offline", "stats", "run"])
@pytest.mark.parametrize(("closed", "mode"), [(".", 0o000), ("..", 0o000), ("..", 0o500)])
def test_a_data_folder_that_may_not_be_reached_is_said(
    tmp_path: Path, command: str, closed: str, mode: int
) -> None:
    """The folder itself, the one around it, or one in which none may be made."""
    data = tmp_path / "outer" / "data"
    data.parent.mkdir()
    if mode == 0o000:
        data.mkdir()
    place = (data / closed).resolve()
    place.chmod(mode)
    try:
        code, said = spoken(data, command)
    finally:
        place.chmod(0o700)
    assert code in {1, 2}
    assert "quyền" in said
