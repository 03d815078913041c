"""The program as people start it: commands in processes of their own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any, NamedTuple

import msgspec

from tests.forked import onrecord, take_terminal
from tests.leash import leashed
from tests.warm import CLOSED, LIMIT, WarmProcess

__all__ = ["LIMIT", "Done", "Process", "Program"]

Process = subprocess.Popen[str] | WarmProcess
_WARM = sys.platform == "linux"
"""On other systems a process that forks without `exec` may be killed because of its libraries."""

_ROOT = Path(__file__).resolve().parents[1]
_REDIRECTION = re.compile(r"(?P<number>\d?)(?P<way>[<>])(?P<to>&-|/\S+)")
_DEFAULT = {"<": "0", ">": "1"}


class Done(NamedTuple):
    """The result of a command. `answer` is the JSON on its stdout."""

    code: int
    out: str
    err: str

    @property
    def answer(self) -> Any:
        return msgspec.json.decode(self.out)


class Program:
    """`onrecord` and its commands, with the server at `url` for commands that call one."""

    def __init__(self, url: str | None = None, **variables: str) -> None:
        """`variables` are added to its environment."""
        self.url = url
        self.variables = variables

    def run(self, *arguments: str, stdin: str = "") -> Done:
        """Run one command to its end, in a pipe."""
        return _ended(self.start(*arguments, stdin=subprocess.PIPE), stdin)

    def redirected(
        self,
        redirection: str,
        *arguments: str,
        fresh: bool = False,
        run: Callable[[], int] = onrecord,
        **variables: str,
    ) -> Done:
        """Run one command to its end, with a stream redirected as in a shell: `>/dev/full`, `>&-`;
        with more `variables` in its environment; `fresh` and `run` as for `start`."""
        program = Program(self.url, **self.variables | variables)
        return _ended(program.start(*arguments, redirection=redirection, fresh=fresh, run=run))

    def start(
        self,
        *arguments: str,
        stdin: int = subprocess.DEVNULL,
        stdout: int | IO[str] = subprocess.PIPE,
        stderr: int | IO[str] = subprocess.PIPE,
        redirection: str = "",
        fresh: bool = False,
        run: Callable[[], int] = onrecord,
    ) -> Process:
        """Start one command that keeps running; the caller ends it. A `fresh` one is started
        without a warm process, and shares no memory with others. Others are forked, and `run`,
        which may be `onrecord_anew`."""
        if _WARM and not fresh:
            with ExitStack() as opened:
                streams = {0: stdin, 1: stdout, 2: stderr} | _redirected(redirection, opened)
                return WarmProcess(
                    arguments, self.environment(), streams[0], streams[1], streams[2], run
                )
        return subprocess.Popen(
            leashed(self.command(*arguments, redirection=redirection)),
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            text=True,
            env=self.environment(),
        )

    def at_terminal(self, terminal: int, *arguments: str) -> Process:
        """Start one command whose streams are this terminal, which becomes its own."""
        if _WARM:
            return WarmProcess(arguments, self.environment(), terminal, terminal, terminal)
        return subprocess.Popen(
            self.command(*arguments),
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            text=True,
            env=self.environment(),
            start_new_session=True,
            preexec_fn=take_terminal,  # noqa: PLW1509 - it makes one system call, and no more
        )

    def command(self, *arguments: str, redirection: str = "") -> list[str]:
        """The command line, for a process that the caller makes."""
        shell = ["sh", "-c", f'exec "$@" {redirection}', "sh"] if redirection else []
        return [*shell, sys.executable, "-m", "service.cli", *arguments]

    def environment(self) -> dict[str, str]:
        """The environment of this process, without settings of onrecord, and with buffered
        streams, as people have them."""
        inherited = dict(os.environ)  # noqa: TID251 - a child is given what this process has
        kept = {name: text for name, text in inherited.items() if not name.startswith("ONRECORD_")}
        kept.pop("PYTHONUNBUFFERED", None)
        if self.url is not None:
            # Without a key, or a folder with one, it would look for the checkout's own.
            kept |= {"ONRECORD_URL": self.url, "ONRECORD_DATA_DIR": os.devnull}
        return kept | {"PYTHONPATH": str(_ROOT), "COLUMNS": "100"} | self.variables


def _redirected(redirection: str, opened: ExitStack) -> dict[int, int | IO[str]]:
    """What a shell would make of this one of a program's streams, until `opened` is closed."""
    if not redirection:
        return {}
    found = _REDIRECTION.fullmatch(redirection)
    assert found, redirection
    number = int(found["number"] or _DEFAULT[found["way"]])
    if found["to"] == "&-":
        return {number: CLOSED}
    stream = os.open(found["to"], os.O_RDONLY if found["way"] == "<" else os.O_WRONLY)
    opened.callback(os.close, stream)
    return {number: stream}


def _ended(started: Process, stdin: str = "") -> Done:
    """How a command ends that reads this from stdin; streams that are not pipes are empty."""
    try:
        out, err = started.communicate(stdin, timeout=LIMIT)
    except subprocess.TimeoutExpired:
        started.kill()
        raise
    return Done(started.wait(), out or "", err or "")
