"""Printing to a terminal or a pipe: words to people, one JSON object a line to programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

from messages.terminal import say


def tell(key: str, /, **facts: object) -> None:
    """Print one of the sentences of ``messages``."""
    print(say(key, **facts).strip(), flush=True)  # noqa: T201


def line(value: Any) -> None:
    """Print one JSON line."""
    print(json.dumps(value, ensure_ascii=False), flush=True)  # noqa: T201


def text(words: str) -> None:
    """Print words that are ready."""
    print(words, flush=True)  # noqa: T201


def decimal(value: float, places: int = 3) -> str:
    """A number as it is written in Vietnamese."""
    return f"{value:.{places}f}".replace(".", ",")


def progress(label: str) -> Callable[[str, float], None]:
    """A progress bar that is moved by (what, part of 1); silent where nobody watches."""
    from tqdm import tqdm

    bar = tqdm(total=100, desc=label, unit="%", disable=not sys.stderr.isatty(), leave=True)

    def move(what: str, part: float) -> None:
        bar.set_postfix_str(what[:40], refresh=False)
        bar.update(max(0.0, round(100 * part, 1) - bar.n))
        if part >= 1:
            bar.close()

    return move
