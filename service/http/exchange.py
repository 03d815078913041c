"""One request and its answer on a connection, like uvicorn's. But if the length of an answer is
known, its head and body are sent together, in one write and one segment."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import unquote

from httptools import HttpParserCallbackError, HttpParserError, parse_url
from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from service.http.requests import lines_by_name

__all__ = [
    "Exchange",
    "answer_head",
    "scope_of",
    "scope_of_all",
    "size_of_head",
]

_COPIED: Final = 8_192
"""The most bytes of a body that is copied after its head, because that costs less than a second
write."""
_SHOWN: Final = bytes([0x09, *range(0x20, 0x7F), *range(0x80, 0x100)])
"""The characters of a head, beside line ends: visible characters and spaces."""
_STATUS_LINES: Final = {status: line.removesuffix(b"\r\n") for status, line in STATUS_LINE.items()}
_NO_BODY: Final = (204, 304)

_Headers = Iterable[tuple[bytes, bytes]]


class Exchange(RequestResponseCycle):
    """Takes the messages of an ASGI application. Raises RuntimeError for a message that is not
    expected."""

    # uvicorn sets all of these for each request, and what is always the same as well.
    logger = logging.getLogger("uvicorn.error")
    disconnected = False
    more_body = True
    response_started = False
    response_complete = False
    chunked_encoding: bool | None = None
    expected_content_length = 0

    _head = b""
    """The head, until there is a part of the body to send with it."""
    _says_close = False
    _lasts = False
    """Whether the end of the connection ends the body."""
    _is_head = False

    def __init__(self, connection: HttpToolsProtocol, scope: Any, *, keep_alive: bool) -> None:
        self.scope = scope
        self.transport = connection.transport
        self.flow = connection.flow
        self.default_headers = connection.server_state.default_headers
        self.on_response = connection.on_response_complete
        self.keep_alive = keep_alive
        expected = lines_by_name(scope).get(b"expect", ())
        self._is_old = scope["http_version"] == "1.0"
        asks = b"100-continue" in map(bytes.lower, expected)
        self.waiting_for_100_continue = asks and not self._is_old
        self.message_event = asyncio.Event()
        self.body = bytearray()

    async def send(self, message: Any) -> None:
        if self.flow.write_paused and not self.disconnected:
            await self.flow.drain()
        if self.disconnected:
            return
        kind = message["type"]
        if not self.response_started and kind == "http.response.start":
            self._begin(message["status"], message.get("headers", ()))
            if "body" in message:
                self._go_on(message["body"], ends=True)
        elif self.response_started and not self.response_complete and kind == "http.response.body":
            self._go_on(message.get("body", b""), ends=not message.get("more_body", False))
        else:
            raise RuntimeError(f"The ASGI message {kind!r} is not due.")

    def _begin(self, status: int, headers: _Headers) -> None:
        self.response_started = True
        self.waiting_for_100_continue = False
        self._is_head = self.scope["method"] == "HEAD"
        lines = [*self.default_headers, *headers]
        self._frame(dict(lines))
        if not (self.keep_alive or self._says_close):
            lines.append((b"connection", b"close"))
        if self.chunked_encoding is None and not (self._is_head or status in _NO_BODY):
            self._lasts = self._is_old  # such a client cannot read chunks: RFC 9112, 6.1
            self.chunked_encoding = not self._is_old
            if self.chunked_encoding:
                lines.append((b"transfer-encoding", b"chunked"))
        head = answer_head(status, lines)
        if self.chunked_encoding or self._lasts:
            self.transport.write(head)
        else:
            self._head = head

    def _frame(self, named: Mapping[bytes, bytes]) -> None:
        """Note how the end of the body is marked, and whether the connection ends with it."""
        if b"content-length" in named:
            self.expected_content_length = int(named[b"content-length"])
            self.chunked_encoding = False
        if b"transfer-encoding" in named and named[b"transfer-encoding"].lower() == b"chunked":
            self.expected_content_length = 0
            self.chunked_encoding = True
        if b"connection" in named and b"close" in _tokens(named[b"connection"]):
            self.keep_alive = False
            self._says_close = True

    def _go_on(self, body: bytes, *, ends: bool) -> None:
        body = self._framed(body, ends=ends)
        head, self._head = self._head, b""
        if head and len(body) > _COPIED:
            self.transport.writelines((head, body))
        else:
            self.transport.write(head + body if head else body)
        if ends:
            if self.expected_content_length:
                raise RuntimeError("The body is shorter than its Content-Length.")
            self.response_complete = True
            self.message_event.set()
            if not self.keep_alive:
                self.transport.close()
            self.on_response()

    def _framed(self, body: bytes, *, ends: bool) -> bytes:
        """A part of the body as it is sent."""
        if self._is_head:
            self.expected_content_length = 0
            return b""
        if self.chunked_encoding:
            chunk = b"%x\r\n%b\r\n" % (len(body), body) if body else b""
            return chunk + b"0\r\n\r\n" if ends else chunk
        if self._lasts:
            return body
        if len(body) > self.expected_content_length:
            raise RuntimeError("The body is longer than its Content-Length.")
        self.expected_content_length -= len(body)
        return body


def scope_of_all(connection: HttpToolsProtocol, extensions: Mapping[str, Any]) -> dict[str, Any]:
    """What the scopes of all requests of a connection have in common."""
    return {
        "type": "http",
        "asgi": {"version": connection.asgi_version, "spec_version": "2.3"},
        "server": connection.server,
        "client": connection.client,
        "scheme": connection.scheme,
        "root_path": connection.root_path,
        "extensions": extensions,
    }


def scope_of(
    usual: Mapping[str, Any],
    method: str,
    version: str,
    url: bytes,
    headers: list[tuple[bytes, bytes]],
) -> dict[str, Any]:
    """The scope of a request; `usual` has what is the same for all of the connection. If its first
    line names a host, the header is ignored: RFC 9112, 3.2.2. Raises the parser's errors."""
    address: Any = parse_url(url)
    if address.host is not None:
        host = address.host if address.port is None else b"%b:%d" % (address.host, address.port)
        headers = [(b"host", host), *(pair for pair in headers if pair[0] != b"host")]
    raw: bytes = address.path or b"/"
    path = raw.decode("ascii")
    return {
        **usual,
        "method": method,
        "http_version": version,
        "path": unquote(path) if "%" in path else path,
        "raw_path": raw,
        "query_string": address.query or b"",
        "headers": headers,
        "state": {},
    }


def answer_head(status: int, lines: Sequence[tuple[bytes, bytes]]) -> bytes:
    """The head of an answer. Raises RuntimeError if a header has a control character in it."""
    head = b"\r\n".join([_STATUS_LINES[status], *map(b": ".join, lines), b"", b""])
    if head.translate(None, _SHOWN) != b"\r\n" * (len(lines) + 2):
        raise RuntimeError("A header of the answer has a control character in it.")
    return head


def sentence_of(error: HttpParserError) -> str:
    """What is wrong with what is no request."""
    if isinstance(error, HttpParserCallbackError):
        return "The address that is asked for cannot be read."
    return f"This is not HTTP/1.1: {error}."


def size_of_head(url: bytes, headers: _Headers) -> int:
    """About how many bytes the first line and the headers of a request have."""
    return len(url) + sum(len(name) + len(value) + 4 for name, value in headers)


def _tokens(value: bytes) -> list[bytes]:
    return [token.lower().strip() for token in value.split(b",")]
