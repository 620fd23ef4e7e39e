"""The manifest beside every set of model files: what they are, and checksums that must agree."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from models.errors import BrokenModel

NAME = "manifest.json"
FORMAT = 1


def digest(file: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    return digest_of(file.read_bytes())


def digest_of(held: bytes) -> str:
    """SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(held).hexdigest()


def write(folder: Path, facts: dict[str, Any], files: Iterable[str]) -> dict[str, Any]:
    """Write the manifest of ``files`` in ``folder``, with ``facts`` such as classes and sources."""
    sums = {name: digest(folder / name) for name in files}
    whole = {"format": FORMAT, **facts, "files": sums}
    text = json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / NAME).write_text(text + "\n", encoding="utf-8")
    return whole


def read(folder: Path, kind: str) -> dict[str, Any]:
    """Read and check the manifest in ``folder``.

    Raises ``BrokenModel`` (file, reason) when the manifest is missing, foreign or of another
    ``kind`` or format, or when a file is missing or differs from its checksum.
    """
    found = _parse(folder / NAME)
    if found.get("kind") != kind or found.get("format") != FORMAT:
        raise broken(folder / NAME, f"not a {kind} manifest of format {FORMAT}")
    files = found.get("files")
    if not isinstance(files, dict) or not files:
        raise broken(folder / NAME, "names no files")
    for name, expected in files.items():
        file = folder / Path(name).name
        if not file.is_file():
            raise broken(file, "missing")
        if digest(file) != expected:
            raise broken(file, "checksum differs from the manifest")
    return found


def _parse(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise broken(file, f"cannot be read: {error}") from error
    if not isinstance(found, dict):
        raise broken(file, "not an object")
    return found


def broken(file: Path, reason: str) -> BrokenModel:
    """The error that names a damaged or foreign file."""
    return BrokenModel("broken_model", file=str(file), reason=reason)
