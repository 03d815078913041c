"""The application around its parts: what no caller can bring about over a healthy log."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from litestar.utils.signature import ParsedSignature
from structlog.testing import capture_logs

from events.event.types import StatementRedacted
from projections.queries.columns import cached_columns
from service.app import OPERATIONS, routes
from tests.threads import held_rewriting
from tests.unit.service.opened_app import OpenedApp, open_app
from tests.writers import said


def _request_lines(capfd: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """The lines of all requests so far."""
    lines = capfd.readouterr().err.splitlines()
    return [json.loads(line) for line in lines if '"event":"request"' in line]


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[OpenedApp]:
    async with open_app(tmp_path) as opened:
        yield opened


def test_every_write_may_be_tried_and_waited_for() -> None:
    """Each operation that changes what is on record takes `dry_run` and `wait`. A session is not on
    record; an import is carried out behind its answer, so nothing of it can be waited for, and
    the mapping of a dataset is no event."""
    for each in OPERATIONS:
        taken = {parameter.name for parameter in each.parameters}
        if each.method == "GET" or each.path == "/v1/session":
            assert not {"dry_run", "wait"} & taken, each.path
        elif each.path.endswith(("/imports", "/mappings/{dataset}")):
            assert "dry_run" in taken
        else:
            assert {"dry_run", "wait"} <= taken, f"{each.method} {each.path}"


async def test_a_purge_keeps_nobody_from_asking(tmp_path: Path) -> None:
    """While the read model's file is rewritten, health, metrics and each call that reads are
    answered as before."""
    with held_rewriting() as held:
        async with open_app(tmp_path) as app:
            purging = asyncio.create_task(app.writer.projector.purge(["kursk"]))
            await asyncio.to_thread(held.began.wait)
            at = "/v1/timelines/kursk"
            paths = ["", "/statements?q=free", "/statements/a", "/buckets?every=day", "/facets"]
            paths += ["/events", "/digest", "/diff?from=1&to=2", "/actors", "/sources"]
            for path in ["/health/ready", "/metrics", *(f"{at}{path}" for path in paths)]:
                answer = await app.client.get(path)
                assert answer.status_code == 200, answer.text
            assert not purging.done()
            held.go_on.set()
            await purging


async def test_what_nobody_foresaw_is_an_incident(app: OpenedApp) -> None:
    """A bug is a 500 that names its incident and no more; the log has it with its traceback."""

    def fail(_: object) -> None:
        raise KeyError("a secret of the inside")

    app.log.bend = fail
    with capture_logs() as logs:
        answer = await app.client.get("/v1/timelines/kursk/events")
    assert answer.status_code == 500
    problem = answer.json()
    assert problem["type"] == "/problems/internal"
    assert "secret" not in answer.text
    [entry] = [entry for entry in logs if entry["event"] == "incident"]
    assert entry["incident"] == problem["incident"]
    assert isinstance(entry["exc_info"], KeyError)


@pytest.mark.parametrize(
    ("bend", "revision"),
    [
        (lambda events: events[:1] + events[2:], 2),
        (lambda events: [events[0], events[2]._replace(position=2), events[2]], 2),
        (lambda events: [events[0], events[1]._replace(header=b"{}"), events[2]], 2),
        (lambda _: [], 1),
    ],
    ids=["missing", "another one", "no header", "all missing"],
)
@pytest.mark.parametrize("accept", ["application/json", "application/x-ndjson"])
async def test_a_log_that_lost_an_event_is_reported(
    app: OpenedApp, bend: Any, revision: int, accept: str
) -> None:
    """An event that is missing, or is another one, is never passed over: the answer is a 503 that
    names the first such revision, and the log has a line of it."""
    app.log.bend = bend
    with capture_logs() as logs:
        answer = await app.client.get("/v1/timelines/kursk/events", headers={"Accept": accept})
    assert answer.status_code == 503
    assert answer.json()["type"] == "/problems/log-unavailable"
    assert answer.json()["revision"] == revision
    assert any(e["event"] == "corrupt event" and e["revision"] == revision for e in logs)


async def test_what_was_altered_is_served_as_it_is(app: OpenedApp) -> None:
    """An auditor sees what the log holds: other data under a header is shown, not hidden."""
    app.log.bend = lambda events: [event._replace(data=b'{"x":1}') for event in events]
    answer = await app.client.get("/v1/timelines/kursk/events/2")
    assert answer.status_code == 200
    assert answer.json()["data"] == {"x": 1}


async def test_lost_data_is_said_to_be_missing(app: OpenedApp) -> None:
    """An event whose data is gone without a redaction is marked so."""
    app.log.bend = lambda events: [event._replace(data=None, salt=None) for event in events]
    assert (await app.client.get("/v1/timelines/kursk/events/2")).json()["missing"] is True


async def test_a_page_of_another_origin_asks_only_where_it_may(tmp_path: Path) -> None:
    """A preflight of an allowed origin is answered; any other OPTIONS is a method that is not
    there, and an answer names the origin that may read it."""
    wanted = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-any"}
    async with open_app(tmp_path, cors_origins=("https://news.example",)) as app:
        url = "/v1/timelines/kursk/statements"
        allowed = await app.client.options(url, headers=wanted | {"Origin": "https://news.example"})
        assert allowed.status_code == 200
        assert allowed.headers["Access-Control-Allow-Origin"] == "https://news.example"
        for origin in ({"Origin": "https://evil.example"}, {}):
            refused = await app.client.options(url, headers=wanted | origin)
            assert refused.status_code == 405
            assert refused.json()["type"] == "/problems/not-allowed"
        read = await app.client.get(url, headers={"Origin": "https://news.example"})
        assert read.headers["Access-Control-Allow-Origin"] == "https://news.example"
        assert "Onrecord-Revision" in read.headers["Access-Control-Expose-Headers"]
        other = await app.client.get(url, headers={"Origin": "https://evil.example"})
        assert "Access-Control-Allow-Origin" not in other.headers


async def test_without_settings_no_origin_may(app: OpenedApp) -> None:
    """A service without settings for other origins answers no preflight."""
    headers = {"Origin": "https://a.example", "Access-Control-Request-Method": "POST"}
    assert (await app.client.options("/v1/timelines", headers=headers)).status_code == 405


async def test_a_request_is_logged_without_what_it_held(
    capfd: pytest.CaptureFixture[str], app: OpenedApp
) -> None:
    """The line of a request has method, path and status, but no query, body or header."""
    await app.client.post(
        "/v1/timelines/kursk/statements?hidden=1", json={"hidden": 1}, headers={"X-Hidden": "1"}
    )
    [entry] = _request_lines(capfd)
    assert (entry["method"], entry["status"]) == ("POST", 400)
    assert "hidden" not in str(entry).lower()


async def test_every_request_is_a_line(capfd: pytest.CaptureFixture[str], app: OpenedApp) -> None:
    """Answers and refusals at info, failures at error, the questions of machines too."""

    def fail(_: object) -> None:
        raise KeyError("x")

    app.log.bend = fail
    paths = ["/v1/timelines", "/nope", "/v1/timelines/kursk/events", "/health/live"]
    for path in paths:
        await app.client.get(path)
    lines = _request_lines(capfd)
    assert [line["path"] for line in lines] == paths
    assert [line["level"] for line in lines] == ["info", "info", "error", "info"]


async def test_all_bodies_share_one_budget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not there for a body is reported as a problem, and what a request took is given back
    when it has ended, however it ended."""
    monkeypatch.setattr("service.app._LEAST_BUDGET", 3_000)
    monkeypatch.setattr("service.app._BODIES", 0)
    async with open_app(tmp_path) as app:
        url, kind = "/v1/timelines/kursk/statements", {"Content-Type": "application/json"}
        for _ in range(5):
            answer = await app.client.post(url, content=b" " * 2_000, headers=kind)
            assert answer.status_code == 400
        answer = await app.client.post(url, content=b" " * 4_000, headers=kind)
    assert answer.status_code == 429
    assert answer.json()["type"] == "/problems/too-many-requests"
    assert (answer.headers["Retry-After"], answer.headers["Connection"]) == ("1", "close")


