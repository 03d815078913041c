"""The log line of each request: who asked for what, and the result.

It has the form of all log lines (`service.operations.logs`), but is made in a fifth of the time,
because every request has one (docs/decisions/0047-a-line-for-each-request.md).
"""

from __future__ import annotations

import io
import re
import sys
import time
from collections.abc import Callable
from logging import ERROR, INFO, getLevelNamesMapping
from typing import Any, Final, Literal, get_args

import msgspec
import structlog
from msgspec import UNSET, Struct, UnsetType, structs

from service.clock import Clock
from service.http.outlet import REACHED
from service.operations.line_buffer import LineBuffer
from service.operations.logs import console_renderer
from service.settings.settings import LogFormat, LogLevel

__all__ = ["RequestLog"]

_TIMELINES: Final = "/v1/timelines/"
_FAILED: Final = 500
"""The least status of a request that failed through our fault."""
_NEVER: Final = 1_000
_Level = Literal["info", "error"]
_encode: Final = msgspec.json.Encoder().encode
_plain: Final = re.compile(r"[!#-&(-<>-~]+").fullmatch
"""Text that needs no quotes in a line for a terminal."""

_log = structlog.get_logger("onrecord.requests")


class RequestLine(Struct):
    """One request. `principal` is None if it is unknown who asked, or the credentials were invalid;
    `timeline` and `revision` are None if there is none; `ms` are milliseconds. For several
    timelines, `timeline` has all, separated by commas. `process` is left out if it has no name."""

    method: str
    path: str
    status: int
    principal: str | None
    client: str
    timeline: str | None
    revision: int | None
    ms: float
    process: str | UnsetType
    event: str
    level: _Level
    timestamp: str


class RequestLog:
    """Logs requests to stderr: those that failed at level error, all others at info."""

    def __init__(self, level: LogLevel, format_: LogFormat, clock: Clock) -> None:
        """`close` writes the last lines."""
        least = getLevelNamesMapping()[level.upper()]
        self._least = 0 if least <= INFO else _FAILED if least <= ERROR else _NEVER
        self._clock = clock
        self._second = 0
        self._date = ""
        process = structlog.contextvars.get_contextvars().get("process", UNSET)
        self._process: str | UnsetType = process
        self._shown = _encode if format_ == "json" else _console_encoder(process)
        descriptor = _stderr()
        self._buffer: LineBuffer[tuple[RequestLine, int]] | None = None
        if descriptor is not None:
            self._buffer = LineBuffer(descriptor, self._line_of, _report_loss)

    def log(self, method: str, scope: Any, status: int, headers: Any, seconds: float) -> None:
        """Log a request that has ended after this many seconds. `headers` are those of its
        answer."""
        if status < self._least or self._buffer is None:
            return
        path, visitor = scope["path"], scope.get("user")
        known = getattr(visitor, "known", None)
        timeline = scope.get("path_params", {}).get("t") or _timeline_in(path)
        revision = _revision_in(headers)
        if revision is None and REACHED in scope:
            revision = scope[REACHED].get(timeline)
        line = RequestLine(
            method,
            path,
            status,
            None if known is None else known.name,
            scope["client"][0],
            timeline or _asked_by(visitor),
            revision,
            seconds * 1000,
            self._process,
            "request",
            "error" if status >= _FAILED else "info",
            "",
        )
        # Not with the scope, whose objects are free for the next request.
        self._buffer.add((line, self._clock()))

    def _line_of(self, ended: tuple[RequestLine, int]) -> bytes:
        line, now = ended
        line.ms = round(line.ms, 2)
        line.timestamp = self._time(now)
        return self._shown(line) + b"\n"

    def close(self) -> None:
        """Write the last lines. Later lines are written at once."""
        if self._buffer is not None:
            self._buffer.close()

    def _time(self, now: int) -> str:
        second, rest = divmod(now, 1_000_000)
        if second != self._second:
            self._second = second
            self._date = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
        return f"{self._date}.{rest:06d}Z"


def _timeline_in(path: str) -> str | None:
    """The timeline that the path names, even if the router did not see it."""
    return path[len(_TIMELINES) :].partition("/")[0] if path.startswith(_TIMELINES) else None


def _asked_by(visitor: Any) -> str | None:
    """The timelines that the query names, separated by commas, if rights on them were checked."""
    return ",".join(getattr(visitor, "timelines", ())) or None


def _revision_in(headers: Any) -> int | None:
    revision = dict(headers).get(b"onrecord-revision")
    return None if revision is None else int(revision)


def _stderr() -> int | None:
    """The descriptor of stderr; None if there is none."""
    try:
        return sys.stderr.fileno()
    except (AttributeError, io.UnsupportedOperation, ValueError):
        return None


def _report_loss(lines: int) -> None:
    _log.warning("stderr accepted nothing for a while: lines of requests are missing", lines=lines)


def _console_encoder(process: str | UnsetType) -> Callable[[RequestLine], bytes]:
    """An encoder of lines for a terminal that look like the other log lines: it renders each level
    once and then inserts the values."""
    forms = {level: _console_form(level, process) for level in get_args(_Level)}

    def show(line: RequestLine) -> bytes:
        values = {name: _word(value) for name, value in structs.asdict(line).items()}
        return (forms[line.level] % values).encode(errors="backslashreplace")

    return show


def _console_form(level: _Level, process: str | UnsetType) -> str:
    names = [name for name in RequestLine.__struct_fields__ if name not in ("event", "level")]
    if process is UNSET:
        names.remove("process")
    marks = {name: f"<{name}>" for name in names}
    rendered = console_renderer()(None, level, {**marks, "event": "request", "level": level})
    form = str(rendered).replace("%", "%%")
    for name, mark in marks.items():
        form = form.replace(mark, f"%({name})s")
    return form


def _word(value: object) -> str:
    """The value in a line for a terminal. Text of a caller is quoted if it could be mistaken for
    more."""
    text = str(value)
    return text if _plain(text) else repr(text)
