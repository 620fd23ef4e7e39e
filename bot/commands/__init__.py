"""One function per command of the command line, each importing only what it needs."""

from __future__ import annotations

import argparse


def run(_arguments: argparse.Namespace) -> int:
    """The bot: with Telegram, or without a token with the sandbox."""
    from bot.commands.live import run as work

    return work()


def nudge(arguments: argparse.Namespace) -> int:
    """The weekly nudge alone, as a process of its own."""
    from bot.commands.live import nudge as work

    return work(once=arguments.once)


def check(arguments: argparse.Namespace) -> int:
    """Weigh texts from the command line."""
    from bot.commands.checking import check as work

    return work(arguments.text, as_json=arguments.json, file=arguments.file, reasons=arguments.why)


def train(arguments: argparse.Namespace) -> int:
    """Train the classifier anew, build its encoder, or bring the model of before back."""
    from bot.commands import learning

    if arguments.undo:
        return learning.undo()
    if arguments.adapter:
        return learning.tune(data=arguments.data, out=arguments.out)
    if arguments.encoder:
        return learning.build_encoder(data=arguments.data, out=arguments.out)
    return learning.train(
        data=arguments.data, out=arguments.out, with_corrections=arguments.corrections
    )


def evaluate(arguments: argparse.Namespace) -> int:
    """Measure the classifier."""
    from bot.commands.learning import evaluate as work

    return work(data=arguments.data, as_json=arguments.json, save=arguments.save)


def stats(arguments: argparse.Namespace) -> int:
    """The balance of a unit, or of all."""
    from bot.commands.keeping import stats as work

    return work(unit=arguments.unit, days=arguments.days, as_json=arguments.json)


def unit(arguments: argparse.Namespace) -> int:
    """Make, show and renew units."""
    from bot.commands.keeping import unit as work

    return work(arguments)


def backup(arguments: argparse.Namespace) -> int:
    """A consistent copy of the database, while the bot runs."""
    from bot.commands.keeping import backup as work

    return work(arguments.target)


def restore(arguments: argparse.Namespace) -> int:
    """A copy in the place of the database, while the bot is stopped."""
    from bot.commands.keeping import restore as work

    return work(arguments.source)


def doctor(arguments: argparse.Namespace) -> int:
    """What is misconfigured, and how to mend it."""
    from bot.commands.doctor import doctor as work

    return work(offline=arguments.offline)


def health(_arguments: argparse.Namespace) -> int:
    """How the running bot is."""
    from bot.commands.health import health as work

    return work()


# By name, because a module of this package that was imported hides a function of its name.
COMMANDS = {
    work.__name__: work
    for work in (run, nudge, check, train, evaluate, stats, unit, backup, restore, doctor, health)
}
