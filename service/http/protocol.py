"""HTTP/1.1 on a connection: uvicorn's implementation, with limits to what a client may delay.

The head of a request has a maximum size. A head, a body, and the reading of an answer must make
progress within a time limit. Otherwise the connection is closed; if a request had begun, with a
problem. If the answer is sent before the body has ended (because it is too large), the rest of the
body is discarded, so that the client can read the answer.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from events.errors import Fault, InvalidInput
from service.http.answers import WHOLE
from service.http.destinations import OpenAnswer, Remainder
from service.http.drain import Drain
from service.http.edge.common_headers import OF_EACH
from service.http.exchange import Exchange, answer_head, scope_of, scope_of_all
from service.http.outlet import ENDLESS, OUTLET
from service.http.problems.problem import MEDIA_TYPE, body_of
from service.http.problems.translation import problem_of
from service.http.socket_options import notice_silence

__all__ = ["HEAD_LIMIT", "HttpProtocol"]

HEAD_LIMIT: Final = 65_536
"""The most bytes of a request's first line and headers together."""


class HttpProtocol(HttpToolsProtocol):
    """One connection. Input that is not a request, or whose head does not end, is refused with a
    problem and the connection is closed: the parser itself has no limits.

    One timer checks the connection every `patience` seconds, at no cost to a request: a part
    without progress between two checks has stalled.
    """

    patience = 30.0
    """Seconds that a client may take for a head, or without a byte of a body or of an answer."""
    longest = 20
    """The number of checks of one body after which it has taken too long, whatever its progress."""

    _unread = 0
    _heads = 0
    _bytes = 0
    in_body = False
    _looks = 0
    _seen: tuple[int, ...] = ()
    _drained = 0
    _unsent = (0, 0)
    _timer: asyncio.TimerHandle | None = None
    _running: RequestResponseCycle | None = None
    _idle_since = 0.0

    @property
    def _drain(self) -> Drain | None:
        """The server's drain, once it is ending."""
        return getattr(self.server_state, "drain", None)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # - as uvicorn has it
        super().connection_made(transport)
        self._count()
        self._timer = self.loop.call_later(self.patience, self._close_if_stalled)
        self._usual = scope_of_all(self, {OUTLET: OpenAnswer(self), WHOLE: {}})
        notice_silence(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        for timer in (self._timer, self.timeout_keep_alive_task):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)
        self._count()
        if self._drain is not None:
            self._drain.left(len(self.connections))
        running = self._running
        if running is not None and not running.response_complete:
            # uvicorn refers to the latest request, which may be another one that waits.
            running.disconnected = True
            running.message_event.set()
        self._let_go()

    def _let_go(self) -> None:
        """Drop what refers to this object: the connection is free at once, not when the collector
        comes by."""
        nothing: Any = None
        self._timer = self.timeout_keep_alive_task = self._running = None
        self.cycle = self.parser = self.flow = self.scope = self._usual = nothing

    def _count(self) -> None:
        """Report how many connections the server has, if it wants to know."""
        set_open = getattr(self.server_state, "set_open", None)
        if set_open is not None:
            set_open(len(self.connections))

    def data_received(self, data: bytes) -> None:
        self._unread += len(data)
        super().data_received(data)
        if self._unread > HEAD_LIMIT and not self.transport.is_closing():
            self.send_400_response(f"The head of a request has at most {HEAD_LIMIT:,} bytes.")
        if self.in_body and self.cycle.transport is self.transport:
            rest: Any = Remainder(self)
            self.cycle.transport = rest

    def on_message_begin(self) -> None:
        self.url = b""
        self.headers = []

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        self._unread = 0
        self._heads += 1
        self.in_body = True
        before: Any = self.cycle
        parser: Any = self.parser
        method, version = parser.get_method().decode("ascii"), parser.get_http_version()
        scope = scope_of(self._usual, method, version, self.url, self.headers)
        is_kept = self._drain is None and version != "1.0" and parser.should_keep_alive()
        self.cycle = exchange = Exchange(self, scope, keep_alive=is_kept)
        if before is None or before.response_complete:
            self._start_asgi_task(exchange, self.app)
            return
        self.flow.pause_reading()
        self.pipeline.appendleft((exchange, self.app))
        if self._running is not None and ENDLESS in self._running.scope:
            # It would wait for ever, and would not notice that the client leaves.
            self.transport.abort()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._running = cycle
        super()._start_asgi_task(cycle, app)

    def on_response_complete(self) -> None:
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
            return
        self._idle_since = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self._close_when_idle(self.timeout_keep_alive)

    def _unset_keepalive_if_required(self) -> None:
        """Do nothing. The timer itself checks whether the connection is still idle, so that it is
        set once in some seconds and not with each request."""

    def timeout_keep_alive_handler(self) -> None:
        self.timeout_keep_alive_task = None
        left = self._idle_since + self.timeout_keep_alive - self.loop.time()
        if self._is_answering() or self.in_body or self._unread:
            return  # the end of the answer sets the timer again
        if left > 0:
            self._close_when_idle(left)
        elif not self.transport.is_closing():
            self.transport.close()

    def _close_when_idle(self, seconds: float) -> None:
        handle = self.timeout_keep_alive_handler
        self.timeout_keep_alive_task = self.loop.call_later(seconds, handle)

    def on_body(self, body: bytes) -> None:
        self._unread = 0
        self._bytes += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._unread = 0
        self.in_body = False
        cycle: Any = self.cycle
        if not cycle.response_complete:
            cycle.more_body = False
            cycle.message_event.set()
        if isinstance(cycle.transport, Remainder):
            cycle.transport.end()

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
            *OF_EACH,
        ]
        self.transport.write(answer_head(400, headers) + body)
        self.transport.close()

    def _close_if_stalled(self) -> None:
        """Close the connection if the client has stalled it."""
        self._timer = self.loop.call_later(self.patience, self._close_if_stalled)
        if self._is_not_read():
            self.transport.abort()
            return
        seen = self._awaited()
        self._looks = self._looks + 1 if seen[:1] == self._seen[:1] else 0
        if seen and (seen == self._seen or self._looks >= self.longest):
            self._give_up()
        self._seen = seen

    def _is_not_read(self) -> bool:
        """Whether none of the waiting data was sent since the last check. Nothing is added while it
        waits."""
        waits = self.flow.write_paused or self.transport.is_closing()
        drained, before = self._unsent
        unsent = self.transport.get_write_buffer_size() if waits else 0
        self._unsent = (self._drained, unsent)
        return drained == self._drained and unsent >= before > 0

    def _is_answering(self) -> bool:
        cycle: Any = self.cycle
        return cycle is not None and not cycle.response_complete

    def _awaited(self) -> tuple[int, ...]:
        """What has arrived of the data that the client must send; empty if it is our turn to
        send."""
        if self.transport.is_closing() or (self._is_answering() and not self.in_body):
            return ()
        if self.in_body:
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
        part = "body" if self.in_body else "head"
        self.send_400_response(
            f"The {part} of the request did not come in time: send all of it at once."
        )
