"""Starts programs quickly: they are forked from a process that has imported the service once.

Half of a short program's time goes into importing modules, which is the same for each. What a test
starts here is a process like any other, with its own streams, signals and end.
In `tests/acceptance/test_cli_streams.py` each command imports the program's modules by itself, and
one is a fresh process, as `serve` is in `test_cli_streams_help.py` beside it.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from multiprocessing.util import Finalize
from pathlib import Path
from pkgutil import walk_packages
from typing import IO

import service.cli
from tests.forked import Descriptor, become, call, onrecord

__all__ = ["CLOSED", "LIMIT", "WarmProcess", "exit_code_of"]

LIMIT = 60.0
"""Seconds after which a program counts as hanging."""
CLOSED = -9
"""In place of a stream: it is closed."""
_CONTEXT = multiprocessing.get_context("forkserver")
PRELOADED = [
    *(
        each.name
        for each in walk_packages(service.cli.__path__, "service.cli.")
        if not each.name.endswith("__main__")
    ),
    # Imported by these at their first use.
    "anyio._backends._asyncio",
    "anyio._core._sockets",
    "anyio._core._streams",
    "anyio.streams.memory",
    "anyio.streams.stapled",
    "encodings.ascii",
    "encodings.idna",
    "httpcore",
    "litestar._kwargs.kwargs_model",
    "litestar.middleware._internal.exceptions",
    "litestar.middleware.allowed_hosts",
    "litestar.middleware.csrf",
    "litestar.middleware.response_cache",
    # Litestar looks for these, and finds packages of our other tools.
    "litestar.plugins.attrs",
    "litestar.plugins.pydantic",
    "multiprocessing.popen_fork",
    "multiprocessing.popen_forkserver",
    "rich._emoji_codes",
    "rich_click._compat_click",
    "rich_click.rich_box",
    "rich_click.rich_help_rendering",
    "seeds",
    "uvicorn.lifespan.off",
    "tests.forked",
    "tests.steps",
    "tests.warmed",
]
"""Modules that programs would otherwise import themselves."""
_CONTEXT.set_forkserver_preload(PRELOADED)


def _end_left() -> None:
    """End what an interrupted test has left, for whose end this process would wait."""
    for each in multiprocessing.active_children():
        each.kill()


Finalize(None, _end_left, exitpriority=0)


class WarmProcess:
    """`onrecord` with these arguments, in a process of its own, with the part of `subprocess.Popen`
    that tests use. A stream is a file, its descriptor, `subprocess.PIPE`, `subprocess.DEVNULL` or
    `CLOSED`; a `stdin` that is a terminal becomes the process's own."""

    def __init__(
        self,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        stdin: int | IO[str] = subprocess.DEVNULL,
        stdout: int | IO[str] = subprocess.PIPE,
        stderr: int | IO[str] = subprocess.PIPE,
        run: Callable[[], int] = onrecord,
    ) -> None:
        """With `run` it is another program: that function of a module, which returns the exit code
        and finds the arguments in `sys.argv`."""
        self.args = [*arguments]
        given = [_opened(stdin, 0), _opened(stdout, 1), _opened(stderr, 2)]
        theirs = [None if each == CLOSED else Descriptor(each) for each, _ in given]
        self._process = _CONTEXT.Process(
            target=become, args=(run, self.args, dict(environment), str(Path.cwd()), theirs)
        )
        self._process.start()
        for (number, ours), stream in zip(given, (stdin, stdout, stderr), strict=True):
            if ours is not None or stream == subprocess.DEVNULL:
                os.close(number)
        self.stdin, self.stdout, self.stderr = (ours for _, ours in given)

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def poll(self) -> int | None:
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        code = self.returncode
        if code is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        return code

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def communicate(self, text: str = "", timeout: float | None = None) -> tuple[str, str]:
        """The output on its pipes, once it has ended."""
        read = {stream: "" for stream in (self.stdout, self.stderr) if stream is not None}

        def keep(stream: IO[str]) -> None:
            with stream:
                read[stream] += stream.read()

        threads = [threading.Thread(target=keep, args=(stream,), daemon=True) for stream in read]
        if self.stdin is not None:
            threads.append(threading.Thread(target=_write, args=(self.stdin, text), daemon=True))
        for thread in threads:
            thread.start()
        self.wait(timeout)
        for thread in threads:
            thread.join(timeout)
        out, err = (read.get(stream, "") if stream else "" for stream in (self.stdout, self.stderr))
        return out, err


def exit_code_of(function: Callable[..., None], *arguments: object) -> int:
    """The exit code of a process that calls this function of a module; negative for a signal."""
    process = _CONTEXT.Process(target=call, args=(function, *arguments))
    process.start()
    process.join(LIMIT)
    if process.exitcode is None:
        process.kill()
        raise subprocess.TimeoutExpired(function.__name__, LIMIT)
    return process.exitcode


def _opened(stream: int | IO[str], number: int) -> tuple[int, IO[str] | None]:
    """The descriptor for the program's stream `number`, and our end where it is a pipe."""
    if not isinstance(stream, int):
        return stream.fileno(), None
    if stream == subprocess.DEVNULL:
        return os.open(os.devnull, os.O_RDWR), None
    if stream != subprocess.PIPE:
        return stream, None
    reading, writing = os.pipe()
    if number == 0:
        return reading, os.fdopen(writing, "w", encoding="utf-8")
    return writing, os.fdopen(reading, encoding="utf-8")


def _write(stream: IO[str], text: str) -> None:
    with suppress(BrokenPipeError), stream:  # some do not want to read
        stream.write(text)
