"""The places where, at the last reading, the log did not continue what the ledger keeps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from projections.ledger.tables import LedgerTables

__all__ = ["Divergence", "Divergences"]


class Divergence(NamedTuple):
    """The first revision at which the log does not continue what the ledger keeps of a timeline."""

    timeline: str
    revision: int
    reason: str


class Divergences:
    """The divergences of every timeline, stored in the ledger's file. Every method raises
    Damaged."""

    def __init__(self, tables: LedgerTables) -> None:
        self._tables = tables

    def all(self) -> list[Divergence]:
        rows = self._tables.all(
            "SELECT name, wrong_at, reason FROM timelines WHERE wrong_at IS NOT NULL ORDER BY name"
        )
        return [Divergence(*row) for row in rows]

    def exist_in(self, partition: int) -> bool:
        """Whether any timeline of the partition diverges."""
        query = "SELECT 1 FROM timelines WHERE partition = ? AND wrong_at IS NOT NULL LIMIT 1"
        return self._tables.one(query, partition) is not None

    def save(self, partition: int, found: Iterable[Divergence], *, whole: bool) -> None:
        """Within a transaction: save the divergences that were found in a partition. After a
        `whole` reading they replace the earlier ones."""
        if whole:
            self._tables.all(
                "UPDATE timelines SET wrong_at = NULL, reason = NULL WHERE partition = ?",
                partition,
            )
        for name, revision, reason in found:
            self._tables.row_of(name, partition)
            self._tables.all(
                "UPDATE timelines SET wrong_at = ?, reason = ? WHERE name = ?",
                revision,
                reason,
                name,
            )
