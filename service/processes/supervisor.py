"""The supervisor: the process that people start. It binds the socket, starts the others, replaces
those that die, and ends them. It holds no data.

    supervisor ── valkey       the bundled server, where no other is named
               ├─ keeper       the only writer of read model, ledger and signed heads
               └─ worker × N   HTTP
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
from collections.abc import Callable
from time import monotonic
from typing import Any

import structlog

from projections.queries.columns.cached_columns import load_libraries
from projections.storage.files.column_files import remove_column_files
from service import clock
from service.processes.child import METHOD, Child, Deaths, end_all
from service.processes.control import DRAIN, FAILED, LINK, STOP, Started, StartRefused
from service.processes.keeper import run_keeper
from service.processes.worker import CreateApp, run_worker
from service.settings.settings import Settings
from service.tally import PID, PROCESS, PROCESSES, RESTARTS, SINCE, Tally
from service.valkey.embedded import EmbeddedValkey
from service.valkey.log_server import log_server

__all__ = ["NotStarted", "Supervisor"]

_log = structlog.get_logger("onrecord.server")


_SUPERVISOR, _VALKEY, _KEEPER, _FIRST_WORKER = range(4)
"""The rows of the tally; the workers' rows follow, one for each and one for its successor."""


class NotStarted(Exception):
    """The service could not start: the reason, as the rest of a sentence, and its exit code."""

    def __init__(self, refused: StartRefused) -> None:
        super().__init__(refused.reason)
        self.code = refused.code


