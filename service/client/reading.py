"""The calls that read. Each answer says which revision of the timeline it is about."""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec
from msgspec import Raw, Struct

from projections.answers.statement import ShownStatement
from projections.answers.timeline import Timeline
from service.client.errors import UNREADABLE, UnreadableAnswer
from service.client.statement_query import StatementQuery
from service.client.transport.connection import Connection, ServerAnswer, path_of
from service.messages.events import ShownEvent
from service.messages.imports import DatasetMapping
from service.messages.pages import (
    ActorsPage,
    HistoryPage,
    SourcesPage,
    StatementsPage,
    TimelinesPage,
)
from service.messages.states import Diff

__all__ = ["MOST", "ReadCalls", "Readiness", "parameters_of"]

_EVERYTHING = StatementQuery()
MOST = 500
"""The largest number of items that the server returns in a page."""
_OK = 200
_statement = msgspec.json.Decoder(ShownStatement)


class Readiness(Struct, frozen=True, kw_only=True):
    """Whether the server can serve; `report` is its whole report on what it depends on, as JSON."""

    ready: bool
    report: Raw


class ReadCalls:
    """All raise what `service.client.errors` lists. `min_revision` waits up to five seconds until
    the answer includes that revision; `as_of` (a revision, a time or a day) selects an earlier
    moment; `if_none_match` takes an earlier answer's ETag."""

    _connection: Connection

    async def timelines(
        self, *, limit: int | None = None, cursor: str | None = None
    ) -> ServerAnswer[TimelinesPage]:
        """One page of all timelines."""
        asked = parameters_of(limit=limit, cursor=cursor)
        return await self._connection.get("/v1/timelines", TimelinesPage, asked)

    async def every_timeline(self) -> AsyncIterator[Timeline]:
        """All timelines, page after page."""
        cursor: str | None = None
        while True:
            page = (await self.timelines(limit=MOST, cursor=cursor)).value
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
    ) -> ServerAnswer[Timeline]:
        """One timeline."""
        asked = parameters_of(as_of=as_of, min_revision=min_revision)
        return await self._connection.get(path_of(timeline), Timeline, asked, if_none_match)

    async def statements(
        self,
        timeline: str,
        wanted: StatementQuery = _EVERYTHING,
        *,
        limit: int | None = None,
        count: bool = False,
        min_revision: int | None = None,
    ) -> ServerAnswer[StatementsPage[Raw]]:
        """The first page of statements, each as its JSON; `count` asks for the total too."""
        asked = wanted.parameters() + parameters_of(limit=limit, min_revision=min_revision)
        if count:
            asked.append(("count", "true"))
        return await self._connection.get(
            path_of(timeline, "statements"), StatementsPage[Raw], asked
        )

    async def more_statements(
        self, timeline: str, cursor: str, *, limit: int | None = None
    ) -> ServerAnswer[StatementsPage[Raw]]:
        """The page after `cursor`, which carries the filters and the revision."""
        asked = parameters_of(cursor=cursor, limit=limit)
        return await self._connection.get(
            path_of(timeline, "statements"), StatementsPage[Raw], asked
        )

    def statements_of(self, page: StatementsPage[Raw]) -> list[ShownStatement]:
        """The statements of a page. Raises UnreadableAnswer if one does not have the expected
        shape."""
        try:
            return [_statement.decode(item) for item in page.items]
        except UNREADABLE as error:
            raise UnreadableAnswer(self._connection.url, str(error)) from error

    async def every_statement(
        self, timeline: str, wanted: StatementQuery = _EVERYTHING
    ) -> AsyncIterator[ShownStatement]:
        """All statements of one revision, page after page."""
        page = (await self.statements(timeline, wanted, limit=MOST)).value
        while True:
            for item in self.statements_of(page):
                yield item
            if page.next is None:
                return
            page = (await self.more_statements(timeline, page.next, limit=MOST)).value

    async def statement(
        self,
        timeline: str,
        id: str,  # noqa: A002 - the field's own name
        *,
        as_of: str | int | None = None,
        min_revision: int | None = None,
        if_none_match: str | None = None,
    ) -> ServerAnswer[ShownStatement]:
        """One statement; pass its ETag as `if_match`."""
        asked = parameters_of(as_of=as_of, min_revision=min_revision)
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
    ) -> ServerAnswer[HistoryPage[ShownEvent]]:
        """The events that have the statement as subject or target."""
        path = path_of(timeline, "statements", id, "history")
        return await self._connection.get(
            path, HistoryPage[ShownEvent], parameters_of(limit=limit, cursor=cursor, as_of=as_of)
        )

    async def diff(
        self, timeline: str, begin: str | int, end: str | int
    ) -> ServerAnswer[Diff[ShownStatement]]:
        """What differs between two moments, the earlier one first; each is given as for `as_of`."""
        asked = [("from", str(begin)), ("to", str(end))]
        return await self._connection.get(path_of(timeline, "diff"), Diff[ShownStatement], asked)

    async def actors(
        self,
        timeline: str,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        as_of: str | int | None = None,
    ) -> ServerAnswer[ActorsPage]:
        """One page of the actors that the timeline names."""
        path = path_of(timeline, "actors")
        return await self._connection.get(
            path, ActorsPage, parameters_of(limit=limit, cursor=cursor, as_of=as_of)
        )

    async def sources(
        self,
        timeline: str,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        as_of: str | int | None = None,
    ) -> ServerAnswer[SourcesPage]:
        """One page of the sources that the timeline names."""
        path = path_of(timeline, "sources")
        return await self._connection.get(
            path, SourcesPage, parameters_of(limit=limit, cursor=cursor, as_of=as_of)
        )

    async def stored_mapping(self, timeline: str, dataset: str) -> ServerAnswer[DatasetMapping]:
        """The mapping of the dataset's last import; it takes the right to write."""
        return await self._connection.get(path_of(timeline, "mappings", dataset), DatasetMapping)

    async def health(self) -> Readiness:
        """Whether the server can serve, and its report on what it depends on."""
        status, body = await self._connection.fetch("/health/ready")
        return Readiness(ready=status == _OK, report=Raw(body))


def parameters_of(**parameters: str | int | None) -> list[tuple[str, str]]:
    """The parameters that are not None, in the form of a query string."""
    return [(name, str(value)) for name, value in parameters.items() if value is not None]
