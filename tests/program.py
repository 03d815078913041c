"""The program as people start it: commands in processes of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import IO, Any, NamedTuple

import msgspec

__all__ = ["LIMIT", "Done", "Program"]

_ROOT = Path(__file__).resolve().parents[1]
LIMIT = 60.0
"""Seconds after which a command hangs."""


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
            timeout=LIMIT,
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
