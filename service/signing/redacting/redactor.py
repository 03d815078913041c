"""The redactor removes redacted text, once a signed checkpoint covers the redaction.

It keeps no records of its own that could be lost. The read model has the redactions, and the log
shows whether their text is still there. So each step can be repeated after a crash at any point.
The text is removed from the log, from its files and leftovers beside them, from the read model's
file, and from memory. The redaction is done when the data folder holds no file of unknown content.

Only the service that signs removes text from the log. The others wait until it has, and then remove
it from their own files.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol

import structlog
from msgspec import Struct

from events.errors import CorruptEvent, LogError, ReadModelError
from events.event.codec import Codec
from events.log.contract import Log, Removal, partition_of
from events.log.mismatch import MismatchReports
from projections import queries
from projections.projector import Projector
from projections.storage.database import TROUBLE
from projections.storage.stores import Stores
from service.datafolder.files import FolderFiles, StrangeFiles
from service.signing.redacting.redactions import Redactions
from service.signing.redacting.removals import RemovalFinder

__all__ = ["Covers", "RedactionHealth", "Redactor"]

_PATIENCE: Final = 2.0
"""Seconds to wait for a checkpoint before other redactions are tried."""
_FIRST_DELAY: Final = 0.1
_MOST_DELAY: Final = 5.0
"""Seconds between two attempts while something prevents the removal: the first delay is doubled up
to the longest."""

_UNSIGNED: Final = "It waits for a signed checkpoint that covers it: see /health/audit."
_ELSEWHERE: Final = "It waits for the service that signs this log to remove it."

_log = structlog.get_logger("onrecord.redaction")


class Covers(Protocol):
    """Knows whether a signed checkpoint covers a revision."""

    async def covered(self, timeline: str, revision: int, limit: float) -> int | None:
        """The size of a checkpoint that covers it; None if there is none within `limit` seconds."""


class RedactionHealth(Struct, frozen=True):
    """How many recorded redactions are not carried out yet; `problem` says what prevents it."""

    pending: int
    problem: str | None


class Redactor:
    """Removes redacted text from the log, the read model and the data folder, in one task that runs
    `run`. Each function in `forgotten` is called with a timeline whose text was removed, so that it
    is dropped from memory as well; `mismatches` reports the timeline of a redaction that differs
    from what was recorded. If `removes` is false, another service removes from the log; `bundled`
    says whether the log's files are in the data folder."""

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
        self._projector = projector
        self._signer = signer
        self._files = FolderFiles(stores.folder, bundled=bundled)
        self._removes = removes
        self._health = RedactionHealth(0, None)
        self._redactions = Redactions(stores.read_model, log.identity.partitions)
        self._removals = RemovalFinder(log, codec, stores.read_model)
        self.forgotten: list[Callable[[str], None]] = []
        self.mismatches = MismatchReports()
        projector.progress.on_folded.append(self._redactions.advance)
        projector.progress.on_reset.append(self._redactions.reset)

    @property
    def health(self) -> RedactionHealth:
        return self._health

    async def run(self) -> None:
        """Carry out the due redactions, until cancelled. All that are known are pending until they
        were looked at."""
        caught_up, delay = self._projector.progress.caught_up, _FIRST_DELAY
        due: list[queries.Redacted] = []
        while True:
            self._redactions.came.clear()
            try:
                due = self._redactions.due()
                self._tell(due, self._health.problem if due else None)
                if not caught_up.is_set():
                    await caught_up.wait()
                    continue
                # While another history is folded, the due redactions are those of the old one.
                if not due or self._projector.rebuilding:
                    delay = _FIRST_DELAY
                    await self._redactions.came.wait()
                    continue
                if await self._remove(due):
                    delay = _FIRST_DELAY
                    continue
                problem = _UNSIGNED if self._removes else _ELSEWHERE
            except (LogError, ReadModelError, StrangeFiles, OSError, *TROUBLE) as error:
                problem = str(error)
                if problem != self._health.problem:
                    _log.error("what was redacted is not removed yet", reason=problem)
            self._tell(due, problem)
            await asyncio.sleep(delay)  # noqa: TID251 - for a log, a disk or a signer to come back
            delay = min(2 * delay, _MOST_DELAY)

    def _tell(self, due: Sequence[queries.Redacted], problem: str | None) -> None:
        odd = self._redactions.odd
        if problem is None and odd:
            problem = f"{len(odd)} cannot be carried out: the service's log names them."
        self._health = RedactionHealth(len(odd.union(due)), problem)

    async def _remove(self, due: list[queries.Redacted]) -> bool:
        """Remove the text of all redactions that are covered, with one copy of the log. Returns
        whether none is left to do. Raises StrangeFiles if all text that the service knows of is
        removed.

        After a start it goes through every redaction, even those without text, because a crash may
        have come between removing text from the log and from its files.
        """
        of = self._redactions
        removed, done = of.removed, of.done  # a reset replaces them meanwhile
        removed.update(await self._taken([r for r in due if r not in removed]))
        if removed:
            await asyncio.to_thread(self._files.refuse_strangers)
        done.update(removed)
        return done.union(of.odd).issuperset(due)

    async def _taken(self, due: list[queries.Redacted]) -> list[queries.Redacted]:
        """Remove the text of these redactions from the log. Returns those whose text no file that
        this service knows of holds any more."""
        removals: defaultdict[int, list[Removal]] = defaultdict(list)
        taken: list[queries.Redacted] = []
        for redacted in due:
            found = await self._looked_at(redacted)
            if found is not None and (not found or await self._may_remove(redacted)):
                partition = partition_of(redacted.timeline, self._log.identity.partitions)
                removals[partition] += found
                taken.append(redacted)
        if self._removes:
            await self._remove_from_log(removals)
        if taken:
            await self._forget({redacted.timeline for redacted in taken})
        return taken

    async def _remove_from_log(self, removals: Mapping[int, Sequence[Removal]]) -> None:
        """Remove the text from the log's memory and files, and from leftover files beside them."""
        left = await asyncio.to_thread(self._files.leftovers)
        for partition, some in removals.items():
            await self._log.remove(partition, some)
            if some:
                _log.warning("removed what was redacted", partition=partition, events=len(some))
        if removals:
            await asyncio.to_thread(self._files.remove, left)

    async def _looked_at(self, redacted: queries.Redacted) -> list[Removal] | None:
        """What to remove for the redaction; None if an event is invalid, which is logged once."""
        try:
            return await self._removals.find(redacted)
        except (CorruptEvent, ValueError) as error:
            _log.error("a redaction is left", timeline=redacted.timeline, reason=str(error))
            self._redactions.odd.add(redacted)
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
