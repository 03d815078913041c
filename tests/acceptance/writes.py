"""Writes over HTTP, and checks of their answers."""

from __future__ import annotations

from typing import Any

import httpx

from tests.serving import Timeline

__all__ = ["ACTOR", "SUPPORTS", "delete", "paths", "post", "put", "recorded", "refused"]

KEYS = {"id", "event_id", "revision", "duplicate"}
SUPPORTS = {"relation": "supports", "target": "a"}
ACTOR = {"name": "Kim Jong Un", "type": "person"}


async def post(timeline: Timeline, path: str, body: Any, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await timeline.client.post(f"{timeline.path}{path}", json=body, headers=named)


async def put(timeline: Timeline, path: str, body: Any = None) -> httpx.Response:
    return await timeline.client.put(f"{timeline.path}{path}", json=body)


async def delete(timeline: Timeline, path: str, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await timeline.client.delete(f"{timeline.path}{path}", headers=named)


def recorded(answer: httpx.Response, id: str, revision: int) -> dict[str, Any]:  # noqa: A002 - the field's own name
    """The body of an answer that something was recorded now, at this revision."""
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    assert body.keys() == KEYS
    assert (body["id"], body["revision"], body["duplicate"]) == (id, revision, False)
    assert answer.headers["Onrecord-Revision"] == str(revision)
    assert answer.headers["Content-Type"] == "application/json"
    return body


def refused(answer: httpx.Response, slug: str, status: int) -> dict[str, Any]:
    """The body of an answer that says no."""
    body: dict[str, Any] = answer.json()
    assert (body["type"], body["status"]) == (f"/problems/{slug}", status), body
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    return body


def paths(body: dict[str, Any]) -> list[str]:
    return [fault["path"] for fault in body["errors"]]
