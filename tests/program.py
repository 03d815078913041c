"""The program as people start it: commands in processes of their own, and services to ask."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

import msgspec

__all__ = ["Done", "Program", "serving"]

_ROOT = Path(__file__).resolve().parents[1]
_URL = re.compile(r"http://\S+")
_LIMIT = 60.0


class Done(NamedTuple):
    """How a command ended. `answer` is the JSON on its stdout."""

    code: int
    out: str
    err: str

    @property
    def answer(self) -> Any:
        return msgspec.json.decode(self.out)


class Program:
    """`onrecord` and its commands, with the server at `url` for those that ask one."""

    def __init__(self, url: str | None = None) -> None:
        self._url = url

    def run(self, *arguments: str, stdin: str = "") -> Done:
        """One command to its end, in a pipe."""
        done = subprocess.run(
            self._command(arguments),
            input=stdin,
            capture_output=True,
            text=True,
            timeout=_LIMIT,
            env=self._environment(),
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def start(
        self,
        *arguments: str,
        stdout: int = subprocess.PIPE,
        stderr: int | IO[str] = subprocess.PIPE,
    ) -> subprocess.Popen[str]:
        """One command that goes on; the caller ends it."""
        return subprocess.Popen(
            self._command(arguments),
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            text=True,
            env=self._environment(),
        )

    def _command(self, arguments: tuple[str, ...]) -> list[str]:
        return [sys.executable, "-m", "service.cli", *arguments]

    def _environment(self) -> dict[str, str]:
        """This process's, without settings of its own."""
        inherited = dict(os.environ)  # noqa: TID251 - a child is given what this process has
        kept = {name: text for name, text in inherited.items() if not name.startswith("ONRECORD_")}
        if self._url is not None:
            kept["ONRECORD_URL"] = self._url
        return kept | {"PYTHONPATH": str(_ROOT), "COLUMNS": "100"}


class Serving(NamedTuple):
    """A running service, the program that asks it, and the file that it logs to."""

    url: str
    process: subprocess.Popen[str]
    program: Program
    log: Path

    def stop(self, number: int = signal.SIGINT) -> int:
        """Its exit code after the signal."""
        self.process.send_signal(number)
        return self.process.wait(timeout=_LIMIT)


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[Serving]:
    """`onrecord serve` on a free port unless told otherwise, its data in `folder` and its log
    beside that; it is ended behind the block."""
    log = folder.with_suffix(".log")
    with log.open("a") as errors:
        process = Program().start(
            "serve", "--port", "0", "--data-dir", str(folder), *options, stderr=errors
        )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = _URL.search(line)
        assert found, log.read_text()
        yield Serving(found[0], process, Program(found[0]), log)
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=_LIMIT)
