"""A listener that says what it is told to, and a client of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from service.client import Client
from tests.unit.service.client.transport.wire import Wire


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    wire = Wire()
    server = await asyncio.start_server(wire.talk, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    wire.url = f"http://{host}:{port}"
    async with server:
        yield wire


@pytest.fixture
async def client(wire: Wire) -> AsyncIterator[Client]:
    async with Client.create(wire.url, key="secret", limit=5.0) as client:
        yield client
