"""Checks on what can be read at all, on tone and balance, and what only people know."""

from __future__ import annotations

from models.case import Case
from models.checks.answer import ASK, NOT_SHOWN, PASS, Answer, fail, unknown
from models.checks.warnings import is_warning
from models.verdict import Tone

_VIDEO = frozenset({"video", "video_note", "animation"})
_FEW_WORDS = 4


def not_shown(case: Case) -> Answer:
    """A single post cannot show whether the rule is kept."""
    return NOT_SHOWN


def ask_people(case: Case) -> Answer:
    """Only a person knows."""
    return ASK


def ask_video(case: Case) -> Answer:
    """Only a person knows whether a video was approved."""
    return ASK if _VIDEO.intersection(case.post.media) else NOT_SHOWN


def approved_video(case: Case) -> Answer:
    """No video of which it is not known here that the unit's head approved it."""
    videos = _VIDEO.intersection(case.post.media)
    return unknown() if videos else NOT_SHOWN


def readable(case: Case) -> Answer:
    """There is a word or a link to judge."""
    if case.readable or case.post.links:
        return PASS
    return unknown(", ".join(dict.fromkeys(case.post.media)))


def vietnamese(case: Case) -> Answer:
    """The text is not certainly in another language: of that one nothing can be told."""
    return unknown(case.quoted(case.opening)) if case.foreign else PASS


def context(case: Case) -> Answer:
    """More than a bare link or a word or two."""
    if case.foreign or not (case.readable or case.post.links):
        return PASS  # ``vietnamese`` or ``readable`` says it
    if case.syllables >= _FEW_WORDS:
        return PASS
    return fail("" if case.delicate else case.quoted(case.text.strip()))


def clear_tone(case: Case) -> Answer:
    """The tone can be told, or the balance has room whatever it is. An encouragement, no duty."""
    if case.scores.tone is not Tone.UNCLEAR or _room(case):
        return PASS
    return unknown()


def balance(case: Case) -> Answer:
    """A negative post fits under the ceiling. A warning that protects people is not held back."""
    if case.scores.tone is not Tone.NEGATIVE or _room(case):
        return PASS
    return unknown() if case.headroom is None else fail()


def _room(case: Case) -> bool:
    return (case.headroom is not None and case.headroom > 0) or is_warning(case)
