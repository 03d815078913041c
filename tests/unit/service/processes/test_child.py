"""A child of the supervisor, forked or spawned."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Final

import pytest
from structlog.testing import capture_logs

from events.errors import LogUnavailable
from service.processes.child import Child, end_all
from service.processes.control import (
    DRAIN,
    FAILED,
    LINK,
    STOP,
    Orders,
    Started,
    StartRefused,
    run_child,
    until_over,
)
from service.settings.settings import Settings

SETTINGS: Final = Settings(data_dir=Path("/nowhere"), log_format="json", given_by={})

each_method = pytest.mark.parametrize("method", ["fork", "spawn"])


def answers(line: socket.socket, word: bytes) -> int:
    """A child that sends a word over the connection that it is handed, and ends when ordered to."""

    async def work(orders: Orders) -> int:
        orders.report_ready("fsync")
        with await orders.links.get() as link:
            link.sendall(word)
        await orders.stop.wait()
        return 7

    return run_child(line, SETTINGS, work)


def refuses(line: socket.socket) -> int:
    """A child that cannot start."""

    async def work(_: Orders) -> int:
        raise LogUnavailable("It is not there.")

    return run_child(line, SETTINGS, work)


async def ending() -> None:
    """A part's work, which is done."""


async def failing() -> None:
    """A part's work, which fails."""
    raise ZeroDivisionError


@pytest.mark.parametrize("ends", [failing, ending])
async def test_a_child_ends_with_any_of_its_parts(
    ends: Callable[[], Coroutine[Any, Any, None]],
) -> None:
    """Where the work of a part is over, however it ended, the child fails, and the log says why:
    another one takes its place. When it is told to end, it does not fail."""
    stop = asyncio.Event()
    good = asyncio.create_task(asyncio.Event().wait())
    part = asyncio.create_task(ends(), name="signer")
    with capture_logs() as logs:
        assert await until_over([good, part], stop) == FAILED
        stop.set()
        assert await until_over([good], stop) == 0
    good.cancel()
    assert [(entry["log_level"], entry["part"]) for entry in logs] == [("critical", "signer")]
    assert isinstance(logs[0]["exc_info"], ZeroDivisionError) == (ends is failing)


@each_method
async def test_a_child_is_handed_connections_and_ends_when_told_to(method: str) -> None:
    """It reports its start, gets a descriptor with an order, and ends with its own exit code."""
    child = Child("answers", answers, (b"hello",), method=method)
    assert await child.report() == Started("fsync")
    ours, theirs = socket.socketpair()
    with ours, theirs:
        child.order(LINK, theirs)
        ours.setblocking(False)  # noqa: FBT003 - the call takes no names
        async with asyncio.timeout(60):
            assert await asyncio.get_running_loop().sock_recv(ours, 5) == b"hello"
    child.order(STOP)
    assert await child.ended() == 7
    assert child.over.is_set()


@each_method
async def test_a_child_that_cannot_start_says_why(method: str) -> None:
    """What it raises at the start is its report, with the exit code of the service."""
    child = Child("refuses", refuses, (), method=method)
    assert await child.report() == StartRefused("does not reach its log: It is not there.", 3)
    assert await child.ended() == 3


def waits(line: socket.socket) -> int:
    """A child that waits until it is ordered to end."""

    async def work(orders: Orders) -> int:
        orders.report_ready("fsync")
        await orders.hurry.wait()
        return 5

    return run_child(line, SETTINGS, work)


async def test_a_child_ends_with_its_supervisor() -> None:
    """The end of the line is all that it needs, though another child was forked while the
    supervisor had the line open."""
    first = Child("waits", waits, ())
    assert await first.report() == Started("fsync")
    second = Child("waits", waits, (), strange=[first.line])
    assert await second.report() == Started("fsync")
    ended = asyncio.create_task(first.ended())
    first.line.close()
    async with asyncio.timeout(60):
        assert await ended == 5
    second.order(STOP)
    second.order(STOP)
    assert await second.ended() == 5


async def test_a_child_that_does_not_end_in_time_is_killed() -> None:
    """Whatever it was ordered, a child that goes on holds nobody up."""
    child = Child("waits", waits, ())
    assert await child.report() == Started("fsync")
    ended = asyncio.create_task(child.ended())
    async with asyncio.timeout(60):
        await end_all([child], DRAIN, 0.0)
        assert await ended == -signal.SIGKILL
