"""The ends of sessions: a session that is ended on one host is ended on all.

A worker reports the end to its keeper, which stores it in its file, reports it to its own workers,
and puts a notice into the log. The keepers of other hosts receive it within a moment and do the
same. While the log is unavailable, only its own host knows of the end; the others learn of it as
soon as the log is back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Final

import msgspec
import structlog

from events.errors import LogError
from events.log.contract import Log
from projections.attempts import Attempts, Outage
from service.access.stamp import Stamp
from service.clock import Clock
from service.datafolder.ended_sessions import EndedSessions

__all__ = ["SessionEnds"]

_MOST: Final = 100
"""The most sessions in one notice, so that it is no longer than a stamped text may be."""

_log = structlog.get_logger("onrecord.access")
_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(dict[str, int]).decode


class SessionEnds:
    """The ends that a keeper knows: sessions, and when they would have ended by themselves, in
    microseconds since 1970. Notices are stamped, so write access to the log is not enough to end a
    session."""

    def __init__(self, log: Log, seal_key: bytes, kept: EndedSessions, clock: Clock) -> None:
        self._log = log
        self._stamp = Stamp(seal_key, "session-end")
        self._kept = kept
        self._clock = clock
        self._untold = dict(kept.all)
        self._heard = asyncio.Event()
        self._due = asyncio.Event()
        self._due.set()
        self.on_ended: list[Callable[[Mapping[str, int]], None]] = []
        """Called with sessions that were ended, here or on another host."""

    @property
    def all(self) -> Mapping[str, int]:
        return self._kept.all

    def end(self, ended: Mapping[str, int]) -> None:
        """Note that these sessions were ended on this host."""
        self._keep(ended)
        self._untold |= ended
        self._due.set()

    async def run(self) -> None:
        """Send notices to the other hosts and receive theirs, until cancelled."""

        def report(error: Exception) -> None:
            _log.warning("hosts do not hear of each other's sessions", reason=str(error))

        outage = Outage(report)
        async with asyncio.TaskGroup() as tasks:
            for work in (self._hear, self._tell):
                attempts = Attempts((LogError,), outage)
                tasks.create_task(attempts.forever(partial(work, attempts)))

    async def _hear(self, attempts: Attempts) -> None:
        async for notices in self._log.notices():
            attempts.succeeded()
            ended = self._read(notices)
            for id_ in ended:
                self._untold.pop(id_, None)
            self._keep({id_: end for id_, end in ended.items() if id_ not in self._kept.all})
            self._heard.set()

    async def _tell(self, attempts: Attempts) -> None:
        """Send a notice of ends that the log does not have yet."""
        await self._heard.wait()
        await self._due.wait()
        told = dict(islice(self._untold.items(), _MOST))
        if told:
            await self._log.notify(self._stamp.write(_encode(told)).encode())
            attempts.succeeded()
        for id_ in told:
            self._untold.pop(id_, None)
        if not self._untold:
            self._due.clear()

    def _keep(self, ended: Mapping[str, int]) -> None:
        now = self._clock()
        new = {id_: end for id_, end in ended.items() if end > now}
        if new:
            self._kept.add(new)
            for tell in self.on_ended:
                tell(new)

    def _read(self, notices: Sequence[bytes]) -> dict[str, int]:
        found: dict[str, int] = {}
        for notice in notices:
            content = self._stamp.read(notice.decode("ascii", "replace"))
            if content is None:
                _log.warning("the log has a notice that this service did not make")
            else:
                found |= _decode(content)
        return found
