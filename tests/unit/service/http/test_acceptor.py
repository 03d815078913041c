"""Accepting connections from a socket that several workers share."""

from __future__ import annotations

import asyncio
import os
import resource
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from structlog.testing import capture_logs

from service.http import acceptor as module
from service.http.acceptor import Acceptor
from service.tally import CONNECTIONS, Tally

LIMIT = 20


class Peer:
    """A worker: what it accepts from its own descriptor of the listener, and its row."""

    def __init__(self, listener: socket.socket, tally: Tally, number: int) -> None:
        self.came = asyncio.Event()
        self.open: list[asyncio.Transport] = []
        self.row = tally.row(number)
        self.listener = listener.dup()
        self.acceptor = Acceptor(self.listener, lambda: Connection(self), self.row)

    def close(self) -> None:
        self.acceptor.close()
        self.listener.close()
        for transport in self.open:
            transport.abort()


class Connection(asyncio.Protocol):
    def __init__(self, peer: Peer) -> None:
        self.peer = peer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.peer.open.append(transport)
        self.peer.acceptor.set_open(len(self.peer.open))
        self.peer.came.set()

    def connection_lost(self, error: Exception | None) -> None:
        del error
        self.peer.open.remove(self.transport)
        self.peer.acceptor.set_open(len(self.peer.open))
        self.peer.came.set()


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0), backlog=128) as made:
        yield made


@contextmanager
def clients(listener: socket.socket, count: int) -> Iterator[list[socket.socket]]:
    """So many connections at once, before anybody has accepted one of them."""
    with ExitStack() as undo:
        yield [
            undo.enter_context(socket.create_connection(listener.getsockname()))
            for _ in range(count)
        ]


async def until_open(number: int, *peers: Peer) -> None:
    async with asyncio.timeout(LIMIT):
        while sum(len(peer.open) for peer in peers) != number:
            waiting = [asyncio.ensure_future(peer.came.wait()) for peer in peers]
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for peer in peers:
                peer.came.clear()
            for one in waiting:
                one.cancel()


@pytest.mark.parametrize("workers", [2, 4])
async def test_a_burst_is_shared(
    listener: socket.socket, workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 64 connections that come at once, each worker gets its share, within one."""
    monkeypatch.setattr(module, "_TURN", 0.01)  # longer than a busy machine delays the other
    tally = Tally(workers)
    peers = [Peer(listener, tally, n) for n in range(workers)]
    with clients(listener, 64):
        await until_open(64, *peers)
        shares = [len(peer.open) for peer in peers]
    for peer in peers:
        peer.close()
    assert max(shares) - min(shares) <= 2, shares


async def test_what_has_closed_counts_no_more(
    listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker whose connections have closed gets the next ones."""
    monkeypatch.setattr(module, "_TURN", 0.2)  # longer than a busy machine delays the other
    tally = Tally(2)
    first, second = Peer(listener, tally, 0), Peer(listener, tally, 1)
    with clients(listener, 8):
        await until_open(8, first, second)
        for transport in [*first.open]:
            transport.abort()
        await until_open(4, first, second)
        with clients(listener, 4):
            await until_open(8, first, second)
            assert len(first.open) == 4
    first.close()
    second.close()


async def test_a_worker_that_does_not_accept_holds_nobody_up(listener: socket.socket) -> None:
    """Connections are left for a moment to a worker that has fewer, however many fewer; if it
    hangs, the other one accepts all of them."""
    tally = Tally(2)
    tally.row(1).set(CONNECTIONS, 1)
    alone = Peer(listener, tally, 0)
    alone.acceptor.set_open(1_000_000)
    with clients(listener, 10):
        await until_open(10, alone)
    alone.close()


async def test_one_that_is_closed_leaves_all_to_the_others(listener: socket.socket) -> None:
    """After `close` nothing is accepted, and the worker counts for nobody, as it has no share."""
    tally = Tally(2)
    closed, other = Peer(listener, tally, 0), Peer(listener, tally, 1)
    closed.acceptor.close()
    closed.acceptor.close()
    await closed.acceptor.wait_closed()
    assert closed.row.get(CONNECTIONS) == 0
    with clients(listener, 10):
        await until_open(10, other)
    assert not closed.open
    other.close()
    closed.close()


async def test_without_room_it_pauses_and_goes_on(
    listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no further file can be opened, that is logged, and the connection is accepted once
    there is room."""
    monkeypatch.setattr(module, "_PAUSE", 0.001)
    peer = Peer(listener, Tally(1), 0)
    with clients(listener, 1), capture_logs() as logs:
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        os.close(lowest := os.dup(0))
        resource.setrlimit(resource.RLIMIT_NOFILE, (lowest, hard))
        try:
            async with asyncio.timeout(LIMIT):
                while not logs:  # noqa: ASYNC110 - a log line sets no event
                    await asyncio.sleep(0)  # noqa: TID251 - gives the loop its turn
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        await until_open(1, peer)
    peer.close()
    assert logs[0]["event"] == "no further connection can be accepted"
