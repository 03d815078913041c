"""The line of a request, beside those that structlog makes."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
import structlog

from service.operations.logs import configure_logs
from service.operations.request_log import RequestLog
from service.settings.settings import LogFormat, LogLevel

_NOW = 1_764_391_234_000_005
_STAMP = "2025-11-29T04:40:34.000005Z"
_SCOPE: dict[str, Any] = {
    "path": "/v1/timelines/kursk/statements",
    "client": ("203.0.113.9", 4_711),
    "path_params": {"t": "kursk"},
    "user": SimpleNamespace(known=SimpleNamespace(name="key:desk")),
}
_HEADERS = [(b"content-type", b"application/json"), (b"onrecord-revision", b"12")]


def _log(level: LogLevel, format_: LogFormat, *requests: tuple[dict[str, Any], int]) -> None:
    """Log these requests, scope and status of each."""
    requests_ = RequestLog(level, format_, lambda: _NOW)
    requests_.close()
    for scope, status in requests:
        requests_.log("POST", scope, status, _HEADERS, 0.0012345)


def _expected(level: str, **fields: Any) -> dict[str, Any]:
    return {
        "method": "POST",
        "path": "/v1/timelines/kursk/statements",
        "status": 201,
        "principal": "key:desk",
        "client": "203.0.113.9",
        "timeline": "kursk",
        "revision": 12,
        "ms": 1.23,
        "event": "request",
        "level": level,
        "timestamp": _STAMP,
    } | fields


def test_a_line_says_who_asked_for_what(capfd: pytest.CaptureFixture[str]) -> None:
    """The principal, the client's address, the timelines, the revision and the status, also where
    the router did not see the request, the query names them, or nothing is known of who asks."""
    unseen = {"path": "/v1/timelines/kursk/no", "client": _SCOPE["client"]}
    elsewhere = {"path": "/health/live", "client": _SCOPE["client"]}
    visitor = SimpleNamespace(known=SimpleNamespace(name="key:desk"), timelines=("a", "b"))
    joined = {"path": "/v1/live", "client": _SCOPE["client"], "user": visitor}
    _log("info", "json", (_SCOPE, 201), (unseen, 404), (elsewhere, 503), (joined, 200))
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    nobody = {"principal": None}
    assert lines == [
        _expected("info"),
        _expected("info", path=unseen["path"], status=404, **nobody),
        _expected("error", path="/health/live", status=503, timeline=None, **nobody),
        _expected("info", path="/v1/live", status=200, timeline="a,b"),
    ]


@pytest.mark.parametrize("format_", ["json", "console"])
@pytest.mark.parametrize("status", [201, 500])
@pytest.mark.parametrize("process", [None, "worker-1"])
def test_a_line_is_what_structlog_would_have_made_of_it(
    format_: LogFormat, status: int, process: str | None, capfd: pytest.CaptureFixture[str]
) -> None:
    """The same members in JSON, the same text on a terminal."""
    named = {} if process is None else {"process": process}
    with structlog.contextvars.bound_contextvars(**named):
        configure_logs("info", format_)
        _log("info", format_, (_SCOPE, status))
        ours = capfd.readouterr().err
        logger = structlog.get_logger("of this test")
        fields = _expected("", status=status)
        del fields["level"], fields["timestamp"]
        (logger.info if status < 500 else logger.error)(**fields)
        theirs = capfd.readouterr().err
    if format_ == "json":
        stamp = json.loads(theirs)["timestamp"]
        assert json.loads(ours) == json.loads(theirs.replace(stamp, _STAMP))
    else:
        stamp = theirs.partition(" ")[0]
        assert ours == theirs.replace(stamp, _STAMP)


def test_what_a_caller_sends_cannot_look_like_a_line(capfd: pytest.CaptureFixture[str]) -> None:
    """A path may hold line feeds of any kind and escapes of a terminal."""
    path = "/v1/a\n2025-11-29 [error    ] b=c \x1b[31m"
    for format_ in ("json", "console"):
        _log("info", format_, (_SCOPE | {"path": path}, 404))
        [line] = capfd.readouterr().err.splitlines()
        assert "\x1b[31m" not in line


@pytest.mark.parametrize(
    ("level", "statuses"),
    [("debug", [200, 404, 500]), ("info", [200, 404, 500]), ("warning", [500]), ("error", [500])],
)
def test_the_level_leaves_lines_out(
    level: LogLevel, statuses: list[int], capfd: pytest.CaptureFixture[str]
) -> None:
    """Failures are errors, all others are at info; above that, nothing is left."""
    _log(level, "json", *((_SCOPE, status) for status in (200, 404, 500)))
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    assert [line["status"] for line in lines] == statuses
    _log("critical", "json", (_SCOPE, 500))
    assert capfd.readouterr().err == ""


def test_without_stderr_nothing_is_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever started the service may have closed it."""
    monkeypatch.setattr("sys.stderr", None)
    _log("info", "json", (_SCOPE, 200))
