"""The bundled Valkey as a supervised child: it is started, restarted when it exits, and never left
behind."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Final, Literal, Self
from urllib.parse import quote

import structlog

from service.datafolder.lock import FolderInUse as FolderInUse
from service.datafolder.lock import FolderLock
from service.datafolder.valkey_files import ValkeyFiles
from service.valkey.process import ValkeyProcess
from service.valkey.program import EmbeddedError as EmbeddedError
from service.valkey.program import prepare, valkey_program

__all__ = ["EmbeddedError", "EmbeddedValkey", "FolderInUse", "State"]

State = Literal["stopped", "starting", "running", "restarting", "failed"]

_SOCKET: Final = "valkey.sock"
_SOCKET_LIMIT: Final = 103
"""The most bytes of a socket's path: 107 on Linux, 103 on macOS."""
_FIRST_PAUSE: Final = 0.05
_LAST_PAUSE: Final = 10.0
_STEADY: Final = 60.0
"""A run of this many seconds counts as successful: the next restart is quick again."""

_log = structlog.get_logger(__name__)


class EmbeddedValkey:
    """Owns the data folder and one Valkey in `<data_dir>/valkey` from `start` to `stop`.

    The server always ends with its owner, even if the owner is killed (`service.valkey.leash`). If
    the server exits by itself, it is restarted with growing pauses as long as the owner lives,
    because causes such as a full disk are fixed from outside. `state` and `on_state` report that;
    `last_failure` gives the reason.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        ready_limit: float = 30.0,
        stop_limit: float = 10.0,
        lifeline: bool = sys.platform != "linux",
        on_state: Callable[[State], None] | None = None,
    ) -> None:
        """`ready_limit` and `stop_limit` in seconds. `on_state` is called in the event loop's
        thread with each new state and must not raise.
        """
        self._data_dir = data_dir.absolute()
        self._folder = self._data_dir / "valkey"
        self._ready_limit = ready_limit
        self._stop_limit = stop_limit
        self._lifeline = lifeline
        self._on_state = on_state
        self._lock = FolderLock(self._data_dir)
        self._undo: AsyncExitStack | None = None
        self._program: Path  # set by start
        self._path: Path | None = None
        self._process: ValkeyProcess | None = None
        self._state: State = "stopped"
        self.restarts = 0
        self.last_failure: str | None = None

    @property
    def url(self) -> str:
        """`unix:///…/valkey.sock`, percent-encoded; the same from `start` to `stop`."""
        return "unix://" + quote(os.fsencode(self.socket))

    @property
    def socket(self) -> Path:
        """The path of the server's socket. Raises `EmbeddedError` if `start` was not called."""
        if self._path is None:
            raise EmbeddedError("The bundled Valkey was not started.")
        return self._path

    @property
    def state(self) -> State:
        """The current state. `failed`: the supervision itself has failed, and nothing restarts the
        server."""
        return self._state

    @property
    def running(self) -> bool:
        """Whether the server answered after its last start and has not exited since."""
        return self._state == "running"

    @property
    def pid(self) -> int | None:
        """The process id of the server's latest run."""
        return self._process.pid if self._process else None

    async def start(self) -> None:
        """Lock the folder, start the server and wait until it answers.

        Call it in the main thread, because the server ends with the thread that started it. Raises
        `FolderInUse`, or `EmbeddedError` with the end of the server's log; in both cases nothing is
        left running or locked.
        """
        if self._undo is not None:
            raise EmbeddedError("The bundled Valkey was started already.")
        async with AsyncExitStack() as undo:
            undo.callback(self._enter, "stopped")
            self._enter("starting")
            await self._take_folder()
            undo.callback(self._lock.release)
            self._program = valkey_program()
            self._path = self._place_socket(undo)
            undo.push_async_callback(self._end)
            process = await self._run()
            supervision = asyncio.create_task(self._supervise(process), name="embedded-valkey")
            supervision.add_done_callback(self._supervision_ended)
            undo.push_async_callback(_cancel, supervision)
            self._undo = undo.pop_all()

    async def stop(self) -> None:
        """End the supervision and the server, and release the folder. Stopping twice is
        harmless."""
        undo, self._undo = self._undo, None
        if undo is not None:
            await undo.aclose()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()

    async def _take_folder(self) -> None:
        try:
            self._make_folders()
            # A server whose owner was killed has `stop_limit` seconds to finish writing and end.
            await self._lock.acquire(self._stop_limit)
        except OSError as error:
            raise EmbeddedError(
                f"The data folder {self._data_dir} cannot be used: {error}. Give another one with "
                "--data-dir (ONRECORD_DATA_DIR)."
            ) from error

    def _make_folders(self) -> None:
        self._data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._folder.chmod(0o700)

    def _place_socket(self, undo: AsyncExitStack) -> Path:
        """The path of the socket: in the data folder, or if that path is too long for a socket, in
        a temporary folder of mode 0700. If this process is killed, the temporary folder stays
        behind, empty."""
        path = self._folder / _SOCKET
        if len(os.fsencode(path)) > _SOCKET_LIMIT:
            passing = Path(tempfile.mkdtemp(prefix="onrecord-"))
            undo.callback(passing.rmdir)
            path = passing / _SOCKET
        if len(os.fsencode(path)) > _SOCKET_LIMIT:
            raise EmbeddedError(
                f"{path} is too long for a socket: choose a shorter --data-dir, or a shorter "
                "TMPDIR."
            )
        undo.callback(path.unlink, missing_ok=True)  # left by a killed Valkey
        return path

    async def _run(self) -> ValkeyProcess:
        """Start one server and wait until it answers; if it does not, stop it."""
        prepare(ValkeyFiles(self._folder))
        process = self._process = ValkeyProcess(
            self._program,
            self._folder,
            self.socket,
            lock=self._lock.fileno(),
            lifeline=self._lifeline,
        )
        try:
            await process.ready(self._ready_limit)
        except EmbeddedError:
            await process.stop(self._stop_limit)
            raise
        self._enter("running")
        return process

    async def _end(self) -> None:
        if self._process is not None:
            await self._process.stop(self._stop_limit)

    async def _supervise(self, process: ValkeyProcess) -> None:
        """Restart the server whenever it exits, until cancelled."""
        loop = asyncio.get_running_loop()
        pause = _FIRST_PAUSE
        while True:
            since = loop.time()
            await process.exited()
            if loop.time() - since >= _STEADY:
                pause = _FIRST_PAUSE
            self.restarts += 1
            outcome: ValkeyProcess | str = process.farewell()
            while isinstance(outcome, str):
                self.last_failure = outcome
                self._enter("restarting")
                _log.error("the bundled Valkey is down", failure=outcome, pause=pause)
                await asyncio.sleep(pause)  # noqa: TID251 - between two tries there is no event
                pause = min(pause * 2, _LAST_PAUSE)
                outcome = await self._try_run()
            process = outcome
            _log.info("the bundled Valkey is up again", restarts=self.restarts)

    async def _try_run(self) -> ValkeyProcess | str:
        try:
            return await self._run()
        except EmbeddedError as error:
            return str(error)

    def _supervision_ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled():
            self._enter("failed")
            _log.critical("the bundled Valkey is not supervised", exc_info=task.exception())

    def _enter(self, state: State) -> None:
        self._state = state
        if self._on_state is not None:
            self._on_state(state)


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait({task})
