"""Writes directly to a connection, past the layers of an ASGI server. So a frame for thousands of
subscribers is written to each connection without waking its task."""

from __future__ import annotations

from typing import Final, Protocol

__all__ = ["ENDLESS", "OUTLET", "REACHED", "Outlet", "chunk_of"]

OUTLET: Final = "onrecord.outlet"
"""The extension of a request's scope in which the server offers the outlet; it may be missing."""
ENDLESS: Final = "onrecord.endless"
"""Marks, in its scope, a request whose answer lasts as long as its client wants."""
REACHED: Final = "onrecord.reached"
"""In the scope of such a request: the revision of each timeline up to which it was answered."""


class Outlet(Protocol):
    """A connection whose answer has begun and has not ended."""

    @property
    def ready(self) -> bool:
        """Whether a chunk may be written now: earlier ones have been sent, or nearly."""

    def write(self, chunk: bytes) -> None:
        """Send a chunk (`chunk_of`) after everything that was written before."""

    def begin(self, held: int) -> None:
        """Begin an answer without end. The operating system then buffers about `held` bytes for a
        client that does not read; the default is some megabytes for each. If another request
        waits on the connection already, the connection is closed."""

    def abort(self) -> None:
        """Close the connection at once."""


def chunk_of(body: bytes) -> bytes:
    """The body as one chunk of an HTTP/1.1 answer: RFC 9112, 7.1."""
    return b"%x\r\n%b\r\n" % (len(body), body)
