"""The calls that count statements, for charts."""

from __future__ import annotations

from projections.answers.buckets import Buckets
from projections.answers.choices import Every, StatementClock
from projections.answers.facets import Facets
from service.client.statement_query import StatementQuery
from service.client.transport.connection import Connection, ServerAnswer, path_of

__all__ = ["CountCalls"]

_EVERYTHING = StatementQuery()


class CountCalls:
    """Both raise what `service.client.errors` lists. `as_of` is a part of the filter."""

    _connection: Connection

    async def buckets(
        self,
        timeline: str,
        every: Every,
        *,
        on: StatementClock = "occurred",
        vague: bool = False,
        filter_: StatementQuery = _EVERYTHING,
    ) -> ServerAnswer[Buckets]:
        """How many statements there are in each year, month, week or day; with `vague`, also which
        of them may begin later. `filter_.order` is not sent."""
        asked = [("every", every), ("on", on), *filter_.parameters()]
        if vague:
            asked.append(("vague", "true"))
        return await self._connection.get(path_of(timeline, "buckets"), Buckets, asked)

    async def facets(
        self, timeline: str, *, filter_: StatementQuery = _EVERYTHING
    ) -> ServerAnswer[Facets]:
        """The values of the selected statements, and how often each occurs."""
        asked = filter_.parameters()
        return await self._connection.get(path_of(timeline, "facets"), Facets, asked)
