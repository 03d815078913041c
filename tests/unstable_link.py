"""A link to a server that fails on demand, with real sockets and real bytes."""

from __future__ import annotations

import asyncio
import tempfile
from collections import deque
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

__all__ = ["Fault", "UnstableLink"]

Fault = Literal["lost", "saved", "false error", "late", "silent"]
"""The fate of an append: `lost`, it never reaches the server; `saved`, the server's answer never
comes back; `false error`, an error comes back in its place; `late`, it waits in a socket until
`deliver`; `silent`, nothing happens at all. In the other cases the connection breaks."""

FALSE_ERROR = b"-ERR the disk is on fire\r\n"


class UnstableLink:
    """Passes everything between its own Unix socket and the server's, except for the `faults`, each
    of which affects one append. `appends` counts the appends sent. While it is `deaf`, nothing
    reaches the server."""

    def __init__(self, server: Path) -> None:
        self.faults: deque[Fault] = deque()
        self.appends = 0
        self.deaf = False
        self._server_path = server
        self._folder = tempfile.TemporaryDirectory(prefix="onrecord-")
        self._late: list[bytes] = []
        self._connections: dict[asyncio.StreamWriter, asyncio.Task[None]] = {}

    @property
    def url(self) -> str:
        return f"unix://{self._folder.name}/s"

    async def __aenter__(self) -> Self:
        self._listener = await asyncio.start_unix_server(self._serve, f"{self._folder.name}/s")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._listener.close()
        tasks = list(self._connections.values())
        for writer in self._connections:
            writer.transport.abort()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._folder.cleanup()

    async def deliver(self) -> None:
        """Deliver the late append to the server, and wait until the server is done with it."""
        while self._late:
            await self._hand_over(self._late.pop())

    async def _hand_over(self, request: bytes) -> None:
        reader, writer = await asyncio.open_unix_connection(self._server_path)
        writer.write(request)
        writer.write_eof()
        await reader.read()
        await _close(writer)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections[writer] = task
        server_reader, server_writer = await asyncio.open_unix_connection(self._server_path)
        back = asyncio.create_task(_pass_on(server_reader, writer))
        try:
            while request := await reader.read(1 << 20):
                self.appends += request.count(b"EVALSHA")
                if b"EVAL" in request and self.faults:
                    back.cancel()
                    await asyncio.wait([back])
                    await self._fail(self.faults.popleft(), request, writer)
                    if server_reader.at_eof() or writer.is_closing():
                        return
                    back = asyncio.create_task(_pass_on(server_reader, writer))
                elif not self.deaf:
                    server_writer.write(request)
        finally:
            back.cancel()
            await asyncio.wait([back])
            await _close(server_writer)
            await _close(writer)
            del self._connections[writer]

    async def _fail(
        self,
        fault: Fault,
        request: bytes,
        writer: asyncio.StreamWriter,
    ) -> None:
        """Let one append meet its fault. If the server is to get the append, it is done with it
        before the other side receives anything."""
        if fault == "late":
            self._late.append(request)
        elif fault in ("saved", "false error"):
            await self._hand_over(request)
        if fault == "false error":
            writer.write(FALSE_ERROR)
        elif fault != "silent":
            writer.close()


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(1 << 20):
        writer.write(data)
    writer.close()
