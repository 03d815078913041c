"""A connection to a Unix socket that reports why the server closed it at once."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final

from redis.asyncio import UnixDomainSocketConnection
from redis.exceptions import ConnectionError as DriverConnectionError
from redis.exceptions import ResponseError

__all__ = ["UnixConnection"]

_LISTENING: Final = 0.5
"""Seconds to wait for the error of a server that refuses a connection."""


class UnixConnection(UnixDomainSocketConnection):
    """The driver's connection. A server that has too many clients sends an error and closes. Over a
    Unix socket the driver then fails to write before it has read that error."""

    async def on_connect(self) -> None:
        try:
            await super().on_connect()
        except DriverConnectionError as error:
            refusal = await _refusal_at(self.path)
            if refusal is None:
                raise
            raise ResponseError(refusal) from error


async def _refusal_at(path: str) -> str | None:
    """The error that the server sends to a client that only listens, or None if it sends none."""
    line = b""
    with suppress(OSError, ValueError, TimeoutError):
        async with asyncio.timeout(_LISTENING):
            reader, writer = await asyncio.open_unix_connection(path)
            try:
                line = await reader.readline()
            finally:
                writer.close()
    return line[1:].decode(errors="replace").strip() if line.startswith(b"-") else None
