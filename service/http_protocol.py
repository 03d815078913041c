"""HTTP/1.1 on a connection: uvicorn's, with limits to what a client may keep waiting.

The head of a request has a size at most. A head, a body or a client that does not read what it
is sent has so long to get on: a connection that stands still is refused with a problem where a
request was begun, and closed. Where an answer came before the end of a body (it was too large),
what is left of the body is passed over, so that the client can read why.
"""

from __future__ import annotations

import asyncio
import socket
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from events.errors import Fault, InvalidInput
from service.problem import MEDIA_TYPE, body_of
from service.problems import problem_of
from service.streaming.outlet import OUTLET

__all__ = ["HEAD_LIMIT", "HttpProtocol"]

_USER_TIMEOUT: Final[int | None] = getattr(socket, "TCP_USER_TIMEOUT", None)  # Linux has it
_UNANSWERED: Final = 60_000
"""Milliseconds for which what was sent may go unacknowledged: RFC 5482."""
_INTERNET: Final = (socket.AF_INET, socket.AF_INET6)

HEAD_LIMIT: Final = 65_536
"""Bytes of a request's first line and headers together."""


class HttpProtocol(HttpToolsProtocol):
    """One connection. What cannot be read as a request, or has a head that does not end, is
    refused with a problem and the connection closed: the parser itself has no limits.

    One timer looks at the connection every `patience` seconds, and costs a request nothing:
    what has not got on between two looks stands still.
    """

    patience = 30.0
    """Seconds that a client may take for a head, or without a byte of a body or of an answer."""
    longest = 20
    """Looks at one body after which it has taken too long, however it gets on."""

    _unread = 0
    _heads = 0
    _bytes = 0
    _in_body = False
    _looks = 0
    _seen: tuple[int, ...] = ()
    _drained = 0
    _unsent = (0, 0)
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # - as uvicorn has it
        super().connection_made(transport)
        _notice_the_dead(transport)
        self._timer = self.loop.call_later(self.patience, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._unread += len(data)
        super().data_received(data)
        if self._unread > HEAD_LIMIT and not self.transport.is_closing():
            self.send_400_response(f"The head of a request has at most {HEAD_LIMIT:,} bytes.")
        if self._in_body and self.cycle.transport is self.transport:
            rest: Any = _Rest(self)
            self.cycle.transport = rest

    def on_headers_complete(self) -> None:
        self.scope["extensions"] = {OUTLET: _Outlet(self)}  # type: ignore[dict-item]  # - our own
        self._unread = 0
        self._heads += 1
        self._in_body = True
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._unread = 0
        self._bytes += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._unread = 0
        self._in_body = False
        super().on_message_complete()
        transport: Any = self.cycle.transport
        if isinstance(transport, _Rest):
            transport.end()

    def resume_writing(self) -> None:
        self._drained += 1
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """The same as a problem; `msg` is a sentence."""
        problem: Any = problem_of(InvalidInput([Fault("", msg)]))
        body = body_of(problem, "/")
        headers = [
            *self.server_state.default_headers,
            (b"content-type", MEDIA_TYPE.encode()),
            (b"content-length", b"%d" % len(body)),
            (b"connection", b"close"),
        ]
        lines = [name + b": " + value + b"\r\n" for name, value in headers]
        self.transport.write(b"".join([STATUS_LINE[400], *lines, b"\r\n", body]))
        self.transport.close()

    def _look(self) -> None:
        """Cut the connection off if the client lets it stand still."""
        self._timer = self.loop.call_later(self.patience, self._look)
        if self._is_not_read():
            self.transport.abort()
            return
        seen = self._awaited()
        self._looks = self._looks + 1 if seen[:1] == self._seen[:1] else 0
        if seen and (seen == self._seen or self._looks >= self.longest):
            self._give_up()
        self._seen = seen

    def _is_not_read(self) -> bool:
        """Whether nothing of what waits to be sent has left since the last look. While it waits
        nothing is added to it."""
        waits = self.flow.write_paused or self.transport.is_closing()
        drained, before = self._unsent
        unsent = self.transport.get_write_buffer_size() if waits else 0
        self._unsent = (self._drained, unsent)
        return drained == self._drained and unsent >= before > 0

    def _is_answering(self) -> bool:
        cycle: Any = self.cycle
        return cycle is not None and not cycle.response_complete

    def _awaited(self) -> tuple[int, ...]:
        """What was there of what the client is to send; nothing where it is our turn."""
        if self.transport.is_closing() or (self._is_answering() and not self._in_body):
            return ()
        if self._in_body:
            return () if self.flow.read_paused else (self._heads, self._bytes)
        return (self._heads, -1)

    def _give_up(self) -> None:
        answering = self._is_answering()
        if not (self._unread or answering) or (answering and self.cycle.response_started):
            self.transport.close()
            return
        if answering:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        part = "body" if self._in_body else "head"
        self.send_400_response(
            f"The {part} of the request did not come in time: send all of it at once."
        )


def _notice_the_dead(transport: asyncio.BaseTransport) -> None:
    """A peer that is gone without a word is noticed, though little is sent to it."""
    connection = transport.get_extra_info("socket")
    if connection is not None and connection.family in _INTERNET and _USER_TIMEOUT is not None:
        connection.setsockopt(socket.IPPROTO_TCP, _USER_TIMEOUT, _UNANSWERED)


class _Outlet:
    """The way out of a connection, for an answer that is sent in chunks."""

    def __init__(self, protocol: HttpProtocol) -> None:
        self._protocol: Any = protocol
        self._flow = protocol.flow
        self._is_closing = protocol.transport.is_closing
        self.write = protocol.transport.write

    @property
    def ready(self) -> bool:
        if self._flow.write_paused or self._is_closing():
            return False
        return bool(self._protocol.cycle.chunked_encoding)

    def narrow(self, size: int) -> None:
        connection = self._protocol.transport.get_extra_info("socket")
        if connection is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, size)

    def abort(self) -> None:
        self._protocol.transport.abort()


class _Rest:
    """What the answer to a request is written to whose body is not there yet: closing it ends
    what we send, and leaves the client its turn to read it and to end."""

    def __init__(self, protocol: HttpProtocol) -> None:
        self._protocol = protocol
        self._closing = False
        self.write = protocol.transport.write

    def is_closing(self) -> bool:
        return self._closing or self._protocol.transport.is_closing()

    def close(self) -> None:
        self._closing = True
        transport = self._protocol.transport
        if transport.is_closing():
            return
        if self._protocol._in_body and transport.can_write_eof():
            transport.write_eof()
        else:
            transport.close()

    def end(self) -> None:
        """The body has come to its end."""
        if self._closing:
            self._protocol.transport.close()
