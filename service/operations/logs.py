"""Logging to stderr, one line for each event, as text for a terminal or as JSON for machines."""

from __future__ import annotations

import logging
import sys
from contextlib import suppress
from typing import Any, Final, TextIO, cast

import structlog

from service.settings.settings import LogFormat, LogLevel

__all__ = ["configure_logs", "console_renderer"]

_SHARED: Final[tuple[Any, ...]] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)

_TRACEBACKS: Final = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
)
"""Tracebacks are logged without variables, which may contain texts and the seal key."""


class LogFile:
    """The destination of log lines. If a line cannot be written, as on a full disk, it is lost, but
    the service continues. The same holds for a closed stream (ValueError)."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        with suppress(OSError, ValueError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            self._stream.flush()


def configure_logs(level: LogLevel, format_: LogFormat) -> None:
    """Send what the service and its libraries log to stderr. Neither bodies nor variables
    are ever logged."""
    number = logging.getLevelNamesMapping()[level.upper()]
    file = cast("TextIO", LogFile(sys.stderr))
    structlog.configure(
        processors=[*_SHARED, *_rendering(format_)],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(file),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(file)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_rendering(format_),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    # Ordinary messages of libraries are left out, because the service logs the same facts itself.
    root.setLevel(max(number, logging.WARNING))


def _rendering(format_: LogFormat) -> tuple[Any, ...]:
    if format_ == "json":
        return (_TRACEBACKS, structlog.processors.JSONRenderer())
    return (console_renderer(),)


def console_renderer() -> structlog.dev.ConsoleRenderer:
    """The renderer of lines for a terminal: in colours, if stderr is one."""
    # Rich's tracebacks are not used, because they show variables.
    plain = structlog.dev.plain_traceback
    colors = sys.stderr.isatty()
    return structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=plain)
