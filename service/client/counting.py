"""The calls that count statements, for charts."""

from __future__ import annotations

from projections.queries import Clock, Every
from service.client.answers import Buckets, Facets
from service.client.connection import Answer, Connection, path_of
from service.client.statement_filter import StatementFilter

__all__ = ["Counting"]

_EVERYTHING = StatementFilter()


class Counting:
    """Both raise what `service.client.problem` lists. `as_of` is a part of the filter."""

    _connection: Connection

    async def buckets(
        self,
        timeline: str,
        every: Every,
        *,
        on: Clock = "occurred",
        filter_: StatementFilter = _EVERYTHING,
    ) -> Answer[Buckets]:
        """How many statements there are in each year, month, week or day. The filter's order
        does not go with it."""
        asked = [("every", every), ("on", on), *filter_.parameters()]
        return await self._connection.get(path_of(timeline, "buckets"), Buckets, asked)

    async def facets(
        self, timeline: str, *, filter_: StatementFilter = _EVERYTHING
    ) -> Answer[Facets]:
        """What the statements have that the filter selects, and how often."""
        asked = filter_.parameters()
        return await self._connection.get(path_of(timeline, "facets"), Facets, asked)
