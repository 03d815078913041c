"""Which events belong to the statements that a filter selects.

The statements are remembered as one bit for each revision, so that a million of them take no more
memory than a page of text.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from typing import Final

import msgspec
from msgspec import Struct

from projections import queries
from projections.queries import StatementFilter, TimelineRef
from projections.storage.reader import Reader
from service.interchange.writers.loss import Loss
from service.reading.event_lines import EventLine
from service.reading.moment import Moment
from service.reading.read_side import ReadSide

__all__ = ["FILTERED", "EventChoice"]

_PAGE: Final = 20_000
_STATEMENT: Final = "statements/"
_SOURCE: Final = "sources/"

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
"""What is lost if a filter chooses among the events."""


class _Target(Struct, frozen=True):
    target: str | None = None


class _Facts(Struct, frozen=True):
    subject: str
    data: _Target = _Target()


_facts = msgspec.json.Decoder(_Facts)


class EventChoice:
    """Chooses the events of the statements of `filter_`, and those that are about the timeline or
    about actors. A relation is chosen if both its ends are."""

    def __init__(self, read_side: ReadSide, moment: Moment, filter_: StatementFilter) -> None:
        self._read_side = read_side
        self._moment = moment
        self._filter = filter_
        self._bits = bytearray(moment.revision // 8 + 1)

    async def of(self, batches: AsyncIterator[list[EventLine]]) -> AsyncIterator[list[EventLine]]:
        """The events that are chosen, in their order. Raises QueryTooLong, Lagging and Damaged."""
        after: int | None = 0
        while after is not None:
            after = await self._read_side.aside(self._moment, partial(self._find, after))
        async for batch in batches:
            yield self._chosen(batch)

    def _find(self, after: int, reader: Reader, ref: TimelineRef) -> int | None:
        """Remember the next statements; where to go on behind them, or None at the end."""
        found = queries.recorded_revisions(
            reader, ref, self._filter, self._moment.revision, after=after, limit=_PAGE
        )
        for st in found:
            self._bits[st // 8] |= 1 << st % 8
        return found[-1] if len(found) == _PAGE else None

    def _chosen(self, batch: Sequence[EventLine]) -> list[EventLine]:
        facts = [_facts.decode(each.line) for each in batch]
        ids = {fact.subject.removeprefix(_STATEMENT) for fact in facts}
        ids |= {fact.data.target for fact in facts if fact.data.target is not None}
        reader = self._read_side.reader_of(self._moment.ref.name)
        found = queries.revisions_of_ids(reader, self._moment.ref, ids)
        known = {key for key, st in found.items() if self._bits[st // 8] >> st % 8 & 1}
        return [line for line, fact in zip(batch, facts, strict=True) if _belongs(fact, known)]


def _belongs(fact: _Facts, known: AbstractSet[str]) -> bool:
    if fact.subject.startswith(_STATEMENT):
        target = fact.data.target
        return fact.subject.removeprefix(_STATEMENT) in known and (
            target is None or target in known
        )
    return not fact.subject.startswith(_SOURCE)
