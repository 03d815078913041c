"""One run of the bundled Valkey: from its command line to its exit."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Final

import structlog

from service.valkey.program import KEEP, SETTINGS, EmbeddedError

__all__ = ["ValkeyProcess"]

_LEASH: Final = Path(__file__).with_name("leash.py")
_FIRST_PAUSE: Final = 0.005
_LAST_PAUSE: Final = 0.2
_PING_LIMIT: Final = 2.0
_TAIL: Final = 2000
_PATIENCE, _TOLD = 1.0, 10.0
"""Seconds of loading before the first log line about it, and between two such lines."""

_BAD_FORMAT: Final = "Bad file format reading the append only file"
_DAMAGED: Final = (
    f"The file of the log is damaged. {KEEP} valkey-check-aof --fix would drop all that was "
    "recorded after the damage."
)

_log = structlog.get_logger(__name__)


class ValkeyProcess:
    """One process of Valkey in `folder`, running or ended, that listens on `path`.

    Create it in the event loop's own thread, because on Linux the child gets SIGTERM when the
    thread that started it ends. The child keeps the descriptor `lock` as its standard input until
    it exits.
    """

    def __init__(
        self, program: Path, folder: Path, path: Path, *, lock: int, lifeline: bool
    ) -> None:
        """Start it. It ends with this process, by means of a pipe if `lifeline`, else by the
        kernel.

        Raises `EmbeddedError` if it cannot be started.
        """
        self._path = path
        self._log = folder / "valkey.log"
        self._exited = asyncio.Event()
        settings = {**SETTINGS, "dir": str(folder), "unixsocket": str(path)}
        flags = [part for name, value in settings.items() for part in (f"--{name}", value)]
        reading, self._lifeline = os.pipe() if lifeline else (-1, -1)
        leash = [sys.executable, "-I", "-S", str(_LEASH), str(os.getpid()), str(reading)]
        try:
            self._process = self._spawn([*leash, str(program), *flags], lock, reading)
        except OSError as error:
            _close(self._lifeline)
            raise EmbeddedError(f"The bundled Valkey cannot be started: {error}.") from error
        finally:
            _close(reading)
        try:
            self._await_exit(asyncio.get_running_loop())
        except OSError as error:  # the system has no room for another descriptor
            self._process.kill()
            self._end()
            raise EmbeddedError(f"The bundled Valkey cannot be watched: {error}.") from error

    @property
    def pid(self) -> int:
        """The server's process id."""
        return self._process.pid

    async def ready(self, limit: float) -> None:
        """Wait until it answers. Raises `EmbeddedError`, with the end of its log, if it exits or
        does not answer for `limit` seconds. The time for loading its file does not count; loading
        is logged instead.
        """
        loop = asyncio.get_running_loop()
        deadline, pause = loop.time() + limit, _FIRST_PAUSE
        next_line = loop.time() + _PATIENCE
        while (answer := await self._ping()) != b"+PONG\r\n":
            if answer.startswith(b"-LOADING"):
                deadline = loop.time() + limit
                if loop.time() >= next_line:
                    _log.warning("waiting for the bundled Valkey to read its file")
                    next_line = loop.time() + _TOLD
            elif loop.time() >= deadline:
                raise EmbeddedError(self._say(f"did not answer within {limit:g} seconds"))
            if await self._exits_within(pause):
                raise EmbeddedError(self.farewell())
            pause = min(pause * 2, _LAST_PAUSE)

    async def exited(self) -> None:
        """Wait until it exits for any reason."""
        await self._exited.wait()

    async def stop(self, limit: float) -> None:
        """Ask it to end, and kill it after `limit` seconds or if the caller stops waiting. Returns
        when it has ended. What it has acknowledged is on disk in any case.
        """
        self._process.terminate()
        try:
            await self._exits_within(limit)
        finally:
            if not self._exited.is_set():
                self._process.kill()
        await self._exited.wait()

    def farewell(self) -> str:
        """A sentence on how it ended, with the end of its log."""
        code = self._process.returncode
        how = f"was ended by signal {-code}" if code and code < 0 else f"exited with code {code}"
        return self._say(how)

    def _spawn(self, command: list[str], lock: int, reading: int) -> subprocess.Popen[bytes]:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NONBLOCK  # do not wait for a pipe
        log = os.open(self._log, flags, 0o600)
        try:
            self._log_start = os.fstat(log).st_size
            return subprocess.Popen(
                command,
                stdin=lock,
                stdout=log,
                stderr=log,
                pass_fds=() if reading < 0 else (reading,),
                start_new_session=True,  # Ctrl-C in the terminal is the parent's to handle
            )
        finally:
            os.close(log)

    def _await_exit(self, loop: asyncio.AbstractEventLoop) -> None:
        """Call `_exit` when it exits. A descriptor tells that if the system has one, because a
        process that forks should have a single thread; else a thread does."""
        if not hasattr(os, "pidfd_open"):
            name = f"valkey-{self.pid}"
            threading.Thread(target=self._wait, args=(loop,), name=name, daemon=True).start()
            return
        descriptor = os.pidfd_open(self.pid)

        def gone() -> None:
            loop.remove_reader(descriptor)
            os.close(descriptor)
            self._end()
            self._exited.set()

        loop.add_reader(descriptor, gone)

    def _wait(self, loop: asyncio.AbstractEventLoop) -> None:
        self._end()
        with contextlib.suppress(RuntimeError):  # the loop is closed, so nobody is waiting
            loop.call_soon_threadsafe(self._exited.set)

    def _end(self) -> None:
        self._process.wait()
        # A rewrite that a killed server has begun continues in the server's child, which is in the
        # same process group; nothing else is in that group.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        _close(self._lifeline)

    async def _exits_within(self, limit: float) -> bool:
        try:
            async with asyncio.timeout(limit):
                await self._exited.wait()
        except TimeoutError:
            return False
        return True

    async def _ping(self) -> bytes:
        """The first bytes of the answer, or nothing if there is no answer."""
        loop = asyncio.get_running_loop()
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(0)
                async with asyncio.timeout(_PING_LIMIT):
                    await loop.sock_connect(connection, str(self._path))
                    await loop.sock_sendall(connection, b"PING\r\n")
                    return await loop.sock_recv(connection, 200)
        except OSError:  # TimeoutError is a subclass
            return b""

    def _say(self, what: str) -> str:
        try:
            with self._log.open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(self._log_start, size - _TAIL))
                tail = file.read().decode("utf-8", "replace").strip()
        except OSError as error:  # the log was removed meanwhile; report the exit without it
            tail = f"({error})"
        sentence = f"The bundled Valkey {what}. The end of its log, {self._log}:\n{tail}"
        return f"{sentence}\n{_DAMAGED}" if _BAD_FORMAT in tail else sentence


def _close(descriptor: int) -> None:
    if descriptor >= 0:
        os.close(descriptor)
