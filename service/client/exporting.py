"""The calls that export a timeline."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

from service.client.reading import parameters_of
from service.client.statement_query import StatementQuery
from service.client.transport.connection import (
    Connection,
    ServerAnswer,
    path_of,
    revision_of,
)
from service.messages.exports import ExportFormat, ExportLoss

__all__ = ["ExportCalls", "ExportedFile"]

_EVERYTHING = StatementQuery()


class ExportedFile(NamedTuple):
    """A file that is being received: its revision, the fields that its format cannot hold, its
    type, and its bytes in chunks."""

    revision: int | None
    losses: tuple[str, ...]
    media_type: str
    pieces: AsyncIterator[bytes]


class ExportCalls:
    """Both raise what `service.client.errors` lists. `as_of` is a part of the filter."""

    _connection: Connection

    @asynccontextmanager
    async def export(
        self,
        timeline: str,
        format: ExportFormat,  # noqa: A002 - the parameter's own name
        wanted: StatementQuery = _EVERYTHING,
        *,
        min_revision: int | None = None,
    ) -> AsyncIterator[ExportedFile]:
        """The statements that `wanted` selects, or their events, as a file of one revision. It is
        received as the caller iterates. Raises `Unreachable` if the connection breaks before the
        end."""
        asked = [
            ("format", format),
            *wanted.parameters(),
            *parameters_of(min_revision=min_revision),
        ]
        path = path_of(timeline, "export")
        async with self._connection.download(path, asked) as response:
            lost = response.headers.get("onrecord-loss", "none")
            yield ExportedFile(
                revision_of(response),
                () if lost == "none" else tuple(lost.split(", ")),
                response.headers.get("content-type", ""),
                response.aiter_bytes(),
            )

    async def export_loss(
        self,
        timeline: str,
        format: ExportFormat,  # noqa: A002 - the parameter's own name
        wanted: StatementQuery = _EVERYTHING,
    ) -> ServerAnswer[ExportLoss]:
        """Which fields would be lost in that format, and in how many statements. The server reads
        all statements that `wanted` selects."""
        asked = [("format", format), *wanted.parameters()]
        return await self._connection.get(path_of(timeline, "export", "loss"), ExportLoss, asked)
