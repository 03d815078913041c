"""A connection without a socket: the service's own protocol in this process gets a request and
returns its answer, so only the work for a request is measured."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any, Final

import uvicorn
from litestar.types import ASGIApp
from uvicorn.server import ServerState

from service.http.protocol import HttpProtocol

__all__ = ["Wire"]

_ENDS: Final = {"peername": ("127.0.0.1", 40_000), "sockname": ("127.0.0.1", 8_000)}


class Wire(asyncio.Transport):
    """A connection to an application, over which requests are sent one after another."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(_ENDS)
        config = uvicorn.Config(
            app, http=HttpProtocol, ws="none", lifespan="off", log_config=None, proxy_headers=False
        )
        config.load()
        self._loop = asyncio.get_running_loop()
        self._protocol = HttpProtocol(config, ServerState(), {}, self._loop)
        self._answer: asyncio.Future[bytes] = self._loop.create_future()
        self._protocol.connection_made(self)

    async def succeed(self, request: bytes) -> bytes:
        """The answer, head and body, which must be a success in one write."""
        self._answer = self._loop.create_future()
        self._protocol.data_received(request)
        answer = await self._answer
        if answer[9:12] not in {b"200", b"201"}:
            raise RuntimeError(repr(answer[:400]))
        return answer

    def end(self) -> None:
        """Close the connection as the client."""
        self._protocol.connection_lost(None)

    def close(self) -> None:
        """Does nothing: the protocol calls this when the connection has ended."""

    def write(self, data: Any) -> None:
        self._answer.set_result(bytes(data))

    def writelines(self, list_of_data: Iterable[Any]) -> None:
        self.write(b"".join(list_of_data))

    def is_closing(self) -> bool:
        return False

    def pause_reading(self) -> None:
        """Does nothing: no data comes unasked."""

    def resume_reading(self) -> None:
        """Does nothing: no data comes unasked."""
