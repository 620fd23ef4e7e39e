"""Checks on secrets and on what exposes a private person."""

from __future__ import annotations

import re
from collections.abc import Iterable

from models import secrets
from models.case import Case
from models.checks.answer import PASS, Answer, fail, fail_if
from models.checks.naming import named_person
from models.personal_data import Exposure

# How likely the classifier must hold it beside a number and a word of hunting.
_MAYBE = 0.25
# How likely the classifier must hold it that a private person is exposed, beside a name and a word.
_LIKELY = 0.4
# How sure it must be where no name, number or word shows one.
_SURE = 0.7
# Three capitalised words in a row: a name, with accents or without.
_FULL_NAME = re.compile(r"(?:\b[^\W\d_a-z]\w+ ){2}[^\W\d_a-z]\w+")


def secret_mark(case: Case) -> Answer:
    """No state-secret mark in the header zone. The mark itself is all that is told."""
    return fail_if(secrets.secret_mark_in(case.seen) is not None)


def circulation_mark(case: Case) -> Answer:
    """No mark that restricts who may have the document."""
    mark = secrets.circulation_mark_in(case.seen, case.unaccented.lower())
    return fail_if(mark is not None, mark or "")


def exposed_identity(case: Case) -> Answer:
    """No identity or bank number, and no name with a home address.

    An address that police or press published stands; ``exposed_detail`` has it blurred.
    """
    return _exposed(
        exposure
        for exposure in case.exposures
        if exposure.serious and not (exposure.kind == "address" and case.source.reliable)
    )


def exposed_phone(case: Case) -> Answer:
    """No private telephone number."""
    return _exposed(exposure for exposure in case.exposures if exposure.kind == "phone")


def exposed_detail(case: Case) -> Answer:
    """No birth date with a name, no number plate, unless state or press gave them.

    An address that state or press published is only to be blurred.
    """
    kinds = {"address"} if case.source.reliable else {"birth", "plate"}
    return _exposed(exposure for exposure in case.exposures if exposure.kind in kinds)


def exposed_victim(case: Case) -> Answer:
    """No patient or victim by name, unless state or press named them."""
    private = case.chance("private") >= _LIKELY
    if case.source.reliable or not case.has("sufferer") or not private:
        return PASS
    return fail_if(named_person(case.text, "person"), case.phrase("sufferer"))


def private_life(case: Case) -> Answer:
    """No private person held up to view."""
    if case.source.reliable or not (_hunted(case) or _held_up(case)):
        return PASS
    return fail("") if case.exposures else fail(case.quote("private", "hunt"))


def _hunted(case: Case) -> bool:
    """Whether somebody is looked for with a number, and the classifier holds it possible."""
    likely = case.chance("private") >= _MAYBE and not _own_number(case, "own_number")
    return likely and case.has("hunt") and bool(case.exposures) and not case.has("police")


def _held_up(case: Case) -> bool:
    """Whether the classifier says so; where nobody is shown by a word or a number, it must be sure.

    A telephone number in a notice of something lost or found is the writer's own.
    """
    named = named_person(case.text, "person") or case.has("hunt", "sufferer", "abuse")
    if named:
        return case.raised("private")
    own = _own_number(case, "lost")
    return not own and case.raised("private", 0.0 if case.exposures else _SURE)


def _own_number(case: Case, kind: str) -> bool:
    """Whether a telephone number is all that is shown and, by such a phrase, the writer's own."""
    phone = {exposure.kind for exposure in case.exposures} <= {"phone"}
    return phone and case.has(kind) and not _FULL_NAME.search(case.unaccented)


def _exposed(found: Iterable[Exposure]) -> Answer:
    shown = dict.fromkeys(exposure.masked for exposure in found)
    return fail_if(bool(shown), ", ".join(shown))
