"""Sending requests that change something, or only try it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from service.client.transport.connection import Connection, ServerAnswer

__all__ = ["Sending"]

T = TypeVar("T")


class Sending:
    """The common part of all calls that change something; in a dry run they change nothing."""

    _connection: Connection
    _dry_run: bool = False

    async def _write(
        self,
        method: str,
        path: str,
        type_: type[T],
        body: object = None,
        parameters: Sequence[tuple[str, str]] = (),
        headers: Mapping[str, str | None] | None = None,
    ) -> ServerAnswer[T]:
        if self._dry_run:
            parameters = (*parameters, ("dry_run", "true"))
        return await self._connection.write(method, path, type_, body, parameters, headers)
