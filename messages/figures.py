"""What the ledger says: /stats with its picture, /baocao, and the weekly nudge."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Literal

from messages.advice import balance_facts
from messages.chart import stats_chart
from messages.markup import clip, render
from messages.notices import pause_button
from messages.reply import Reply
from models.balance import Balance, Tally
from models.ledger import Suggestion

Weekly = Sequence[tuple[date, Tally]]
Scope = Literal["group", "unit"]
Trend = Literal["", "little", "up", "down", "same"]

SUGGESTIONS = 3
LINK_LIMIT = 512
_WEEKS_SHOWN = 14
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"'`\\]+", re.IGNORECASE)


def _trend(balance: Balance) -> Trend:
    """How the ratio moved against the window before, compared in integers."""
    before, now = balance.previous, balance.tally
    if before is None or not balance.enough:
        return ""
    if not Balance(before, balance.days, balance.until).enough:
        return "little"
    left, right = now.negative * before.total, before.negative * now.total
    return "same" if left == right else "up" if left > right else "down"


def _facts(balance: Balance) -> dict[str, Any]:
    return {
        **balance_facts(balance),
        "tally": balance.tally,
        "previous": balance.previous or Tally(),
        "trend": _trend(balance),
        "first": balance.until - timedelta(days=balance.days - 1),
        "until": balance.until,
    }


def stats_text(balance: Balance, *, scope: Scope, name: str | None) -> str:
    """The caption of the picture: totals, ratio, ceiling, room, trend, and what the figures are."""
    return render("stats.j2", scope=scope, name=name, it=_facts(balance))


def stats(balance: Balance, *, scope: Scope, name: str | None, weekly: Weekly) -> Reply:
    """The answer to /stats with its picture; slow (0.1-1 s), so call it in a thread and cache it.

    ``weekly`` are tallies by the Monday of their week, weeks without a share may be left out.
    """
    return Reply(stats_text(balance, scope=scope, name=name), picture=stats_chart(balance, weekly))


def report(balance: Balance, weekly: Weekly, *, scope: Scope, name: str | None) -> Reply:
    """The answer to /baocao: the window's figures as text to copy, marked as a draft."""
    rows = _by_week(weekly) if len(weekly) <= _WEEKS_SHOWN else _by_month(weekly)
    return Reply(render("report.j2", scope=scope, name=name, it=_facts(balance), rows=rows))


def _by_week(weekly: Weekly) -> list[dict[str, Any]]:
    return [
        {"monday": monday, "sunday": monday + timedelta(days=6), "month": None, "tally": tally}
        for monday, tally in weekly
    ]


def _by_month(weekly: Weekly) -> list[dict[str, Any]]:
    """Weeks summed by the month of their Monday, so that a year fits in one message."""
    months: dict[date, Tally] = {}
    for monday, tally in weekly:
        month = monday.replace(day=1)
        months[month] = months.get(month, Tally()) + tally
    return [{"month": month, "tally": tally} for month, tally in sorted(months.items())[-14:]]


def nudge(
    *,
    week: Balance,
    month: Balance,
    suggestions: Sequence[Suggestion],
    quiet: bool,
    group: int,
) -> Reply:
    """The weekly message: the week that ended, the last 30 days, up to three suggestions.

    ``quiet`` gives a single line, for a week in which nothing changed.
    """
    if quiet:
        return Reply(render("nudge_quiet.j2", month=_facts(month)), choices=pause_button(group))
    text = render(
        "nudge.j2",
        week=_facts(week),
        month=_facts(month),
        suggestions=[_suggestion(item) for item in suggestions[:SUGGESTIONS]],
    )
    return Reply(text, choices=pause_button(group))


def _suggestion(item: Suggestion) -> dict[str, str]:
    """A title with its link; a link that is no plain web address is left out."""
    plain = _WEB_ADDRESS.fullmatch(item.link) and item.link.isprintable()
    link = item.link if plain and len(item.link) <= LINK_LIMIT else ""
    return {"title": clip(item.title, 160) or clip(link, 80), "link": link}
