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
from service.processes.link import LinkLost, MessageStream, Update, Word

__all__ = ["Broadcast"]

_AT_ONCE: Final = 1_000
"""The most signed heads in one message."""

T = TypeVar("T")

_log = structlog.get_logger("onrecord.server")


class _Outbox:
    """The messages that one worker has not been sent yet. While the worker does not read, new ones
    are merged, so that it holds no more than one entry for each timeline."""

    def __init__(self, first: Update) -> None:
        self._next = first
        self._heads = dict(first.heads)
        self._whole = first.whole
        self._came = asyncio.Event()
        self._came.set()

    def add(self, change: Callable[[Update], None]) -> None:
        change(self._next)
        self._came.set()

    def show(self, heads: Mapping[str, SignedHead]) -> None:
        self._heads.update(heads)
        self._came.set()

    async def take(self) -> Update:
        """Wait until there is something to send."""
        await self._came.wait()
        update, self._next = self._next, Update()
        update.heads = dict(islice(self._heads.items(), _AT_ONCE))
        for timeline in update.heads:
            del self._heads[timeline]
        update.whole = self._whole and not self._heads
        if update.whole:
            self._whole = False
        if not self._heads:
            self._came.clear()
        return update


class Broadcast:
    """Sends messages to every worker. `state` returns the keeper's state, `snapshot` the first
    message to a worker; `hear` is called with what a worker says."""

    def __init__(
        self,
        state: Callable[[], KeeperState],
        snapshot: Callable[[], Update],
        hear: Callable[[Word], None],
    ) -> None:
        self._state = state
        self._snapshot = snapshot
        self._hear = hear
        self._outboxes: set[_Outbox] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def attach(self, connection: socket.socket) -> None:
        """Serve a worker until it disconnects."""
        task = asyncio.create_task(self._serve(connection), name="worker-link")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def folded(self, folded: Mapping[str, int]) -> None:
        self._add(lambda update: update.folded.update(folded))

    def turned(self, partition: int, replaced: bool) -> None:
        def change(update: Update) -> None:
            update.state = self._state()
            update.turned = _with(update.turned, partition)
            if replaced:
                update.replaced = _with(update.replaced, partition)

        self._add(change)

    def changed(self) -> None:
        """Tell the workers that the keeper's state has changed."""

        def change(update: Update) -> None:
            update.state = self._state()

        self._add(change)

    def log_changed(self, *_: object) -> None:
        """Make the workers look at the log's server, each by its own connection."""

        def change(update: Update) -> None:
            update.log_changed = True

        self._add(change)

    def forget(self, timeline: str) -> None:
        def change(update: Update) -> None:
            update.forget = _with(update.forget, timeline)

        self._add(change)

    def show(self, heads: Mapping[str, SignedHead]) -> None:
        for outbox in self._outboxes:
            outbox.show(heads)

    def warn(self, alarms: Mapping[str, Finding]) -> None:
        self._add(lambda update: update.alarms.update(alarms))

    def ended(self, ended: Mapping[str, int]) -> None:
        self._add(lambda update: update.ended.update(ended))

    async def close(self) -> None:
        tasks = [*self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _add(self, change: Callable[[Update], None]) -> None:
        for outbox in self._outboxes:
            outbox.add(change)

    async def _serve(self, connection: socket.socket) -> None:
        link: MessageStream[Update, Word] = await MessageStream.open(connection, Word)
        outbox = _Outbox(self._snapshot())
        self._outboxes.add(outbox)
        speaking = asyncio.create_task(self._speak(link, outbox))
        try:
            while True:
                word = await link.receive()
                self._hear(word)
                if word.asks:
                    outbox.add(self._answer(word.asks))
        except LinkLost:
            pass
        finally:
            self._outboxes.discard(outbox)
            speaking.cancel()
            link.close()

    def _answer(self, number: int) -> Callable[[Update], None]:
        def change(update: Update) -> None:
            update.state, update.answers = self._state(), number

        return change

    async def _speak(self, link: MessageStream[Update, Word], outbox: _Outbox) -> None:
        try:
            while True:
                await link.send(await outbox.take())
        except LinkLost:
            pass  # the receiving task ends the link


def _with(among: list[T], one: T) -> list[T]:
    """The list with this at its end, once."""
    return [*(each for each in among if each != one), one]
