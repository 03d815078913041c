"""A timeline folded from nothing, in a read model of its own that is dropped afterwards.

The events come as lines from whoever is audited. Each is opened by its digest; no seal can be
checked, as its key is the service's alone. What is folded, and how, is the service's own code.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from events.codec import Codec
from events.envelope import StoredEvent, subject_id
from events.errors import CorruptEvent
from events.line import Line
from events.log import Identity
from events.types import StatementRedacted
from projections.digest import digest_at
from projections.fold import Fold
from projections.meaning import Redaction
from projections.store import Store
from projections.timeline_queries import timeline_at

__all__ = ["Replay", "Replayed", "redaction_in", "replaying"]

_SLICE: Final = 2_000
"""Events that are folded in one transaction."""
_LONGEST: Final = 3_600.0
"""Seconds that the digest may take: whoever replays waits for it alone."""
_NOWHERE: Final = Identity("00000000-0000-0000-0000-000000000000", 1)
_codec = Codec(None)


class Replayed(NamedTuple):
    """What is folded of a timeline at `revision`, as `sha256:<hex>`."""

    timeline: str
    revision: int
    digest: str


def redaction_in(line: Line, position: int) -> tuple[str, int] | None:
    """The statement that the event redacts, and its revision; None where it redacts none.

    Raises CorruptEvent."""
    recorded = _codec.open(line.stored(position))
    if not isinstance(recorded.event, StatementRedacted):
        return None
    return subject_id(recorded.header.subject), recorded.header.revision


@contextmanager
def replaying(timeline: str, redactions: Mapping[str, int]) -> Iterator[Replay]:
    """A replay of the timeline. `redactions` are all that are known, by statement, those behind
    the revision of interest too: what they redact is gone for every date."""
    with tempfile.TemporaryDirectory(prefix="onrecord-replay-") as folder:
        store = Store.open(Path(folder), _NOWHERE)
        try:
            yield Replay(store, timeline, redactions)
        finally:
            store.close()


class Replay:
    """Takes a timeline's lines in their order. All of its methods raise CorruptEvent where an
    event is not what its header says, or not one that can follow."""

    def __init__(self, store: Store, timeline: str, redactions: Mapping[str, int]) -> None:
        self.timeline = timeline
        self.count = 0
        self._store = store
        self._fold = Fold(store.writer, _codec, 1)
        self._waiting: list[StoredEvent] = []
        with store.transaction():
            for id_, revision in redactions.items():
                self._fold.redact(0, Redaction(timeline, id_, revision, 0))
            self._fold.fold(0, ())

    def add(self, line: Line) -> None:
        """The next event."""
        self.count += 1
        self._waiting.append(line.stored(self.count))
        if len(self._waiting) == _SLICE:
            self._settle(self._waiting)
            self._waiting = []

    def finish(self) -> Replayed:
        """All events were taken."""
        self._settle(self._waiting)
        self._waiting = []
        reader = self._store.reader
        reader.limit = _LONGEST
        ref = timeline_at(reader, self.timeline)
        if ref is None or ref.revision != self.count:
            raise CorruptEvent(1, f"is not of the timeline {self.timeline!r}")
        return Replayed(self.timeline, ref.revision, digest_at(reader, ref, ref.revision))

    def _settle(self, entries: Sequence[StoredEvent]) -> None:
        try:
            with self._store.transaction():
                self._fold.fold(0, entries)
        except Redaction as met:
            reason = "redacts a statement, which was not known before: replay again"
            raise CorruptEvent(met.position, reason, self.timeline, met.revision) from met
        for _, error in self._fold.stalls:
            raise error
        self._fold.forget_told()
