"""Names the rows that change their statements, and the statements whose rows are missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from events.statement.statement import Statement
from service.interchange.imports.field_changes import field_changes
from service.interchange.imports.target import ImportTarget
from service.messages.imports import ChangedRow, ImportReport, MissingStatement

__all__ = ["RowChanges"]

_MOST: Final = 100
_MOST_BYTES: Final = 256 << 10
_SHOWN: Final = 200


class RowChanges:
    """Fills two members of a report, each with at most a hundred entries, and fewer if they are
    very long."""

    def __init__(self, target: ImportTarget, report: ImportReport) -> None:
        self._target = target
        self._report = report
        self._waiting: list[tuple[int, Mapping[str, Any], int | None]] = []
        self._named = 0
        self._bytes = 0

    def add(self, line: int, statement: Mapping[str, Any], revision: int | None) -> None:
        """Remember that a row changes its statement; at that revision, if it is recorded."""
        if self._named < _MOST and self._bytes < _MOST_BYTES:
            self._named += 1
            self._waiting.append((line, statement, revision))

    async def compare(self) -> None:
        """Name the rows that were noted, each beside what its statement said before."""
        waiting, self._waiting = self._waiting, []
        for line, statement, revision in waiting:
            if self._bytes >= _MOST_BYTES:
                return
            now = msgspec.convert(statement, Statement)
            before = await self._target.content(statement["id"], before=revision)
            fields = [] if before is None else field_changes(before, now)
            changed = ChangedRow(line=line, key=_key(now), id=statement["id"], fields=fields)
            self._report.changed_rows.append(changed)
            self._bytes += len(msgspec.json.encode(changed))

    async def name_missing(self, ids: Sequence[str]) -> None:
        """Name statements whose rows are missing."""
        for id_ in ids[:_MOST]:
            found = await self._target.content(id_)
            key, text = (None, "") if found is None else (_key(found), found.text)
            text = text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
            self._report.missing_statements.append(MissingStatement(id=id_, key=key, text=text))


def _key(statement: Statement) -> str | None:
    return None if statement.origin is None else statement.origin.id
