"""The call that subscribes, and goes on wherever it was interrupted."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from typing import Final, NamedTuple

import msgspec

from service.client.answers import Event
from service.client.connection import Connection, path_of
from service.client.event_source import Message, messages
from service.client.problem import Busy, ClientError, Reset, Unreachable, UnreadableAnswer

__all__ = ["CaughtUp", "Checkpoint", "Following", "Heard", "LiveEvent", "LiveFilter"]

_FIRST_PAUSE, _MOST_PAUSE = 1.0, 30.0
"""Seconds before coming back: at first, unless the server says otherwise, and at most."""

_PASSING: Final = (Busy, Unreachable, UnreadableAnswer)
"""What may be over by the next try, once the server has answered."""


class LiveFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which events: any of the values within one field, all of the fields together."""

    type: tuple[str, ...] = ()
    subject: tuple[str, ...] = ()
    actor: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()

    def parameters(self) -> list[tuple[str, str]]:
        """As a query string has it."""
        fields = msgspec.structs.asdict(self).items()
        return [(name, value) for name, values in fields for value in values]


class LiveEvent(NamedTuple):
    """An event, and the exact line that it is in the log. `position` is what was heard by now: a
    revision of each timeline."""

    position: Mapping[str, int]
    event: Event
    line: bytes


class CaughtUp(NamedTuple):
    """History is over: what follows is live. It is told once, whatever breaks on the way."""

    position: Mapping[str, int]
    log: str


class Checkpoint(NamedTuple):
    """Nothing matched up to here."""

    position: Mapping[str, int]


Heard = LiveEvent | CaughtUp | Checkpoint


class _Told(msgspec.Struct):
    """What a frame that is no event tells."""

    log: str = ""
    reason: str = ""


_event = msgspec.json.Decoder(Event)
_told = msgspec.json.Decoder(_Told)
_ALL: Final = LiveFilter()


class Following:
    """Subscribes to what `connection` reaches."""

    _connection: Connection

    async def live(
        self,
        *timelines: str,
        after: int | Mapping[str, int] | None = None,
        log: str | None = None,
        wanted: LiveFilter = _ALL,
        trouble: Callable[[ClientError], None] = lambda _: None,
    ) -> AsyncGenerator[Heard, None]:
        """What happens in one timeline or several, without end: each event behind `after` once, in
        its timeline's order. `after` is a revision, for several timelines one of each; None begins
        at the head.

        A connection that breaks, or is silent for too long, is made again and goes on behind what
        was heard; `trouble` is told of it, once until something is heard again. Trouble before the
        server first answered is raised, and so is whatever a later try cannot mend: `Problem`, and
        `Reset` where the position is none of the server's log. Close the iterator to leave:
        `contextlib.aclosing`.
        """
        stream = _Stream(self._connection, timelines, after, log, wanted)
        pause, told = _FIRST_PAUSE, False
        while True:
            wait = None
            try:
                async with aclosing(stream.heard()) as heard:
                    async for one in heard:
                        pause, told = stream.pause, False
                        yield one
            except _PASSING as error:
                if not stream.answered:
                    raise
                if not told:
                    trouble(error)
                told = True
                wait = error.retry_after if isinstance(error, Busy) else None
            await asyncio.sleep(wait or pause * random.uniform(0.5, 1.0))  # noqa: S311, TID251 - before another try
            pause = min(2 * pause, _MOST_PAUSE)


class _Stream:
    """Where one subscriber is; `heard` is what comes on one connection."""

    def __init__(
        self,
        connection: Connection,
        timelines: Sequence[str],
        after: int | Mapping[str, int] | None,
        log: str | None,
        wanted: LiveFilter,
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
        """Until the server ends the stream. Raises ClientError."""
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
            except (ValueError, msgspec.DecodeError) as error:
                raise UnreadableAnswer(self._connection.url, str(error)) from error

    def _read(self, message: Message) -> Heard | None:
        if message.retry is not None:
            self.pause = min(message.retry / 1000, _MOST_PAUSE)
        if message.event == "reset":
            told = _told.decode(message.data)
            raise Reset(told.reason, told.log)
        if message.id is None:
            return None  # of a kind that later servers may have
        self._id = message.id
        position = self._position()
        if message.event == "checkpoint":
            return Checkpoint(position)
        if message.event != "caught-up":
            return LiveEvent(position, _event.decode(message.data), message.data)
        self._log = _told.decode(message.data).log
        if self._caught_up:
            return Checkpoint(position)
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
                raise ValueError("Say behind which revision of each timeline.")
            return str(after)
        if not self._joined:
            return str(after[self._name])
        return ",".join(f"{name}:{revision}" for name, revision in after.items())
