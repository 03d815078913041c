"""The events that belong to the statements that a filter selects."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

import msgspec
from msgspec import Struct

from projections import queries
from projections.queries import TimelineRef
from projections.storage.reader import Reader
from service.interchange.exports.pages import StatementPages
from service.reading.event_lines import EventLine
from service.reading.moment import Moment
from service.reading.read_side import ReadSide

__all__ = ["ChosenStatements", "EventChoice"]

_STATEMENT: Final = "statements/"
_SOURCE: Final = "sources/"


class _Target(Struct, frozen=True):
    target: str | None = None


class _Facts(Struct, frozen=True):
    subject: str
    data: _Target = _Target()


_facts = msgspec.json.Decoder(_Facts)


class ChosenStatements:
    """Statements of one timeline up to a revision, stored as one bit for each revision: a million
    of them take no more memory than a page of text."""

    def __init__(self, revision: int) -> None:
        self._bits = bytearray(revision // 8 + 1)

    def choose(self, recorded: Iterable[int]) -> None:
        """Add the statements that were recorded at these revisions."""
        for st in recorded:
            self._bits[st // 8] |= 1 << st % 8

    def among(self, reader: Reader, ref: TimelineRef, ids: AbstractSet[str]) -> set[str]:
        """Those of the ids whose statements were chosen."""
        found = queries.revisions_of_ids(reader, ref, ids)
        most = 8 * len(self._bits)
        return {id_ for id_, st in found.items() if st < most and self._bits[st // 8] >> st % 8 & 1}


class EventChoice:
    """Chooses the events about the statements of `pages`, about the timeline, and about actors. A
    relation is chosen if both its ends are."""

    def __init__(self, read_side: ReadSide, moment: Moment, pages: StatementPages) -> None:
        self._read_side = read_side
        self._moment = moment
        self._pages = pages
        self._chosen = ChosenStatements(moment.revision)

    async def of(self, batches: AsyncIterator[list[EventLine]]) -> AsyncIterator[list[EventLine]]:
        """The chosen events, in order. Raises QueryTooLong, Lagging and Damaged."""
        recorded = self._pages.recorded()

        def find(reader: Reader, ref: TimelineRef) -> bool:
            self._pages.turn_to(reader, ref)
            found = next(recorded, None)
            self._chosen.choose(found or ())
            return found is not None

        while await self._read_side.aside(self._moment, find):
            pass
        async for batch in batches:
            yield self._those_chosen(batch)

    def _those_chosen(self, batch: Sequence[EventLine]) -> list[EventLine]:
        facts = [_facts.decode(each.line) for each in batch]
        ids = {fact.subject.removeprefix(_STATEMENT) for fact in facts}
        ids |= {fact.data.target for fact in facts if fact.data.target is not None}
        reader = self._read_side.reader_of(self._moment.ref.name)
        known = self._chosen.among(reader, self._moment.ref, ids)
        return [line for line, fact in zip(batch, facts, strict=True) if _belongs(fact, known)]


def _belongs(fact: _Facts, known: AbstractSet[str]) -> bool:
    if fact.subject.startswith(_STATEMENT):
        target = fact.data.target
        return fact.subject.removeprefix(_STATEMENT) in known and (
            target is None or target in known
        )
    return not fact.subject.startswith(_SOURCE)
