"""Special destinations of an answer: the outlet of an answer without end, and the remainder of a
request that was answered before its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from service.http.socket_options import limit_send_buffer

if TYPE_CHECKING:
    from service.http.protocol import HttpProtocol

__all__ = ["OpenAnswer", "Remainder"]


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

    def limit_send_buffer(self, size: int) -> None:
        limit_send_buffer(self._protocol.transport, size)

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
