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
import socket
from collections.abc import Callable
from contextlib import ExitStack
from time import monotonic
from typing import Any, Final

import structlog

from projections.queries.columns.cached_columns import load_libraries
from projections.storage.files.column_files import remove_column_files
from service import clock
from service.processes.child import METHOD, Child, Deaths, NotStarted, end_all, started
from service.processes.control import DRAIN, FAILED, GRACE, LINK, STOP, StartRefused, on_signals
from service.processes.keeper import run_keeper
from service.processes.worker import CreateApp, run_worker
from service.settings.settings import Settings
from service.tally import PID, PROCESS, PROCESSES, RESTARTS, SINCE, Tally
from service.valkey.embedded import EmbeddedValkey
from service.valkey.log_server import log_server

__all__ = ["Supervisor"]

_log = structlog.get_logger("onrecord.server")


_SUPERVISOR, _VALKEY, _KEEPER, _FIRST_WORKER = range(4)
"""The rows of the tally; the workers' rows follow, one for each and one for its successor."""
_DRAINED: Final = 2 * GRACE + 5.0
"""Seconds after which a replaced worker is killed: it waits twice for its callers."""
_NOT_STARTED: Final = "a process of the service cannot start"
_NOT_REPLACED: Final = "a worker cannot be replaced; the others continue"


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
        self._workers = [f"worker-{number}" for number in range(1, settings.workers + 1)]
        self._deaths = {name: Deaths() for name in ("keeper", *self._workers)}
        self._current: dict[str, Child] = {}
        self._watching: set[asyncio.Task[None]] = set()
        self._over = asyncio.Event()
        self._rolling: asyncio.Task[None] | None = None
        self._url = ""

    async def run(self) -> int:
        """Start everything, and end it on SIGINT or SIGTERM. Returns the exit code. Raises
        NotStarted, and what the bundled Valkey and the folder's lock raise."""
        task = asyncio.current_task()
        assert task is not None
        self._enlist(_SUPERVISOR, "supervisor", os.getpid(), 0)
        on_signals(task.cancel, lambda: None)
        async with log_server(self._settings, self._list_valkey) as self._url:
            try:
                durability = await self._start()
                on_signals(self._end, self._roll)
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
        else:
            self._tally.row(_VALKEY).leave()

    def _end(self) -> None:
        """End the service; at the second call without waiting for running requests."""
        if self._over.is_set():
            for child in self._alive():
                child.order(STOP)
        self._over.set()

    async def _start(self) -> str:
        """Start the keeper, then the workers. Raises NotStarted if one of them cannot start."""
        remove_column_files(self._settings.data_dir)  # which a kill has left
        if self._method == "fork":
            load_libraries()
        # Imported objects stay. If a child's collector examined them, their memory would be copied.
        gc.freeze()
        try:
            keeper = self._start_child("keeper")
            ready = await started(keeper)
            workers = [self._start_child(name) for name in self._workers]
        except OSError as error:
            raise NotStarted(StartRefused(f"cannot start: {_no_room(error)}", FAILED)) from error
        for worker in workers:
            await started(worker)
        return ready.durability

    def _start_child(self, name: str, *, is_patient: bool = False) -> Child:
        """Start the process of this name, which is the current one from now on. Raises OSError."""
        self._current[name] = child = self._fork(name, is_patient=is_patient)
        return child

    def _fork(self, name: str, *, is_patient: bool = False) -> Child:
        """Start a process of this name, linked with those that it works with. Raises OSError if
        the system has no room for it; then there is no such process. One that is patient waits for
        a log that is away; any other one ends."""
        settings, tally = self._settings, self._tally
        with ExitStack() as opened:
            others = [child.line for child in self._alive()]
            entry: Callable[..., int] = run_keeper if name == "keeper" else run_worker
            if name == "keeper":
                row, partners = _KEEPER, [*self._rows.values()]
                arguments: tuple[Any, ...] = settings, self._url, tally, is_patient
                others.append(self._listener)
            else:
                row = next(n for n in range(_FIRST_WORKER, tally.rows) if n not in self._rows)
                partners = self._keeper()
                app = self._create_app
                arguments = (settings, self._url, app, self._listener, tally, row, is_patient)
            links = [[opened.enter_context(end) for end in socket.socketpair()] for _ in partners]
            strange = [*others, *(end for link in links for end in link)]
            child = Child(name, entry, arguments, strange=strange, method=self._method)
            # If one of the two is about to end, the other notices.
            for partner, (first, second) in zip(partners, links, strict=True):
                partner.order(LINK, first)
                child.order(LINK, second)
        if name != "keeper":
            self._rows[row] = child
        self._enlist(row, name.partition("-")[0], child.pid, self._deaths[name].all)
        watch = asyncio.create_task(self._watch(name, child, row), name=f"watch-{name}")
        self._watching.add(watch)
        watch.add_done_callback(self._watching.discard)
        return child

    def _keeper(self) -> list[Child]:
        """The keeper, unless it is away."""
        return [child for name, child in self._current.items() if name == "keeper"]

    def _alive(self) -> set[Child]:
        return {*self._keeper(), *self._rows.values()}

    async def _watch(self, name: str, child: Child, row: int) -> None:
        """Wait for the child's end, and start another one if it was the current one of its name."""
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
        await self._restart(name)

    async def _restart(self, name: str) -> None:
        """Start it again, unless SIGHUP has brought another one meanwhile."""
        while name not in self._current and not self._over.is_set():
            try:
                child = self._start_child(name, is_patient=True)
            except OSError as error:
                pause = self._deaths[name].pause(0.0)
                reason = _no_room(error)
                _log.error(_NOT_STARTED, process=name, reason=reason, restarted_in=pause)
                await asyncio.sleep(pause)  # noqa: TID251 - nothing tells that there is room
                continue
            child.is_ready = True  # if it ends now, it is started again
            report = await child.report()
            if isinstance(report, StartRefused):
                _log.error(_NOT_STARTED, process=name, reason=report.reason)
            elif report is not None:
                _log.info("a process of the service is back", process=name)

    def _roll(self) -> None:
        """SIGHUP: replace the workers, one after the other."""
        if not self._over.is_set() and (self._rolling is None or self._rolling.done()):
            self._rolling = asyncio.create_task(self._replace_all(), name="rolling")

    async def _replace_all(self) -> None:
        for name in self._workers:
            if (reason := await self._replace(name)) is not None:
                _log.error(_NOT_REPLACED, process=name, reason=reason)
                return
            _log.info("a worker was replaced", process=name)

    async def _replace(self, name: str) -> str | None:
        """Let another process take the worker's place once it has started. Until then the worker is
        the current one, so it is started again if it dies. Returns why that cannot be done."""
        try:
            child = self._fork(name)
        except OSError as error:
            return _no_room(error)
        report = await child.report()
        if isinstance(report, StartRefused):
            return report.reason
        if report is None or child.over.is_set():
            return "it ended at once"
        child.is_ready = True
        old = self._current.get(name)
        self._current[name] = child
        if old is not None:
            await end_all([old], DRAIN, _DRAINED)
        return None

    async def _stop(self) -> None:
        """End the workers, then the keeper; kill those that do not end in time."""
        self._over.set()
        if self._rolling is not None:
            self._rolling.cancel()
        await end_all([*self._rows.values()])
        await end_all(self._keeper())
        remove_column_files(self._settings.data_dir)


def _no_room(error: OSError) -> str:
    return f"the system has no room for a process ({error.strerror})"
