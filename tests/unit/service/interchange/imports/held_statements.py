"""A target of imports that holds its statements in a dictionary."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

import msgspec

from events.errors import Fault
from events.statement.statement import Statement
from service.interchange.imports.target import CommandOutcome, OriginRow
from service.interchange.mappings.checking import faults_of_row

__all__ = ["LONG_AGO", "HeldStatements"]

LONG_AGO = "1970-01-01T00:00:00Z"


class HeldStatements:
    """An open timeline. What is `redacted` refuses to be put again; a statement was `recorded_at`
    that time, or long ago."""

    def __init__(self) -> None:
        self.held: dict[str, Any] = {}
        self.before: dict[str, Any] = {}
        self.retracted: list[str] = []
        self.redacted: set[str] = set()
        self.commands: list[Any] = []
        self.events: list[bytes] = []
        self.asked: list[str] = []
        self.proposals: list[str] = []
        self.recorded_at: dict[str, str] = {}
        self.revision = 0

    async def is_open(self) -> bool:
        return True

    async def origin_rows(self, dataset: str) -> AsyncIterator[OriginRow]:
        for id_, statement in list(self.held.items()):
            if statement.get("origin", {}).get("dataset") == dataset:
                retracted = "gone" if id_ in self.retracted else None
                yield OriginRow(id_, retracted, self.recorded_at.get(id_, LONG_AGO), None)

    async def event_lines(self, subjects: Sequence[str] = ()) -> AsyncIterator[Sequence[bytes]]:
        self.asked = [*subjects]
        yield self.events

    async def carry_out(
        self, commands: Sequence[Any], *, dry_run: bool, key: str | None = None
    ) -> list[CommandOutcome]:
        return [self._outcome(command, dry_run=dry_run) for command in commands]

    def _outcome(self, command: Any, *, dry_run: bool) -> CommandOutcome:
        self.commands.append(command)
        if "retraction" in command:
            self.retracted += [] if dry_run else [command["retraction"]["id"]]
            return CommandOutcome()
        statement = command.get("put") or command.get("statement")
        if statement is None:
            return CommandOutcome()
        if faults := faults_of_row(statement, {}):
            return CommandOutcome(faults=tuple(Fault("", fault.reason) for fault in faults))
        is_same = self.held.get(statement["id"]) == statement
        if dry_run:
            return CommandOutcome(is_same)
        self.before[statement["id"]] = self.held.get(statement["id"])
        self.held[statement["id"]] = statement
        self.revision += not is_same
        return CommandOutcome(is_same, revision=self.revision)

    async def content(
        self,
        id: str,  # noqa: A002 - the field's own name
        before: int | None = None,
    ) -> Statement | None:
        found = self.before.get(id) if before is not None else self.held.get(id)
        return None if found is None else msgspec.convert(found, Statement)

    async def wait_for_fold(self, behind: int = 0) -> int:
        return 0
