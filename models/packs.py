"""Rule packs: legal texts as data, with the check that decides each rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from models.verdict import Level

Confirmed = Literal["clause", "article", "document"]
Binds = Literal["everyone", "officials", "owners", "press"]


@dataclass(frozen=True, slots=True)
class Rule:
    """Mục kiểm tra: one rule of a legal text and how it is decided.

    ``confirmed`` tells how far the numbering was read in a source: only so far is it printed.
    ``check`` names a function of ``models.checks``. ``level`` is what a failure asks for.
    ``reason_unknown`` replaces ``reason`` when the check cannot tell. ``question`` is for people.
    """

    id: str
    cite: str
    says: str
    check: str
    article: str = ""
    clause: str = ""
    confirmed: Confirmed = "document"
    binds: Binds = "everyone"
    level: Level | None = None
    reason: str = ""
    reason_unknown: str = ""
    advice: str = ""
    question: str = ""


@dataclass(frozen=True, slots=True)
class Pack:
    """Bộ quy tắc: one legal text.

    ``issued`` is the day of issue (of entry into force where only that is confirmed) and serves as
    the pack's version. ``since`` and ``until`` bound its force. ``default`` False: off unless
    switched on.
    """

    id: str
    title: str
    cite: str
    number: str
    issuer: str
    issued: date
    rules: tuple[Rule, ...]
    since: date | None = None
    until: date | None = None
    replaced_by: str | None = None
    source: str = ""
    default: bool = True

    @property
    def version(self) -> str:
        return f"{self.id}@{self.issued.isoformat()}"


class Coverage(NamedTuple):
    """How one rule is decided: ``how`` is "check", "people" or "not_shown"."""

    rule: str
    cite: str
    says: str
    how: Literal["check", "people", "not_shown"]
    check: str


def coverage_table(packs: Iterable[Pack]) -> list[Coverage]:
    """For each rule of the packs: its citation and how it is decided."""
    return [
        Coverage(rule.id, rule.cite, rule.says, _how(rule.check), rule.check)
        for pack in packs
        for rule in pack.rules
    ]


def _how(check: str) -> Literal["check", "people", "not_shown"]:
    if check == "not_shown":
        return "not_shown"
    return "people" if check.startswith("ask_") else "check"
