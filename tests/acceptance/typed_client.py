"""What the tests of the typed client share: a client, a timeline and statements."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator

import msgspec
import pytest

from events.statement.statement import Statement
from service.client import Client
from tests.serving import Service


@pytest.fixture
async def client(service: Service) -> AsyncIterator[Client]:
    async with Client.create(service.url, key=service.key) as client:
        yield client


@pytest.fixture
async def timeline(client: Client) -> str:
    """An open timeline that no other test knows; it is at revision 1."""
    name = f"t-{uuid.uuid4().hex[:12]}"
    await client.open_timeline(name, "Kursk")
    return name


def claim(id_: str, by: str = "KCNA", **fields: object) -> Statement:
    given = {"id": id_, "kind": "claim", "text": id_, "said": {"by": by, "on": None}}
    return msgspec.convert(given | fields, type=Statement)
