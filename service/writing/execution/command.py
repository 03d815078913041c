"""What a caller wants to happen on a timeline, who the caller is, and the result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from events.errors import InvalidInput, OnrecordError
from events.statement.statement import Statement
from service.messages.write_results import Recorded
from service.writing.deciding.command import Command

__all__ = [
    "EXISTING",
    "ArrayResult",
    "Caller",
    "Command",
    "CommandArray",
    "CommandResult",
    "RecordStatements",
]


class RecordStatements(NamedTuple):
    """One statement, or several that are recorded all or none; one without an id is given one."""

    body: Statement | list[Statement]

    @property
    def statements(self) -> list[Statement]:
        return self.body if isinstance(self.body, list) else [self.body]


class CommandArray(NamedTuple):
    """Commands in their order, each decided on what those before it have changed. In the place of
    a malformed one is what is wrong with it. `kinds` are the names by which they were given. If
    `is_atomic`, all of them are carried out or none. `forbidden` are the errors of those that the
    caller may not give, by their numbers."""

    items: tuple[Command | InvalidInput, ...]
    kinds: tuple[str, ...]
    is_atomic: bool = False
    forbidden: Mapping[int, OnrecordError] = {}


EXISTING: Final = ("\n",)
"""The tags of `If-Match: *` for a call that may make a new statement: no other can be this."""


class Caller(NamedTuple):
    """Who gives a command, and its conditions.

    `key` is the Idempotency-Key, spent on the command, or on the request `asked` that it came from;
    `tags` are those of If-Match, None if it was not sent. In a dry run everything is decided and
    nothing is recorded. What somebody asks who `proposes` becomes a proposal.
    """

    author: str
    key: str | None = None
    tags: tuple[str, ...] | None = None
    dry_run: bool = False
    proposes: bool = False
    asked: Command | RecordStatements | CommandArray | None = None


class CommandResult(NamedTuple):
    """What was recorded, now or before, and the timeline's revision after the command. Every
    command but RecordStatements has one item. Of a dry run it is what would have been recorded."""

    items: tuple[Recorded, ...]
    revision: int


class ArrayResult(NamedTuple):
    """What was recorded for each command, now or before, or why it was refused, in their order; and
    the timeline's revision after them."""

    items: tuple[Recorded | OnrecordError, ...]
    revision: int

    @property
    def refused(self) -> Mapping[int, OnrecordError]:
        """The errors of the commands that were refused, by the commands' numbers."""
        return {n: item for n, item in enumerate(self.items) if isinstance(item, OnrecordError)}
