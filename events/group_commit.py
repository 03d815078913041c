"""The queue of one partition: appends gather while a call is under way, and go together in the
next.

One task owns the sending, so that a caller who is cancelled cancels his waiting and nothing else.
It never has more than one call under way: the order of the queue is the order of the log. Memory
and waiting are bounded: more than `LIMIT` bytes are refused at once, and what has not been sent
after `PATIENCE` is given back. In both cases certainly nothing was written.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from events.append_call import Outcome
from events.errors import LogUnavailable, OutcomeUnknown
from events.log import Append, Appended

__all__ = ["GroupCommit", "Send", "Waiting"]

EVENTS = 256
"""The most events of one call, unless one append has more."""
CALL = 4 * 1024 * 1024
"""The most bytes of one call, unless one append has more."""
LIMIT = 128 * 1024 * 1024
"""The most bytes that wait, unless it is one append alone."""
PATIENCE = 10.0
"""Seconds that an append may wait to be sent."""


class Waiting(NamedTuple):
    """An append in the queue, as it will be sent, and where its caller waits."""

    append: Append
    encoded: bytes
    answer: asyncio.Future[Appended]
    since: float


Send = Callable[[Sequence[Waiting]], Awaitable[Sequence[Outcome]]]
"""Sends one call and says what each append of it came to. It raises nothing on purpose."""


class GroupCommit:
    """The queue and its task, which ends with `close`. To be made where a loop is running.

    Should the task die of anything else, the callers who wait are told, `check` raises from then
    on, and the loop's exception handler gets the cause.
    """

    def __init__(self, name: str, send: Send, limit: int = LIMIT) -> None:
        self._name = name
        self._send = send
        self._limit = limit
        self._loop = asyncio.get_running_loop()
        self._queue: deque[Waiting] = deque()
        self._bytes = 0
        self._sending: Sequence[Waiting] = ()
        self._filled = asyncio.Event()
        self._closing = False
        self._task = self._loop.create_task(self._run(), name=name)
        self._task.add_done_callback(self._ended)

    def put(self, append: Append, encoded: bytes) -> asyncio.Future[Appended]:
        """Queue an append; what it comes to is the future's. Raises `LogUnavailable`."""
        self.check()
        if self._bytes and self._bytes + len(encoded) > self._limit:
            raise LogUnavailable(
                "More appends are waiting than the log can take; nothing was written. "
                "Repeat the request later."
            )
        answer: asyncio.Future[Appended] = self._loop.create_future()
        self._queue.append(Waiting(append, encoded, answer, self._loop.time()))
        self._bytes += len(encoded)
        self._filled.set()
        return answer

    def check(self) -> None:
        """Raise `LogUnavailable` where nothing is sent any more."""
        if self._closing:
            raise LogUnavailable("The log is closed; nothing was written.")
        if self._task.done():
            raise LogUnavailable(f"The {self._name} has stopped; nothing was written. Restart.")

    async def close(self) -> None:
        """Send what is queued, then end the task. Closing twice is harmless."""
        self._closing = True
        self._filled.set()
        await asyncio.wait([self._task])

    async def _run(self) -> None:
        while self._queue or not self._closing:
            await self._filled.wait()
            self._sending = self._next()
            if self._sending:
                outcomes = await self._send(self._sending)
                for waiting, outcome in zip(self._sending, outcomes, strict=True):
                    _settle(waiting, outcome)
            self._sending = ()
            if not (self._queue or self._closing):
                self._filled.clear()

    def _next(self) -> list[Waiting]:
        """Take what goes together; what has waited too long is given back."""
        group: list[Waiting] = []
        events = size = 0
        oldest = self._loop.time() - PATIENCE
        while self._queue:
            waiting = self._queue[0]
            events += len(waiting.append.events)
            size += len(waiting.encoded)
            if group and (len(group) == EVENTS or events > EVENTS or size > CALL):
                break
            self._queue.popleft()
            self._bytes -= len(waiting.encoded)
            if waiting.since < oldest:
                events -= len(waiting.append.events)
                size -= len(waiting.encoded)
                _settle(waiting, LogUnavailable("The log is too slow; nothing was written."))
            else:
                group.append(waiting)
        return group

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Leave nobody waiting for a task that is gone."""
        for waiting in self._sending:
            _settle(waiting, OutcomeUnknown(f"The {self._name} stopped during the append."))
        while self._queue:
            _settle(
                self._queue.popleft(),
                LogUnavailable(f"The {self._name} has stopped; nothing was written."),
            )
        self._bytes = 0
        if not task.cancelled() and (cause := task.exception()) is not None:
            self._loop.call_exception_handler(
                {"message": f"The {self._name} has stopped", "exception": cause, "task": task}
            )


def _settle(waiting: Waiting, outcome: Outcome) -> None:
    """Wake the caller, unless he has gone."""
    if waiting.answer.done():
        return
    if isinstance(outcome, Appended):
        waiting.answer.set_result(outcome)
    else:
        waiting.answer.set_exception(outcome)
