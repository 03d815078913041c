"""The bundled Valkey under test: an owner in its own process, its states and its processes."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import socket
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from service.valkey.embedded import State

__all__ = [
    "BOTH_LEASHES",
    "LIMIT",
    "States",
    "append_only_file",
    "ask",
    "exit_of",
    "group_of",
    "owner",
]

LIMIT = 30.0
BOTH_LEASHES = pytest.mark.parametrize(
    "lifeline",
    [
        pytest.param(
            False,
            id="kernel",
            marks=pytest.mark.skipif(sys.platform != "linux", reason="prctl is Linux's"),
        ),
        pytest.param(True, id="pipe"),
    ],
)
OWNER = textwrap.dedent("""
    import asyncio, sys
    from pathlib import Path
    from service.valkey.embedded import EmbeddedValkey

    async def main():
        async with EmbeddedValkey(Path(sys.argv[1]), lifeline=sys.argv[2] == "True") as valkey:
            print(valkey.pid, valkey.socket, flush=True)
            await asyncio.Event().wait()

    asyncio.run(main())
""")


@contextmanager
def exit_of(pid: int) -> Iterator[Callable[[], None]]:
    """Yields a function that waits until the process, which is running now, has exited."""
    if sys.platform == "linux":
        descriptor = os.pidfd_open(pid)

        def wait() -> None:
            assert select.select([descriptor], [], [], LIMIT)[0], f"process {pid} lives on"

        try:
            yield wait
        finally:
            os.close(descriptor)
    else:
        queue = select.kqueue()
        event = select.kevent(
            pid, select.KQ_FILTER_PROC, select.KQ_EV_ADD, fflags=select.KQ_NOTE_EXIT
        )
        queue.control([event], 0)
        try:
            yield lambda: None if queue.control([], 1, LIMIT) else pytest.fail("it lives on")
        finally:
            queue.close()


def group_of(pid: int) -> list[int]:
    """The living processes of the group that `pid` leads."""
    if sys.platform != "linux":
        listed = subprocess.run(["pgrep", "-g", str(pid)], capture_output=True, check=False)
        return [int(member) for member in listed.stdout.split()]
    members = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):  # it left while we looked
            state, _, group = path.read_text().rpartition(")")[2].split()[:3]
            if int(group) == pid and state != "Z":
                members.append(int(path.parent.name))
    return members


@contextmanager
def owner(data_dir: Path, *, lifeline: bool) -> Iterator[tuple[subprocess.Popen[str], int, Path]]:
    """A real parent process with its Valkey: the process, Valkey's pid, Valkey's socket."""
    process = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(data_dir), str(lifeline)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout is not None
    valkey = None
    try:
        pid, path = process.stdout.readline().rstrip("\n").split(" ", 1)
        valkey = int(pid)
        yield process, valkey, Path(path)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        if valkey is not None:
            with suppress(ProcessLookupError):  # a test that failed may have left it, even frozen
                os.killpg(valkey, signal.SIGKILL)


def ask(path: Path, *words: str) -> bytes:
    """One command over the raw socket; its answer."""
    command = f"*{len(words)}\r\n" + "".join(f"${len(w.encode())}\r\n{w}\r\n" for w in words)
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(LIMIT)
        connection.connect(str(path))
        connection.sendall(command.encode())
        return connection.recv(65_536)


class States:
    """The states that an `EmbeddedValkey` goes through, to be waited for."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[State] = asyncio.Queue()

    def __call__(self, state: State) -> None:
        self._queue.put_nowait(state)

    async def reach(self, wanted: State) -> None:
        async with asyncio.timeout(LIMIT):
            while await self._queue.get() != wanted:
                pass


def append_only_file(data_dir: Path) -> Path:
    (path,) = (data_dir / "valkey" / "appendonlydir").glob("*.incr.aof")
    return path
