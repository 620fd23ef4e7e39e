"""A document that can lie has a test."""

from __future__ import annotations

import argparse
from pathlib import Path

from bot.__main__ import parser
from models.privacy import table
from tests.readme import filled

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def test_the_readme_names_every_command() -> None:
    """Whoever reads only the README knows what can be run."""
    actions = parser()._actions
    found = next(one for one in actions if isinstance(one, argparse._SubParsersAction))

    missing = [name for name in found.choices if name not in README]

    assert missing == []


def test_the_readme_shows_how_each_clause_is_decided() -> None:
    """Its table of Điều 4 and Điều 5 is the one that the packs give."""
    assert filled(README) == README


def test_the_readme_says_what_is_kept() -> None:
    """Every row of the privacy table, with how long it stays."""
    for kept in table():
        assert f"| {kept.what} | {kept.term} |" in README


def test_pictures_of_the_readme_are_there() -> None:
    """A picture that the README shows is in the project."""
    for line in README.splitlines():
        if line.startswith("!["):
            assert (ROOT / line.partition("](")[2].rstrip(")")).is_file()
