"""What the application answers to whom, and what still comes when a grant is taken meanwhile."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from service.access.guards.visitor import Visitor
from service.app import create_app
from service.http.edge.common_headers import PRIVATE
from service.http.limits.request_limits import RequestLimits
from tests.granted import Granted
from tests.serving import in_process
from tests.writers import Writer, open_writer, said, working

PATH = "/v1/timelines/kursk"
STATEMENT = {"kind": "claim", "text": "It is.", "said": {"by": "KCNA", "on": None}}


class Service(NamedTuple):
    writer: Writer
    granted: Granted
    client: httpx.AsyncClient
    app: Any


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    """An application with the timeline `kursk`, on which nobody may do anything yet."""
    granted = Granted()
    async with open_writer(tmp_path) as writer:
        await writer.open()
        await writer.record(said("a"))
        await writer.projector.progress.wait_for("kursk", 2)
        with working(writer, tmp_path, access=granted.access) as worker:
            app: Any = create_app(worker)
            async with in_process(app, tmp_path) as client:
                yield Service(writer, granted, client, app)


async def test_each_has_the_answer_that_is_theirs(service: Service) -> None:
    """401 with what is needed and how to send it, 404 as for a timeline that does not exist, 403,
    and 201 with the author that the key gives."""
    reader = service.granted.key("reader", ("reader", "*"))
    writer = service.granted.key("writer", ("writer", "*"))
    stranger = service.granted.key("stranger", ("writer", "other"))

    async def post(key: str | None) -> httpx.Response:
        headers = {} if key is None else {"Authorization": key}
        return await service.client.post(f"{PATH}/statements", json=STATEMENT, headers=headers)

    answers = [await post(key) for key in (None, "Bearer x", stranger, reader, writer)]
    assert [answer.status_code for answer in answers] == [401, 401, 404, 403, 201]
    assert answers[0].headers["WWW-Authenticate"] == "Bearer"
    assert answers[0].json()["needs"] == answers[3].json()["needs"] == "write"
    assert answers[2].json()["type"] == "/problems/timeline-not-found"
    assert (await service.writer.events())[-1].header.author == "writer"


async def test_a_refusal_comes_before_the_body(service: Service) -> None:
    """Who may not write does not learn what is wrong with the body, the query or a header."""
    reader = service.granted.key("reader", ("reader", "*"))
    answer = await service.client.post(
        f"{PATH}/statements?nonsense=1",
        content=b"{",
        headers={"Authorization": reader, "Idempotency-Key": " ", "Content-Type": "image/png"},
    )
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/forbidden")


async def test_a_body_that_comes_late_is_not_written(service: Service) -> None:
    """The grant is taken while the body is on its way: nothing is recorded."""
    service.granted.key("reader")
    key = service.granted.key("desk")
    given = service.granted.grant("key:desk", "writer", "kursk")

    async def body() -> AsyncIterator[bytes]:
        yield b'{"kind": "claim", "text": "It is.", '
        service.granted.take_grant(given)
        yield b'"said": {"by": "KCNA", "on": null}}'

    headers = {"Authorization": key, "Content-Type": "application/json"}
    answer = await service.client.post(f"{PATH}/statements", content=body(), headers=headers)
    assert answer.status_code == 404
    assert len(await service.writer.events()) == 2


async def test_an_answer_that_waited_is_withdrawn(service: Service) -> None:
    """The grant is taken while an answer waits for a revision: it is not sent when that comes."""
    key = service.granted.key("desk")
    given = service.granted.grant("key:desk", "reader", "kursk")
    asked = service.client.get(f"{PATH}?min_revision=3", headers={"Authorization": key})
    waiting = asyncio.create_task(asked)
    others = await service.client.get("/health/live")
    assert others.status_code == 200
    service.granted.take_grant(given)
    await service.writer.record(said("b"))
    answer = await waiting
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/timeline-not-found")


@pytest.mark.parametrize("path", [PATH, "/v1/timelines", "/v1/me", "/metrics", "/health/ready"])
async def test_while_keys_are_not_known_nobody_is_refused_for_good(
    service: Service, path: str
) -> None:
    """Another history has taken over, and what is granted there is not folded yet: whoever asks is
    told to ask again in a moment, with a key and without."""
    key = service.granted.key("desk", ("admin", "*"))
    service.granted.access.forget()
    for headers in ({"Authorization": key}, {"Authorization": ""}):
        answer = await service.client.get(path, headers=headers)
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/projection-lagging")
        assert answer.headers["Retry-After"]


async def test_what_fails_before_the_routes_is_a_problem(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault in a layer around the routes is a problem with its incident, like one within them."""

    def fail(_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(RequestLimits, "count", fail)
    answer = await service.client.get(PATH)
    assert (answer.status_code, answer.json()["type"]) == (500, "/problems/internal")
    assert answer.json()["incident"]


async def test_an_answer_that_waited_while_keys_became_unknown_is_withdrawn(
    service: Service,
) -> None:
    """Nobody knows any more whether the caller may see it: 503, and not a failure."""
    key = service.granted.key("desk", ("reader", "kursk"))
    asked = service.client.get(f"{PATH}?min_revision=3", headers={"Authorization": key})
    waiting = asyncio.create_task(asked)
    assert (await service.client.get("/health/live")).status_code == 200
    service.granted.access.forget()
    await service.writer.record(said("b"))
    answer = await waiting
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/projection-lagging")


async def test_what_not_everyone_may_see_is_marked(service: Service) -> None:
    """The mark is in the scope of the request when its answer begins."""
    key = service.granted.key("desk", ("reader", "*"))
    marks: list[bool] = []

    async def noting(scope: Any, receive: Any, send: Any) -> None:
        await service.app._app(scope, receive, send)
        marks.append(scope.get(PRIVATE, False))

    async def ask(path: str, *, sent: bool = True) -> None:
        headers = {"Authorization": key} if sent else {}
        transport = httpx.ASGITransport(noting)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            await client.get(path, headers=headers)

    await ask(PATH)
    await ask("/v1/timelines")
    await ask("/health/live")
    service.granted.grant("everyone", "reader", "kursk")
    await ask(PATH)
    await ask(PATH, sent=False)
    assert marks == [True, True, False, False, False]


async def test_denials_are_counted_by_reason(service: Service) -> None:
    """The metrics count each denied request once, and are themselves for those who operate."""
    key = service.granted.key("desk", ("reader", "other"))
    service.granted.grant("everyone", "operator", "*")
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": key}):
        await service.client.get(PATH, headers=headers)
    text = (await service.client.get("/metrics")).text
    counted = {
        line.split('"')[1]: float(line.split()[-1])
        for line in text.splitlines()
        if line.startswith("onrecord_denied_total{")
    }
    expected = {"missing": 1, "malformed": 1, "hidden": 1}
    assert {reason: count for reason, count in counted.items() if count} == expected


async def test_what_depends_on_who_asks_is_private(service: Service) -> None:
    """Where everyone may read a timeline, what is proposed for it is still private to its author
    and the editors, also where they are told that there is none; what all may see is not."""
    service.granted.grant("everyone", "reader", "*")
    author = {"Authorization": service.granted.key("author", ("contributor", "*"))}
    other = {"Authorization": service.granted.key("other", ("contributor", "*"))}
    editor = {"Authorization": service.granted.key("editor", ("editor", "*"))}
    made = await service.client.post(f"{PATH}/statements", json=STATEMENT, headers=author)
    assert made.status_code == 202
    proposals = f"{PATH}/proposals"
    one = f"{proposals}/{made.json()['proposal']}"
    answers = [
        made,
        await service.client.post(f"{one}/approval?dry_run=true", json={}, headers=editor),
    ]
    for path in (proposals, one, f"{PATH}/imports/none"):
        for who in (author, other, editor):
            answers.append(await service.client.get(path, headers=who))
            answers.append(await service.client.head(path, headers=who))
    shown = {each.headers.get("Cache-Control") for each in answers}
    assert shown == {"private"}
    for who in ({}, author):
        shared = await service.client.get(f"{PATH}/statements", headers=who)
        assert "Cache-Control" not in shared.headers


async def test_a_request_leaves_nothing_to_the_collector(service: Service) -> None:
    """What belongs to a request is free with its answer: kept until the collector comes by, that of
    thousands of requests fills the processor's caches."""
    key = {"Authorization": service.granted.key("desk", ("writer", "*"))}
    gc.collect()
    gc.disable()
    try:
        for method, path in (("GET", ""), ("GET", "/statements"), ("POST", "/statements")):
            body = STATEMENT if method == "POST" else None
            answer = await service.client.request(method, f"{PATH}{path}", json=body, headers=key)
            assert answer.status_code in {200, 201}
        assert not [each for each in gc.get_objects() if isinstance(each, Visitor)]
    finally:
        gc.enable()
