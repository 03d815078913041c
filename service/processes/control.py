"""The control line between the supervisor and one of its children.

The supervisor sends orders of one byte, some with a descriptor; a child sends one report of its
start. Each notices the end of the other when the line is closed, so a line ends with either
process.
"""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Awaitable, Callable, Collection
from typing import Any, Final

import msgspec
import structlog
import uvloop

from events.errors import LogRefused, LogUnavailable, OnrecordError
from events.log.refusals import advice
from service.operations.heap import giving_back, tune_heap
from service.operations.logs import configure_logs
from service.settings.settings import Settings

__all__ = [
    "DRAIN",
    "FAILED",
    "GRACE",
    "LINK",
    "STOP",
    "UNREACHABLE",
    "Orders",
    "StartRefused",
    "StartReport",
    "Started",
    "on_signals",
    "read_report",
    "run_child",
    "send_order",
    "until_over",
]

LINK: Final = b"l"
"""The order that passes the descriptor of a connection to the keeper, or to a worker."""
DRAIN: Final = b"d"
"""The order to accept no further connections, answer the open ones, and end."""
STOP: Final = b"s"
"""The order to end: running requests have some seconds. If it is sent twice, they have none."""

FAILED, UNREACHABLE = 1, 3
"""The exit codes of a service that cannot start: for any reason, and because of its log."""
GRACE: Final = 10
"""Seconds that running requests have to end."""

_MOST: Final = 64 << 10
_ORPHANED: Final = 3.0
"""Seconds that a child has to end its running requests after the supervisor is gone."""

_log = structlog.get_logger("onrecord.server")


class Started(msgspec.Struct, tag="ready", frozen=True):
    """The child has started. `durability` is the log's, as the child sees it."""

    durability: str


class StartRefused(msgspec.Struct, tag="refused", frozen=True):
    """The child cannot start: the reason, as the rest of a sentence, and the exit code of the
    service."""

    reason: str
    code: int


StartReport = Started | StartRefused
_decode: Final = msgspec.json.Decoder(StartReport)


class Orders:
    """The supervisor's orders to a child. `links` are connections that it has passed; `drain` and
    `stop` are set once they are ordered, `hurry` if `stop` is ordered twice, or some seconds after
    the supervisor is gone. `releases` are functions of the child that are called now and then to
    give up unused memory, and return whether there was any."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._task: asyncio.Task[object] | None = asyncio.current_task()
        self.links: asyncio.Queue[socket.socket] = asyncio.Queue()
        self.drain = asyncio.Event()
        self.stop = asyncio.Event()
        self.hurry = asyncio.Event()
        self.releases: list[Callable[[], bool]] = []
        loop = asyncio.get_running_loop()
        line.settimeout(0)
        loop.add_reader(line, self._receive)
        loop.add_signal_handler(signal.SIGTERM, self._end)

    def report_ready(self, durability: str) -> None:
        """Report that the start is complete: from now on the child itself carries out a stop."""
        self._task = None
        report(self._line, Started(durability))

    def _receive(self) -> None:
        try:
            # One byte at a time: a descriptor arrives with the byte that it was sent with.
            order, descriptors, _, _ = socket.recv_fds(self._line, 1, 1)
        except BlockingIOError:
            return
        except OSError:
            order, descriptors = b"", []
        if order == LINK:
            self.links.put_nowait(socket.socket(fileno=descriptors[0]))
        elif order == DRAIN:
            self.drain.set()
        elif order == STOP:
            self._end()
        else:
            loop = asyncio.get_running_loop()
            loop.remove_reader(self._line)
            self._end()
            loop.call_later(_ORPHANED, self._end)

    def _end(self) -> None:
        if self.stop.is_set():
            self.hurry.set()
        self.stop.set()
        if self._task is not None:
            self._task.cancel()


def run_child(
    line: socket.socket, settings: Settings, work: Callable[[Orders], Awaitable[int]]
) -> int:
    """Do a child's `work` in this process, and return its exit code. If it cannot start, the reason
    is reported to the supervisor."""

    configure_logs(settings.log_level, settings.log_format)  # a spawned child does not inherit it
    tune_heap()

    async def obey() -> int:
        orders = Orders(line)
        giving = asyncio.create_task(giving_back(orders.releases), name="giving-back")
        try:
            return await work(orders)
        finally:
            giving.cancel()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        try:
            return runner.run(obey())
        except LogRefused as error:
            refused = StartRefused(f"cannot use its log: {advice(error)}", UNREACHABLE)
        except LogUnavailable as error:
            refused = StartRefused(f"does not reach its log: {error}", UNREACHABLE)
        except OnrecordError as error:
            refused = StartRefused(f"cannot start: {error}", FAILED)
        except asyncio.CancelledError:
            return 0
        report(line, refused)
        return refused.code


async def until_over(work: Collection[asyncio.Task[Any]], stop: asyncio.Event) -> int:
    """Wait until a stop is ordered, or a part of the child ends by itself, which is logged. Returns
    the exit code."""
    stopping = asyncio.create_task(stop.wait(), name="stopping")
    await asyncio.wait({*work, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    for part in work:
        if part.done():
            error = None if part.cancelled() else part.exception()
            name = part.get_name()
            _log.critical("a part ended, so its process ends", part=name, exc_info=error)
            return FAILED
    return 0


def report(line: socket.socket, report: StartReport) -> None:
    """Report how the start went. If the supervisor is gone, nobody needs the report."""
    try:
        line.sendall(msgspec.json.encode(report) + b"\n")
    except OSError as error:
        _log.warning("the supervisor does not receive the report", reason=str(error))


def send_order(line: socket.socket, order: bytes, passed: socket.socket | None = None) -> None:
    """Send a child an order. A child that has ended cannot receive it; its end is noticed
    elsewhere."""
    try:
        if passed is None:
            line.send(order)
        else:
            socket.send_fds(line, [order], [passed.fileno()])
    except OSError as error:
        _log.debug("a child does not receive the order", reason=str(error))


async def read_report(line: socket.socket) -> StartReport | None:
    """The child's report of its start; None if it ended before. The line must not block."""
    loop = asyncio.get_running_loop()
    text = b""
    while not text.endswith(b"\n"):
        try:
            piece = await loop.sock_recv(line, _MOST)
        except OSError:
            return None
        if not piece:
            return None
        text += piece
    report: StartReport = _decode.decode(text)
    return report


def on_signals(stop: Callable[[], object], roll: Callable[[], object]) -> None:
    """Call `stop` on SIGINT and SIGTERM, `roll` on SIGHUP."""
    loop = asyncio.get_running_loop()
    for number, act in ((signal.SIGINT, stop), (signal.SIGTERM, stop), (signal.SIGHUP, roll)):
        loop.add_signal_handler(number, act)
