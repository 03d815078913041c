"""The read model and the log as reading calls use them: a timeline at a sufficient revision, a
page's cursor, lines of events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, Final, TypeVar

from msgspec import structs

from events.errors import (
    Fault,
    InvalidInput,
    Lagging,
    Stalled,
    StatementGone,
    Unknown,
)
from events.log.contract import Log
from events.log.mismatch import MismatchReports
from projections.progress import Progress
from projections.queries.events import redaction_of
from projections.queries.timelines import TimelineRef, timeline_at
from projections.storage.read_model import ReadModel
from projections.storage.reader import Reader
from service.http.declared.query import Query
from service.reading.cursor import Cursor
from service.reading.event_lines import EventLine, EventQuestion, event_lines, events_at, head_of
from service.reading.moment import MOST, AskedMoment, Moment, moment_at
from service.reading.parameters import CURSOR, LIMIT, asked_moment

__all__ = ["MOST", "PageRequest", "ReadSide"]

T = TypeVar("T")

_ASIDE: Final = 2
"""The most long queries at the same time, each in a thread."""
_PATIENCE: Final = 5.0
"""Seconds that a call waits for `min_revision`."""


class PageRequest:
    """The page that a query asks for: its cursor or its size, and the moment."""

    def __init__(self, query: Query) -> None:
        """Read the parameters in PAGED, and those in AT if the list is of one timeline."""
        self.limit = query[LIMIT]
        self.cursor = query[CURSOR]
        self.when = asked_moment(query)

    def open(self, of: tuple[str, ...], head: int, after: Any) -> Cursor:
        """The cursor of this page of the list `of`. One in the query must have a key of the type
        `after` and a revision of at most `head`. Without one, the page is the first (key None), at
        the revision `head`. Its limit comes from the query, else from the cursor, else it is 50.

        Raises InvalidInput.
        """
        if self.cursor is None:
            return Cursor(of, head, self.limit or 50, (), None)
        try:
            cursor = Cursor.decode(self.cursor, of, head, after)
        except ValueError as error:
            raise InvalidInput([Fault("?cursor", str(error))]) from error
        return cursor if self.limit is None else structs.replace(cursor, limit=self.limit)


class ReadSide:
    """The read model and the log, for handlers that read. `mismatches` reports timelines whose
    events in the log differ from what was recorded."""

    def __init__(self, log: Log, read_model: ReadModel, progress: Progress) -> None:
        self.log = log
        self.reader_of = read_model.reader_of
        """For short queries about a timeline."""
        self._read_model = read_model
        self._progress = progress
        self.mismatches = MismatchReports()
        self._aside = asyncio.Semaphore(_ASIDE)

    def readers(self) -> Sequence[Reader]:
        """For short queries about all timelines."""
        return self._read_model.readers()

    async def event_lines(
        self, ref: TimelineRef, question: EventQuestion
    ) -> AsyncIterator[list[EventLine]]:
        """The lines of events in order; see `service.reading.event_lines`."""
        with self.mismatches.reported(ref.name):
            async for batch in event_lines(self.log, self.reader_of(ref.name), ref, question):
                yield batch

    async def last_revision(self, moment: Moment) -> int:
        """The last revision that an answer about events covers: the moment's own, or the timeline's
        head in the log if no moment was given."""
        if moment.as_of is not None:
            return moment.revision
        return await head_of(self.log, moment.ref)

    async def leaves(self, ref: TimelineRef, positions: list[tuple[int, int]]) -> list[bytes]:
        """The headers, as the log has them, of the events at these revisions and positions."""
        with self.mismatches.reported(ref.name):
            found = await events_at(self.log, ref.name, positions)
        return [stored.header for _, stored in found]

    async def begin(self) -> None:
        """Wait until the read model has reached the log's head once since the start; before that it
        may be empty or incomplete. Raises Lagging after five seconds."""
        if not self._progress.caught_up.is_set():
            try:
                async with asyncio.timeout(_PATIENCE):
                    await self._progress.caught_up.wait()
            except TimeoutError as error:
                partitions = range(self.log.identity.partitions)
                reached = sum(map(self._read_model.checkpoint, partitions))
                raise Lagging(reached, reached + 1) from error

    async def moment(self, name: str, when: AskedMoment) -> Moment:
        """The timeline at the moment `when`, once it has reached `when.min_revision`.

        Raises Lagging, Stalled, Unknown (also if the timeline was not open yet), InvalidInput.
        """
        if when.min_revision or not self._progress.caught_up.is_set():
            await self._reach(name, when.min_revision)
        return moment_at(self.reader_of(name), self._known(name), when.as_of)

    async def aside(self, moment: Moment, ask: Callable[[Reader, TimelineRef], T]) -> T:
        """The result of `ask`, run in another thread with its own reader. Only a few run at a time,
        also those for callers who have left.

        Raises what `ask` raises, and Lagging if another history takes over meanwhile.
        """
        name, revision = moment.ref.name, moment.revision

        def work() -> T:
            with self._read_model.aside(name) as reader, reader.steady():
                ref = timeline_at(reader, name)
                if ref is None or ref.revision < revision:
                    raise Lagging(ref.revision if ref else 0, revision)
                return ask(reader, ref)

        await self._aside.acquire()
        working = asyncio.ensure_future(asyncio.to_thread(work))
        working.add_done_callback(self._worked)
        return await asyncio.shield(working)

    def _worked(self, working: asyncio.Future[Any]) -> None:
        self._aside.release()
        if not working.cancelled():
            working.exception()  # is known, though nobody may wait for it any more

    def unknown_statement(self, ref: TimelineRef, id: str) -> Unknown | StatementGone:  # noqa: A002 - the field's own name
        """Why there is no such statement: it was never recorded, or was redacted."""
        revision = redaction_of(self.reader_of(ref.name), ref, id)
        return Unknown("statement", id) if revision is None else StatementGone(id, revision)

    async def timeline(self, name: str, min_revision: int = 0) -> TimelineRef:
        """The timeline, once it has reached `min_revision`.

        Raises Lagging if it does not within five seconds, Stalled, Unknown.
        """
        await self._reach(name, min_revision)
        return self._known(name)

    async def _reach(self, name: str, min_revision: int) -> None:
        """Wait until the timeline has reached `min_revision`. Raises Lagging, Stalled."""
        await self.begin()
        if min_revision:
            try:
                await self._progress.wait_for(name, min_revision, _PATIENCE)
            except Stalled as error:
                error.wanted = min_revision
                raise

    def _known(self, name: str) -> TimelineRef:
        """The timeline as it is now. Raises Unknown."""
        ref = timeline_at(self.reader_of(name), name)
        if ref is None:
            raise Unknown("timeline", name)
        return ref
