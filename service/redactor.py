"""The redactor: removes what redacted statements said, once a signed checkpoint covers that.

There is no bookkeeping that could be lost: what was redacted stands in the read model, and whether
its text is still there is seen in the log. So each step can be taken again after a crash at any
point: the log first, its files with it, then the read model's file, then what is in memory.

One service removes from the log: the one that signs. The others wait until it has, and then forget.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple, Protocol

import structlog
from msgspec import Struct

from events.codec import Codec
from events.envelope import Header, statement_subject
from events.errors import CorruptEvent, LogError
from events.log import Log, Removal, partition_of
from events.types import Event, StatementRedacted
from projections import queries
from projections.database import TROUBLE
from projections.projector import Projector
from projections.store import Store

__all__ = ["Covers", "RedactionHealth", "Redactor"]

_PATIENCE: Final = 2.0
"""Seconds that a checkpoint is waited for before others are looked at."""
_DELAY: Final = 5.0
"""Seconds between two tries where something is in the way."""

_log = structlog.get_logger("onrecord.redaction")


class Covers(Protocol):
    """What says whether a signed checkpoint covers a revision."""

    async def covered(self, timeline: str, revision: int, limit: float) -> int | None:
        """The size of one that does, None where there is none after `limit` seconds."""


class RedactionHealth(Struct, frozen=True):
    """How many redactions are recorded whose text is not gone yet; `problem` says what is in the
    way, where something is."""

    pending: int
    problem: str | None


class _Event(NamedTuple):
    """An event that was opened; `event` is None where its data is gone."""

    header: Header
    event: Event | None
    position: int


class Redactor:
    """`run` is one task's work; `forgotten` are told the timelines of which something was removed,
    to drop what they hold in memory. With `removes` false the log is another service's to remove
    from."""

    def __init__(
        self,
        log: Log,
        codec: Codec,
        store: Store,
        projector: Projector,
        signer: Covers,
        *,
        removes: bool = True,
    ) -> None:
        self._log = log
        self._codec = codec
        self._store = store
        self._projector = projector
        self._signer = signer
        self._removes = removes
        self._health = RedactionHealth(0, None)
        self._came = asyncio.Event()
        self._done: set[queries.Redacted] = set()
        self._odd: set[queries.Redacted] = set()
        self.forgotten: list[Callable[[str], None]] = []
        projector.on_folded.append(self._folded)
        projector.on_reset += [self._done.clear, self._odd.clear]

    @property
    def health(self) -> RedactionHealth:
        return self._health

    async def run(self) -> None:
        """Remove what is due, until cancelled."""
        await self._projector.caught_up.wait()
        while True:
            self._came.clear()
            seen = self._done | self._odd
            due = [r for r in queries.list_redactions(self._store.reader) if r not in seen]
            self._tell(due, None)
            if not due:
                await self._came.wait()
                continue
            try:
                if await self._remove(due):
                    continue
            except (LogError, *TROUBLE) as error:
                _log.error("what was redacted is not removed yet", reason=str(error))
                self._tell(due, str(error))
            await asyncio.sleep(_DELAY)  # noqa: TID251 - for a log, a disk or a signer to come back

    def _tell(self, due: Sequence[queries.Redacted], problem: str | None) -> None:
        if problem is None and self._odd:
            problem = f"{len(self._odd)} cannot be carried out: the service's log names them."
        self._health = RedactionHealth(len(due) + len(self._odd), problem)

    async def _remove(self, due: list[queries.Redacted]) -> bool:
        """Remove all that is covered together: they share one copy. Whether nothing is left.

        After a start all are gone through once, those without text too: a crash may have come
        between the log and its files.
        """
        removals: defaultdict[int, list[Removal]] = defaultdict(list)
        taken: list[queries.Redacted] = []
        for redacted in due:
            found = await self._looked_at(redacted)
            if found is not None and (not found or await self._may_remove(redacted)):
                partition = partition_of(redacted.timeline, self._log.identity.partitions)
                removals[partition] += found
                taken.append(redacted)
        for partition, some in removals.items() if self._removes else ():
            await self._log.remove(partition, some)
            if some:
                _log.warning("removed what was redacted", partition=partition, events=len(some))
        if taken:
            await self._forget({redacted.timeline for redacted in taken})
        self._done.update(taken)
        return len(taken) + len(self._odd.intersection(due)) == len(due)

    async def _looked_at(self, redacted: queries.Redacted) -> list[Removal] | None:
        """What it removes; None, told once, where an event is not what it should be."""
        try:
            return await self._removals(redacted)
        except (CorruptEvent, ValueError) as error:
            _log.error("a redaction is left", timeline=redacted.timeline, reason=str(error))
            self._odd.add(redacted)
            return None

    async def _may_remove(self, redacted: queries.Redacted) -> bool:
        if not self._removes:
            return False
        size = await self._signer.covered(redacted.timeline, redacted.revision, _PATIENCE)
        return size is not None

    async def _forget(self, timelines: set[str]) -> None:
        """From the read model's file, and from memory."""
        await self._projector.purge()
        for timeline in timelines:
            for forget in self.forgotten:
                forget(timeline)

    async def _removals(self, redacted: queries.Redacted) -> list[Removal]:
        """The events that the redaction names and whose data is still there; seals checked first.
        Raises CorruptEvent, and ValueError where the redaction is none of this statement."""
        timeline, id_, revision = redacted
        [(header, event, _)] = await self._fetch(timeline, [revision])
        subject = statement_subject(id_)
        if not isinstance(event, StatementRedacted) or header.subject != subject:
            raise ValueError(f"revision {revision} is no redaction of {id_!r}")
        data = event
        return [
            Removal(position, timeline, named.id, revision)
            for named, kept, position in await self._fetch(timeline, data.revisions)
            if kept is not None and named.subject == subject and named.revision < revision
        ]

    async def _fetch(self, timeline: str, revisions: Sequence[int]) -> list[_Event]:
        """The events of these revisions, opened; ValueError where one is not known."""
        ref = queries.timeline_at(self._store.reader, timeline)
        if ref is None:
            raise ValueError(f"there is no timeline {timeline!r}")
        reader = self._store.reader
        places = [
            place
            for revision in revisions
            for place in queries.positions_of(reader, ref, after=revision - 1, upto=revision)
        ]
        if len(places) != len(revisions):
            raise ValueError(f"not all of {list(revisions)} are events of {timeline!r}")
        partition = partition_of(timeline, self._log.identity.partitions)
        stored = await self._log.fetch(partition, sorted(position for _, position in places))
        opened = [self._codec.open(entry) for entry in stored]
        return [_Event(e.header, e.event, e.position) for e in opened]

    def _folded(self, _: Mapping[str, int]) -> None:
        self._came.set()
