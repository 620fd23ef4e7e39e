"""Nothing of ours, and none of the libraries, tells others that or what is judged here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_the_encoders_engine_reports_to_nobody(tmp_path: Path) -> None:
    """onnxruntime would send to its makers, with a device id kept in the home folder."""
    home = tmp_path / "home"
    home.mkdir()
    own = {"HOME": str(home), "PYTHONPATH": str(ROOT), "CANTIN_ENCODER": "true"}
    words = [sys.executable, "-m", "bot", "check", "Phường trồng thêm cây xanh"]
    done = subprocess.run(words, env=own, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "Trả lời tự động" in done.stdout
    assert [str(file.relative_to(home)) for file in home.rglob("*")] == []


@pytest.mark.parametrize("module", ["encoder", "encoder_build"])
def test_nor_without_the_bot_whatever_the_environment_says(tmp_path: Path, module: str) -> None:
    """Each module that loads the engine, imported first and alone."""
    own = {"HOME": str(tmp_path), "PYTHONPATH": str(ROOT), "ORT_DISABLE_TELEMETRY": "0"}
    words = [sys.executable, "-c", f"import models.classifier.{module}"]
    subprocess.run(words, env=own, cwd=tmp_path, check=True)
    assert [str(file.relative_to(tmp_path)) for file in tmp_path.rglob("*")] == []
