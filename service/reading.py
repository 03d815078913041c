"""What every call that reads begins with: the timeline, at a revision that is late enough."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final, TypeVar

from events.errors import Fault, InvalidInput, Lagging, Stalled, StatementRedacted, Unknown
from events.log import Log
from projections.event_queries import redaction_of
from projections.projector import Projector
from projections.reader import Reader
from projections.store import Store
from projections.timeline_queries import TimelineRef, timeline_at
from service.cursor import Cursor
from service.moment import MOST, Moment, When, moment_at
from service.query_string import QueryString, whole_number

__all__ = ["MOST", "Page", "Reading", "limit_of"]

T = TypeVar("T")

_ASIDE: Final = 2
"""Long questions that are asked at once, each in a thread."""
_PATIENCE: Final = 5.0
"""Seconds that `min_revision` waits."""


class Page:
    """What one page of a list is asked: behind which key, of which revision, how many."""

    def __init__(self, query: QueryString, *, pinned: bool = True) -> None:
        """Takes `limit` and `cursor`, and of a list of one timeline `as_of` and `min_revision`.
        Beside a cursor it takes `limit` alone, so that the query refuses the others."""
        self.limit = limit_of(query) or 50
        self.cursor = query.one("cursor", str)
        self.when = When()
        if self.cursor is not None:
            query.unknown = "Beside a cursor only limit may stand: the cursor carries the rest."
        if self.cursor is None and pinned:
            self.when = When.taken(query)

    def open(self, of: tuple[str, ...], head: int, after: Any) -> Cursor:
        """Where the list `of` goes on: at its cursor, whose key is of the type `after` and whose
        revision at most `head`, or at its beginning (key None), of the revision `head`.

        Raises InvalidInput."""
        if self.cursor is None:
            return Cursor(of, head, (), None)
        try:
            return Cursor.decode(self.cursor, of, head, after)
        except ValueError as error:
            raise InvalidInput([Fault("?cursor", str(error))]) from error


def limit_of(query: QueryString) -> int | None:
    return query.one("limit", whole_number(1, 500))


class Reading:
    """The read model and the log, for the handlers that read."""

    def __init__(self, log: Log, store: Store, projector: Projector) -> None:
        self.log = log
        self._store = store
        self._projector = projector
        self._aside = asyncio.Semaphore(_ASIDE)

    @property
    def reader(self) -> Reader:
        return self._store.reader

    async def begin(self) -> None:
        """Wait until the read model was at the log's head once since the start: before that it
        may be anything between empty and whole. Raises Lagging after five seconds."""
        if not self._projector.caught_up.is_set():
            try:
                async with asyncio.timeout(_PATIENCE):
                    await self._projector.caught_up.wait()
            except TimeoutError as error:
                reached = sum(map(self._projector.checkpoint, range(self.log.identity.partitions)))
                raise Lagging(reached, reached + 1) from error

    async def moment(self, name: str, when: When) -> Moment:
        """The timeline at the moment asked for, once it has reached `when.min_revision`.

        Raises Lagging, Stalled, Unknown (where it was not open yet as well), InvalidInput.
        """
        ref = await self.timeline(name, when.min_revision)
        return moment_at(self.reader, ref, when.as_of)

    async def aside(self, moment: Moment, ask: Callable[[Reader, TimelineRef], T]) -> T:
        """What `ask` answers in another thread, with a reader of its own, a few at a time.

        Raises what it raises, and Lagging where another history takes over meanwhile.
        """
        name, revision = moment.ref.name, moment.revision

        def work() -> T:
            with self._store.aside() as reader:
                ref = timeline_at(reader, name)
                if ref is None or ref.revision < revision:
                    raise Lagging(ref.revision if ref else 0, revision)
                return ask(reader, ref)

        async with self._aside:
            return await asyncio.to_thread(work)

    def unknown_statement(self, ref: TimelineRef, id: str) -> Unknown | StatementRedacted:  # noqa: A002 - the field's own name
        """Why there is no such statement: it never was, or is gone for every date."""
        revision = redaction_of(self.reader, ref, id)
        return Unknown("statement", id) if revision is None else StatementRedacted(id, revision)

    async def timeline(self, name: str, min_revision: int = 0) -> TimelineRef:
        """The timeline, once it has reached `min_revision`.

        Raises Lagging where it does not within five seconds, Stalled, Unknown.
        """
        await self.begin()
        if min_revision:
            try:
                await self._projector.wait_for(name, min_revision, _PATIENCE)
            except Stalled as error:
                error.wanted = min_revision
                raise
        ref = timeline_at(self.reader, name)
        if ref is None:
            raise Unknown("timeline", name)
        return ref
