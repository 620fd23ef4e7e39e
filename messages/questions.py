"""Questions back to people: sure? which tone? yes or no? And the letter to the person in charge."""

from __future__ import annotations

from messages.actions import action, on_review
from messages.advice import reason_lines, refusal
from messages.markup import clip, inert, phrase, render, render_block
from messages.reply import Choice, Reply
from messages.words import LEVELS, TONE_LETTERS, TONES
from models.verdict import Level, Verdict

_FAMILY = "questions.j2"


def sure(level: Level, review: int) -> Reply:
    """Asked once more before a share against advice is counted."""
    rows = (
        (
            Choice("Vẫn ghi là đã chia sẻ", action("sure", review)),
            Choice("Thôi", action("cancel", review)),
        ),
    )
    return Reply(render_block(_FAMILY, "sure", level=LEVELS[level]), choices=rows)


def ask_tone(review: int | None, *, private: bool, reference: str) -> Reply:
    """Asks for the right tone after "Nhận định chưa đúng".

    In private the buttons carry the reference behind the tone's letter ("1:tone:0:n:3F9K").
    """
    place = None if private else review
    tones = tuple(
        Choice(TONES[tone].capitalize(), on_review("tone", place, reference, letter))
        for letter, tone in TONE_LETTERS.items()
    )
    back = Choice("Thôi", on_review("cancel", place, reference))
    return Reply(render_block(_FAMILY, "tone", private=private), choices=(tones, (back,)))


def human_question(review: int, rule: str, question: str) -> Reply:
    """One yes/no question that a machine cannot answer.

    Raises ValueError when the rule's id is too long for a button.
    """
    rows = (
        (
            Choice("Có", action("yes", review, rule)),
            Choice("Chưa", action("no", review, rule)),
        ),
    )
    return Reply(
        render_block(_FAMILY, "human", question=phrase(question, 300).rstrip("?") + "?"),
        choices=rows,
    )


def contact_request(
    verdict: Verdict | None, *, group_name: str | None, reference: str, excerpt: str = ""
) -> Reply:
    """The one letter to the person in charge; ``group_name`` is None when asked in private.

    ``excerpt`` are the words asked about, as far as they are kept; ``verdict`` is None where none
    is kept (a private chat).
    Of a refused post nothing is told, not even here: the fixed refusal comes back.
    """
    if verdict is not None and verdict.level is Level.REFUSE:
        return refusal()
    return Reply(
        render(
            "contact.j2",
            group=clip(group_name, 80) if group_name else "",
            level=LEVELS[verdict.level] if verdict else "",
            reasons=reason_lines(verdict) if verdict else [],
            excerpt=inert(excerpt, 700) if excerpt.strip() else "",
            reference=clip(reference, 20),
        )
    )
