"""Logs: structlog for ours and the libraries' lines, with secrets taken out of every one."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, Literal, TextIO
from urllib.parse import quote

import structlog

# No \b in front: in a URL's path the token follows "bot" at once.
_TOKEN = re.compile(r"(?<!\d)\d{3,}(?::|%3[Aa])[A-Za-z0-9_-]{20,}")
_BLOT = "[…]"
Event = MutableMapping[str, Any]


class Redactor:
    """A structlog processor that blots out known secrets and whatever looks like a bot token.

    It goes last before the renderer and leaves nothing but plain values behind, so that no
    renderer can print an object whose words were not looked at.
    """

    def __init__(self, secrets: tuple[str, ...]) -> None:
        known = {form for one in secrets if one for form in (one, quote(one, safe=""))}
        # The longest first: one secret may begin another.
        self._secrets = sorted(known, key=len, reverse=True)

    def __call__(self, _logger: Any, _method: str, event: Event) -> Event:
        return {self.text(key): self._blot(value) for key, value in event.items()}

    def _blot(self, value: Any) -> Any:
        if value is None or isinstance(value, bool | int | float):
            return value
        if isinstance(value, Mapping):
            return {self.text(str(key)): self._blot(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self._blot(inner) for inner in value]
        return self.text(value if isinstance(value, str) else repr(value))

    def text(self, line: str) -> str:
        for secret in self._secrets:
            line = line.replace(secret, _BLOT)
        return _TOKEN.sub(_BLOT, line)


class _Handler(logging.StreamHandler[TextIO]):
    """Writes to standard error; of a line that cannot be put together it shows the place only."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        kind = getattr(sys.exc_info()[0], "__name__", "?")
        self.stream.write(f"log line lost: {kind} at {record.pathname}:{record.lineno}\n")


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
        last = structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    handler = _Handler()
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
