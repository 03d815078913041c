"""Answers as they are sent."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from service.http.answers import ReadyResponse, ready_answer


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


async def test_what_the_caller_has_keeps_its_headers() -> None:
    """A 304 has the ETag and the revision of the answer that is in its place, and no body."""
    for given, status, content in ((b'"a"', 304, b""), (b'"b"', 200, b"{}")):
        sent: list[Any] = []

        async def send(message: Any, sent: list[Any] = sent) -> None:
            sent.append(message)

        scope: Any = {"type": "http", "headers": [(b"if-none-match", given)]}
        request: Any = SimpleNamespace(scope=scope)
        answer = ready_answer(request, b"{}", revision=7, etag='"a"')
        receive: Any = None
        await answer(scope, receive, send)
        start, body = sent
        assert (start["status"], body["body"]) == (status, content)
        headers = dict(start["headers"])
        assert (headers[b"etag"], headers[b"onrecord-revision"]) == (b'"a"', b"7")
