"""The call that subscribes, and continues after an interruption."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from typing import Final, NamedTuple

import msgspec

from service.client.errors import (
    UNREADABLE,
    Busy,
    ClientError,
    Reset,
    Unreachable,
    UnreadableAnswer,
)
from service.client.transport.connection import Connection, path_of
from service.client.transport.event_source import Message, messages
from service.messages.events import ShownEvent

__all__ = ["CaughtUp", "Heard", "LiveCalls", "LiveEvent", "LiveQuery", "StreamCheckpoint"]

_FIRST_PAUSE, _MOST_PAUSE = 1.0, 30.0
"""Seconds before reconnecting: the first delay unless the server names another, and the longest."""

_PASSING: Final = (Busy, Unreachable, UnreadableAnswer)
"""Errors that the next attempt may not meet again, once the server has answered."""


class LiveQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Selects events: for each field that is not empty, the event must have one of its values."""

    type: tuple[str, ...] = ()
    subject: tuple[str, ...] = ()
    actor: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()

    def parameters(self) -> list[tuple[str, str]]:
        """The query parameters."""
        fields = msgspec.structs.asdict(self).items()
        return [(name, value) for name, values in fields for value in values]


class LiveEvent(NamedTuple):
    """An event, and its exact line in the log. `position` has for each timeline the revision up to
    which events were received."""

    position: Mapping[str, int]
    event: ShownEvent
    line: bytes


class CaughtUp(NamedTuple):
    """All past events were received; what follows is live. It comes once, even if the connection
    breaks."""

    position: Mapping[str, int]
    log: str


class StreamCheckpoint(NamedTuple):
    """No event up to here matched."""

    position: Mapping[str, int]


Heard = LiveEvent | CaughtUp | StreamCheckpoint


class _Notice(msgspec.Struct):
    """The data of a frame that is not an event."""

    log: str = ""
    reason: str = ""


_event = msgspec.json.Decoder(ShownEvent)
_notice = msgspec.json.Decoder(_Notice)
_ALL: Final = LiveQuery()


class LiveCalls:
    """Subscribes to what `connection` reaches."""

    _connection: Connection

    async def live(
        self,
        *timelines: str,
        after: int | Mapping[str, int] | None = None,
        log: str | None = None,
        wanted: LiveQuery = _ALL,
        trouble: Callable[[ClientError], None] = lambda _: None,
    ) -> AsyncGenerator[Heard, None]:
        """The events of one timeline or several, without end: each event after `after` once, in its
        timeline's order. `after` is a revision, or for several timelines one of each; None begins
        at the head.

        If the connection breaks, or is silent for too long, the client reconnects and continues
        after the last event; `trouble` is called with the error, once until something is received
        again. Errors before the server's first answer are raised, as are those that another attempt
        cannot correct: `ServerRefused`, and `Reset` if the position is not in the server's log.
        Close the iterator to leave: `contextlib.aclosing`.
        """
        stream = _Stream(self._connection, timelines, after, log, wanted)
        pause, reported = _FIRST_PAUSE, False
        while True:
            wait = None
            try:
                async with aclosing(stream.heard()) as heard:
                    async for one in heard:
                        pause, reported = stream.pause, False
                        yield one
            except _PASSING as error:
                if not stream.answered:
                    raise
                if not reported:
                    trouble(error)
                reported = True
                wait = error.retry_after if isinstance(error, Busy) else None
            await asyncio.sleep(wait or pause * random.uniform(0.5, 1.0))  # noqa: S311, TID251 - before another try
            pause = min(2 * pause, _MOST_PAUSE)


class _Stream:
    """The state of one subscription; `heard` yields what one connection receives."""

    def __init__(
        self,
        connection: Connection,
        timelines: Sequence[str],
        after: int | Mapping[str, int] | None,
        log: str | None,
        wanted: LiveQuery,
    ) -> None:
        if not timelines:
            raise ValueError("Name the timelines to follow.")
        self._connection = connection
        self._joined = len(timelines) > 1
        self._parameters = wanted.parameters()
        self._path = path_of(timelines[0], "live")
        if self._joined:
            self._path = "/v1/live"
            self._parameters.append(("timelines", ",".join(timelines)))
        self._name = timelines[0]
        self._id = self._id_of(after)
        self._log = log
        self._caught_up = False
        self.answered = False
        self.pause = _FIRST_PAUSE

    async def heard(self) -> AsyncGenerator[Heard, None]:
        """Yield what is received, until the server ends the stream. Raises ClientError."""
        parameters = [*self._parameters, *([("log", self._log)] if self._log else [])]
        headers = {"Last-Event-ID": self._id} if self._id else {}
        async with self._connection.listen(self._path, parameters, headers) as chunks:
            self.answered = True
            try:
                async with aclosing(messages(chunks)) as found:
                    async for message in found:
                        one = self._read(message)
                        if one is not None:
                            yield one
            except (ValueError, *UNREADABLE) as error:
                raise UnreadableAnswer(self._connection.url, str(error)) from error

    def _read(self, message: Message) -> Heard | None:
        if message.retry is not None:
            self.pause = min(message.retry / 1000, _MOST_PAUSE)
        if message.event == "reset":
            notice = _notice.decode(message.data)
            raise Reset(notice.reason, notice.log)
        if message.id is None:
            return None  # an event of a kind that a later server sends
        self._id = message.id
        position = self._position()
        if message.event == "checkpoint":
            return StreamCheckpoint(position)
        if message.event != "caught-up":
            return LiveEvent(position, _event.decode(message.data), message.data)
        self._log = _notice.decode(message.data).log
        if self._caught_up:
            return StreamCheckpoint(position)
        self._caught_up = True
        return CaughtUp(position, self._log)

    def _position(self) -> dict[str, int]:
        if not self._joined:
            return {self._name: int(self._id)}
        pairs = (part.split(":") for part in self._id.split(","))
        return {name: int(revision) for name, revision in pairs}

    def _id_of(self, after: int | Mapping[str, int] | None) -> str:
        if after is None:
            return ""
        if isinstance(after, int):
            if self._joined:
                raise ValueError("Say after which revision of each timeline.")
            return str(after)
        if not self._joined:
            return str(after[self._name])
        return ",".join(f"{name}:{revision}" for name, revision in after.items())
