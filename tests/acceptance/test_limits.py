"""What a caller may ask of the service, counted by all of its workers together."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack

import httpx
import pytest

from tests.serving import Service, running

LIMIT = 60
PATIENCE = 60.0
"""Seconds that a request may wait for one of the client's hundred connections on a busy machine."""
STREAMS = 6


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service of three workers with limits, which trusts the tests as a proxy, so that each test
    has an address of its own."""
    settings = {
        "ONRECORD_TRUSTED_PROXIES": "127.0.0.1",
        "ONRECORD_RATE_ANONYMOUS": f"{LIMIT}/hour",
        "ONRECORD_STREAMS": str(STREAMS),
    }
    with running(tmp_path_factory.mktemp("limits"), "--workers", "3", **settings) as service:
        with service.client() as client:
            client.headers["X-Forwarded-For"] = "192.0.2.1"
            assert client.put("/v1/timelines/kursk", json={"title": "Kursk"}).status_code == 201
        yield service


async def test_a_rate_is_that_of_all_workers(strict: Service) -> None:
    """Three times as many requests as are allowed, over connections that all workers share: a tenth
    more or less is answered. The others get `Retry-After`."""
    sent = {"X-Forwarded-For": "203.0.113.1", "Connection": "close"}
    async with strict.async_client(headers=sent, timeout=PATIENCE) as client:
        answers = await asyncio.gather(*(client.get("/v1/timelines") for _ in range(3 * LIMIT)))
    statuses = [answer.status_code for answer in answers]
    assert {*statuses} == {200, 429}
    assert LIMIT * 0.9 <= statuses.count(200) <= LIMIT * 1.1
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert 3_500 < int(refused.headers["Retry-After"]) <= 3_600
    assert refused.headers["RateLimit"].startswith('"address";r=0;t=')
    assert refused.headers["RateLimit-Policy"] == f'"address";q={LIMIT};w=3600'
    assert refused.json()["type"] == "/problems/too-many-requests"
    assert refused.headers["X-Content-Type-Options"] == "nosniff"


async def test_another_address_is_not_held_up(strict: Service) -> None:
    """Each has its own, and the answer says what is left of it."""
    sent = {"X-Forwarded-For": "203.0.113.2"}
    async with strict.async_client(headers=sent, timeout=PATIENCE) as client:
        answer = await client.get("/v1/timelines/kursk")
    assert answer.status_code == 200
    assert answer.headers["RateLimit"].startswith(f'"address";r={LIMIT - 1};')


async def test_streams_are_those_of_all_workers(strict: Service) -> None:
    """One more than are allowed is refused, wherever it arrives, and accepted once another one is
    closed."""
    sent = {"X-Forwarded-For": "203.0.113.3", "Connection": "close"}
    path = "/v1/timelines/kursk/live"
    limits = httpx.Limits(max_connections=None)
    async with (
        strict.async_client(headers=sent, timeout=PATIENCE, limits=limits) as client,
        AsyncExitStack() as open_streams,
    ):
        first = client.stream("GET", path)
        assert (await first.__aenter__()).status_code == 200
        for _ in range(STREAMS - 1):
            stream = await open_streams.enter_async_context(client.stream("GET", path))
            assert stream.status_code == 200
        for _ in range(3):
            answer = await client.get(path)
            assert (answer.status_code, "Retry-After" in answer.headers) == (429, True)
        await first.__aexit__(None, None, None)
        async with asyncio.timeout(10):
            status = 429
            while status == 429:  # until its worker has seen that the client left
                async with client.stream("GET", path) as stream:
                    status = stream.status_code
        assert status == 200


def test_signing_in_is_tried_ten_times_a_minute(strict: Service) -> None:
    """With codes and keys together; the right key is taken at any time."""
    wrong = [{"key": "onr_wrong"}, {"code": "wrong"}] * 6
    with strict.stranger(headers={"X-Forwarded-For": "203.0.113.4"}) as client:
        statuses = [client.post("/v1/session", json=body).status_code for body in wrong]
        assert statuses == [401] * 10 + [429] * 2
        assert client.post("/v1/session", json={"key": strict.key}).status_code == 201
