"""Short lines: what pops up after a press, errors in the reader's words, the bot's menu."""

from __future__ import annotations

import re
from typing import Literal

from jinja2 import UndefinedError

from messages.actions import action
from messages.markup import clip, inert, render_block
from messages.reply import Choice, Reply
from messages.words import TONES
from models.balance import Balance
from models.errors import UserError
from models.verdict import Tone

Kind = Literal[
    "shared", "already_shared", "declined", "undone", "nothing_to_undo", "dispute_noted",
    "relabelled", "asked", "already_asked", "no_contact", "expired", "not_yours", "thanks",
    "cancelled", "saved", "paused", "resumed", "busy", "admins_only",
]  # fmt: skip
Scope = Literal["private", "group", "admin"]

_KEY = re.compile(r"[a-z0-9_]+")


def pressed(kind: Kind, *, balance: Balance | None = None, tone: Tone | None = None) -> str:
    """A plain line of at most 200 characters for a button's pop-up.

    ``balance`` adds the count after a share or an undo; ``tone`` names what was noted.
    """
    tally = balance.tally if balance else None
    return render_block(
        "notices.txt.j2",
        kind,
        tone=TONES[tone] if tone else "",
        days=balance.days if balance else 0,
        negative=tally.negative if tally else 0,
        total=tally.total if tally else 0,
    )


def error(user_error: UserError) -> Reply:
    """An error that its reader can mend: one sentence by its key, else a general one."""
    facts = {name: inert(fact, 200) for name, fact in user_error.facts.items()}
    key = user_error.key if _KEY.fullmatch(user_error.key) else "generic"
    try:
        return Reply(render_block("errors.j2", key, **facts))
    except (KeyError, UndefinedError):  # a newer key, or one raised with fewer facts
        details = ", ".join(clip(fact, 120) for fact in user_error.facts.values())
        key = clip(user_error.key, 60)
        return Reply(render_block("errors.j2", "generic", key=key, details=clip(details, 400)))


def internal_error(reference: str) -> Reply:
    """An error of ours, with the number under which the log has it whole."""
    return Reply(render_block("errors.j2", "internal", reference=clip(reference, 40)))


def commands(scope: Scope) -> list[tuple[str, str]]:
    """The bot's menu: command and what it does, for private chats, groups, group administrators."""
    lines = render_block("commands.txt.j2", scope).splitlines()
    pairs = (line.split(maxsplit=1) for line in lines if line.strip())
    return [(command, text) for command, text in pairs]


def pause_button(group: int) -> tuple[tuple[Choice, ...], ...]:
    """One tap that pauses the weekly reminder."""
    return ((Choice("Tạm dừng nhắc tuần", action("pause", group)),),)
