"""Logs: structlog for ours and the libraries' lines; ``bot.discretion`` says what they may show."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
import threading
from types import TracebackType
from typing import Any, Literal, TextIO

import structlog

from bot import discretion

_LIBRARIES = ("aiogram", "aiohttp", "apscheduler", "asyncio", "httpx", "matplotlib", "telegram")
log = structlog.get_logger(__name__)


class _Handler(logging.StreamHandler[TextIO]):
    """Writes to standard error; of a line that cannot be put together it shows the place only."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        kind = getattr(sys.exc_info()[0], "__name__", "?")
        with contextlib.suppress(OSError, ValueError):  # a full disk, a closed pipe: work goes on
            self.stream.write(f"log line lost: {kind} at {record.pathname}:{record.lineno}\n")


def set_up(form: Literal["console", "json"], level: str, secrets: tuple[str, ...] = ()) -> None:
    """Send all log lines to standard error in one form."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.UnicodeDecoder(),
    ]
    structlog.configure(
        processors=[
            *shared,
            _with_exception,
            discretion.exceptions,
            discretion.reasons,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = _Handler()
    handler.setFormatter(_formatter(form, shared, secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for library in _LIBRARIES:
        logging.getLogger(library).setLevel(max(logging.WARNING, root.level))
    logging.getLogger("aiohttp.access").setLevel(logging.CRITICAL)  # it logs addresses and paths


def take_over() -> None:
    """Make of what nobody caught a log line, too: Python's own would print what it says.

    To be called inside the event loop that is to be looked after.
    """
    asyncio.get_running_loop().set_exception_handler(_on_loop_trouble)
    sys.excepthook = _on_crash
    threading.excepthook = _on_thread_crash
    sys.unraisablehook = _on_unraisable


def _formatter(
    form: Literal["console", "json"], shared: list[Any], secrets: tuple[str, ...]
) -> structlog.stdlib.ProcessorFormatter:
    last: Any = structlog.processors.JSONRenderer(ensure_ascii=False)
    if form == "console":
        last = structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*shared, discretion.exceptions, discretion.foreign],
        use_get_message=False,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            discretion.Redactor(secrets),
            last,
        ],
    )


def _with_exception(_logger: Any, _method: str, event: discretion.Event) -> discretion.Event:
    """``exc_info=True`` means the exception being handled."""
    if event.get("exc_info") is True:
        event["exc_info"] = sys.exc_info()
    return event


def _on_loop_trouble(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    log.error("event loop trouble", exc_info=context.get("exception"))


def _on_crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        log.critical("crashed", exc_info=error.with_traceback(trace))


def _on_thread_crash(args: threading.ExceptHookArgs) -> None:
    log.critical("thread crashed", exc_info=args.exc_value)


def _on_unraisable(args: Any) -> None:
    log.error("error while cleaning up", exc_info=args.exc_value)
