"""Which answers are cached, and for how long, as callers notice it."""

from __future__ import annotations

import gzip
import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from events.errors import Damaged
from events.event.types import (
    StatementRedacted,
)
from service.app import create_app
from service.reading.shortcut import Shortcut
from tests.granted import Granted
from tests.serving import in_process
from tests.unit.service.reading.asking import PATH, Both, asked, opened
from tests.writers import open_writer, said, working


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[Both]:
    async with opened(tmp_path) as found:
        await found.writer.record(said("a"), said("b"))
        await found.writer.projector.progress.wait_for("kursk", 3)
        yield found


async def _routes_asked(
    both: Both, *addresses: str, headers: Sequence[tuple[bytes, bytes]] = ()
) -> list[int]:
    """How often the routes were needed for each address."""
    counts = []
    for address in addresses:
        calls = 0

        async def counted(scope: Any, receive: Any, send: Any) -> None:
            nonlocal calls
            calls += 1
            await both.routes(scope, receive, send)

        await asked(both.behind(Shortcut(counted, both.cache)), PATH + address, *headers)
        counts.append(calls)
    return counts


async def _cached(both: Both, *addresses: str, headers: Sequence[tuple[bytes, bytes]] = ()) -> None:
    """Ask until the answers are cached."""
    await _routes_asked(both, *addresses, headers=headers)
    await _routes_asked(both, *addresses, headers=headers)


async def test_a_question_that_is_asked_again_needs_no_routes(both: Both) -> None:
    """Questions that the read model answers go to the routes twice: the answer is cached once it
    has been asked for again. Those that the log answers, and refusals, go there each time."""
    from_model = (
        "",
        "/statements?q=free",
        "/statements/a",
        "/facets",
        "/actors",
        "/diff?from=1&to=2",
    )
    for times in (1, 1, 0):
        assert await _routes_asked(both, *from_model) == [times] * len(from_model)
    others = (
        "/events",
        "/events/1",
        "/statements/a/history",
        "/statements/none",
        "/statements?limit=x",
    )
    for _ in range(3):
        assert await _routes_asked(both, *others) == [1] * len(others)


async def test_a_new_revision_drops_what_is_about_the_head(both: Both) -> None:
    """After an event the routes are asked for the head, once, and what was answered as of an
    earlier revision is still there."""
    addresses = ("/statements", "/statements?as_of=2")
    await _cached(both, *addresses)
    await both.writer.record(said("c"))
    await both.writer.projector.progress.wait_for("kursk", 4)
    assert await _routes_asked(both, *addresses) == [1, 0]
    assert await _routes_asked(both, *addresses) == [0, 0]


async def test_a_redaction_drops_the_past(both: Both) -> None:
    """After a redaction nothing of the timeline is cached, and the memory is free as soon as the
    process hears of it."""
    await _cached(both, "/statements?as_of=2", "/statements", "/facets")
    await both.writer.do("a", StatementRedacted(revisions=(), reason="A court."))
    await both.writer.projector.progress.wait_for("kursk", 4)
    assert both.cache.size > 0
    both.cache.moved({"kursk": 4})
    assert both.cache.size == 0
    assert await _routes_asked(both, "/statements?as_of=2") == [1]


async def test_what_is_kept_is_for_those_who_may_read(tmp_path: Path) -> None:
    """All who may read a timeline share what is cached of it; to everybody else it is as if nothing
    were cached, and once the grant is taken that is so for those who asked before as well."""
    granted = Granted()
    desk = [(b"authorization", granted.key("desk").encode())]
    rival = [(b"authorization", granted.key("rival").encode())]
    given = granted.grant("key:desk", "reader", "kursk")
    async with opened(tmp_path, access=granted.access) as both:
        await both.writer.projector.progress.wait_for("kursk", 1)
        for count in (1, 1, 0):
            assert await _routes_asked(both, "/statements", headers=desk) == [count]
        for others, status in (([], 401), (rival, 404)):
            assert await _routes_asked(both, "/statements", headers=others) == [1]
            [start, body] = await asked(both.shortcut, f"{PATH}/statements", *others)
            assert start["status"] == status
            assert b"items" not in body["body"]
        granted.take_grant(given)
        [start, _] = await asked(both.shortcut, f"{PATH}/statements", *desk)
        assert start["status"] == 404


