"""The calls that ask. Each answer says of which revision of the timeline it is true."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager

import msgspec
from msgspec import Raw

from service.client.answers import (
    Actor,
    Diff,
    Event,
    EventsPage,
    Health,
    Page,
    ShownStatement,
    SourceItem,
    StatementsPage,
    Timeline,
)
from service.client.connection import Answer, Connection, EventLines, path_of
from service.client.statement_filter import StatementFilter

__all__ = ["Reading"]

_EVERYTHING = StatementFilter()
_MOST = 500
"""Items a page: the most that the server gives."""
_OK = 200
_statement = msgspec.json.Decoder(ShownStatement)


class Reading:
    """All raise what `service.client.problem` lists. `min_revision` waits up to five seconds
    until the answer includes that revision; `as_of` (a revision, a time or a day) asks with the
    knowledge of then; `if_none_match` takes an earlier answer's ETag."""

    _connection: Connection

    async def timelines(
        self, *, limit: int | None = None, cursor: str | None = None
    ) -> Answer[Page[Timeline]]:
        """One page of all timelines."""
        asked = _given(limit=limit, cursor=cursor)
        return await self._connection.get("/v1/timelines", Page[Timeline], asked)

    async def every_timeline(self) -> AsyncIterator[Timeline]:
        """All timelines, page after page."""
        cursor: str | None = None
        while True:
            page = (await self.timelines(limit=_MOST, cursor=cursor)).value
            for item in page.items:
                yield item
            if (cursor := page.next) is None:
                return

    async def timeline(
        self,
        timeline: str,
        *,
        as_of: str | int | None = None,
        min_revision: int | None = None,
        if_none_match: str | None = None,
    ) -> Answer[Timeline]:
        """One timeline."""
        asked = _given(as_of=as_of, min_revision=min_revision)
        return await self._connection.get(path_of(timeline), Timeline, asked, if_none_match)

    async def statements(
        self,
        timeline: str,
        wanted: StatementFilter = _EVERYTHING,
        *,
        limit: int | None = None,
        count: bool = False,
        min_revision: int | None = None,
    ) -> Answer[StatementsPage[Raw]]:
        """The first page of statements, each as its JSON; `count` asks for the total too."""
        asked = wanted.parameters() + _given(limit=limit, min_revision=min_revision)
        if count:
            asked.append(("count", "true"))
        return await self._connection.get(
            path_of(timeline, "statements"), StatementsPage[Raw], asked
        )

    async def more_statements(
        self, timeline: str, cursor: str, *, limit: int | None = None
    ) -> Answer[StatementsPage[Raw]]:
        """The page behind `cursor`, which carries the filters and the revision."""
        asked = _given(cursor=cursor, limit=limit)
        return await self._connection.get(
            path_of(timeline, "statements"), StatementsPage[Raw], asked
        )

    async def every_statement(
        self, timeline: str, wanted: StatementFilter = _EVERYTHING
    ) -> AsyncIterator[ShownStatement]:
        """All statements of one revision, page after page."""
        page = (await self.statements(timeline, wanted, limit=_MOST)).value
        while True:
            for item in page.items:
                yield _statement.decode(item)
            if page.next is None:
                return
            page = (await self.more_statements(timeline, page.next, limit=_MOST)).value

    async def statement(
        self,
        timeline: str,
        id: str,  # noqa: A002 - the field's own name
        *,
        as_of: str | int | None = None,
        min_revision: int | None = None,
        if_none_match: str | None = None,
    ) -> Answer[ShownStatement]:
        """One statement; its ETag is what `if_match` takes."""
        asked = _given(as_of=as_of, min_revision=min_revision)
        path = path_of(timeline, "statements", id)
        return await self._connection.get(path, ShownStatement, asked, if_none_match)

    async def history(
        self,
        timeline: str,
        id: str,  # noqa: A002 - the field's own name
        *,
        limit: int | None = None,
        cursor: str | None = None,
        as_of: str | int | None = None,
    ) -> Answer[Page[Event]]:
        """The events whose subject or target the statement is."""
        path = path_of(timeline, "statements", id, "history")
        return await self._connection.get(
            path, Page[Event], _given(limit=limit, cursor=cursor, as_of=as_of)
        )

    async def diff(self, timeline: str, begin: str | int, end: str | int) -> Answer[Diff]:
        """What differs between two moments, each as for `as_of`, the earlier one first."""
        asked = [("from", str(begin)), ("to", str(end))]
        return await self._connection.get(path_of(timeline, "diff"), Diff, asked)

    async def actors(
        self,
        timeline: str,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        as_of: str | int | None = None,
    ) -> Answer[Page[Actor]]:
        """One page of the actors that the timeline names."""
        path = path_of(timeline, "actors")
        return await self._connection.get(
            path, Page[Actor], _given(limit=limit, cursor=cursor, as_of=as_of)
        )

    async def sources(
        self,
        timeline: str,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        as_of: str | int | None = None,
    ) -> Answer[Page[SourceItem]]:
        """One page of the sources that the timeline names."""
        path = path_of(timeline, "sources")
        return await self._connection.get(
            path, Page[SourceItem], _given(limit=limit, cursor=cursor, as_of=as_of)
        )

    async def events(
        self,
        timeline: str,
        *,
        after: int = 0,
        limit: int | None = None,
        subject: Sequence[str] = (),
        type: Sequence[str] = (),  # noqa: A002 - the parameter's own name
    ) -> Answer[EventsPage]:
        """Events behind revision `after`, in their order."""
        asked = _given(after=after, limit=limit) + _wanted(subject, type)
        return await self._connection.get(path_of(timeline, "events"), EventsPage, asked)

    async def every_event(
        self,
        timeline: str,
        *,
        after: int = 0,
        subject: Sequence[str] = (),
        type: Sequence[str] = (),  # noqa: A002 - the parameter's own name
    ) -> AsyncIterator[Event]:
        """Events behind revision `after` up to the head, page after page by `next_after`."""
        reached: int | None = after
        while reached is not None:
            page = (
                await self.events(timeline, after=reached, limit=_MOST, subject=subject, type=type)
            ).value
            for item in page.items:
                yield item
            reached = page.next_after

    def event_lines(
        self,
        timeline: str,
        *,
        after: int = 0,
        limit: int | None = None,
        subject: Sequence[str] = (),
        type: Sequence[str] = (),  # noqa: A002 - the parameter's own name
    ) -> AbstractAsyncContextManager[EventLines]:
        """Events behind `after` up to the head as exact lines, read as they are wanted.

        Leaving the context drops the connection: nothing is read that nobody asked for.
        """
        asked = _given(after=after, limit=limit) + _wanted(subject, type)
        return self._connection.stream(path_of(timeline, "events"), asked)

    async def event(self, timeline: str, revision: int) -> Answer[Event]:
        """The event of that revision."""
        return await self._connection.get(path_of(timeline, "events", str(revision)), Event)

    async def health(self) -> Health:
        """Whether the server can serve, and what it says of each thing that it needs."""
        status, body = await self._connection.fetch("/health/ready")
        return Health(ready=status == _OK, report=Raw(body))


def _given(**parameters: str | int | None) -> list[tuple[str, str]]:
    return [(name, str(value)) for name, value in parameters.items() if value is not None]


def _wanted(subjects: Sequence[str], types: Sequence[str]) -> list[tuple[str, str]]:
    return [("subject", item) for item in subjects] + [("type", item) for item in types]