class Supervisor:
    """Runs the service on `listener`, a socket that is bound. `say` is called with the log's
    durability once the service answers."""

    def __init__(
        self,
        settings: Settings,
        create_app: CreateApp,
        listener: socket.socket,
        say: Callable[[str], None],
        method: str = METHOD,
    ) -> None:
        self._settings = settings
        self._create_app = create_app
        self._listener = listener
        self._say = say
        self._method = method
        self._tally = Tally(_FIRST_WORKER + 2 * settings.workers + 1)
        self._rows: dict[int, Child] = {}
        self._deaths = {"keeper": Deaths()} | {
            f"worker-{number}": Deaths() for number in range(1, settings.workers + 1)
        }
        self._current: dict[str, Child] = {}
        self._watching: set[asyncio.Task[None]] = set()
        self._over = asyncio.Event()
        self._rolling: asyncio.Task[None] | None = None
        self._url = ""

    async def run(self) -> int:
        """Start everything, and end it on SIGINT or SIGTERM. Returns the exit code. Raises
        NotStarted, and what the bundled Valkey and the folder's lock raise."""
        started = asyncio.current_task()
        assert started is not None
        self._enlist(_SUPERVISOR, "supervisor", os.getpid(), 0)
        _on_signals(started.cancel, lambda: None)
        async with log_server(self._settings, self._list_valkey) as self._url:
            try:
                durability = await self._start()
                _on_signals(self._end, self._roll)
                self._say(durability)
                await self._over.wait()
            finally:
                await self._stop()
        return 0

    def _enlist(self, row: int, role: str, pid: int, restarts: int) -> None:
        """Add this process to the tally, so that health shows it."""
        own = self._tally.row(row)
        for column, value in ((PID, pid), (SINCE, clock.now()), (RESTARTS, restarts)):
            own.set(column, value)
        own.set(PROCESS, PROCESSES.index(role))

    def _list_valkey(self, valkey: EmbeddedValkey) -> None:
        if valkey.running and valkey.pid is not None:
            self._enlist(_VALKEY, "valkey", valkey.pid, valkey.restarts)

    def _end(self) -> None:
        """End the service; at the second call without waiting for running requests."""
        if self._over.is_set():
            for child in self._current.values():
                child.order(STOP)
        self._over.set()

    async def _start(self) -> str:
        """Start the keeper, then the workers. Raises NotStarted if one of them cannot start."""
        remove_column_files(self._settings.data_dir)  # which a kill has left
        if self._method == "fork":
            load_libraries()
        # Imported objects stay. If a child's collector examined them, their memory would be copied.
        gc.freeze()
        keeper = self._start_keeper()
        ready = await _started(keeper)
        workers = [self._start_worker(name) for name in self._deaths if name != "keeper"]
        for worker in workers:
            await _started(worker)
        return ready.durability

    def _start_keeper(self) -> Child:
        arguments = (self._settings, self._url, self._tally)
        child = self._fork("keeper", run_keeper, arguments, _KEEPER)
        for worker in self._rows.values():
            self._link(child, worker)
        return child

    def _start_worker(self, name: str) -> Child:
        row = next(n for n in range(_FIRST_WORKER, self._tally.rows) if n not in self._rows)
        arguments = (
            *(self._settings, self._url, self._create_app, self._listener, self._tally, row),
        )
        child = self._fork(name, run_worker, arguments, row)
        self._rows[row] = child
        keeper = self._current.get("keeper")
        if keeper is not None:
            self._link(keeper, child)
        return child

    def _fork(
        self, name: str, entry: Callable[..., int], arguments: tuple[Any, ...], row: int
    ) -> Child:
        others = [child.line for child in self._alive()]
        strange = [*others, self._listener] if row == _KEEPER else others
        child = Child(name, entry, arguments, strange=strange, method=self._method)
        self._current[name] = child
        self._enlist(row, name.partition("-")[0], child.pid, self._deaths[name].all)
        watch = asyncio.create_task(self._watch(name, child, row), name=f"watch-{name}")
        self._watching.add(watch)
        watch.add_done_callback(self._watching.discard)
        return child

    def _alive(self) -> set[Child]:
        return {*self._current.values(), *self._rows.values()}

    def _link(self, keeper: Child, worker: Child) -> None:
        """Connect the two. If one of them is about to end, the other notices."""
        first, second = socket.socketpair()
        with first, second:
            keeper.order(LINK, first)
            worker.order(LINK, second)

    async def _watch(self, name: str, child: Child, row: int) -> None:
        """Wait for the child's end, and start another one unless it was told to end."""
        code = await child.ended()
        self._rows.pop(row, None)
        self._tally.row(row).leave()
        if self._current.get(name) is not child:
            return
        del self._current[name]
        if self._over.is_set() or not child.is_ready:
            return
        pause = self._deaths[name].pause(monotonic() - child.started)
        _log.error("a process of the service died", process=name, exit=code, restarted_in=pause)
        await asyncio.sleep(pause)  # noqa: TID251 - one that dies at once must not keep a core busy
        if not self._over.is_set():
            await self._restart(name)

    async def _restart(self, name: str) -> None:
        child = self._start_keeper() if name == "keeper" else self._start_worker(name)
        child.is_ready = True  # if it ends now, it is started again
        report = await child.report()
        if isinstance(report, StartRefused):
            _log.error("a process of the service cannot start", process=name, reason=report.reason)
        elif report is not None:
            _log.info("a process of the service is back", process=name)

    def _roll(self) -> None:
        """SIGHUP: replace the workers, one after the other."""
        if self._rolling is None or self._rolling.done():
            self._rolling = asyncio.create_task(self._replace_all(), name="rolling")

    async def _replace_all(self) -> None:
        for name in [name for name in self._deaths if name != "keeper"]:
            old = self._current.get(name)
            if old is None:
                continue  # it died just now, and is replaced anyway
            new = self._start_worker(name)
            report = await new.report()
            if isinstance(report, Started) and self._current.get(name) is new:
                new.is_ready = True
                old.order(DRAIN)
                await old.over.wait()
                _log.info("a worker was replaced", process=name)
                continue
            _log.error("a worker cannot be replaced; the others continue", process=name)
            if old.over.is_set():  # only the new one was to take its place
                await self._restart(name)
            else:
                self._current[name] = old
            return

    async def _stop(self) -> None:
        """End the workers, then the keeper; kill those that do not end in time."""
        self._over.set()
        if self._rolling is not None:
            self._rolling.cancel()
        workers = [child for child in self._alive() if child.name != "keeper"]
        await end_all(workers)
        keeper = self._current.get("keeper")
        await end_all([keeper] if keeper is not None else [])
        remove_column_files(self._settings.data_dir)


async def _started(child: Child) -> Started:
    """The report of a child that must start for the service to start. Raises NotStarted."""
    report = await child.report()
    if isinstance(report, Started):
        child.is_ready = True
        return report
    raise NotStarted(
        report or StartRefused(f"cannot start: its {child.name} ended at once", FAILED)
    )


def _on_signals(stop: Callable[[], object], roll: Callable[[], object]) -> None:
    """Call `stop` on SIGINT and SIGTERM, `roll` on SIGHUP."""
    loop = asyncio.get_running_loop()
    for number, act in ((signal.SIGINT, stop), (signal.SIGTERM, stop), (signal.SIGHUP, roll)):
        loop.add_signal_handler(number, act)
