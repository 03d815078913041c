"""Counts what an export of events loses if a filter chooses among them.

A relation is lost if its other end is left out; every grade of a source is lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from projections import queries
from projections.answers.statement import ShownStatement
from service.interchange.exports.choice import ChosenStatements
from service.interchange.exports.pages import StatementPages
from service.interchange.writers.exported import ExportedStatement
from service.interchange.writers.loss import Loss, LossCount

__all__ = ["FILTERED", "EventLossCount"]

FILTERED: Final = (
    Loss(
        "relations",
        "Relations to statements that the filter leaves out are not there.",
        lambda s: bool(s.relations),
    ),
    Loss(
        "sources",
        "The grades of sources are not there where a filter chooses statements.",
        lambda s: bool(s.sources),
    ),
)
"""What may be lost; whether it is depends on other statements and events."""


class EventLossCount(LossCount):
    """Counts what the statements of `pages` lose as events. Each step of `steps` reads one page of
    statements."""

    def __init__(self, pages: StatementPages, revision: int) -> None:
        relations, sources = FILTERED
        super().__init__(
            [
                relations._replace(happens=self._is_cut_off),
                sources._replace(happens=self._is_graded),
            ]
        )
        self._pages = pages
        self._revision = revision
        self._chosen = ChosenStatements(revision)
        self._inside: set[str] = set()
        self._graded: set[str] = set()

    def steps(self) -> Iterator[None]:
        """Find all statements, and then count what each loses."""
        for recorded in self._pages.recorded():
            self._chosen.choose(recorded)
            yield
        for batch in self._pages:
            self._look_around(batch)
            self.add(batch)
            yield

    def _look_around(self, batch: Sequence[ExportedStatement]) -> None:
        """Find out which relations of the batch lead to chosen statements, and which of its sources
        are graded."""
        ends, sources = set[str](), set[str]()
        for shown in map(ExportedStatement.decode, batch):
            ends.update(each.statement for each in shown.relations)
            sources.update(each.id for each in shown.sources)
        reader, ref = self._pages.asked()
        self._inside = self._chosen.among(reader, ref, ends)
        self._graded = queries.graded_sources(reader, ref, self._revision, sources)

    def _is_cut_off(self, shown: ShownStatement) -> bool:
        return any(each.statement not in self._inside for each in shown.relations)

    def _is_graded(self, shown: ShownStatement) -> bool:
        return any(each.id in self._graded for each in shown.sources)
