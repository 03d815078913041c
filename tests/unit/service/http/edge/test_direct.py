"""What is called past Litestar is answered as by Litestar."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import pytest
from litestar import Request

from service.access.guards.door import Door
from service.app import create_app
from service.http.edge.direct import Direct, _DirectRequest
from tests.granted import Granted
from tests.rows import each_row
from tests.unit.service.reading.asking import PATH, Messages, parted, scope_of
from tests.writers import open_writer, said, working

STATEMENT: Final = {"kind": "claim", "text": "It is.", "said": {"by": "KCNA", "on": None}}
REQUESTS: Final = (
    ("GET", f"{PATH}/statements", None),
    ("GET", f"{PATH}/statements?tag=x&limit=2", None),
    ("GET", f"{PATH}/statements?nonsense=1&limit=x", None),
    ("GET", f"{PATH}/statements?as_of=99", None),
    ("GET", "/v1/timelines/none/statements", None),
    ("GET", "/v1/timelines/m%C3%BCll/statements", None),
    ("GET", f"{PATH}/proposals", None),
    ("GET", f"{PATH}/imports/none", None),
    ("POST", f"{PATH}/statements?dry_run=true", STATEMENT),
    ("POST", f"{PATH}/statements?dry_run=true", {"kind": "lie"}),
    ("POST", f"{PATH}/statements/a/grades?dry_run=true", {"credibility": 2}),
    ("POST", f"{PATH}/statements/none/grades?dry_run=true", {"credibility": 2}),
    ("PUT", f"{PATH}?dry_run=true", {"title": "Other"}),
    ("DELETE", f"{PATH}/statements/a/relations/disputes/b?dry_run=true", None),
    ("POST", "/v1/keys", {"name": "x"}),
)
_MADE: Final = re.compile(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|T[0-9:.]{15}Z")
OF_LITESTAR: Final = (
    ("GET", PATH),
    ("GET", f"{PATH}/statements/a"),
    ("GET", f"{PATH}/nothing"),
    ("GET", "/health/live"),
    ("DELETE", f"{PATH}/statements"),
    ("TRACE", f"{PATH}/statements"),
)


class Counted:
    """Litestar, and how often it was called."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.calls = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.calls += 1
        await self.app(scope, receive, send)


class Apps:
    """The same service, with Litestar behind `direct`, and without anything around `litestar`."""

    def __init__(self, whole: Any, granted: Granted, worker: Any) -> None:
        found = whole._app._app._app._app._app
        assert isinstance(found, Direct)
        self.granted = granted
        self.counted = Counted(found._app)
        behind: Any = self.counted
        found._app = behind
        self.litestar = Door(self.counted.app, worker.access, worker.row)
        self.direct = Door(found, worker.access, worker.row)


@pytest.fixture
async def apps(tmp_path: Path) -> AsyncIterator[Apps]:
    granted = Granted()
    async with open_writer(tmp_path) as writer:
        await writer.open()
        await writer.record(said("a"), said("b"))
        await writer.projector.progress.wait_for("kursk", 3)
        with working(writer, tmp_path, access=granted.access) as worker:
            yield Apps(create_app(worker), granted, worker)


async def _sent(app: Any, method: str, address: str, content: Any, key: str | None) -> Messages:
    """What the application sends, and what it leaves in the scope for the log and the metrics."""
    headers = [(b"content-type", b"application/json")]
    headers += [] if key is None else [(b"authorization", key.encode())]
    scope = scope_of(method, address, *headers)
    sent: Messages = []

    async def send(message: Any) -> None:
        sent.extend(parted(message))

    async def receive() -> Any:
        body = b"" if content is None else json.dumps(content).encode()
        return {"type": "http.request", "body": body, "more_body": False}

    await app(scope, receive, send)
    sent[0]["headers"] = sorted(sent[0]["headers"])
    left = {name: scope.get(name) for name in ("path_template", "path_params", "onrecord.private")}
    return [*sent, left]


@pytest.mark.parametrize("who", ["nobody", "reader", "editor"])
async def test_the_answers_are_those_of_litestar(apps: Apps, who: str) -> None:
    """Status, headers and body, of successes, faults, what is missing and what is forbidden."""
    key = None if who == "nobody" else apps.granted.key(who, (who, "*"))
    for method, address, content in REQUESTS:
        wanted = await _sent(apps.litestar, method, address, content, key)
        found = await _sent(apps.direct, method, address, content, key)
        assert _plain(found) == _plain(wanted), (method, address)
    assert apps.counted.calls == 0


def _plain(sent: Messages) -> Messages:
    """Without the ids and times that each dry run makes anew."""
    sent[1]["body"] = _MADE.sub(b"<made>", sent[1]["body"])
    return sent


async def test_all_else_is_left_to_litestar(apps: Apps) -> None:
    """Other kinds of answers, methods that a path does not have, and paths that nothing has."""
    for number, (method, path) in enumerate(OF_LITESTAR, 1):
        await _sent(apps.direct, method, path, None, None)
        assert apps.counted.calls == number


async def test_an_error_that_nobody_foresaw_is_an_incident(
    apps: Apps, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is answered with 500 and a number, as anywhere."""

    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("service.reading.routes.statements.statement_question", fail)
    key = apps.granted.key("reader", ("reader", "*"))
    start, body, _ = await _sent(apps.direct, "GET", f"{PATH}/statements", None, key)
    assert start["status"] == 500
    assert json.loads(body["body"])["incident"]


def _asked_for(name: str, kind: Any) -> Any:
    scope = scope_of("GET", f"{PATH}/statements?tag=x", (b"cookie", b"a=b"))
    return getattr(kind(scope, None, None), name)


@each_row("name", ["headers", "cookies", "query_params", "url", "is_connected", "content_type"])
def test_a_handler_may_ask_for_all_that_a_request_has(name: str) -> None:
    """What Litestar prepares for a request is there, too, whichever is asked for first."""
    assert _asked_for(name, _DirectRequest) == _asked_for(name, Request)


def test_what_no_request_has_is_no_attribute() -> None:
    """Asking for it is an error, as ever."""
    with pytest.raises(AttributeError, match="nothing"):
        _asked_for("nothing", _DirectRequest)
