"""Answers as they are sent."""

from __future__ import annotations

from typing import Any

from service.http.answers import ReadyResponse


async def test_a_ready_response_is_sent_as_it_is() -> None:
    """Status, type, length and every header go out before the whole body."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        raise AssertionError("An answer does not read the request.")

    scope: Any = {"type": "http"}
    await ReadyResponse(b"{}", 201, {"Onrecord-Revision": "7"})(scope, receive, send)
    start, body = sent
    assert start["status"] == 201
    assert dict(start["headers"]) == {
        b"content-type": b"application/json",
        b"content-length": b"2",
        b"onrecord-revision": b"7",
    }
    assert body == {"type": "http.response.body", "body": b"{}", "more_body": False}
