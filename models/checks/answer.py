"""What one check answers, and short ways to say it."""

from __future__ import annotations

from typing import NamedTuple

from models.verdict import Status


class Answer(NamedTuple):
    """``evidence`` is words of the post or a host, masked; never raw personal data."""

    status: Status
    evidence: str = ""


PASS = Answer(Status.PASS)
NOT_SHOWN = Answer(Status.NA)
ASK = Answer(Status.ASK)


def fail(evidence: str = "") -> Answer:
    return Answer(Status.FAIL, evidence)


def unknown(evidence: str = "") -> Answer:
    return Answer(Status.UNKNOWN, evidence)


def fail_if(wrong: bool, evidence: str = "") -> Answer:
    return fail(evidence) if wrong else PASS
