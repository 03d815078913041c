"""The statements of an export, page by page, all of one revision."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial
from typing import Final

from events.errors import Lagging
from projections import queries
from projections.answers.choices import Order
from projections.queries import Keyset, Shown, StatementFilter, TimelineRef
from projections.storage.reader import Reader
from service.interchange.writers.exported import ExportedStatement

__all__ = ["StatementPages", "exported"]

_PAGE: Final = 250
"""The number of statements that are read and written at a time."""
_NAMED: Final = 2_000
"""The number of statements whose extra fields are collected at a time."""
_FOUND: Final = 20_000
"""The number of statements that are found at a time without reading them."""


class StatementPages:
    """The statements that a filter selects as of a revision, in order. They can be iterated several
    times. `turn_to` sets the reader for the next page, which may be read in another thread than the
    page before."""

    def __init__(self, filter_: StatementFilter, order: Order, revision: int) -> None:
        self._filter = filter_
        self._order = order
        self._revision = revision
        self._reader: tuple[Reader, TimelineRef] | None = None

    def turn_to(self, reader: Reader, ref: TimelineRef) -> None:
        """Use this reader from now on."""
        self._reader = reader, ref

    def __iter__(self) -> Iterator[list[ExportedStatement]]:
        after: Keyset | None = None
        while True:
            reader, ref = self.asked()
            page = queries.show_page(
                reader,
                ref,
                self._filter,
                self._revision,
                order=self._order,
                limit=_PAGE,
                after=after,
            )
            yield exported(reader, ref, page.items)
            after = page.next
            if after is None:
                return

    def extra_names(self) -> Iterator[set[str]]:
        """The names of the extra fields of the statements that the filter selects as of the
        revision, and of no others, one batch of statements after the other."""
        after: int | None = 0
        while after is not None:
            reader, ref = self.asked()
            names, after = queries.extra_names(
                reader, ref, self._filter, self._revision, after=after, limit=_NAMED
            )
            yield names

    def recorded(self) -> Iterator[list[int]]:
        """The revisions at which the statements were recorded, ascending, in batches."""
        after, found = 0, [0] * _FOUND
        while len(found) == _FOUND:
            reader, ref = self.asked()
            found = queries.recorded_revisions(
                reader, ref, self._filter, self._revision, after=after, limit=_FOUND
            )
            after = found[-1] if found else after
            yield found

    def asked(self) -> tuple[Reader, TimelineRef]:
        """The present reader. Raises Lagging if there is none yet."""
        if self._reader is None:
            raise Lagging(0, self._revision)
        return self._reader


def exported(reader: Reader, ref: TimelineRef, shown: list[Shown]) -> list[ExportedStatement]:
    """The statements, each with the time of its last change."""
    changes = {each.changed for each in shown}
    times = cache(partial(queries.recorded_times, reader, ref, changes))
    return [ExportedStatement(each.json, each.changed, times) for each in shown]
