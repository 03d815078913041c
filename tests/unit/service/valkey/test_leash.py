"""The leash, as the program that it is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from service.valkey import leash

LIFELINES = pytest.mark.parametrize(
    "lifeline",
    [
        pytest.param(
            False, id="kernel", marks=pytest.mark.skipif(sys.platform != "linux", reason="prctl")
        ),
        pytest.param(True, id="pipe"),
    ],
)


def run(parent: int, *command: str, lifeline: bool) -> subprocess.CompletedProcess[str]:
    """Runs a command on the leash of `parent`."""
    reading, writing = os.pipe()
    try:
        return subprocess.run(
            [
                *(sys.executable, "-I", "-S", str(Path(leash.__file__)), str(parent)),
                *(str(reading) if lifeline else "-1", *command),
            ],
            pass_fds=[reading],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    finally:
        os.close(reading)
        os.close(writing)


@LIFELINES
def test_it_becomes_the_program(*, lifeline: bool) -> None:
    """The program runs with its arguments as they are, and its exit code is the leash's."""
    done = run(os.getpid(), "/bin/sh", "-c", 'echo "$1"; exit 7', "sh", "a  'b", lifeline=lifeline)
    assert (done.stdout, done.returncode) == ("a  'b\n", 7)


@LIFELINES
def test_a_program_whose_parent_is_gone_is_never_run(*, lifeline: bool) -> None:
    """If the parent died before the leash was tied, nothing is started that would be left over."""
    done = run(os.getpid() + 1, "/bin/echo", "left over", lifeline=lifeline)
    assert done.stdout == ""
    assert "is gone" in done.stderr
    assert done.returncode != 0


@LIFELINES
def test_a_program_that_is_not_there_is_reported(*, lifeline: bool) -> None:
    """What cannot be run says so on the standard error, which is the server's log."""
    done = run(os.getpid(), "/bin/no-such-program", lifeline=lifeline)
    assert "No such file" in done.stderr
    assert done.returncode != 0
