"""Whatever is in it, a reply is clean markup within every limit."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from messages import render
from messages.markup import CAPTION_LIMIT, TEXT_LIMIT
from messages.reply import Reply
from models.balance import Balance, Tally
from models.errors import UserError
from models.ledger import Suggestion
from models.registry import GroupSettings, Unit
from models.seen import Seen
from models.verdict import Tone, Verdict
from tests.messages.hostile import balances, seens, strings, tallies, verdicts
from tests.messages.samples import ERRORS
from tests.messages.strict import read, units

thorough = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
scopes = st.sampled_from(("group", "unit"))


def fits(reply: Reply, limit: int = TEXT_LIMIT) -> str:
    """The reply's visible text, after every rule that holds for any reply."""
    seen = read(reply.text)
    assert 0 < units(seen) <= limit
    assert seen == seen.strip("\n")
    for row in reply.choices:
        assert 1 <= len(row) <= 8
        for choice in row:
            assert 0 < len(choice.action.encode()) <= 64
            assert 0 < len(choice.label) <= 40
            assert render.read(choice.action) is not None
    return seen


@thorough
@given(
    verdict=verdicts,
    balance=st.none() | balances,
    short=st.booleans(),
    private=st.booleans(),
    state=st.sampled_from(("open", "shared", "declined")),
    drafts=st.booleans(),
    ledger=st.booleans(),
    tone_set=st.none() | st.sampled_from(Tone),
    seen=st.none() | seens,
)
def test_advice_has_900_characters_and_16_lines_at_most(
    *,
    verdict: Verdict,
    balance: Balance | None,
    short: bool,
    private: bool,
    state: Literal["open", "shared", "declined"],
    drafts: bool,
    ledger: bool,
    tone_set: Tone | None,
    seen: Seen | None,
) -> None:
    reply = render.advice(
        verdict,
        review=None if private else 2**53,
        balance=balance,
        short=short,
        private=private,
        state=state,
        can_draft=drafts,
        ledger=ledger,
        tone_set=tone_set,
        seen=seen,
    )
    shown = fits(reply, 900)
    assert shown.count("\n") < 16
    assert "Trả lời tự động bằng AI, chỉ để tham khảo." in shown


@thorough
@given(verdict=verdicts, balance=balances, seen=st.none() | seens)
def test_unasked_advice_shows_six_lines_at_most(
    verdict: Verdict, balance: Balance, seen: Seen | None
) -> None:
    """A folded quotation shows three lines; what stands before it is three more."""
    reply = render.advice(verdict, review=1, balance=balance, short=True, private=False, seen=seen)
    before, _, folded = reply.text.partition("<blockquote expandable>")
    assert before.rstrip("\n").count("\n") < (3 if folded else 6)


@thorough
@given(balance=balances, scope=scopes, name=st.none() | strings)
def test_stats_text_is_a_caption(
    balance: Balance, scope: Literal["group", "unit"], name: str | None
) -> None:
    fits(Reply(render.stats_text(balance, scope=scope, name=name)), CAPTION_LIMIT)


@thorough
@given(
    balance=balances,
    weeks=st.lists(tallies, max_size=60),
    scope=scopes,
    name=st.none() | strings,
)
def test_report_is_one_message(
    balance: Balance, weeks: list[Tally], scope: Literal["group", "unit"], name: str | None
) -> None:
    weekly = [(date(2025, 11, 3) + timedelta(days=7 * n), tally) for n, tally in enumerate(weeks)]
    fits(render.report(balance, weekly, scope=scope, name=name))


@thorough
@given(
    week=balances,
    month=balances,
    suggestions=st.lists(
        st.builds(Suggestion, strings, strings | st.just('https://a.vn/<"b')), max_size=5
    ),
    quiet=st.booleans(),
)
def test_nudge_is_one_message(
    week: Balance, month: Balance, suggestions: list[Suggestion], quiet: bool
) -> None:
    seen = fits(
        render.nudge(week=week, month=month, suggestions=suggestions, quiet=quiet, group=2**40)
    )
    assert not quiet or "\n" not in seen


@thorough
@given(verdict=verdicts, name=st.none() | strings, reference=strings, text=strings)
def test_questions_and_letters_fit(
    verdict: Verdict, name: str | None, reference: str, text: str
) -> None:
    fits(render.contact_request(verdict, group_name=name, reference=reference, excerpt=text))
    fits(render.contact_request(None, group_name=name, reference=reference, excerpt=text))
    fits(render.ask_tone(None, private=True, reference=reference))
    fits(render.sure(verdict.level, 2**53))
    fits(render.human_question(2**53, "qd874.5.1", text))


@thorough
@given(name=strings, basis=st.none() | strings, flag=st.booleans(), group=st.integers(1, 2**53))
def test_cards_fit(name: str, basis: str | None, flag: bool, group: int) -> None:
    unit = Unit(1, name, None, "MA", basis=basis, contact=name, gives=flag)
    fits(render.start_private(name))
    fits(render.start_group(name, flag))
    fits(render.settings(GroupSettings(auto=flag), unit, group=group, admin=True))
    fits(render.nudge_settings(GroupSettings(nudge=flag), group=group, admin=True))
    fits(render.unreadable([name]))
    fits(render.internal_error(name))


@thorough
@given(key=st.sampled_from(sorted(ERRORS)) | strings, facts=st.data())
def test_errors_fit_with_any_fact_or_none(key: str, facts: st.DataObject) -> None:
    names = sorted({name for given in ERRORS.values() for name in given})
    chosen = facts.draw(st.dictionaries(st.sampled_from(names), strings | st.integers()))
    fits(render.error(UserError(key, **chosen)))
