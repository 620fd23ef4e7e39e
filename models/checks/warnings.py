"""Warnings that protect people: storm, flood, epidemic, fraud."""

from __future__ import annotations

from models.case import Case
from models.verdict import Tier


def is_warning(case: Case) -> bool:
    """Whether a state or press source tells people how to stay clear of a danger.

    It names a danger and says what to expect or do. A report of damage alone is no warning.
    """
    official = case.source.tier in {Tier.T1, Tier.T2} and case.source.reliable
    return official and case.has("hazard") and case.has("protect")
