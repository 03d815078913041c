"""What the keeper tells every worker, and when it answers one of them."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest

from service.processes import broadcast as broadcasts
from service.processes.broadcast import Broadcast
from service.processes.follower import Follower
from service.processes.link import KeeperMessage, MessageStream, WorkerMessage
from tests.writers import keeping, open_writer

FAR = 2**62
"""When the sessions would have ended by themselves."""


async def test_a_session_has_ended_once_no_worker_accepts_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who signs out is answered when every worker has confirmed the end, so that none accepts a
    copy of the cookie; a worker that is gone is not waited for, and one that is stuck only for
    so long."""
    monkeypatch.setattr(broadcasts, "_CONFIRMED_WITHIN", 60.0)

    confirmed = asyncio.Event()

    def receive(message: WorkerMessage) -> None:
        if message.ends:
            broadcast.ended(message.ends)
        if message.confirms == 3:
            confirmed.set()

    async with open_writer(tmp_path) as writer, asyncio.timeout(30):
        with keeping(writer, tmp_path) as beside:
            state = beside.keeper.state
            broadcast = Broadcast(state, lambda: KeeperMessage(state(), whole=True), receive)
            follower, heard = Follower(), asyncio.Event()
            follower.on_ended.append(lambda _: heard.set())
            other = await linked(broadcast, follower)
            ending = asyncio.create_task(follower.end_session("one", FAR))
            message = await ended(other, "one")
            asking = asyncio.create_task(follower.state())
            await heard.wait()
            for _ in range(20):
                await asyncio.sleep(0)  # noqa: TID251 - an answer would be read in this loop
            assert not ending.done()
            await other.send(WorkerMessage(confirms=message.ends))
            assert await ending
            await asking
            with monkeypatch.context() as patch:
                patch.setattr(broadcasts, "_CONFIRMED_WITHIN", 0.01)
                assert await follower.end_session("two", FAR)
            ending = asyncio.create_task(follower.end_session("three", FAR))
            await ended(other, "three")
            await confirmed.wait()  # by the follower: nothing but the end of the other is to come
            assert not ending.done()
            other.close()
            assert await ending
            await follower.close()
            await broadcast.close()


async def linked(
    broadcast: Broadcast, follower: Follower
) -> MessageStream[WorkerMessage, KeeperMessage]:
    """Link the follower and another worker, whose end of the link is returned."""
    theirs, ours = socket.socketpair()
    broadcast.attach(theirs)
    follower.attach(ours)
    await follower.whole.wait()
    theirs, ours = socket.socketpair()
    broadcast.attach(theirs)
    other: MessageStream[WorkerMessage, KeeperMessage] = await MessageStream.open(
        ours, KeeperMessage
    )
    await other.receive()
    return other


async def ended(other: MessageStream[WorkerMessage, KeeperMessage], id_: str) -> KeeperMessage:
    """The message that tells the other worker of the end."""
    while id_ not in (message := await other.receive()).ended:
        pass
    return message
