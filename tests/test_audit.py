"""The audit of dependencies never takes silence for a clean bill."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Any

from tests.audit import EXPLAINED, NOBODY, judged

ROOT = Path(__file__).resolve().parents[1]
HOLE = {"id": "PYSEC-1", "aliases": ["CVE-1"], "fix_versions": ["2.0"], "description": "x"}
CLEAN = {"name": "a", "version": "1", "vulns": []}
HOLED = {"name": "b", "version": "1", "vulns": [HOLE]}
SKIPPED = {"name": "c", "skip_reason": "not found"}


def report(*packages: dict[str, Any]) -> dict[str, Any]:
    return {"dependencies": list(packages), "fixes": []}


def test_a_hole_fails_until_it_is_explained_by_one_of_its_names() -> None:
    assert judged(report(CLEAN), {}).code == 0
    found = judged(report(CLEAN, HOLED), {})
    assert found.code == 1
    assert "b 1 PYSEC-1: mended in: 2.0" in found.lines
    for name in ("PYSEC-1", "CVE-1"):
        explained = judged(report(HOLED), {name: "we never call it"})
        assert explained.code == 0
        assert "explained: we never call it" in explained.lines[0]


def test_of_apscheduler_one_hole_is_explained_and_no_other() -> None:
    known = {"id": "PYSEC-2026-282", "aliases": [], "fix_versions": []}
    package = {"name": "apscheduler", "version": "3.11.3", "vulns": [known]}
    assert judged(report(package), EXPLAINED).code == 0
    known.update(id="GHSA-9cfw-f3f9-7mm7", aliases=["CVE-2026-31072"])
    assert judged(report(package), EXPLAINED).code == 0
    assert judged(report({**package, "vulns": [known, HOLE]}), EXPLAINED).code == 1


def test_the_explanation_of_apschedulers_hole_holds() -> None:
    """No serializer is installed, and no job is kept anywhere but in memory."""
    assert importlib.util.find_spec("apscheduler")
    assert importlib.util.find_spec("apscheduler.serializers") is None
    code = [file.read_text("utf-8") for file in (ROOT / "bot").rglob("*.py")]
    assert not any(re.search(r"jobstore|import apscheduler|from apscheduler", one) for one in code)


def test_where_nobody_could_be_asked_that_is_what_is_said() -> None:
    for nothing in (None, report(), report(SKIPPED)):
        assert judged(nothing, {}).lines == [NOBODY]


def test_what_was_not_checked_is_named() -> None:
    assert "c: not checked" in judged(report(CLEAN, SKIPPED), {}).lines
