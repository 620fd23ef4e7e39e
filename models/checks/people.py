"""Checks on secrets and on what exposes a private person."""

from __future__ import annotations

from models import secrets
from models.case import Case
from models.checks.answer import PASS, Answer, fail, fail_if
from models.checks.naming import named_person


def secret_mark(case: Case) -> Answer:
    """No state-secret mark in the header zone. The mark itself is all that is told."""
    return fail_if(secrets.secret_mark(case.post.text) is not None)


def circulation_mark(case: Case) -> Answer:
    """No mark that restricts who may have the document."""
    mark = secrets.circulation_mark(case.post.text)
    return fail_if(mark is not None, mark or "")


def exposed_identity(case: Case) -> Answer:
    """No identity or bank number, and no name with an address."""
    serious = [exposure.masked for exposure in case.exposures if exposure.serious]
    return fail_if(bool(serious), ", ".join(dict.fromkeys(serious)))


def exposed_phone(case: Case) -> Answer:
    """No private telephone number."""
    light = [exposure.masked for exposure in case.exposures if not exposure.serious]
    return fail_if(bool(light), ", ".join(dict.fromkeys(light)))


def exposed_victim(case: Case) -> Answer:
    """No patient or victim by name, unless state or press named them."""
    if case.source.reliable or not case.has("sufferer") or not case.raised("private"):
        return PASS
    return fail_if(named_person(case.text, "person"), case.phrase("sufferer"))


def private_life(case: Case) -> Answer:
    """No private person held up to view."""
    if case.source.reliable or not case.raised("private"):
        return PASS
    return fail("") if case.exposures else fail(case.quote("private", "hunt"))
