"""The keeper's end of its links to the workers: what it tells every worker, and their questions."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Mapping
from itertools import islice
from typing import Final, TypeVar

import structlog

from events.audit.examination import Finding
from service.datafolder.head_file import SignedHead
from service.operations.keeper_state import KeeperState
from service.processes.link import KeeperMessage, LinkLost, MessageStream, WorkerMessage

__all__ = ["Broadcast"]

_AT_ONCE: Final = 1_000
"""The most signed heads in one message."""

_CONFIRMED_WITHIN: Final = 1.0
"""Seconds that workers have to confirm the end of a session. A worker that is stuck then answers
nobody, so the answer waits no longer for it."""

T = TypeVar("T")

_log = structlog.get_logger("onrecord.server")


class _Outbox:
    """The messages that one worker has not been sent yet. While the worker does not read, new ones
    are merged, so that it holds no more than one entry for each timeline."""

    def __init__(self, first: KeeperMessage, ends: int) -> None:
        self.confirmed = ends
        self.needed = ends
        """What every worker must have confirmed before this one is answered."""
        self.asked = 0
        """The number of its question that is not answered yet."""
        self._next = first
        self._heads = dict(first.heads)
        self._whole = first.whole
        self._came = asyncio.Event()
        self._came.set()

    def add(self, change: Callable[[KeeperMessage], None]) -> None:
        change(self._next)
        self._came.set()

    def show(self, heads: Mapping[str, SignedHead]) -> None:
        self._heads.update(heads)
        self._came.set()

    async def next_message(self) -> KeeperMessage:
        """The next message to send, once there is something."""
        await self._came.wait()
        message, self._next = self._next, KeeperMessage()
        message.heads = dict(islice(self._heads.items(), _AT_ONCE))
        for timeline in message.heads:
            del self._heads[timeline]
        message.whole = self._whole and not self._heads
        if message.whole:
            self._whole = False
        if not self._heads:
            self._came.clear()
        return message


class Broadcast:
    """Sends messages to every worker. `state` returns the keeper's state, `snapshot` the first
    message to a worker; `receive` is called with each message of a worker."""

    def __init__(
        self,
        state: Callable[[], KeeperState],
        snapshot: Callable[[], KeeperMessage],
        receive: Callable[[WorkerMessage], None],
    ) -> None:
        self._state = state
        self._snapshot = snapshot
        self._receive = receive
        self._outboxes: set[_Outbox] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._ends = 0

    def attach(self, connection: socket.socket) -> None:
        """Serve a worker until it disconnects."""
        task = asyncio.create_task(self._serve(connection), name="worker-link")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def folded(self, folded: Mapping[str, int]) -> None:
        self._add(lambda message: message.folded.update(folded))

    def turned(self, partition: int, replaced: bool) -> None:
        def change(message: KeeperMessage) -> None:
            message.state = self._state()
            message.turned = _with(message.turned, partition)
            if replaced:
                message.replaced = _with(message.replaced, partition)

        self._add(change)

    def changed(self) -> None:
        """Tell the workers that the keeper's state has changed."""

        def change(message: KeeperMessage) -> None:
            message.state = self._state()

        self._add(change)

    def log_changed(self, *_: object) -> None:
        """Make the workers look at the log's server, each by its own connection."""

        def change(message: KeeperMessage) -> None:
            message.log_changed = True

        self._add(change)

    def forget(self, timeline: str) -> None:
        def change(message: KeeperMessage) -> None:
            message.forget = _with(message.forget, timeline)

        self._add(change)

    def show(self, heads: Mapping[str, SignedHead]) -> None:
        for outbox in self._outboxes:
            outbox.show(heads)

    def warn(self, alarms: Mapping[str, Finding]) -> None:
        self._add(lambda message: message.alarms.update(alarms))

    def ended(self, ended: Mapping[str, int]) -> None:
        self._ends += 1

        def change(message: KeeperMessage) -> None:
            message.ended.update(ended)
            message.ends = self._ends

        self._add(change)

    async def close(self) -> None:
        tasks = [*self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _add(self, change: Callable[[KeeperMessage], None]) -> None:
        for outbox in self._outboxes:
            outbox.add(change)

    async def _serve(self, connection: socket.socket) -> None:
        link: MessageStream[KeeperMessage, WorkerMessage] = await MessageStream.open(
            connection, WorkerMessage
        )
        outbox = _Outbox(self._snapshot(), self._ends)
        self._outboxes.add(outbox)
        sending = asyncio.create_task(self._send_messages(link, outbox))
        try:
            while True:
                message = await link.receive()
                self._receive(message)
                self._expect_answer(outbox, message)
                self._answer_all()
        except LinkLost:
            pass
        finally:
            self._outboxes.discard(outbox)
            self._answer_all()
            sending.cancel()
            link.close()

    def _expect_answer(self, outbox: _Outbox, message: WorkerMessage) -> None:
        outbox.confirmed = max(outbox.confirmed, message.confirms)
        outbox.asked = max(outbox.asked, message.asks)
        if message.ends:
            needed = outbox.needed = self._ends
            loop = asyncio.get_running_loop()
            loop.call_later(_CONFIRMED_WITHIN, self._stop_waiting, outbox, needed)

    def _stop_waiting(self, outbox: _Outbox, needed: int) -> None:
        if outbox.needed == needed:
            outbox.needed = 0
            self._answer_all()

    def _answer_all(self) -> None:
        """Answer every worker whose ends of sessions all workers have confirmed."""
        confirmed = min((outbox.confirmed for outbox in self._outboxes), default=0)
        for outbox in self._outboxes:
            if outbox.asked and outbox.needed <= confirmed:
                outbox.add(self._answer(outbox.asked))
                outbox.asked = 0

    def _answer(self, number: int) -> Callable[[KeeperMessage], None]:
        def change(message: KeeperMessage) -> None:
            message.state, message.answers = self._state(), number

        return change

    async def _send_messages(
        self, link: MessageStream[KeeperMessage, WorkerMessage], outbox: _Outbox
    ) -> None:
        try:
            while True:
                await link.send(await outbox.next_message())
        except LinkLost:
            pass  # the receiving task ends the link


def _with(among: list[T], one: T) -> list[T]:
    """The list with this at its end, once."""
    return [*(each for each in among if each != one), one]
