"""A client at the other end of a connection, and a protocol that waits for little."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import uvicorn

from service.http.protocol import HttpProtocol

POST = b"POST / HTTP/1.1\r\nHost: x\r\n"


class Impatient(HttpProtocol):
    """The same, which looks so often that a test need not wait; `looked` once it has, thrice,
    `lost` once the connection is."""

    patience = 0.02
    looked: asyncio.Event
    lost: asyncio.Event
    looks = 0

    def _close_if_stalled(self) -> None:
        super()._close_if_stalled()
        type(self).looks += 1
        if self.looks >= 3:
            self.looked.set()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.lost.set()

    @classmethod
    def begin(cls) -> None:
        """Forget what earlier connections did."""
        cls.looked, cls.lost = asyncio.Event(), asyncio.Event()
        cls.looks, cls.longest = 0, 1_000


async def read_all(scope: Any, receive: Any, send: Any) -> None:
    """Answers how long the body was, if it comes to its end."""
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size += len(message["body"])
        more = message["more_body"]
    await answer_of(send, b"%d" % size)


async def answer_of(send: Any, body: bytes, *headers: tuple[bytes, bytes]) -> None:
    length = (b"content-length", b"%d" % len(body))
    await send({"type": "http.response.start", "status": 200, "headers": [length, *headers]})
    await send({"type": "http.response.body", "body": body})


@asynccontextmanager
async def connected(
    app: Any = read_all, protocol: type[HttpProtocol] = Impatient
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    config = uvicorn.Config(app, port=0, http=protocol, ws="none", lifespan="off", log_config=None)
    config.load()
    state = uvicorn.server.ServerState()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: protocol(config, state, {}), "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    try:
        async with asyncio.timeout(20):
            yield reader, writer
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
        server.close()
        for connection in list(state.connections):
            connection.transport.abort()
        await server.wait_closed()
