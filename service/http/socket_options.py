"""Options of a connection's socket."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from typing import Final

__all__ = ["limit_send_buffer", "notice_silence"]

_USER_TIMEOUT: Final[int | None] = getattr(socket, "TCP_USER_TIMEOUT", None)  # Linux has it.
_UNANSWERED: Final = 60_000
"""Milliseconds for which sent data may stay unacknowledged (RFC 5482), so that a peer that
disappeared is noticed even if little is sent to it."""


def notice_silence(transport: asyncio.BaseTransport) -> None:
    """End the connection if the peer acknowledges nothing for a minute, if the system can."""
    if _USER_TIMEOUT is not None:
        _set(transport, socket.IPPROTO_TCP, _USER_TIMEOUT, _UNANSWERED)


def limit_send_buffer(transport: asyncio.BaseTransport, size: int) -> None:
    """Limit the unsent data that the system holds to about `size` bytes."""
    _set(transport, socket.SOL_SOCKET, socket.SO_SNDBUF, size)


def _set(transport: asyncio.BaseTransport, level: int, option: int, value: int) -> None:
    """Set an option of the connection's socket; it does not exist any more if the connection is
    closing."""
    connection = None if transport.is_closing() else transport.get_extra_info("socket")
    if connection is not None:
        with suppress(OSError):  # it is not a TCP socket, or its peer has just left
            connection.setsockopt(level, option, value)
