"""A write that is repeated is one write."""

from __future__ import annotations

import pytest

from tests.acceptance.writes import (
    post,
    recorded,
    refused,
)
from tests.serving import Timeline, said


async def test_an_idempotency_key_is_one_request(timeline: Timeline) -> None:
    """The same answer comes back as a duplicate; with anything else the key is a conflict."""
    unnamed = {name: value for name, value in said("x").items() if name != "id"}
    first = await post(timeline, "/statements", unnamed, Idempotency_Key="k!~")
    again = await post(timeline, "/statements", unnamed, Idempotency_Key="k!~")
    assert (first.status_code, again.status_code) == (201, 200)
    item = first.json()["items"][0]
    assert again.json()["items"] == [{**item, "duplicate": True}]
    other = await post(timeline, "/statements", said("x"), Idempotency_Key="k!~")
    assert refused(other, "idempotency-conflict", 409)["id"] == "k!~"
    path = f"/statements/{item['id']}/grades"
    grade = recorded(
        await post(timeline, path, {"credibility": 1}, Idempotency_Key="g"), item["id"], 3
    )
    same = await post(timeline, path, {"note": None, "credibility": 1}, Idempotency_Key="g")
    assert (same.status_code, same.json()) == (200, {**grade, "duplicate": True})


@pytest.mark.parametrize("key", ["", "a b", "k" * 129, "ключ"])
async def test_a_malformed_key_is_refused(timeline: Timeline, key: str) -> None:
    """A key is 1 to 128 visible ASCII characters, given once."""
    headers: list[tuple[bytes, bytes]] = [(b"Idempotency-Key", key.encode())]
    for given in (headers, [(b"Idempotency-Key", b"k")] * 2):
        answer = await timeline.client.post(
            f"{timeline.path}/statements", json=said("a"), headers=given
        )
        refused(answer, "invalid-request", 400)
