"""Digests of the folded state, computed one at a time and cached."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Final, NamedTuple

from events.errors import QueryTooLong
from projections.digest import digest_at
from projections.queries.events import recorded_at
from projections.queries.timelines import TimelineRef
from projections.storage.reader import Reader
from service.messages.states import Digest
from service.reading.moment import Moment
from service.reading.read_side import ReadSide

__all__ = ["Digests"]

_KEPT: Final = 1_024
_LONGEST: Final = 60.0
"""The most seconds for one section of a digest."""
_PATIENCE: Final = 30.0
"""The most seconds that a digest waits for those before it."""

_REDACTIONS = "SELECT count(*) FROM redactions WHERE tl = ?"


class _Key(NamedTuple):
    """What a digest depends on. A redaction changes earlier revisions. Another history may have
    other events at the same revisions, though not at the same microseconds."""

    timeline: str
    revision: int
    recorded_at: int | None
    redactions: int


class Digests:
    """Caches the digests that it has computed. They contain no text of statements."""

    def __init__(self, read_side: ReadSide) -> None:
        self._read_side = read_side
        self._turn = asyncio.Lock()
        self._kept: OrderedDict[_Key, str] = OrderedDict()

    async def show(self, moment: Moment) -> Digest:
        """The digest at the moment. Raises QueryTooLong if it, or those before it, take too long,
        and Lagging if another history takes over meanwhile."""
        key = _key(self._read_side.reader_of(moment.ref.name), moment.ref, moment.revision)
        found = self._kept.get(key)
        if found is None:
            found = await self._in_turn(key, moment)
        return Digest(key.timeline, key.revision, found)

    async def _in_turn(self, key: _Key, moment: Moment) -> str:
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._turn.acquire()
        except TimeoutError as error:
            raise QueryTooLong("Other digests are being computed; ask again later.") from error
        try:
            if key in self._kept:
                return self._kept[key]
            key, found = await self._read_side.aside(
                moment, lambda reader, ref: _compute(reader, ref, moment.revision)
            )
            self._kept[key] = found
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
            return found
        finally:
            self._turn.release()


def _compute(reader: Reader, ref: TimelineRef, revision: int) -> tuple[_Key, str]:
    """The key and the digest, from one state of the file."""
    reader.limit = _LONGEST
    with reader.steady():
        return _key(reader, ref, revision), digest_at(reader, ref, revision)


def _key(reader: Reader, ref: TimelineRef, revision: int) -> _Key:
    (count,) = reader.all(_REDACTIONS, (ref.tl,))[0]
    return _Key(ref.name, revision, recorded_at(reader, ref, revision), count)
