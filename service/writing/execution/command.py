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
    """One statement, or several that are recorded all or none; a statement without an id gets
    one."""

    body: Statement | list[Statement]

    @property
    def statements(self) -> list[Statement]:
        return self.body if isinstance(self.body, list) else [self.body]


class CommandArray(NamedTuple):
    """Commands in order, each decided on the changes of those before it. A malformed command is
    replaced by its fault. `kinds` are the names under which they were given. If `is_atomic`, all of
    them are carried out or none. `forbidden` has the errors of those that the caller may not give,
    by number."""

    items: tuple[Command | InvalidInput, ...]
    kinds: tuple[str, ...]
    is_atomic: bool = False
    forbidden: Mapping[int, OnrecordError] = {}


EXISTING: Final = ("\n",)
"""The tags for `If-Match: *` in a call that may create a statement: no other statement has them."""


class Caller(NamedTuple):
    """Who gives a command, and its conditions.

    `key` is the Idempotency-Key, used for the command, or for the request `asked` that it came
    from; `tags` are those of If-Match, None if it was not sent. In a dry run everything is decided
    and nothing is recorded. If the caller `proposes`, the command becomes a proposal.
    """

    author: str
    key: str | None = None
    tags: tuple[str, ...] | None = None
    dry_run: bool = False
    proposes: bool = False
    asked: Command | RecordStatements | CommandArray | None = None


class CommandResult(NamedTuple):
    """What was recorded, now or before, and the timeline's revision after the command. Every
    command but RecordStatements has one item. For a dry run it is what would have been recorded."""

    items: tuple[Recorded, ...]
    revision: int


class ArrayResult(NamedTuple):
    """For each command, in order, what was recorded, now or before, or why it was refused; and the
    timeline's revision after them."""

    items: tuple[Recorded | OnrecordError, ...]
    revision: int

    @property
    def refused(self) -> Mapping[int, OnrecordError]:
        """The errors of the commands that were refused, by the commands' numbers."""
        return {n: item for n, item in enumerate(self.items) if isinstance(item, OnrecordError)}
