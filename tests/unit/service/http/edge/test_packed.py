"""Answers as gzip: which are packed, for whom, and that nothing else of them changes."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

from service.http.edge.packed import Packed, takes_gzip
from tests.rows import each_row

TYPE = (b"content-type", b"application/json")
BODY = b'{"text": "' + b"It rained. " * 200 + b'"}'
BODY_TYPE = "http.response.body"


async def answered(
    *messages: dict[str, Any], accepts: bytes = b"gzip, br", method: str = "GET"
) -> list[dict[str, Any]]:
    """What leaves of an answer of these messages."""

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        for message in messages:
            await send(message)

    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope: dict[str, Any] = {"method": method, "headers": [(b"accept-encoding", accepts)]}
    receive: Any = None
    await Packed(app)(scope, receive, send)
    return sent


def head(length: int, *more: tuple[bytes, bytes], status: int = 200) -> dict[str, Any]:
    headers = [*(more or (TYPE,)), (b"content-length", b"%d" % length), (b"etag", b'"7"')]
    return {"type": "http.response.start", "status": status, "headers": headers}


def whole(body: bytes = BODY) -> dict[str, Any]:
    return {"type": BODY_TYPE, "body": body, "more_body": False}


@pytest.mark.parametrize(
    "messages",
    [(head(len(BODY)), whole()), ({**head(len(BODY)), "body": BODY},)],
    ids=["parted", "whole"],
)
async def test_a_large_answer_is_packed_for_who_takes_it(messages: list[dict[str, Any]]) -> None:
    """It comes out as it went in, and its head tells the length of what is sent."""
    sent = await answered(*messages)
    assert [message.keys() for message in sent] == [message.keys() for message in messages]
    first, body = sent[0], sent[-1]["body"]
    named = dict(first["headers"])
    assert gzip.decompress(body) == BODY
    assert len(body) < len(BODY) / 5
    assert named[b"content-length"] == b"%d" % len(body)
    assert named.items() >= {b"content-encoding": b"gzip", b"etag": b'"7"'}.items()
    assert len(named) == len(first["headers"])


@pytest.mark.parametrize(
    ("given", "body", "options"),
    [
        (head(len(BODY)), BODY, {"accepts": b"identity, gzip;q=0"}),
        (head(len(BODY)), BODY, {"method": "POST"}),
        (head(len(BODY), status=404), BODY, {}),
        (head(len(BODY), (b"content-type", b"text/csv")), BODY, {}),
        (head(len(BODY), TYPE, (b"content-encoding", b"gzip")), BODY, {}),
        (head(2), b"{}", {}),
    ],
)
async def test_others_are_sent_as_they_are(
    given: dict[str, Any], body: bytes, options: dict[str, Any]
) -> None:
    """Who does not take gzip, writes, problems, other media, what is packed, and small answers."""
    assert await answered(given, whole(body), **options) == [given, whole(body)]


async def test_an_answer_in_pieces_is_not_packed() -> None:
    """Its first piece is not held back for its last one."""
    given = [head(2 * len(BODY)), {"type": BODY_TYPE, "body": BODY, "more_body": True}, whole()]
    assert await answered(*given) == given


@each_row(
    ("value", "taken"),
    [
        (b"gzip", True),
        (b"br, GZIP;q=0.5", True),
        (b"gzip;q=0", False),
        (b"gzip; q=0.0, br", False),
        (b"br", False),
        (b"", False),
    ],
)
def test_gzip_is_taken_where_it_is_named_and_not_refused(value: bytes, taken: bool) -> None:
    """By the quality that RFC 9110 gives to what is not wanted."""
    assert takes_gzip({b"accept-encoding": [value]}) is taken
