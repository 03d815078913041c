"""What the OpenAPI document says of credentials, held against what each route does with them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from service.app import OPERATIONS
from service.http.declared.operation import Operation
from tests.documented import DOCUMENT
from tests.unit.service.access.guards.matrix import HIDDEN, OPEN, House, opened

DENIED = (401, 403)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened(tmp_path) as found:
        yield found


def documented(operation: Operation) -> list[dict[str, Any]]:
    shown = DOCUMENT["paths"][operation.path][operation.method.lower()]
    security: list[dict[str, Any]] = shown["security"]
    return security


async def test_the_document_says_where_credentials_are_looked_at(house: House) -> None:
    """An operation that answers the owner and a stranger differently about a timeline that is
    closed to strangers lists a key and a session; one that does not lists nothing. `{}` stands
    beside them where a stranger is let in as soon as everyone may read, and nowhere else."""
    looks = []
    for each in OPERATIONS:
        answers = [await house.ask(each, each.method, who, HIDDEN) for who in ("owner", "nobody")]
        looks.append(answers[0] != answers[1])
    house.granted.grant("everyone", "reader", "open-*")
    for each, is_looked_at in zip(OPERATIONS, looks, strict=True):
        place, security = f"{each.method} {each.path}", documented(each)
        if not is_looked_at:
            assert security == [], place
            continue
        assert [*filter(None, security)] == [{"key": []}, {"session": []}], place
        stranger = await house.ask(each, each.method, "nobody", OPEN)
        assert ({} in security) == (stranger.status not in DENIED), place
