"""A child of the supervisor: a process with a control line, its end, and how often its kind
died."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterable
from multiprocessing.process import BaseProcess
from time import monotonic
from typing import Any, Final

import structlog

from service.processes.control import (
    FAILED,
    GRACE,
    STOP,
    Started,
    StartRefused,
    StartReport,
    read_report,
    send_order,
)

__all__ = ["METHOD", "Child", "Deaths", "NotStarted", "end_all", "started"]

METHOD: Final = "fork" if sys.platform == "linux" else "spawn"
"""How children are made. A fork shares the memory of imported modules; if a system's own libraries
cannot be forked, a child imports everything itself."""
_STEADY: Final = 60.0
"""A process that ran for this many seconds starts a new count of its kind's deaths."""
_LONGEST: Final = 30.0
"""The longest pause, in seconds, before a process that dies again and again is restarted."""
_LIMIT: Final = GRACE + 5.0
"""Seconds after which a process that was told to end is killed."""

_log = structlog.get_logger("onrecord.server")


class Child:
    """One process. It runs `entry(line, *arguments)` and ends with the exit code that this
    returns."""

    def __init__(
        self,
        name: str,
        entry: Callable[..., int],
        arguments: tuple[Any, ...],
        *,
        strange: Iterable[socket.socket] = (),
        method: str = METHOD,
    ) -> None:
        """Start it. `strange` are the supervisor's own sockets, which a forked child closes. If it
        kept one open, nobody could notice there that the supervisor has ended. Raises OSError if
        the system has no room for another process."""
        self.name = name
        self.line, theirs = socket.socketpair()
        self.line.settimeout(0)
        self.started = monotonic()
        self.is_ready = False
        """Whether it has started, so that its end counts as a death."""
        self.over = asyncio.Event()
        """Set once it has ended."""
        self._reading = asyncio.Lock()
        strangers = [*strange, self.line] if method == "fork" else []
        context: Any = multiprocessing.get_context(method)
        self.process: BaseProcess = context.Process(
            target=_run, name=name, args=(name, entry, theirs, strangers, arguments), daemon=True
        )
        with theirs:
            try:
                self.process.start()
            except OSError:
                self.line.close()
                raise

    @property
    def pid(self) -> int:
        pid = self.process.pid
        assert pid is not None
        return pid

    async def report(self) -> StartReport | None:
        """Its report of the start; None if it ended without one."""
        async with self._reading:
            return await read_report(self.line)

    def order(self, order: bytes, passed: socket.socket | None = None) -> None:
        send_order(self.line, order, passed)

    async def ended(self) -> int:
        """Wait for its end. Returns its exit code, or minus the signal that ended it."""
        loop = asyncio.get_running_loop()
        gone = asyncio.Event()
        loop.add_reader(self.process.sentinel, gone.set)
        try:
            await gone.wait()
        finally:
            loop.remove_reader(self.process.sentinel)
        self.process.join()
        async with self._reading:  # who reads a line that is closed here would wait for ever
            self.line.close()
        self.over.set()
        code = self.process.exitcode
        return 0 if code is None else code

    def kill(self) -> None:
        self.process.kill()


class Deaths:
    """Counts the deaths of one kind of process: in `all`, and recent ones."""

    def __init__(self) -> None:
        self.all = 0
        self._count = 0

    def pause(self, lived: float) -> float:
        """Seconds to wait after another death: 0 twice, then 1, 2, 4 … up to 30."""
        self.all += 1
        self._count = 1 if lived >= _STEADY else self._count + 1
        return min(2.0 ** (self._count - 3), _LONGEST) if self._count > 2 else 0.0


class NotStarted(Exception):
    """The service could not start: the reason, as the rest of a sentence, and its exit code."""

    def __init__(self, refused: StartRefused) -> None:
        super().__init__(refused.reason)
        self.code = refused.code


async def started(child: Child) -> Started:
    """The report of a child that must start for the service to start. Raises NotStarted."""
    report = await child.report()
    if isinstance(report, Started):
        child.is_ready = True
        return report
    raise NotStarted(
        report or StartRefused(f"cannot start: its {child.name} ended at once", FAILED)
    )


async def end_all(children: list[Child], order: bytes = STOP, limit: float = _LIMIT) -> None:
    """End the children by this order; kill those that do not end in time."""
    for child in children:
        child.order(order)
    ends = [asyncio.ensure_future(child.over.wait()) for child in children]
    if not ends:
        return
    _, late = await asyncio.wait(ends, timeout=limit)
    for child in children:
        if not child.over.is_set():
            _log.error("a process of the service does not end, and is killed", process=child.name)
            child.kill()
    if late:
        await asyncio.wait(late)


def _run(
    name: str,
    entry: Callable[..., int],
    line: socket.socket,
    strangers: list[socket.socket],
    arguments: tuple[Any, ...],
) -> None:
    """The child's whole life. Ctrl-C in the terminal reaches every process; the supervisor handles
    it for all."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for stranger in strangers:
        stranger.close()
    structlog.contextvars.bind_contextvars(process=name)
    code = entry(line, *arguments)
    sys.stdout.flush()
    os._exit(code)
