"""HTTP/1.1 on a connection: uvicorn's implementation, with limits to what a client may delay.

The head of a request has a maximum size. A head, a body, and the reading of an answer must make
progress within a time limit. Otherwise the connection is closed; if a request had begun, with a
problem. If the answer is sent before the body has ended (because it is too large), the rest of the
body is discarded, so that the client can read the answer.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final

from httptools import HttpParserError
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from service.http.answers import WHOLE
from service.http.destinations import Farewell, OpenAnswer, Remainder, Standstill, no_request_answer
from service.http.exchange import (
    Exchange,
    scope_of,
    scope_of_all,
    sentence_of,
    size_of_head,
)
from service.http.listener import Drain
from service.http.outlet import ENDLESS, OUTLET
from service.http.plain import PlainHttp
from service.http.socket_options import notice_silence

__all__ = ["HEAD_LIMIT", "HttpProtocol"]

HEAD_LIMIT: Final = 65_536
"""The most bytes of a request's first line and headers together."""
_TOO_LONG: Final = f"The head of a request has at most {HEAD_LIMIT:,} bytes."
_TOO_LATE: Final = "The {} of the request did not come in time: send all of it at once."


class HttpProtocol(PlainHttp):
    """One connection. Input that is not a request, or whose head does not end, is refused with a
    problem behind the answers to the requests before it, and the connection is closed: the parser
    itself has no limits.

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
    _timer: asyncio.TimerHandle | None = None
    _running: RequestResponseCycle | None = None
    refusal = ""
    """Why what came last is refused, once the requests before it are answered."""
    _idle_since = 0.0

    @property
    def _drain(self) -> Drain | None:
        """The server's drain, once it is ending."""
        return getattr(self.server_state, "drain", None)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # - as uvicorn has it
        super().connection_made(transport)
        self._count()
        self._timer = self.loop.call_later(self.patience, self._close_if_stalled)
        self._standstill = Standstill()
        self._usual = scope_of_all(self, {OUTLET: OpenAnswer(self), WHOLE: {}})
        notice_silence(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timers()
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

    def _stop_timers(self) -> None:
        for timer in (self._timer, self.timeout_keep_alive_task):
            if timer is not None:
                timer.cancel()

    def _let_go(self) -> None:
        """Drop what refers to this object: it is free at once, not when the collector comes by."""
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
        try:
            self.feed(data)
        except HttpParserError as error:
            self.send_400_response(sentence_of(error))
        if self._unread > HEAD_LIMIT and not (self.refusal or self.transport.is_closing()):
            self.send_400_response(_TOO_LONG)
        if self.in_body and self.cycle.transport is self.transport:
            rest: Any = Remainder(self)
            self.cycle.transport = rest

    def on_headers_complete(self) -> None:
        if self._unread > HEAD_LIMIT and size_of_head(self.url, self.headers) > HEAD_LIMIT:
            self.refusal = _TOO_LONG
            raise ValueError(_TOO_LONG)  # to the parser, which then calls it an error
        if self.is_read_again:
            return
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
        self._idle_since = self.loop.time()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        elif self.refusal:
            self.send_400_response(self.refusal)
        elif self.timeout_keep_alive_task is None:
            self._close_when_idle(self.timeout_keep_alive)

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
        if self.is_read_again:
            return
        self._unread = 0
        self.in_body = False
        cycle: Any = self.cycle
        if not cycle.response_complete:
            cycle.more_body = False
            cycle.message_event.set()
        if isinstance(cycle.transport, Remainder):
            cycle.transport.end()

    def resume_writing(self) -> None:
        self._standstill.drained += 1
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """Send a problem instead, for the first reason that there is; `msg` is a sentence. Requests
        before this one are answered first. If our side has already closed, or an answer to this
        request has begun, nothing can be sent."""
        cycle: Any = self.cycle
        if cycle is not None and cycle.transport.is_closing():
            self.transport.close()
            return
        self.refusal = self.refusal or msg
        if self.in_body and self.pipeline and self.pipeline[0][0] is cycle:
            self.pipeline.popleft()
        before: Any = self._running
        is_answering = before is not None and not before.response_complete
        if is_answering and not (self.in_body and before is cycle):
            if ENDLESS in before.scope:
                self.transport.abort()
            return
        if is_answering:
            cycle.disconnected = True
            cycle.message_event.set()
        if is_answering and cycle.response_started:
            self.transport.close()
            return
        self._stop_timers()
        self.transport.write(no_request_answer(self.refusal, self.server_state.default_headers))
        self.transport.set_protocol(Farewell(self))

    def _close_if_stalled(self) -> None:
        """Close the connection if the client has stalled it."""
        self._timer = self.loop.call_later(self.patience, self._close_if_stalled)
        waits = self.flow.write_paused or self.transport.is_closing()
        if self._standstill.of_answer(self.transport.get_write_buffer_size() if waits else 0):
            self.transport.abort()
            return
        if self._standstill.of_request(self._awaited(), self.longest):
            self._give_up()

    def _is_answering(self) -> bool:
        cycle: Any = self.cycle
        return cycle is not None and not cycle.response_complete

    def _awaited(self) -> tuple[int, ...]:
        """What has arrived of what the client must send; empty if it is our turn to send."""
        if self.transport.is_closing() or (self._is_answering() and not self.in_body):
            return ()
        if self.in_body:
            return () if self.flow.read_paused else (self._heads, self._bytes)
        return (self._heads, -1)

    def _give_up(self) -> None:
        if not (self._unread or self._is_answering()):
            self.transport.close()
            return
        self.send_400_response(_TOO_LATE.format("body" if self.in_body else "head"))
