"""Everything that can be said, by name: the one module that handlers import words from."""

from __future__ import annotations

from messages.actions import Action, action, read
from messages.advice import State, advice, refusal
from messages.cards import (
    admins_only,
    cannot_check_admin,
    cannot_see,
    forgotten,
    help_text,
    leaving,
    needs_code,
    nothing_to_check,
    nothing_to_explain,
    nudge_settings,
    privacy,
    reading_cut_short,
    reading_picture,
    settings,
    settings_in_group,
    start_group,
    start_private,
    stranger,
    too_late,
    unreadable,
    work_notice,
    wrong_code,
)
from messages.figures import nudge, report, stats, stats_text
from messages.notices import Kind, commands, error, internal_error, pressed
from messages.notices import Scope as CommandScope
from messages.questions import ask_tone, contact_request, human_question, sure
from messages.why import why

__all__ = [
    "Action",
    "CommandScope",
    "Kind",
    "State",
    "action",
    "admins_only",
    "advice",
    "ask_tone",
    "cannot_check_admin",
    "cannot_see",
    "commands",
    "contact_request",
    "error",
    "forgotten",
    "help_text",
    "human_question",
    "internal_error",
    "leaving",
    "needs_code",
    "nothing_to_check",
    "nothing_to_explain",
    "nudge",
    "nudge_settings",
    "pressed",
    "privacy",
    "read",
    "reading_cut_short",
    "reading_picture",
    "refusal",
    "report",
    "settings",
    "settings_in_group",
    "start_group",
    "start_private",
    "stats",
    "stats_text",
    "stranger",
    "sure",
    "too_late",
    "unreadable",
    "why",
    "work_notice",
    "wrong_code",
]
