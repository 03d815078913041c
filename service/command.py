"""A command: what a caller wants to have happened on a timeline, and what came of it."""

from __future__ import annotations

from typing import NamedTuple

from events.statement import Statement
from events.types import Event
from service.bodies import Recorded

__all__ = ["Caller", "Command", "Done", "RecordStatements"]


class Command(NamedTuple):
    """`event` shall happen to the thing `id`: the timeline, statement, source or actor that the
    event's type is about. A timeline that is open is described by a `TimelineOpened`, an actor
    that is registered by an `ActorRegistered`."""

    id: str
    event: Event


class RecordStatements(NamedTuple):
    """One statement, or several to be recorded all or none; those without an id are given one."""

    body: Statement | list[Statement]

    @property
    def statements(self) -> list[Statement]:
        return self.body if isinstance(self.body, list) else [self.body]


class Caller(NamedTuple):
    """Who asks, and on what terms.

    `key` is the Idempotency-Key; `tags` are those of If-Match, None where there is none.
    """

    author: str
    key: str | None = None
    tags: tuple[str, ...] | None = None


class Done(NamedTuple):
    """What was recorded, or was before, and the timeline's revision after the command."""

    items: tuple[Recorded, ...]
    revision: int
