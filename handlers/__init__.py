"""A messenger on one side, the desk on the other. Routers are asked in the order given here."""

from __future__ import annotations

from aiogram import Router


def routers() -> tuple[Router, ...]:
    """The order of offers: commands, questions, posts, edits, buttons, moves, strangers.

    Commands share one filter, so that a post passes them all at once.
    """
    from handlers import explaining, forward, group, help, settings, share, stats  # noqa: A004, PLC0415
    from handlers.filters import IsCommand  # noqa: PLC0415
    from handlers.turnstile import Sparing  # noqa: PLC0415

    commands = Router(name="commands")
    commands.message.filter(IsCommand())
    commands.message.middleware(Sparing())
    commands.include_routers(
        *map(_fresh, (help.router, stats.router, settings.commands, forward.commands)),
        _fresh(explaining.commands),
    )
    return (
        commands,
        _fresh(explaining.questions),
        *map(_fresh, (forward.posts, forward.edits, settings.router, share.router, group.router)),
        _fresh(group.strangers),
    )


def _fresh(router: Router) -> Router:
    """A router that may be included in one more dispatcher."""
    router._parent_router = None
    return router
