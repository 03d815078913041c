"""The call that is answered before the router."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from service.app import create_app
from service.redactor import Redactor
from service.runtime import Runtime
from service.settings import Settings
from service.streaming.live import Live
from service.streaming.source import Source
from tests.writers import CODEC, open_writer, unsigned

_ORIGIN = "https://example.org"
_STATEMENT = {"kind": "claim", "text": "It rained.", "said": {"by": "A", "on": None}}


@pytest.fixture
async def ways(tmp_path: Path) -> AsyncIterator[tuple[httpx.AsyncClient, httpx.AsyncClient]]:
    """Two faces of one record: one that answers the call itself, one that leaves it to the
    router, since its answers may need headers for another origin."""
    async with open_writer(tmp_path) as writer:
        await writer.open()
        live = Live(Source(writer.log, writer.store), writer.projector)
        auditing = unsigned(tmp_path, writer.log.identity)
        redactor = Redactor(writer.log, CODEC, writer.store, writer.projector, auditing.heads)
        parts: tuple[Any, ...] = (
            *(writer.log, writer.store, writer.projector, None, writer.commands, live, auditing),
            *(redactor,),
        )
        clients = []
        for origins in ((), (_ORIGIN,)):
            settings = Settings(
                data_dir=tmp_path, cors_origins=origins, log_format="json", given_by={}
            )
            app: Any = create_app(Runtime(settings, *parts))
            transport = httpx.ASGITransport(app, raise_app_exceptions=False)
            clients.append(httpx.AsyncClient(transport=transport, base_url="http://localhost"))
        yield clients[0], clients[1]
        for client in clients:
            await client.aclose()


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("kursk/statements", {"json": {**_STATEMENT, "id": "a"}}),
        ("kursk/statements", {"json": [{**_STATEMENT, "id": "a"}, {**_STATEMENT, "id": "b"}]}),
        ("kursk/statements", {"json": []}),
        ("kursk/statements", {"json": {"kind": "rumour"}}),
        ("kursk/statements", {"content": b"{", "headers": {"Content-Type": "application/json"}}),
        ("kursk/statements", {"content": b"{}"}),
        ("kursk/statements?x=1", {"json": {**_STATEMENT, "id": "c"}}),
        ("kursk/statements/", {"json": {**_STATEMENT, "id": "c"}}),
        ("nobody/statements", {"json": {**_STATEMENT, "id": "c"}}),
        ("No%20Name/statements", {"json": {**_STATEMENT, "id": "c"}}),
    ],
)
async def test_it_answers_as_the_router_does(
    ways: tuple[httpx.AsyncClient, httpx.AsyncClient], path: str, sent: dict[str, Any]
) -> None:
    """A call that was made once has the same answer from both, headers included; so has one that
    is refused."""
    await ways[0].post(f"/v1/timelines/{path}", **sent)
    direct, routed = [await way.post(f"/v1/timelines/{path}", **sent) for way in ways]
    assert direct.status_code == routed.status_code
    assert direct.content == routed.content
    told = {name: value for name, value in routed.headers.items() if name != "vary"}
    assert dict(direct.headers) == told


async def test_only_its_own_call_is_taken_from_the_router(
    ways: tuple[httpx.AsyncClient, httpx.AsyncClient],
) -> None:
    """Another method at the same address is the router's to answer."""
    direct, _ = ways
    refused = await direct.put("/v1/timelines/kursk/statements", json=_STATEMENT)
    assert refused.status_code == 405
    assert "POST" in refused.headers["Allow"]
    assert (await direct.get("/v1/timelines/kursk/statements")).json()["items"] == []
