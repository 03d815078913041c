"""The queue of the appends to one server: they gather while a call is under way, and go together in
the next call.

One task does the sending, so a cancelled caller stops waiting but cancels nothing else. There is
never more than one call under way, so appends to a partition are in the log in the order in which
they were queued. Who was just answered is waited for, as long as that call took at most, and shares
the next one (docs/decisions/0066-who-was-answered-is-waited-for.md). Partitions take turns, so a
busy partition delays the others by one call at most. Memory and waiting times are bounded: beyond
`LIMIT` bytes appends are refused at once, and appends that could not be sent within `PATIENCE` are
refused too. In both cases it is certain that nothing was written.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from itertools import chain
from typing import NamedTuple

from events.errors import LogUnavailable, OutcomeUnknown
from events.log.append_call import Outcome
from events.log.contract import Append, Appended

__all__ = ["GroupCommit", "QueuedAppend", "Send"]

EVENTS = 256
"""The most events of one call, unless one append has more."""
CALL = 4 * 1024 * 1024
"""The most bytes of one call, unless one append has more."""
LIMIT = 128 * 1024 * 1024
"""The most bytes that wait; a single append may have more."""
PATIENCE = 10.0
"""Seconds that an append may wait to be sent."""
ENOUGH = 64 * 1024
"""Bytes with which a call is sent at once: it costs by itself as much as some twenty appends, which
is little beside these."""
GATHERING = 0.02
"""The most seconds for which callers are waited for."""
CROWD = 4
"""The fewest callers who are waited for."""


class QueuedAppend(NamedTuple):
    """An append in the queue, its encoded form, its partition, and the future that its caller
    awaits."""

    append: Append
    encoded: bytes
    partition: int
    answer: asyncio.Future[Appended]
    since: float


Send = Callable[[Sequence[QueuedAppend]], Awaitable[Sequence[Outcome]]]
"""Sends one call and returns the outcome of each of its appends. It raises nothing on purpose."""


class GroupCommit:
    """The queue and its task, which ends with `close`. It must be made while an event loop is
    running.

    If the task fails in another way, the waiting callers get an error, `check` raises from then on,
    and the loop's exception handler gets the cause.
    """

    def __init__(
        self,
        name: str,
        send: Send,
        limit: int = LIMIT,
        clock: Callable[[], float] | None = None,
    ) -> None:
        """`clock` shows seconds, by default those of the loop."""
        self._name = name
        self._send = send
        self._limit = limit
        self._loop = asyncio.get_running_loop()
        self._clock = clock or self._loop.time
        self._queues: dict[int, deque[QueuedAppend]] = {}
        """The waiting appends of each partition; the partition whose turn is next comes first."""
        self._bytes = 0
        self._sending: Sequence[QueuedAppend] = ()
        self._events = 0
        self._waiting = 0
        """Appends in the queues."""
        self._expected = 0
        """Appends with which all are there who were waited for."""
        self._filled = asyncio.Event()
        self._gathered = asyncio.Event()
        self._closing = False
        self._task = self._loop.create_task(self._run(), name=name)
        self._task.add_done_callback(self._ended)

    def enqueue(
        self, append: Append, encoded: bytes, partition: int = 0
    ) -> asyncio.Future[Appended]:
        """Queue an append to the partition. Returns a future of its outcome. Raises
        `LogUnavailable`."""
        self.check()
        if self._bytes and self._bytes + len(encoded) > self._limit:
            raise LogUnavailable(
                "More appends are waiting than the log can take; nothing was written. "
                "Repeat the request later."
            )
        answer: asyncio.Future[Appended] = self._loop.create_future()
        queued = QueuedAppend(append, encoded, partition, answer, self._clock())
        queue = self._queues.get(partition)
        if queue is None:
            queue = self._queues[partition] = deque()
        queue.append(queued)
        self._bytes += len(encoded)
        self._events += len(append.events)
        self._waiting += 1
        self._filled.set()
        if self._waiting >= self._expected or self._bytes >= ENOUGH:
            self._gathered.set()
        return answer

    def check(self) -> None:
        """Raise `LogUnavailable` if the queue is closed or has failed."""
        if self._closing:
            raise LogUnavailable("The log is closed; nothing was written.")
        if self._task.done():
            raise LogUnavailable(f"The {self._name} has stopped; nothing was written. Restart.")

    async def close(self) -> None:
        """Send what is queued, then end the task. Closing twice is harmless."""
        self._closing = True
        self._filled.set()
        self._gathered.set()
        await asyncio.wait([self._task])

    async def _run(self) -> None:
        while self._queues or not self._closing:
            await self._filled.wait()
            self._sending = self._next()
            if self._sending:
                await self._gather(*await self._send_call())
            if not (self._queues or self._closing):
                self._filled.clear()

    async def _send_call(self) -> tuple[int, float]:
        """How many appends it had, and the seconds that it took."""
        began = self._clock()
        outcomes = await self._send(self._sending)
        for queued, outcome in zip(self._sending, outcomes, strict=True):
            _wake(queued, outcome)
        answered, self._sending = len(self._sending), ()
        return answered, self._clock() - began

    async def _gather(self, answered: int, seconds: float) -> None:
        """Wait until those who were just answered have come back, in `seconds` at most."""
        self._expected = answered + self._waiting
        if self._expected < CROWD or self._bytes >= ENOUGH or self._closing:
            return
        self._gathered.clear()
        end = self._loop.call_later(min(seconds, GATHERING), self._gathered.set)
        await self._gathered.wait()
        end.cancel()

    def _next(self) -> list[QueuedAppend]:
        """Take the appends of the next call from the queues, one of each partition in turn, and
        refuse those that have waited too long."""
        group: list[QueuedAppend] = []
        events = size = 0
        oldest = self._clock() - PATIENCE
        queues = self._queues
        if len(queues) == 1 and self._events <= EVENTS and self._bytes <= CALL:
            [queue] = queues.values()
            if queue[0].since >= oldest:  # nearly always: all go at once
                queues.clear()
                self._bytes = self._events = self._waiting = 0
                return [*queue]
        while queues:
            partition, queue = next(iter(queues.items()))
            queued = queue[0]
            events += len(queued.append.events)
            size += len(queued.encoded)
            if group and (len(group) == EVENTS or events > EVENTS or size > CALL):
                break
            queue.popleft()
            if not queue or len(queues) > 1:
                del queues[partition]
            if queue:
                queues[partition] = queue
            self._bytes -= len(queued.encoded)
            self._events -= len(queued.append.events)
            self._waiting -= 1
            if queued.since < oldest:
                events -= len(queued.append.events)
                size -= len(queued.encoded)
                _wake(queued, LogUnavailable("The log is too slow; nothing was written."))
            else:
                group.append(queued)
        return group

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Wake all callers with an error when the task has failed."""
        for queued in self._sending:
            _wake(queued, OutcomeUnknown(f"The {self._name} stopped during the append."))
        for queued in chain(*self._queues.values()):
            _wake(queued, LogUnavailable(f"The {self._name} has stopped; nothing was written."))
        self._queues.clear()
        self._bytes = self._events = self._waiting = 0
        if not task.cancelled() and (cause := task.exception()) is not None:
            self._loop.call_exception_handler(
                {"message": f"The {self._name} has stopped", "exception": cause, "task": task}
            )


def _wake(queued: QueuedAppend, outcome: Outcome) -> None:
    """Wake the caller, unless it has been cancelled."""
    if queued.answer.done():
        return
    if isinstance(outcome, Appended):
        queued.answer.set_result(outcome)
    else:
        queued.answer.set_exception(outcome)
