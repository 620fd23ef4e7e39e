"""``python -m tests.soak [PART]``: every part that is here, or the one that is named."""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
from pathlib import Path
from types import ModuleType


def parts() -> dict[str, ModuleType]:
    """Modules with ``add_arguments(parser)`` and ``main(given)``, which gives the exit code."""
    names = (one.name for one in pkgutil.iter_modules([str(Path(__file__).parent)]))
    modules = {
        name: importlib.import_module(f"tests.soak.{name}") for name in names if name[0] != "_"
    }
    return {name: module for name, module in modules.items() if hasattr(module, "add_arguments")}


def main() -> int:
    """Run; 0 when all is good."""
    known = parts()
    top = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    commands = top.add_subparsers(dest="part")
    for name, module in known.items():
        module.add_arguments(commands.add_parser(name, help=module.__doc__))
    given = top.parse_args()
    if given.part:
        return int(known[given.part].main(given))
    codes = [int(module.main(top.parse_args([name]))) for name, module in known.items()]
    return max(codes, default=0)


if __name__ == "__main__":
    sys.exit(main())
