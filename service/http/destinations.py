"""Special destinations of an answer: the outlet of an answer without end, and the remainder of a
request that was answered before its end; and the connection behind its last answer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from events.errors import Fault, InvalidInput
from service.http.edge.common_headers import OF_EACH
from service.http.exchange import answer_head
from service.http.problems.problem import MEDIA_TYPE, body_of
from service.http.problems.translation import problem_of
from service.http.socket_options import limit_send_buffer

if TYPE_CHECKING:
    from service.http.protocol import HttpProtocol

__all__ = ["Farewell", "OpenAnswer", "Remainder", "Standstill", "no_request_answer"]


class Standstill:
    """What was still to come on a connection at the last check, either way."""

    def __init__(self) -> None:
        self.drained = 0
        """How often most of what waited was sent."""
        self._unsent = (0, 0)
        self._awaited: tuple[int, ...] = ()
        self._looks = 0

    def of_answer(self, unsent: int) -> bool:
        """Whether none of the `unsent` bytes that waited at the last check was sent since. Nothing
        is added while they wait."""
        drained, before = self._unsent
        self._unsent = (self.drained, unsent)
        return drained == self.drained and unsent >= before > 0

    def of_request(self, awaited: tuple[int, ...], longest: int) -> bool:
        """Whether nothing has arrived since the last check of what is `awaited`, or its first part
        was the same at `longest` checks."""
        before, self._awaited = self._awaited, awaited
        self._looks = self._looks + 1 if awaited[:1] == before[:1] else 0
        return bool(awaited) and (awaited == before or self._looks >= longest)


class OpenAnswer:
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

    def begin(self, held: int) -> None:
        limit_send_buffer(self._protocol.transport, held)
        if self._protocol.pipeline or self._protocol.refusal:
            self.abort()

    def abort(self) -> None:
        self._protocol.transport.abort()


class Remainder:
    """The destination of an answer to a request whose body is incomplete. Closing it ends what we
    send, and lets the client read the answer and finish the body."""

    def __init__(self, protocol: HttpProtocol) -> None:
        self._protocol = protocol
        self._closing = False
        self.write = protocol.transport.write
        self.writelines = protocol.transport.writelines

    def is_closing(self) -> bool:
        return self._closing or self._protocol.transport.is_closing()

    def close(self) -> None:
        self._closing = True
        transport = self._protocol.transport
        if transport.is_closing():
            return
        if self._protocol.in_body and transport.can_write_eof():
            transport.write_eof()
        else:
            transport.close()

    def end(self) -> None:
        """Note that the body has ended."""
        if self._closing:
            self._protocol.transport.close()


class Farewell(asyncio.Protocol):
    """Takes over a connection whose last answer was sent, until the client closes it, or for as
    long as it might be idle. What comes meanwhile is discarded: if it were left unread, the end of
    the connection would be a reset, and the client could lose the answer (RFC 9112, 9.6)."""

    def __init__(self, protocol: HttpProtocol) -> None:
        self._protocol = protocol
        transport = protocol.transport
        self._timer = protocol.loop.call_later(protocol.timeout_keep_alive, transport.abort)
        protocol.flow.resume_reading()
        if transport.can_write_eof():
            transport.write_eof()

    def connection_lost(self, exc: Exception | None) -> None:
        self._timer.cancel()
        self._protocol.connection_lost(exc)


def no_request_answer(message: str, default_headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """The answer to what is no request, which ends the connection; `message` is a sentence."""
    problem: Any = problem_of(InvalidInput([Fault("", message)]))
    body = body_of(problem, "/")
    lines = [
        *default_headers,
        (b"content-type", MEDIA_TYPE.encode()),
        (b"content-length", b"%d" % len(body)),
        (b"connection", b"close"),
        *OF_EACH,
    ]
    return answer_head(400, lines) + body
