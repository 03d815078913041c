"""The server: one process that listens, answers until it is told to stop, and leaves nothing."""

from __future__ import annotations

import asyncio
import gc
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import structlog
import uvicorn
import uvloop
from litestar.types import ASGIApp

from events.errors import LogUnavailable, OnrecordError
from service.http_protocol import HttpProtocol
from service.logs import configure_logs
from service.runtime import PRIVATE, Runtime, open_runtime
from service.settings import Settings

__all__ = ["Server", "allow_many_files", "bind", "run", "serve"]

_log = structlog.get_logger("onrecord.server")

_STOPPED, _FAILED, _UNREACHABLE = 0, 1, 3
_GRACE: Final = 10
"""Seconds that requests under way have to end."""
_ALLOCATIONS: Final = 20_000
"""Objects made and kept between two collections of the young ones."""

CreateApp = Callable[[Runtime], ASGIApp]
Say = Callable[[str], None]


class Server(uvicorn.Server):
    """uvicorn's server, whose signals are its owner's: what it runs on is closed after it."""

    def __init__(self, app: ASGIApp, started: Callable[[], None]) -> None:
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
                timeout_graceful_shutdown=_GRACE,
            )
        )
        self._tell_started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._tell_started()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    def stop(self) -> None:
        """End what is under way; a second call does not wait for it."""
        self.force_exit = self.should_exit
        self.should_exit = True


def serve(settings: Settings, create_app: CreateApp) -> int:
    """Run the service until SIGINT or SIGTERM, and return the exit code.

    0: stopped when told to. 1: it could not start, or its fold failed; 3: Redis was not reached.
    Once it answers it says so in one line on stdout; what keeps it from that goes to stderr.
    """
    os.umask(PRIVATE)
    allow_many_files()
    configure_logs(settings.log_level, settings.log_format)
    try:
        listener = bind(settings.host, settings.port)
    except OSError as error:
        return _refuse(f"cannot listen on {settings.host} port {settings.port}: {_cause(error)}")
    with listener, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        try:
            return runner.run(run(settings, create_app, listener, _print))
        except LogUnavailable as error:
            return _refuse(f"does not reach its log: {error}", _UNREACHABLE)
        except OnrecordError as error:
            return _refuse(f"cannot start: {error}")
        except asyncio.CancelledError:
            return _STOPPED


def allow_many_files() -> None:
    """As many open files as the system lets this process have: each live stream is one."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def bind(host: str, port: int) -> socket.socket:
    """A socket that has the address, and does not listen yet. Raises OSError."""
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


async def run(
    settings: Settings,
    create_app: CreateApp,
    listener: socket.socket,
    say: Say,
) -> int:
    """Open the runtime, serve on `listener`, close the runtime; returns the exit code.

    A signal before the service has started cancels its start. If the fold fails, the service
    ends: a page that stays up while its numbers stand still is worse than none.
    """
    with _signals(_cancelling()) as on_signal:
        async with open_runtime(settings) as runtime:
            url = _url(settings.host, listener)
            server = Server(
                create_app(runtime),
                lambda: say(
                    f"onrecord is at {url} (writes are {runtime.log.durability}; "
                    f"documentation at {url}/docs; Ctrl-C ends it)"
                ),
            )

            def stop() -> None:
                runtime.live.close()
                server.stop()

            on_signal(stop)
            _settle()
            runtime.fold.add_done_callback(lambda _: stop())
            await server.serve([listener])
            return _outcome(runtime.fold)


def _settle() -> None:
    """What is there by now stays: the collector need not look at it again. What a request makes
    goes with it, so a collection in the midst of many is for nothing, and made seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_ALLOCATIONS, 20, 20)


def _outcome(fold: asyncio.Task[None]) -> int:
    if not fold.done():
        return _STOPPED
    error = None if fold.cancelled() else fold.exception()
    _log.critical("the projector ended, so the service ends", exc_info=error)
    return _FAILED


def _cancelling() -> Callable[[], object]:
    task = asyncio.current_task()
    return task.cancel if task else lambda: None


@contextmanager
def _signals(first: Callable[[], object]) -> Iterator[Callable[[Callable[[], object]], None]]:
    """SIGINT and SIGTERM call `first`, or what was given since to the function that this gives."""
    loop = asyncio.get_running_loop()
    action = first

    def replace(other: Callable[[], object]) -> None:
        nonlocal action
        action = other

    def act() -> None:
        action()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, act)
    try:
        yield replace
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


def _url(host: str, listener: socket.socket) -> str:
    port = listener.getsockname()[1]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _cause(error: OSError) -> str:
    if isinstance(error, socket.gaierror):
        return "there is no such host. Choose another with --host (ONRECORD_HOST)."
    words = (error.strerror or str(error)).lower()
    return f"{words}. End what uses it, or choose another with --port (ONRECORD_PORT)."


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _refuse(reason: str, code: int = _FAILED) -> int:
    sys.stderr.write(f"onrecord {reason}\n")
    return code
