"""The socket that a service listens on, and the end of the connections that it has accepted."""

from __future__ import annotations

import asyncio
import socket

from events.errors import OnrecordError

__all__ = ["CannotListen", "Drain", "begin_listening", "bind", "bind_failure", "url_of"]


def bind(host: str, port: int) -> socket.socket:
    """A socket that is bound to the address but does not listen yet. Raises OSError."""
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError:
        listener.close()
        raise
    return listener


class CannotListen(OnrecordError):
    """Another process listens on the address."""


def begin_listening(listener: socket.socket, waiting: int) -> None:
    """Let callers connect; at most `waiting` of them wait to be accepted. Raises CannotListen: two
    processes may bind an address, if only one of them begins to listen on it."""
    try:
        listener.listen(waiting)
    except OSError as error:
        host, port = listener.getsockname()[:2]
        raise CannotListen(
            f"It cannot listen on {host} port {port}: {bind_failure(error)}"
        ) from error


def url_of(host: str, listener: socket.socket) -> str:
    port = listener.getsockname()[1]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def bind_failure(error: OSError) -> str:
    if isinstance(error, socket.gaierror):
        return "there is no such host. Choose another with --host (ONRECORD_HOST)."
    words = (error.strerror or str(error)).lower()
    return f"{words}. End what uses it, or choose another with --port (ONRECORD_PORT)."


class Drain:
    """Ends the connections of a server that accepts no more. Each is closed after the answer to its
    present or next request: if it were closed at once, a request sent at that moment would be
    lost."""

    def __init__(self) -> None:
        self.done = asyncio.Event()
        """Set once no connection is left."""

    def left(self, number: int) -> None:
        if not number:
            self.done.set()