async def test_an_answer_during_which_something_was_folded_is_not_cached(both: Both) -> None:
    """An answer that waited for a revision is about a head that may be another one by now: it is
    not taken for one about the past."""
    await _cached(both, "/statements?as_of=2")
    await _routes_asked(both, "/facets")

    async def overtaken(scope: Any, receive: Any, send: Any) -> None:
        await both.writer.record(said("c"))
        await both.writer.projector.progress.wait_for("kursk", 4)
        await both.routes(scope, receive, send)

    await asked(both.behind(Shortcut(overtaken, both.cache)), f"{PATH}/facets")
    assert await _routes_asked(both, "/statements?as_of=2", "/facets") == [0, 1]


async def test_another_file_drops_everything(both: Both) -> None:
    """Answers from a file that was replaced are not given any more."""
    await _cached(both, "/statements")
    both.writer.store.file.turn()
    assert await _routes_asked(both, "/statements") == [1]


async def test_a_damaged_file_is_reported_as_by_the_routes(
    both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cached answer does not hide that the read model cannot be read."""
    await _cached(both, "/statements")

    def damaged(*_: object) -> None:
        raise Damaged("The read model is damaged.")

    monkeypatch.setattr("service.reading.answer_cache.timeline_at", damaged)
    assert await _routes_asked(both, "/statements") == [1]
    assert both.cache.size == 0


async def test_a_kept_answer_is_counted_and_logged_like_any(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The metrics count every request by its route's template, the log has a line of each, and
    HEAD and 304 have the headers of the first answer."""
    async with open_writer(tmp_path) as writer:
        await writer.open()
        await writer.projector.progress.wait_for("kursk", 1)
        with working(writer, tmp_path) as worker:
            app: Any = create_app(worker)
            client = in_process(app, tmp_path)
            path = f"{PATH}/statements"
            worker.requests.close()  # from now on each line is written at once
            first = await client.get(path)
            second = await client.get(path)
            again = await client.get(path)
            head = await client.head(path)
            tag = {"If-None-Match": first.headers["ETag"]}
            unchanged = await client.get(path, headers=tag)
            logged = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
            metrics = (await client.get("/metrics")).text
            await client.aclose()
    assert first.headers == second.headers == again.headers == head.headers
    assert first.content == again.content
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert unchanged.headers["Onrecord-Revision"] == "1"
    lines = [(line["method"], line["status"]) for line in logged]
    assert lines == [*[("GET", 200)] * 3, ("HEAD", 200), ("GET", 304)]
    assert {(line["principal"], line["timeline"], line["revision"]) for line in logged} == {
        ("everyone", "kursk", 1)
    }
    counted = 'onrecord_request_duration_seconds_count{method="%s",route="%s",status="%d"} %.1f'
    route = "/v1/timelines/{t}/statements"
    for method, status, times in (("GET", 200, 3), ("HEAD", 200, 1), ("GET", 304, 1)):
        assert counted % (method, route, status, times) in metrics


async def test_an_answer_is_kept_for_who_takes_gzip_and_for_who_does_not(both: Both) -> None:
    """Each gets its own again, and both are the same once unpacked."""
    await both.writer.record(*(said(f"more-{n}") for n in range(8)))
    await both.writer.projector.progress.wait_for("kursk", 11)
    plain: list[Any] = [(b"accept-encoding", b"identity")]
    packed: list[Any] = [(b"accept-encoding", b"gzip")]
    await _cached(both, "/statements", headers=plain)
    assert await _routes_asked(both, "/statements", headers=packed) == [1]
    await _cached(both, "/statements", headers=packed)
    first = (await asked(both.shortcut, f"{PATH}/statements", *plain))[-1]["body"]
    second = (await asked(both.shortcut, f"{PATH}/statements", *packed))[-1]["body"]
    assert gzip.decompress(second) == first
    assert await _routes_asked(both, "/statements", headers=plain) == [0]
    assert await _routes_asked(both, "/statements", headers=packed) == [0]
