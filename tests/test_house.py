"""The house keeps its own rules: sizes, first lines, no traces of a machine."""

from __future__ import annotations

import ast
import re
import statistics
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("bot", "handlers", "messages", "models")
TOP = {
    "bot", "handlers", "messages", "models", "tests", ".ci", "pyproject.toml", "README.md",
    "Makefile", "CHANGELOG.md", "LICENSE", ".gitignore", ".env.example", "requirements.txt",
    "requirements-dev.txt", "requirements-train.txt", "Dockerfile", "compose.yaml",
    ".dockerignore",
}  # fmt: skip


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def sources() -> list[Path]:
    return [file for room in ROOMS for file in sorted((ROOT / room).rglob("*.py"))]


def test_the_top_level_holds_the_rooms_and_what_tools_need() -> None:
    """Five rooms, one project file, one manual; everything else is for tools."""
    found = {file.relative_to(ROOT).parts[0] for file in tracked()}

    assert found <= TOP


def test_files_are_short() -> None:
    """Median under 120 lines, none over 400."""
    lengths = {file: len(file.read_text("utf-8").splitlines()) for file in sources()}

    assert [str(file) for file, length in lengths.items() if length > 400] == []
    assert statistics.median(lengths.values()) < 120


@pytest.mark.parametrize("file", sources(), ids=lambda file: str(file.relative_to(ROOT)))
def test_the_first_line_says_what_the_file_is_for(file: Path) -> None:
    """A docstring stands before everything else."""
    assert ast.get_docstring(ast.parse(file.read_text("utf-8")))


def test_nothing_names_this_machine_or_a_registry() -> None:
    """Project files speak of the project alone."""
    forbidden = re.compile(
        r"(?<![\w.])/(?:work|root|home)/|pypi\.org/simple|index-url|registry\.npmjs"
    )
    guilty = []
    for file in tracked():
        if file.suffix in {".png", ".npz", ".gz", ".onnx"} or file.name == Path(__file__).name:
            continue
        if forbidden.search(file.read_text("utf-8", errors="ignore")):
            guilty.append(file.name)

    assert guilty == []


def test_the_environment_is_read_in_one_place_and_written_in_one() -> None:
    """Settings read it; the classifier tells the encoder's engine, before that is loaded."""
    touching = re.compile(r"\bos\.(?:environ\b|getenv|putenv)|from os import .*env")
    found = {
        str(file.relative_to(ROOT)): [
            line for line in file.read_text("utf-8").splitlines() if touching.search(line)
        ]
        for file in sources()
    }
    written = found.pop("models/classifier/__init__.py")

    assert [name for name, lines in found.items() if lines] == ["bot/settings.py"]
    assert [line.partition(" = ")[0] for line in written] == ['os.environ["ORT_DISABLE_TELEMETRY"]']


def test_handlers_are_short() -> None:
    """A handler reads, asks, answers: at most 18 statements in a function of ``handlers``."""
    long = []
    for file in sorted((ROOT / "handlers").glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                size = sum(isinstance(inner, ast.stmt) for inner in ast.walk(node)) - 1
                if size > 18:
                    long.append(f"{file.name}:{node.name} {size}")

    assert long == []
