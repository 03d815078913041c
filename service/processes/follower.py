"""A worker's end of its link to the keeper: the keeper's messages update the worker's parts."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Coroutine, Mapping
from time import monotonic
from typing import Any, Final, TypeVar

from projections.progress import Progress
from projections.storage.read_model import ReadModel
from service.operations.keeper_state import KeeperState
from service.processes.link import KeeperMessage, LinkLost, MessageStream, WorkerMessage, unbroken
from service.signing.audit_status import AuditorState
from service.signing.heads import ShownHeads

__all__ = ["Follower"]

_PATIENCE: Final = 2.0
"""Seconds that the keeper has for an answer."""

T = TypeVar("T")


class Follower:
    """Follows the current keeper process. Used by one event loop."""

    def __init__(self) -> None:
        self._link: MessageStream[WorkerMessage, KeeperMessage] | None = None
        self._unsent = WorkerMessage()
        self._came = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._task: asyncio.Task[None] | None = None
        self._state: KeeperState | None = None
        self._silent: float | None = monotonic()
        self._asked = 0
        self._answers: dict[int, asyncio.Future[None]] = {}
        self._looking: asyncio.Task[object] | None = None
        self._parts: tuple[ReadModel, Progress] | None = None
        self.whole = asyncio.Event()
        """Set once a keeper has sent everything that a worker must know."""
        self.heads = ShownHeads({}, {})
        self.forget: list[Callable[[str | None], None]] = []
        """Called with a timeline whose text was removed, or None if it may be any."""
        self.on_ended: list[Callable[[Mapping[str, int]], None]] = []
        """Called with sessions that were ended, and when they would have ended by themselves."""
        self.ended: dict[str, int] = {}
        self.on_log_change: Callable[[], Coroutine[Any, Any, object]] | None = None
        """Called when the keeper found that the log's server has changed."""

    def attach(self, connection: socket.socket) -> None:
        """Follow the keeper at the other end of this connection, instead of the last one."""
        if self._task is not None:
            self._task.cancel()
        self._task = asyncio.create_task(self._follow(connection), name="keeper-link")

    def feed(self, read_model: ReadModel, progress: Progress) -> None:
        """Update these from now on."""
        self._parts = (read_model, progress)
        progress.on_wait.append(self._await)
        self._recheck_files()

    @property
    def away(self) -> float:
        """Seconds since the keeper was lost, or left a question open; 0 while it answers."""
        return 0.0 if self._silent is None else monotonic() - self._silent

    async def state(self) -> KeeperState:
        """The keeper's current state; the last known one if it does not answer."""
        assert self._state is not None
        if self._link is not None:
            await self._ask()
        return self._state

    async def end_session(self, id: str, until: int) -> bool:  # noqa: A002 - the field's own name
        """Report to every worker that the session is over. Returns whether the keeper has stored
        that, and no worker accepts the session any more."""
        if self._link is None:
            return False
        self._unsent.ends[id] = until
        return await self._ask()

    async def _ask(self) -> bool:
        """Ask the keeper for its state. Returns whether it has answered."""
        self._silent = self._silent or monotonic()
        self._asked = asked = self._asked + 1
        answer = self._answers[asked] = self._loop.create_future()
        self._report(asks=asked)
        try:
            done, _ = await asyncio.wait({answer}, timeout=_PATIENCE)
        finally:
            self._answers.pop(asked, None)
        return bool(done)

    async def audit(self) -> AuditorState:
        """The current state of the signer or the witness; the last known one if the keeper is
        away."""
        return (await self.state()).audit

    def suspect(self, timeline: str) -> None:
        """Report that an event of the timeline was read that differs from what was recorded."""
        self._report(suspects=timeline)

    def damaged(self, partition: int) -> None:
        """Report that the partition's read model is damaged. Any thread may call it."""
        self._loop.call_soon_threadsafe(lambda: self._report(damaged=partition))

    def doubt(self, timeline: str) -> None:
        """Report that the ledger is damaged in this timeline, or as a whole if it is empty."""
        self._report(doubts=timeline)

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    def _await(self, timeline: str) -> None:
        """Report that somebody waits for the timeline here."""
        self._report(awaits=timeline)

    def _report(
        self,
        asks: int = 0,
        suspects: str | None = None,
        damaged: int | None = None,
        doubts: str | None = None,
        awaits: str | None = None,
    ) -> None:
        """Send something to the keeper. A keeper that is away finds it out by itself when it
        starts. Messages to a keeper that does not read are merged, so they stay small."""
        if self._link is None:
            return
        unsent = self._unsent
        unsent.asks = max(unsent.asks, asks)
        _note(unsent.suspects, suspects)
        _note(unsent.damaged, damaged)
        _note(unsent.doubts, doubts)
        _note(unsent.awaits, awaits)
        self._came.set()

    async def _send_messages(self, link: MessageStream[WorkerMessage, KeeperMessage]) -> None:
        try:
            while True:
                await self._came.wait()
                message, self._unsent = self._unsent, WorkerMessage()
                self._came.clear()
                await link.send(message)
        except LinkLost:
            pass  # the receiving task ends the link

    async def _follow(self, connection: socket.socket) -> None:
        link: MessageStream[WorkerMessage, KeeperMessage] = await MessageStream.open(
            connection, KeeperMessage
        )
        self._link, first, self._unsent = link, True, WorkerMessage()
        sending = asyncio.create_task(self._send_messages(link), name="keeper-messages")
        try:
            while True:
                message = await link.receive()
                self._silent = None
                await self._apply(message)
                if first:
                    first = False
                    self._begin_again()
        except LinkLost:
            pass
        finally:
            sending.cancel()
            link.close()
            if self._link is link:
                self._link = None
            self._silent = self._silent or monotonic()

    def _begin_again(self) -> None:
        """Check everything again, because the last messages of the former keeper may be lost."""
        self._forget(None)
        self._recheck_files()

    def _forget(self, timeline: str | None) -> None:
        for forget in self.forget:
            with unbroken():
                forget(timeline)

    def _recheck_files(self) -> None:
        if self._parts is None:
            return
        read_model, progress = self._parts
        read_model.refresh()
        if self._state is not None:
            read_model.expect(self._state.checkpoints)
        for partition, file in enumerate(read_model.files):
            with unbroken():
                if file.is_replaced:
                    file.turn()
                    progress.caught_up.clear()
                if file.is_open:
                    progress.turn(partition, replaced=False)
        if self._state is not None and self._state.caught_up:
            progress.caught_up.set()

    async def _apply(self, message: KeeperMessage) -> None:
        if message.state is not None:
            self._state = message.state
        if self._parts is not None:
            self._parts[0].refresh()
            _move_on(message, *self._parts)
        for timeline in message.forget:
            self._forget(timeline)
        self._end_sessions(message)
        await self.heads.show(message.heads)
        await self.heads.warn(message.alarms)
        if self._parts is not None:
            with unbroken():
                self._parts[1].advance(message.folded)
        if message.log_changed and self.on_log_change is not None:
            self._looking = asyncio.create_task(self.on_log_change(), name="log-look")
        self._answer(message)

    def _end_sessions(self, message: KeeperMessage) -> None:
        self.ended.update(message.ended)
        if message.ended:
            for tell in self.on_ended:
                tell(message.ended)
            self._unsent.confirms = message.ends
            self._came.set()

    def _answer(self, message: KeeperMessage) -> None:
        if message.whole:
            self.whole.set()
        for number in [n for n in self._answers if n <= message.answers]:
            self._answers.pop(number).set_result(None)


def _note(among: list[T], one: T | None) -> None:
    """Add this to the list, unless it is there."""
    if one is not None and one not in among:
        among.append(one)


def _move_on(message: KeeperMessage, read_model: ReadModel, progress: Progress) -> None:
    """Switch to another file if there is one; note which files must exist."""
    if message.state is not None:
        read_model.expect(message.state.checkpoints)
    for partition in message.turned:
        with unbroken():
            read_model.files[partition].turn()
            progress.turn(partition, replaced=partition in message.replaced)
    if message.state is not None and message.state.caught_up:
        progress.caught_up.set()
