"""A messenger on one side, the desk on the other. Routers are asked in the order given here."""

from __future__ import annotations

from aiogram import Router


def routers() -> tuple[Router, ...]:
    """The order in which an update is offered: moves, commands, posts, buttons, strangers."""
    from handlers import forward, group, help, settings, share, stats  # noqa: A004, PLC0415

    return (
        group.router,
        help.router,
        stats.router,
        settings.commands,
        forward.commands,
        forward.posts,
        forward.edits,
        settings.router,
        share.router,
        group.strangers,
    )
