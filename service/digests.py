"""Digests of what is folded: computed one at a time, away from the loop, and kept."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Final, NamedTuple

from msgspec import Struct

from events.errors import QueryTooLong
from projections.digest import digest_at
from projections.event_queries import recorded_at
from projections.reader import Reader
from projections.timeline_queries import TimelineRef
from service.moment import Moment
from service.reading import Reading

__all__ = ["Digest", "Digests"]

_KEPT: Final = 1_024
_LONGEST: Final = 60.0
"""Seconds that one section of a digest may take."""
_PATIENCE: Final = 30.0
"""Seconds that the ones before it may take."""

_REDACTIONS = "SELECT count(*) FROM redactions WHERE tl = ?"


class Digest(Struct, frozen=True):
    """SHA-256 over all that is folded of a timeline at `revision`, as `sha256:<hex>`."""

    timeline: str
    revision: int
    digest: str


class _Key(NamedTuple):
    """What a digest is of. A redaction changes the past, and another history may have other events
    at the same revisions, though not at the same microseconds."""

    timeline: str
    revision: int
    recorded_at: int | None
    redactions: int


class Digests:
    """Owns what it has computed. Nothing in it tells a text."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._turn = asyncio.Lock()
        self._kept: OrderedDict[_Key, str] = OrderedDict()

    async def show(self, moment: Moment) -> Digest:
        """The digest at the moment. Raises QueryTooLong where it, or those before it, take too
        long, and Lagging where another history takes over meanwhile."""
        key = _key(self._reading.reader, moment.ref, moment.revision)
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
            key, found = await self._reading.aside(
                moment, lambda reader, ref: _compute(reader, ref, moment.revision)
            )
            self._kept[key] = found
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
            return found
        finally:
            self._turn.release()


def _compute(reader: Reader, ref: TimelineRef, revision: int) -> tuple[_Key, str]:
    """The digest and what it is of, from one state of the file."""
    reader.limit = _LONGEST
    with reader.steady():
        return _key(reader, ref, revision), digest_at(reader, ref, revision)


def _key(reader: Reader, ref: TimelineRef, revision: int) -> _Key:
    (count,) = reader.all(_REDACTIONS, (ref.tl,))[0]
    return _Key(ref.name, revision, recorded_at(reader, ref, revision), count)
