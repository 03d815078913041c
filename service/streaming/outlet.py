"""The way out of a connection, past the layers of an ASGI server: what is sent to thousands at once
is written to each without waking its task."""

from __future__ import annotations

from typing import Final, Protocol

__all__ = ["OUTLET", "Outlet", "chunk_of"]

OUTLET: Final = "onrecord.outlet"
"""The extension of a request's scope under which the server offers it; it may be missing."""


class Outlet(Protocol):
    """What the server offers of the connection whose answer has begun and has not ended."""

    @property
    def ready(self) -> bool:
        """Whether a chunk may be written now: what was written before has left, or nearly so."""

    def write(self, chunk: bytes) -> None:
        """Send a chunk (`chunk_of`) behind whatever was sent before."""

    def narrow(self, size: int) -> None:
        """Have the system hold about so many bytes for a client that does not read: left alone,
        it takes some megabytes for each."""

    def abort(self) -> None:
        """Cut the connection off without a word."""


def chunk_of(body: bytes) -> bytes:
    """The body as one chunk of an HTTP/1.1 answer: RFC 9112, 7.1."""
    return b"%x\r\n%b\r\n" % (len(body), body)
