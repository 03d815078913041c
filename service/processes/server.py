"""The HTTP server of one worker."""

from __future__ import annotations

import asyncio
import gc
import resource
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

import uvicorn
from litestar.types import ASGIApp

from service.http.acceptor import Acceptor
from service.http.drain import Drain
from service.http.protocol import HttpProtocol
from service.processes.control import GRACE
from service.tally import TallyRow

__all__ = [
    "Server",
    "allow_many_files",
    "tune_collector",
]

_WAITING: Final = 2_048
"""The most connections that wait to be accepted."""
_SECOND: Final = 1.0
"""Seconds for which the date of an answer is true."""
_ALLOCATIONS: Final = 100_000
"""Objects that are created and kept between two collections of the youngest ones: more than the
requests under way have, of which a hundred have 20,000. Otherwise each burst of them is looked
through once, for nothing."""


class Server(uvicorn.Server):
    """uvicorn's server without its handling of signals: its caller handles them, to close the
    runtime after it."""

    def __init__(self, app: ASGIApp, started: Callable[[], None], row: TallyRow) -> None:
        """`started` is called once it accepts connections, which are counted in `row`."""
        super().__init__(
            uvicorn.Config(
                app,
                http=HttpProtocol,
                ws="none",
                lifespan="off",
                loop="none",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=GRACE,
            )
        )
        self._tell_started = started
        self._row = row
        self._ending = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        loop = asyncio.get_running_loop()

        def create_protocol() -> HttpProtocol:
            return HttpProtocol(self.config, self.server_state, self.lifespan.state, loop)

        state: Any = self.server_state
        acceptors: Any = []
        for listener in sockets or []:
            listener.listen(_WAITING)
            acceptor = Acceptor(listener, create_protocol, self._row)
            state.note = acceptor.note
            acceptors.append(acceptor)
        self.servers = acceptors
        self.started = True
        self._tell_started()

    async def main_loop(self) -> None:
        """Write the date of answers once a second until `stop` is called. uvicorn's own loop looks
        ten times a second whether it was: for nothing while it was not, and too late once it is."""
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                async with asyncio.timeout(_SECOND):
                    await self._ending.wait()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    def cut_off(self) -> None:
        """Close what is still open at the end without an answer: cancelled, it would be a 500."""
        connections: set[Any] = self.server_state.connections
        for connection in [*connections]:
            connection.transport.abort()

    def stop(self) -> None:
        """End the requests under way; a second call does not wait for them."""
        self.force_exit = self.should_exit
        self.should_exit = True
        self._ending.set()

    async def drain(self) -> None:
        """Accept no further connection, answer one more request of each that is open, and end: what
        is still open after ten seconds is closed."""
        for listening in self.servers:
            listening.close()
            await listening.wait_closed()
        state: Any = self.server_state
        state.drain = drain = Drain()
        drain.left(len(state.connections))
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE):
                await drain.done.wait()
        self.stop()


def allow_many_files() -> None:
    """Allow as many open files as the system lets this process have: each live stream needs one."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def tune_collector() -> None:
    """Existing objects live as long as the process, so the collector need not look at them again.
    Requests leave little garbage, so it collects seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_ALLOCATIONS, 20, 20)