async def test_what_is_redacted_leaves_memory_though_nobody_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that was asked for a text has nothing of its timeline in memory any more once the
    redaction is folded."""
    monkeypatch.setattr(cached_columns, "_FEWEST", 0)
    async with open_app(tmp_path) as app:
        assert (await app.client.get("/v1/timelines/kursk/statements")).status_code == 200
        memory = app.writer.read_model.reader_of("kursk").memory
        assert len(memory.columns) == 1
        done = await app.writer.do("b", StatementRedacted(revisions=(3,), reason="court"))
        await app.writer.projector.progress.wait_for("kursk", done.revision)
        assert memory.columns == {}


async def test_routes_are_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that has them, or was forked from one that has, makes none for its worker, and each
    application gives the handlers its own parts."""
    routes()
    made = Mock(wraps=ParsedSignature.from_fn)
    monkeypatch.setattr(ParsedSignature, "from_fn", made)
    async with open_app(tmp_path / "one") as one, open_app(tmp_path / "other") as other:
        await other.writer.record(said("c"))
        await other.writer.projector.progress.wait_for("kursk", 4)
        for app, revision in ((one, 3), (other, 4), (one, 3)):
            events = (await app.client.get("/v1/timelines/kursk/events")).json()
            assert events["items"][-1]["revision"] == revision
    assert not made.called
