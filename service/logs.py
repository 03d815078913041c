"""Logs: one line an event, to stderr, as text for a terminal or as JSON for machines."""

from __future__ import annotations

import logging
import sys
from typing import Any, Final

import structlog

from service.settings import LogFormat, LogLevel

__all__ = ["configure_logs"]

_SHARED: Final[tuple[Any, ...]] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)

_TRACEBACKS: Final = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
)
"""A traceback's variables hold texts, and the seal key: they are not shown."""


def configure_logs(level: LogLevel, format_: LogFormat) -> None:
    """Send what the service and its libraries log to stderr. Neither bodies nor variables
    are ever logged."""
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[*_SHARED, *_rendering(format_)],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
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
    # What libraries tell of their ordinary work is told by our own lines.
    root.setLevel(max(number, logging.WARNING))


def _rendering(format_: LogFormat) -> tuple[Any, ...]:
    if format_ == "json":
        return (_TRACEBACKS, structlog.processors.JSONRenderer())
    # Not rich's tracebacks, which show variables.
    plain = structlog.dev.plain_traceback
    colors = sys.stderr.isatty()
    return (structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=plain),)
