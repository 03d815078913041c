"""The HTTP server of one worker."""

from __future__ import annotations

import asyncio
import resource
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

import uvicorn
from litestar.types import ASGIApp

from service.http.acceptor import Acceptor
from service.http.listener import Drain, begin_listening
from service.http.protocol import HttpProtocol
from service.processes.control import GRACE
from service.tally import TallyRow

__all__ = ["Server", "allow_many_files"]

_WAITING: Final = 2_048
"""The most connections that wait to be accepted."""
_SECOND: Final = 1.0
"""Seconds for which the date of an answer stays the same."""


class Server(uvicorn.Server):
    """uvicorn's server without its signal handlers: the caller handles signals, so that it can
    close the runtime after the server."""

    def __init__(self, app: ASGIApp, started: Callable[[], None], row: TallyRow) -> None:
        """`started` is called once it accepts connections; they are counted in `row`."""
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
            begin_listening(listener, _WAITING)
            acceptor = Acceptor(listener, create_protocol, self._row)
            state.set_open = acceptor.set_open
            acceptors.append(acceptor)
        self.servers = acceptors
        self.started = True
        self._tell_started()

    async def main_loop(self) -> None:
        """Write the date of answers once a second until `stop` is called. uvicorn's own loop checks
        ten times a second for a stop, which costs time for nothing and notices it late."""
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                async with asyncio.timeout(_SECOND):
                    await self._ending.wait()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    def cut_off(self) -> None:
        """Close the requests that are still open at the end without an answer; cancelling them
        would answer 500."""
        connections: set[Any] = self.server_state.connections
        for connection in [*connections]:
            connection.transport.abort()

    def stop(self) -> None:
        """End the running requests; a second call does not wait for them."""
        self.force_exit = self.should_exit
        self.should_exit = True
        self._ending.set()

    async def drain(self) -> None:
        """Accept no further connection, answer one more request on each open one, and end.
        Connections that are still open after ten seconds are closed."""
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
    """Allow as many open files as the system lets this process have, because each live stream needs
    one."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
