"""How the messages of an application become the bytes of an answer."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from uvicorn.protocols.http.flow_control import FlowControl

from service.http.exchange import Exchange, scope_of
from tests.rows import each_row


class _Transport:
    """Keeps what is written, each write by itself."""

    def __init__(self) -> None:
        self.writes: list[bytes] = []
        self.is_closed = False

    def write(self, content: bytes) -> None:
        self.writes.append(content)

    def writelines(self, contents: tuple[bytes, ...]) -> None:
        self.writes.append(b"".join(contents))

    def is_closing(self) -> bool:
        return self.is_closed

    def close(self) -> None:
        self.is_closed = True


class _Asked:
    """An exchange on a connection that keeps what is written."""

    def __init__(
        self, method: str = "GET", version: str = "1.1", *, keep_alive: bool = True
    ) -> None:
        transport: Any = _Transport()
        expect = [(b"expect", b"100-continue")]
        scope: Any = {"type": "http", "method": method, "http_version": version, "headers": expect}
        self.transport: _Transport = transport
        self.ended = 0
        connection: Any = SimpleNamespace(
            transport=transport,
            flow=FlowControl(transport),
            server_state=SimpleNamespace(default_headers=[(b"date", b"today")]),
            on_response_complete=self._end,
        )
        self.exchange = Exchange(connection, scope, keep_alive=keep_alive)

    def _end(self) -> None:
        self.ended += 1

    async def start(self, status: int, *headers: tuple[bytes, bytes], **more: bytes) -> None:
        message = {"type": "http.response.start", "status": status, "headers": headers, **more}
        await self.exchange.send(message)

    async def body(self, body: bytes, *, more: bool = False) -> None:
        await self.exchange.send({"type": "http.response.body", "body": body, "more_body": more})


def _length(number: int) -> tuple[bytes, bytes]:
    return b"content-length", b"%d" % number


@pytest.mark.parametrize("size", [0, 1, 8_192, 8_193, 100_000])
async def test_head_and_body_are_one_write(size: int) -> None:
    """Whatever the body's size, if the head says it, and whether both come in one message."""
    parted, whole = _Asked(), _Asked()
    await parted.start(201, _length(size), (b"etag", b'"7"'))
    assert parted.transport.writes == []
    await parted.body(b"x" * size)
    await whole.start(201, _length(size), (b"etag", b'"7"'), body=b"x" * size)
    head = b'HTTP/1.1 201 Created\r\ndate: today\r\ncontent-length: %d\r\netag: "7"\r\n\r\n' % size
    for asked in (parted, whole):
        assert asked.transport.writes == [head + b"x" * size]
        assert (asked.ended, asked.transport.is_closed) == (1, False)


async def test_the_parts_of_a_body_follow_as_they_come() -> None:
    """The head goes with the first of them."""
    asked = _Asked()
    await asked.start(200, _length(3))
    await asked.body(b"a", more=True)
    await asked.body(b"bc")
    first, second = asked.transport.writes
    assert (first[-5:], second) == (b"\r\n\r\na", b"bc")


async def test_the_head_of_an_answer_without_a_length_does_not_wait() -> None:
    """A stream may be silent for long after it."""
    asked = _Asked()
    await asked.start(200)
    [head] = asked.transport.writes
    assert head.endswith(b"\r\ntransfer-encoding: chunked\r\n\r\n")
    await asked.body(b"ab", more=True)
    await asked.body(b"", more=True)
    await asked.body(b"c")
    assert asked.transport.writes[1:] == [b"2\r\nab\r\n", b"", b"1\r\nc\r\n0\r\n\r\n"]
    assert asked.ended == 1


