"""SIGINT while a command runs: in a call that blocks, in a library's step, while it waits, and in
somebody else's task."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any

import anyio

from service.cli.command import run_command
from service.cli.interrupt import open_to_read, raising_interrupts
from service.cli.output import Output
from service.client import Client
from tests.rows import each_row

EACH = 13
"""At every which new line the signal comes: all of them would take too long."""

Command = Callable[[list[str]], Coroutine[None, None, int]]


def press() -> None:
    os.kill(os.getpid(), signal.SIGINT)


async def blocked(seen: list[str]) -> int:
    """It is in a call that says so, as where the keyboard is read."""
    try:
        with raising_interrupts():
            press()
            seen.append("went on")
    finally:
        await asyncio.sleep(0)  # noqa: TID251 - its cleaning up may await
        seen.append("cleaned up")
    return 0


async def about_to_block(seen: list[str]) -> int:
    """The signal comes just before such a call, which would never return."""
    try:
        press()
        with raising_interrupts():
            seen.append("went on")
    finally:
        await asyncio.sleep(0)  # noqa: TID251 - its cleaning up may await
        with raising_interrupts():
            seen.append("cleaned up")
    return 0


async def within_a_step(seen: list[str]) -> int:
    """A library changes its state in several steps, and awaits only where it can be cancelled."""
    try:
        seen.append("entered")
        press()
        seen.append("left")
        await asyncio.Event().wait()
    finally:
        seen.append("cleaned up")
    return 0


async def swallowing(seen: list[str]) -> int:
    """A finalizer is running as the signal comes, out of which no exception leads."""

    class Gone:
        def __del__(self) -> None:
            try:
                press()
            except KeyboardInterrupt:
                seen.append("swallowed")

    try:
        with raising_interrupts():
            Gone()
    finally:
        seen.append("cleaned up")
    return 0


async def about_to_read(seen: list[str]) -> int:
    """A finalizer has just swallowed the signal when a pipe is read to which nobody writes."""

    class Gone:
        def __del__(self) -> None:
            with suppress(KeyboardInterrupt):
                press()

    read, write = os.pipe()
    late = threading.Timer(10, os.close, [write])
    late.start()
    try:
        with raising_interrupts(), open_to_read(read) as pipe:
            Gone()
            seen.append(f"read {pipe.read(1)!r}")
    finally:
        late.cancel()
        seen.append("cleaned up")
        os.close(read)
    return 0


async def waiting(seen: list[str]) -> int:
    """It waits for what never comes."""
    asyncio.get_running_loop().call_soon(press)
    try:
        await asyncio.Event().wait()
    finally:
        seen.append("cleaned up")
    return 0


async def beside_another(seen: list[str]) -> int:
    """The signal comes while another task runs, which cleaning up still needs."""
    over = asyncio.Event()

    async def other() -> None:
        press()
        seen.append("other went on")
        await over.wait()
        seen.append("other ended")

    task = asyncio.create_task(other())
    try:
        await asyncio.Event().wait()
    finally:
        over.set()
        await task
        seen.append("cleaned up")
    return 0


@each_row(
    ("command", "seen"),
    [
        (blocked, ["cleaned up"]),
        (about_to_block, ["cleaned up"]),
        (within_a_step, ["entered", "left", "cleaned up"]),
        (swallowing, ["swallowed", "cleaned up"]),
        (about_to_read, ["cleaned up"]),
        (waiting, ["cleaned up"]),
        (beside_another, ["other went on", "other ended", "cleaned up"]),
    ],
)
def test_one_signal_ends_a_command_and_lets_it_clean_up(command: Command, seen: list[str]) -> None:
    """It ends with 130 wherever the signal comes, once its own cleaning up is through; and the
    handler that was there before is there again."""
    before = signal.getsignal(signal.SIGINT)
    did: list[str] = []
    assert run_command(Output.create(as_json=True), command(did)) == 130
    assert did == seen
    assert signal.getsignal(signal.SIGINT) is before


def test_a_second_signal_waits_for_no_cleaning_up() -> None:
    """Where cleaning up takes too long, a second Ctrl-C ends that as well."""

    async def stubborn() -> int:
        loop = asyncio.get_running_loop()
        loop.call_soon(press)
        try:
            await asyncio.Event().wait()
        finally:
            loop.call_soon(press)
            async with asyncio.timeout(5):
                await asyncio.Event().wait()
        return 0

    assert run_command(Output.create(as_json=True), stubborn()) == 130


def test_an_ignored_signal_stays_ignored() -> None:
    """What was started in the background by a shell does not end by the Ctrl-C of another."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:

        async def goes_on() -> int:
            press()
            return 0

        assert run_command(Output.create(as_json=True), goes_on()) == 0
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_library_is_left_whole_wherever_the_signal_comes() -> None:
    """A request is interrupted at many lines of the library in which its tasks and scopes live: the
    command ends as an interrupted one each time, and the library does not complain."""
    passed: set[tuple[str, int]] = set()
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(1_000)
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        code = 130
        while code == 130:
            output = Output(as_json=True, stdout=io.StringIO(), stderr=io.StringIO())
            code = run_command(output, _asking(url, passed))
    assert code == 3  # there was no further line to press at: the server did not answer
    assert len(passed) > 20 * EACH


async def _asking(url: str, passed: set[tuple[str, int]]) -> int:
    async with Client.create(url, limit=1.0) as client:
        with _pressing_within(Path(anyio.__file__).parent, passed):
            await client.timeline("kursk")
    return 0


@contextmanager
def _pressing_within(folder: Path, passed: set[tuple[str, int]]) -> Iterator[None]:
    """Press once, at the next of each so many lines of code in the folder that are new."""
    before, end = sys.gettrace(), len(passed) + EACH

    def trace(frame: FrameType, event: str, _argument: object) -> Any:
        place = (frame.f_code.co_filename, frame.f_lineno)
        if len(passed) == end or not place[0].startswith(str(folder)):
            return None
        if event == "line" and place not in passed:
            passed.add(place)
            if len(passed) == end:
                press()
        return trace

    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(before)
