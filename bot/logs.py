"""Logs: structlog for ours and the libraries' lines, with secrets taken out of every one."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, Literal

import structlog

_TOKEN = re.compile(r"\b\d{3,}:[A-Za-z0-9_-]{20,}")
Event = MutableMapping[str, Any]


class Redactor:
    """A structlog processor that blots out known secrets and whatever looks like a bot token."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        self._secrets = tuple(secret for secret in secrets if secret)

    def __call__(self, _logger: Any, _method: str, event: Event) -> Event:
        return {key: self._blot(value) for key, value in event.items()}

    def _blot(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._blot(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(self._blot(inner) for inner in value)
        return self.text(value) if isinstance(value, str) else value

    def text(self, line: str) -> str:
        for secret in self._secrets:
            line = line.replace(secret, "[…]")
        return _TOKEN.sub("[…]", line)


def set_up(form: Literal["console", "json"], level: str, secrets: tuple[str, ...] = ()) -> None:
    """Send all log lines to standard error in one form, without secrets."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    last: Any = structlog.processors.JSONRenderer(ensure_ascii=False)
    if form == "console":
        last = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                Redactor(secrets),
                last,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for chatty in ("aiogram", "httpx", "apscheduler", "telegram", "aiohttp.access", "matplotlib"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, root.level))
