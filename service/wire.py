"""The way to a client whose answer does not end: its connection, past ASGI's messages.

An answer that thousands hear is the same bytes for all of them. To hand these to each connection
is one call; a message of ASGI is a task that wakes up, and costs several times as much. The answer
begins and ends by ASGI as every other; between these whoever streams writes here, whole chunks of
HTTP/1.1's chunked coding only.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Final

__all__ = ["EXTENSION", "Wire", "chunk_of", "wire_of"]

EXTENSION: Final = "onrecord.wire"
"""The name of the extension in an ASGI scope under which a connection's wire is found."""

_UNSENT: Final = 128 << 10
"""Bytes that the system holds for a client (Linux takes twice as many): without a limit it would
keep some megabytes for each that does not read."""
_SILENT: Final = 30
"""Seconds after which a client whose system acknowledges nothing is gone."""


class Wire:
    """One connection. `full`: more is waiting to be sent than should be, so write nothing until
    it is not; `lost`: there is nobody any more. `changed` is called when either has changed."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self.full = False
        self.lost = False
        self.changed: Callable[[], None] | None = None
        self._transport = transport
        self.write = transport.write

    @property
    def unsent(self) -> int:
        """Bytes that wait to be taken by the system."""
        return self._transport.get_write_buffer_size()

    def begin(self, changed: Callable[[], None]) -> None:
        """A stream begins: its client may fall silent without a word, and is to be missed."""
        self.changed = changed
        found = self._transport.get_extra_info("socket")
        if found is None:
            return
        with suppress(OSError):  # not every system, nor every kind of socket, knows them all
            found.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _UNSENT)
            found.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            for name, value in (
                ("TCP_KEEPIDLE", _SILENT // 2),
                ("TCP_KEEPINTVL", _SILENT // 6),
                ("TCP_KEEPCNT", 3),
                ("TCP_USER_TIMEOUT", _SILENT * 1000),
            ):
                if hasattr(socket, name):
                    found.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)

    def abort(self) -> None:
        """Cut the connection off; what waits to be sent is dropped."""
        self._transport.abort()

    def empty(self) -> None:
        """The connection takes more again."""
        self.full = False
        self._tell()

    def end(self) -> None:
        """The connection is over."""
        self.lost = True
        self._tell()

    def _tell(self) -> None:
        if self.changed is not None:
            self.changed()


def chunk_of(content: bytes) -> bytes:
    """`content`, which is not empty, as one chunk: RFC 9112, 7.1."""
    return b"%x\r\n%b\r\n" % (len(content), content)


def wire_of(scope: object) -> Wire:
    """The wire of the connection that a request came by. Raises TypeError where the server is
    not our own."""
    extensions = scope.get("extensions") if isinstance(scope, dict) else None
    wire = (extensions or {}).get(EXTENSION)
    if not isinstance(wire, Wire):
        raise TypeError("A stream needs a connection of service.http_protocol.")
    return wire
