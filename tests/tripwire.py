"""A link to a server that strikes at a chosen moment: it watches the bytes without changing
them."""

from __future__ import annotations

import asyncio
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

__all__ = ["Moment", "Tripwire"]


class Moment(NamedTuple):
    """The moment of the `number`-th request that contains `asked`, counted from the first one that
    contains `after`: before the server gets it, or with `answered`, after the first answer that
    contains that, before anybody receives it."""

    asked: bytes
    number: int = 1
    after: bytes = b""
    answered: bytes | None = None


class Tripwire:
    """Passes everything between its own Unix socket and the server's, and calls `strike` once, at
    the moment; then it cuts that connection."""

    def __init__(self, server: Path, moment: Moment, strike: Callable[[], None]) -> None:
        self.struck = threading.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))
        self._server = server
        self._moment = moment
        self._strike = strike
        self._begun = not moment.after
        self._count = 0
        self._folder = tempfile.TemporaryDirectory(prefix="onrecord-")
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        return f"unix://{self._folder.name}/s"

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join()
        self._folder.cleanup()

    async def _run(self) -> None:
        """Run in a loop of its own, because starting a service blocks the test's loop."""
        self._loop, self._stopped = asyncio.get_running_loop(), asyncio.Event()
        listener = await asyncio.start_unix_server(self._serve, f"{self._folder.name}/s")
        self._ready.set()
        await self._stopped.wait()
        listener.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._pass_on(reader, writer)
        except OSError:
            pass  # one end is gone, so the other ends too
        finally:
            writer.transport.abort()
            self._tasks.discard(task)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, requests = await asyncio.open_unix_connection(self._server)
        watched: list[bytes] = []
        ways = [
            asyncio.create_task(self._ask(reader, requests, watched)),
            asyncio.create_task(self._answer(answers, writer, watched)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            requests.transport.abort()

    async def _ask(
        self, reader: asyncio.StreamReader, server: asyncio.StreamWriter, watched: list[bytes]
    ) -> None:
        while request := await reader.read(1 << 20):
            watched[:] = [request] if self._is_meant(request) else []
            if watched and self._moment.answered is None:
                self._hit()
                return
            server.write(request)

    async def _answer(
        self, server: asyncio.StreamReader, writer: asyncio.StreamWriter, watched: list[bytes]
    ) -> None:
        while answer := await server.read(1 << 20):
            if watched and (self._moment.answered or b"") in answer and not self.struck.is_set():
                self._hit()
                return
            writer.write(answer)

    def _is_meant(self, request: bytes) -> bool:
        if self.struck.is_set():
            return False
        self._begun = self._begun or self._moment.after in request
        self._count += self._begun and self._moment.asked in request
        return self._moment.asked in request and self._count >= self._moment.number

    def _hit(self) -> None:
        self._strike()
        self.struck.set()
