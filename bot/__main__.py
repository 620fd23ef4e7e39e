"""The command line: ``python -m bot run | check | evaluate | train | nudge | stats | unit | …``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

GOOD, FAILED, WRONG_USE = 0, 1, 2


def parser() -> argparse.ArgumentParser:
    """The commands and their arguments, with help in Vietnamese from ``messages``."""
    from messages.terminal import say

    top = argparse.ArgumentParser(prog="python -m bot", description=say("help_top"))
    commands = top.add_subparsers(dest="command", required=True, metavar="LỆNH")

    def add(name: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=say(f"help_{name}"), description=say(f"help_{name}"))

    add("run")
    check = add("check")
    check.add_argument("text", nargs="*", help=say("help_check_text"))
    check.add_argument("--json", action="store_true", help=say("help_check_json"))
    check.add_argument("--file", type=Path, help=say("help_check_file"))
    check.add_argument("--why", action="store_true", help=say("help_check_why"))
    evaluate = add("evaluate")
    evaluate.add_argument("--data", type=Path, default=Path("../shared/data"))
    evaluate.add_argument("--json", action="store_true")
    evaluate.add_argument("--save", action="store_true", help=say("help_evaluate_save"))
    train = add("train")
    train.add_argument("--data", type=Path, help=say("help_train_data"))
    train.add_argument("--out", type=Path, help=say("help_train_out"))
    train.add_argument(
        "--without-corrections",
        dest="corrections",
        action="store_false",
        help=say("help_train_plain"),
    )
    train.add_argument("--encoder", action="store_true", help=say("help_train_encoder"))
    train.add_argument("--adapter", action="store_true", help=say("help_train_adapter"))
    train.add_argument("--undo", action="store_true", help=say("help_train_undo"))
    nudge = add("nudge")
    nudge.add_argument("--once", action="store_true", help=say("help_nudge_once"))
    stats = add("stats")
    stats.add_argument("--unit", type=int)
    stats.add_argument("--days", type=int, default=30, choices=(7, 30, 90, 365))
    stats.add_argument("--json", action="store_true")
    unit = add("unit")
    verbs = unit.add_subparsers(dest="verb", required=True, metavar="VIỆC")
    adding = verbs.add_parser("add", help=say("help_unit_add"))
    adding.add_argument("name")
    adding.add_argument("--parent", type=int)
    adding.add_argument("--json", action="store_true")
    listing = verbs.add_parser("list", help=say("help_unit_list"))
    listing.add_argument("--json", action="store_true")
    renewing = verbs.add_parser("renew", help=say("help_unit_renew"))
    renewing.add_argument("id", type=int)
    renewing.add_argument("--json", action="store_true")
    backup = add("backup")
    backup.add_argument("target", type=Path)
    add("restore").add_argument("source", type=Path, help=say("help_restore_file"))
    add("doctor").add_argument("--offline", action="store_true", help=say("help_doctor_offline"))
    add("health")
    return top


def run_command(arguments: argparse.Namespace) -> int:
    """Carry out one command; each imports only what it needs."""
    from bot import commands

    return int(commands.COMMANDS[arguments.command](arguments))


def main(words: Sequence[str] | None = None) -> int:
    """Parse, run, and say errors that can be mended in plain words.

    Returns 0 when all is good, 1 for a failed check or a disk that does not allow it, 2 for wrong
    use.
    """
    from models.errors import StoreUnavailable, UserError

    arguments = parser().parse_args(words)
    try:
        return run_command(arguments)
    except UserError as error:
        from messages.terminal import complain

        print(complain(error), file=sys.stderr)  # noqa: T201
        return FAILED if isinstance(error, StoreUnavailable) else WRONG_USE
    except KeyboardInterrupt:
        return GOOD
    except BrokenPipeError:
        sys.stderr.close()
        return GOOD


if __name__ == "__main__":
    sys.exit(main())
