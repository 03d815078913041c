"""Timelines that tests of several modules read or change."""

from __future__ import annotations

import uuid
from typing import Any

import httpx
import pytest

from tests.browser.proofs import made
from tests.serving import Service, said


def record(api: httpx.Client, name: str, *ids: str, **fields: Any) -> None:
    """Record statements with these ids and fields."""
    answer = api.post(f"/v1/timelines/{name}/statements", json=[said(id_, **fields) for id_ in ids])
    assert answer.status_code == 201, answer.text


@pytest.fixture
def two(api: httpx.Client, fresh: str) -> str:
    """A timeline with a statement about apples and one about pears, the second by Zoe."""
    items = [said("a", text="Apples fell."), said("b", text="Pears fell.", by="Zoe")]
    api.post(f"/v1/timelines/{fresh}/statements", json=items)
    assert api.get(f"/v1/timelines/{fresh}", params={"min_revision": 3}).status_code == 200
    return fresh


@pytest.fixture(scope="module")
def signed(server: Service) -> str:
    """One that tests only read."""
    with server.client() as api:
        return made(api, f"signed-{uuid.uuid4().hex[:12]}")


@pytest.fixture
def growing(api: httpx.Client) -> str:
    """One of a test that writes to it."""
    return made(api, f"growing-{uuid.uuid4().hex[:12]}")


@pytest.fixture
def corrected(api: httpx.Client, fresh: str) -> str:
    """A timeline whose statement was corrected (revision 3) and retracted (5)."""
    path = f"/v1/timelines/{fresh}"
    api.post(f"{path}/statements", json=[said("a", text="Nine were seen.")])
    changes = {"changes": {"text": "Twelve were seen."}, "reason": "misheard"}
    api.post(f"{path}/statements/a/corrections", json=changes)
    api.post(f"{path}/statements", json=[said("b")])
    api.post(f"{path}/statements/a/retractions", json={"reason": "withdrawn"})
    answer = api.post(f"{path}/statements", json=[said("c")])
    revision = answer.headers["Onrecord-Revision"]
    assert api.get(path, params={"min_revision": revision}).status_code == 200
    return fresh


@pytest.fixture
def later(api: httpx.Client, fresh: str) -> str:
    """A timeline of three revisions before its first statement, the fourth; there are two."""
    path = f"/v1/timelines/{fresh}"
    api.put(f"{path}/actors/a", json={"name": "A", "type": "other"})
    api.put(f"{path}/actors/b", json={"name": "B", "type": "other"})
    api.post(f"{path}/statements", json=[said("old", occurred="1850-03")])
    api.post(f"{path}/statements", json=[said("new", occurred="1851-05")])
    return fresh
