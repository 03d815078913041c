"""HTTP/1.1 on a connection: uvicorn's implementation, with limits to what a client may delay.

The head of a request has a maximum size. A head, a body, and a client that reads an answer must
make progress within a time limit: otherwise the connection is closed, with a problem if a request
had begun. If the answer is sent before the body has ended (because it is too large), the rest of
the body is discarded, so that the client can read the answer.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from events.errors import Fault, InvalidInput
from service.http.drain import Drain
from service.http.edge.standing_headers import STANDING
from service.http.outlet import ENDLESS, OUTLET
from service.http.problems.problem import MEDIA_TYPE, body_of
from service.http.problems.translation import problem_of
from service.http.socket_options import narrow, notice_silence

__all__ = ["HEAD_LIMIT", "HttpProtocol"]

HEAD_LIMIT: Final = 65_536
"""Bytes of a request's first line and headers together."""


class HttpProtocol(HttpToolsProtocol):
    """One connection. Input that is not a request, or whose head does not end, is refused with a
    problem and the connection is closed: the parser itself has no limits.

    One timer checks the connection every `patience` seconds, at no cost to a request: what made no
    progress between two checks has stalled.
    """

    patience = 30.0
    """Seconds that a client may take for a head, or without a byte of a body or of an answer."""
    longest = 20
    """Checks of one body after which it has taken too long, whatever its progress."""

    _unread = 0
    _heads = 0
    _bytes = 0
    _in_body = False
    _looks = 0
    _seen: tuple[int, ...] = ()
    _drained = 0
    _unsent = (0, 0)
    _timer: asyncio.TimerHandle | None = None
    _running: RequestResponseCycle | None = None

    @property
    def _drain(self) -> Drain | None:
        """That of the server, once it is ending."""
        return getattr(self.server_state, "drain", None)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # - as uvicorn has it
        super().connection_made(transport)
        self._count()
        self._timer = self.loop.call_later(self.patience, self._look)
        notice_silence(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        super().connection_lost(exc)
        self._count()
        if self._drain is not None:
            self._drain.left(len(self.connections))
        running = self._running
        if running is not None and not running.response_complete:
            # uvicorn refers to the request that came last, which may be another one that waits.
            running.disconnected = True
            running.message_event.set()

    def _count(self) -> None:
        """Say how many connections the server has, if it wants to know."""
        note = getattr(self.server_state, "note", None)
        if note is not None:
            note(len(self.connections))

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
        if self._drain is not None:
            self.cycle.keep_alive = False
        if self.pipeline and self._running is not None and ENDLESS in self._running.scope:
            # It would wait for ever, and meanwhile it would not be noticed that the client leaves.
            self.transport.abort()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._running = cycle
        super()._start_asgi_task(cycle, app)

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
        """Send a problem instead; `msg` is a sentence. If our side has already closed, nothing can
        be sent."""
        cycle: Any = self.cycle
        if cycle is not None and cycle.transport.is_closing():
            self.transport.close()
            return
        problem: Any = problem_of(InvalidInput([Fault("", msg)]))
        body = body_of(problem, "/")
        headers = [
            *self.server_state.default_headers,
            (b"content-type", MEDIA_TYPE.encode()),
            (b"content-length", b"%d" % len(body)),
            (b"connection", b"close"),
            *STANDING,
        ]
        lines = [name + b": " + value + b"\r\n" for name, value in headers]
        self.transport.write(b"".join([STATUS_LINE[400], *lines, b"\r\n", body]))
        self.transport.close()

    def _look(self) -> None:
        """Close the connection if the client has stalled it."""
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
        """Whether nothing of the data that waits to be sent has left since the last check. Nothing
        is added while it waits."""
        waits = self.flow.write_paused or self.transport.is_closing()
        drained, before = self._unsent
        unsent = self.transport.get_write_buffer_size() if waits else 0
        self._unsent = (self._drained, unsent)
        return drained == self._drained and unsent >= before > 0

    def _is_answering(self) -> bool:
        cycle: Any = self.cycle
        return cycle is not None and not cycle.response_complete

    def _awaited(self) -> tuple[int, ...]:
        """What has arrived of the data that the client must send; empty if it is our turn."""
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


class _Outlet:
    """The outlet of a connection whose answer is sent in chunks."""

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
        narrow(self._protocol.transport, size)

    def abort(self) -> None:
        self._protocol.transport.abort()


class _Rest:
    """The destination of an answer to a request whose body is not complete. Closing it ends what we
    send, and lets the client read the answer and end the body."""

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
        """The body has ended."""
        if self._closing:
            self._protocol.transport.close()