async def test_a_client_of_http_1_0_gets_no_chunks() -> None:
    """It would take their sizes for parts of the body, which ends with the connection instead. It
    is not asked to go on either, which it would take for the answer."""
    asked = _Asked(version="1.0", keep_alive=False)
    assert not asked.exchange.waiting_for_100_continue
    assert _Asked().exchange.waiting_for_100_continue
    await asked.start(200)
    [head] = asked.transport.writes
    assert head.endswith(b"\r\nconnection: close\r\n\r\n")
    assert b"transfer-encoding" not in head
    await asked.body(b"ab", more=True)
    await asked.body(b"c")
    assert asked.transport.writes[1:] == [b"ab", b"c"]
    assert (asked.ended, asked.transport.is_closed) == (1, True)


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 304), ("GET", 204)])
async def test_an_answer_without_a_body_is_its_head(method: str, status: int) -> None:
    """It has no chunked coding either."""
    asked = _Asked(method)
    await asked.start(status)
    await asked.body(b"" if method == "GET" else b"not sent")
    [head] = asked.transport.writes
    assert head.endswith(b"\r\ndate: today\r\n\r\n")


@pytest.mark.parametrize("value", [b"a\r\nb: c", b"a\nb", b"a\rb", b"a\0b", b"\x1b[1m", b"\x7f"])
async def test_no_header_breaks_out_of_its_line(value: bytes) -> None:
    """What a caller sent may come back in a header: nothing of such an answer is sent."""
    asked = _Asked()
    with pytest.raises(RuntimeError, match="control character"):
        await asked.start(200, (b"x-given", value))
    assert asked.transport.writes == []


@pytest.mark.parametrize(("told", "sent"), [(3, b"ab"), (1, b"ab")])
async def test_a_length_that_is_wrong_is_an_error(told: int, sent: bytes) -> None:
    """A client would take the next answer for a part of this one."""
    asked = _Asked()
    await asked.start(200, _length(told))
    with pytest.raises(RuntimeError, match="Content-Length"):
        await asked.body(sent)
    assert asked.ended == 0


async def test_a_message_that_is_not_due_is_an_error() -> None:
    """A body before the start, a second start, anything after the end."""
    asked = _Asked()
    with pytest.raises(RuntimeError, match="not due"):
        await asked.body(b"")
    await asked.start(200, _length(0))
    with pytest.raises(RuntimeError, match="not due"):
        await asked.start(200)
    await asked.body(b"")
    with pytest.raises(RuntimeError, match="not due"):
        await asked.body(b"")


@pytest.mark.parametrize("headers", [[], [(b"connection", b"x, Close")]])
async def test_the_last_answer_says_that_it_is(headers: list[tuple[bytes, bytes]]) -> None:
    """Once, whether the server or the application ends the connection."""
    asked = _Asked(keep_alive=bool(headers))
    await asked.start(200, _length(1), *headers)
    await asked.body(b"x")
    [answer] = asked.transport.writes
    assert answer.lower().count(b"connection: ") == 1
    assert b"close" in answer.lower()
    assert asked.transport.is_closed


@each_row(
    ("url", "host"),
    [
        (b"http://evil.example/v1", b"evil.example"),
        (b"http://evil.example:8000/v1", b"evil.example:8000"),
        (b"http://evil.example", b"evil.example"),
        (b"/v1", b"127.0.0.1"),
    ],
)
def test_the_host_of_an_absolute_address_counts(url: bytes, host: bytes) -> None:
    """As it does for a server between: what the header says besides is not heard, so no request
    has two hosts. Its path may be missing."""
    headers = [(b"accept", b"*/*"), (b"host", b"127.0.0.1")]
    found = scope_of({}, "GET", "1.1", url, headers)
    assert found["path"] == ("/v1" if url.endswith(b"/v1") else "/")
    assert [value for name, value in found["headers"] if name == b"host"] == [host]
    assert (b"accept", b"*/*") in found["headers"]


def test_the_address_is_shown_as_it_was_sent_and_as_it_is_meant() -> None:
    """Parts of it that are percent-encoded are decoded in `path` alone."""
    usual = {"type": "http", "extensions": {"x": 1}}
    found = scope_of(usual, "POST", "1.0", b"/a%20b/%C3%A9?q=%20", [])
    assert found == {
        "type": "http",
        "extensions": {"x": 1},
        "method": "POST",
        "http_version": "1.0",
        "path": "/a b/é",
        "raw_path": b"/a%20b/%C3%A9",
        "query_string": b"q=%20",
        "headers": [],
        "state": {},
    }
