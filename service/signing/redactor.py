"""The redactor removes redacted text, once a signed checkpoint covers the redaction.

It keeps no records of its own that could be lost: the read model has the redactions, and the log
shows whether their text is still there. So each step can be repeated after a crash at any point.
The steps are: the log, its files and leftovers beside them, the read model's file, and memory. A
redaction is done when the data folder holds no file of unknown content.

Only the service that signs removes text from the log. The others wait until it has, and then remove
it from their own files.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple, Protocol

import structlog
from msgspec import Struct

from events.errors import CorruptEvent, Damaged, LogError
from events.event.codec import Codec
from events.event.envelope import Header, redactable_subject
from events.event.types import Event, StatementRedacted
from events.log.contract import Log, Removal, partition_of
from events.log.lookup import fetch_recorded
from events.log.mismatch import MismatchReports
from projections import queries
from projections.projector import Projector
from projections.storage.database import TROUBLE
from projections.storage.stores import Stores
from service.datafolder.files import FolderFiles, StrangeFiles

__all__ = ["Covers", "RedactionHealth", "Redactor"]

_PATIENCE: Final = 2.0
"""Seconds to wait for a checkpoint before other redactions are tried."""
_DELAY: Final = 5.0
"""Seconds between two attempts while something prevents the removal."""

_UNSIGNED: Final = "It waits for a signed checkpoint that covers it: see /health/audit."
_ELSEWHERE: Final = "It waits for the service that signs this log to remove it."

_log = structlog.get_logger("onrecord.redaction")


class Covers(Protocol):
    """Can tell whether a signed checkpoint covers a revision."""

    async def covered(self, timeline: str, revision: int, limit: float) -> int | None:
        """The size of a checkpoint that covers it; None if there is none within `limit` seconds."""


class RedactionHealth(Struct, frozen=True):
    """How many recorded redactions are not carried out yet; `problem` says what prevents it."""

    pending: int
    problem: str | None


class _Event(NamedTuple):
    """An event that was opened; `event` is None if its data is gone."""

    header: Header
    event: Event | None
    position: int


class Redactor:
    """Removes redacted text from the log, the read model and the data folder, in one task that runs
    `run`. Each function in `forgotten` is called with a timeline of which text was removed, so that
    it is dropped from memory as well; `mismatches` reports the timeline of a redaction that is not
    as it was recorded. If `removes` is false, another service removes from the log; `bundled` says
    whether the log's files are in the data folder."""

    def __init__(  # noqa: PLR0913 - five parts, and two facts about what is this service's own
        self,
        log: Log,
        codec: Codec,
        stores: Stores,
        projector: Projector,
        signer: Covers,
        *,
        removes: bool = True,
        bundled: bool = True,
    ) -> None:
        self._log = log
        self._codec = codec
        self._read_model = stores.read_model
        self._projector = projector
        self._signer = signer
        self._files = FolderFiles(stores.folder, bundled=bundled)
        self._removes = removes
        self._health = RedactionHealth(0, None)
        self._came = asyncio.Event()
        self._removed: set[queries.Redacted] = set()
        """Redactions of which the log and the read model hold no text any more."""
        self._done: set[queries.Redacted] = set()
        """Those of them of which no other file in the folder holds text either."""
        self._odd: set[queries.Redacted] = set()
        self._changed = set(range(log.identity.partitions))
        """Partitions whose redactions are to be read again."""
        self._known: dict[int, list[queries.Redacted]] = {}
        self.forgotten: list[Callable[[str], None]] = []
        self.mismatches = MismatchReports()
        projector.progress.on_folded.append(self._folded)
        projector.progress.on_reset.append(self._reset)

    @property
    def health(self) -> RedactionHealth:
        return self._health

    async def run(self) -> None:
        """Remove what is due, until cancelled."""
        await self._projector.progress.caught_up.wait()
        while True:
            self._came.clear()
            due = self._due()
            self._tell(due, self._health.problem if due else None)
            # While another history is folded, what is due belongs to the one before.
            if not due or self._projector.rebuilding:
                await self._came.wait()
                continue
            try:
                if await self._remove(due):
                    continue
                problem = _UNSIGNED if self._removes else _ELSEWHERE
            except (Damaged, LogError, StrangeFiles, OSError, *TROUBLE) as error:
                problem = str(error)
                if problem != self._health.problem:
                    _log.error("what was redacted is not removed yet", reason=problem)
            self._tell(due, problem)
            await asyncio.sleep(_DELAY)  # noqa: TID251 - for a log, a disk or a signer to come back

    def _due(self) -> list[queries.Redacted]:
        """The redactions in the read model that are not done. None of a damaged file: they are
        found when it is rebuilt."""
        for partition in self._changed:
            file = self._read_model.files[partition]
            try:
                found = queries.list_redactions(file.reader) if file.exists else []
            except Damaged:
                found = []
            self._known[partition] = found
        self._changed.clear()
        seen = self._done | self._odd
        return [r for known in self._known.values() for r in known if r not in seen]

    def _tell(self, due: Sequence[queries.Redacted], problem: str | None) -> None:
        if problem is None and self._odd:
            problem = f"{len(self._odd)} cannot be carried out: the service's log names them."
        self._health = RedactionHealth(len(self._odd.union(due)), problem)

    async def _remove(self, due: list[queries.Redacted]) -> bool:
        """Remove the text of all redactions that are covered, with one copy of the log. Returns
        whether nothing is left. Raises StrangeFiles if all text is removed that the service knows
        of.

        After a start it goes through every redaction, even those without text: a crash may have
        come after the log and before its files.
        """
        removed, done = self._removed, self._done  # A reset meanwhile begins with other redactions.
        removed.update(await self._taken([r for r in due if r not in removed]))
        if removed:
            await asyncio.to_thread(self._files.refuse_strangers)
        done.update(removed)
        return done.union(self._odd).issuperset(due)

    async def _taken(self, due: list[queries.Redacted]) -> list[queries.Redacted]:
        """The redactions that are removed now: nothing that this service knows of holds their
        text."""
        removals: defaultdict[int, list[Removal]] = defaultdict(list)
        taken: list[queries.Redacted] = []
        for redacted in due:
            found = await self._looked_at(redacted)
            if found is not None and (not found or await self._may_remove(redacted)):
                removals[self._partition_of(redacted.timeline)] += found
                taken.append(redacted)
        if self._removes:
            await self._remove_from_log(removals)
        if taken:
            await self._forget({redacted.timeline for redacted in taken})
        return taken

    async def _remove_from_log(self, removals: Mapping[int, Sequence[Removal]]) -> None:
        """Remove the text from the log's memory and files, and from files that were left beside
        them."""
        left = await asyncio.to_thread(self._files.leftovers)
        for partition, some in removals.items():
            await self._log.remove(partition, some)
            if some:
                _log.warning("removed what was redacted", partition=partition, events=len(some))
        if removals:
            await asyncio.to_thread(self._files.remove, left)

    async def _looked_at(self, redacted: queries.Redacted) -> list[Removal] | None:
        """What to remove for the redaction; None if an event is not as it should be, which is
        logged once."""
        try:
            return await self._removals(redacted)
        except (CorruptEvent, ValueError) as error:
            _log.error("a redaction is left", timeline=redacted.timeline, reason=str(error))
            self._odd.add(redacted)
            self.mismatches.report(redacted.timeline)
            return None

    async def _may_remove(self, redacted: queries.Redacted) -> bool:
        if not self._removes:
            return False
        size = await self._signer.covered(redacted.timeline, redacted.revision, _PATIENCE)
        return size is not None

    async def _forget(self, timelines: set[str]) -> None:
        """Remove the text from the read model's file and from memory."""
        await self._projector.purge(timelines)
        for timeline in timelines:
            for forget in self.forgotten:
                forget(timeline)

    async def _removals(self, redacted: queries.Redacted) -> list[Removal]:
        """The events that the redaction names and whose data is still there; their seals are
        checked. Raises CorruptEvent, and ValueError if the event is not a redaction of this
        statement."""
        timeline, id_, revision = redacted
        [(header, event, _)] = await self._fetch(timeline, [revision])
        subject = redactable_subject(timeline, id_)
        if not isinstance(event, StatementRedacted) or header.subject != subject:
            raise ValueError(f"revision {revision} is no redaction of {id_!r}")
        data = event
        return [
            Removal(position, timeline, named.id, revision)
            for named, kept, position in await self._fetch(timeline, data.revisions)
            if kept is not None and named.subject == subject and named.revision < revision
        ]

    async def _fetch(self, timeline: str, revisions: Sequence[int]) -> list[_Event]:
        """The events of these revisions, opened. Raises CorruptEvent, and ValueError if one is
        unknown."""
        reader = self._read_model.reader_of(timeline)
        ref = queries.timeline_at(reader, timeline)
        if ref is None:
            raise ValueError(f"there is no timeline {timeline!r}")
        places = queries.places_of(reader, ref, revisions)
        if len(places) != len(revisions):
            raise ValueError(f"not all of {list(revisions)} are events of {timeline!r}")
        found = await fetch_recorded(self._log, timeline, places)
        opened = [self._codec.open(stored, header) for header, stored in found]
        return [_Event(e.header, e.event, e.position) for e in opened]

    def _folded(self, folded: Mapping[str, int]) -> None:
        self._changed.update(map(self._partition_of, folded))
        self._came.set()

    def _reset(self, partition: int) -> None:
        """The read model of the partition turned to another history: go through its redactions from
        the first one on."""

        def others(of: set[queries.Redacted]) -> set[queries.Redacted]:
            return {one for one in of if self._partition_of(one.timeline) != partition}

        self._removed, self._done = others(self._removed), others(self._done)
        self._odd = others(self._odd)
        self._changed.add(partition)
        self._came.set()

    def _partition_of(self, timeline: str) -> int:
        return partition_of(timeline, self._log.identity.partitions)
