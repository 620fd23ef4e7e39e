"""One post in many groups: the same words, each with its own number."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from messages.advice import advice
from messages.reply import Reply
from models.seen import Seen
from models.verdict import Finding, Level, Source, Status, Tier, Tone, Verdict

VERDICT = Verdict(
    Level.VERIFY_FIRST,
    Tone.NEUTRAL,
    0.8,
    {Tone.NEUTRAL: 0.8},
    {},
    (
        Finding(
            "qd874.4.4",
            Status.FAIL,
            "khoản 4 Điều 4 QĐ 874/QĐ-BTTTT",
            "Bài chưa có nguồn",
            "mai cắt điện <b>",
            "",
            Level.VERIFY_FIRST,
        ),
    ),
    Source(Tier.T4),
)


def said(reference: str, review: int, *, short: bool = True) -> Reply:
    verdict = replace(VERDICT, reference=reference)
    return advice(verdict, review=review, balance=None, short=short, private=False)


def test_the_number_is_each_groups_own() -> None:
    """A remembered wording never carries another group's number or buttons."""
    first, second = said("CT-AAAAAA", 1), said("CT-BBBBBB", 2)

    assert "CT-AAAAAA" in first.text
    assert "CT-AAAAAA" not in second.text
    assert first.text.replace("CT-AAAAAA", "CT-BBBBBB") == second.text
    assert {one.action.split(":")[2] for row in second.choices for one in row} == {"2"}


def test_the_number_of_an_earlier_review_is_each_groups_own() -> None:
    texts = {}
    for earlier in ("CT-CCCCCC", "CT-DDDDDD"):
        verdict, seen = (
            replace(VERDICT, reference="CT-AAAAAA"),
            Seen(date(2026, 11, 12), 86, earlier),
        )
        told = advice(verdict, review=1, balance=None, short=True, private=False, seen=seen)
        texts[earlier] = told.text
    assert texts["CT-CCCCCC"].count("CT-CCCCCC") == 1
    assert texts["CT-CCCCCC"].replace("CT-CCCCCC", "CT-DDDDDD") == texts["CT-DDDDDD"]
    assert texts["CT-DDDDDD"] != said("CT-AAAAAA", 1).text


def test_other_words_are_other_answers() -> None:
    """What differs in the verdict, or in how it is shown, is told."""
    other = replace(VERDICT, reference="CT-AAAAAA", tone=Tone.NEGATIVE)
    told = advice(other, review=1, balance=None, short=True, private=False)

    assert told.text != said("CT-AAAAAA", 1).text
    assert said("CT-AAAAAA", 1, short=False).text != said("CT-AAAAAA", 1).text
