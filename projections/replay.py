"""Folds a timeline from its first event, in a temporary read model.

The events come as lines from the audited side. Their digests are checked; their seals cannot be,
because only the service has the key. The fold is the service's own code.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from events.audit.line import Line
from events.errors import CorruptEvent
from events.event.codec import Codec
from events.event.envelope import StoredEvent, subject_id
from events.event.types import StatementRedacted
from events.log.contract import Identity
from projections.digest import digest_at
from projections.fold.fold import Fold
from projections.fold.meaning import RedactionMet
from projections.queries.timelines import timeline_at
from projections.storage.store import Store

__all__ = ["Replay", "Replayed", "redaction_in", "replaying"]

_SLICE: Final = 2_000
"""The number of events that are folded in one transaction."""
_LONGEST: Final = 3_600.0
"""The time limit of the digest in seconds; nothing else waits for it."""
_NOWHERE: Final = Identity("00000000-0000-0000-0000-000000000000", 1)
_codec = Codec(None)


class Replayed(NamedTuple):
    """The digest of a timeline at `revision`, as `sha256:<hex>`."""

    timeline: str
    revision: int
    digest: str


def redaction_in(line: Line, position: int) -> tuple[str, int] | None:
    """The statement that the event redacts, and the event's revision; None if it is not a
    redaction.

    Raises CorruptEvent."""
    recorded = _codec.open(line.stored(position))
    if not isinstance(recorded.event, StatementRedacted):
        return None
    return subject_id(recorded.header.subject), recorded.header.revision


@contextmanager
def replaying(timeline: str, redactions: Mapping[str, int]) -> Iterator[Replay]:
    """Begin a replay of the timeline. `redactions` are all known redactions by statement, including
    those after the wanted revision, because a redacted text is gone for every date."""
    with tempfile.TemporaryDirectory(prefix="onrecord-replay-") as folder:
        store = Store.open(Path(folder), _NOWHERE)
        try:
            yield Replay(store, timeline, redactions)
        finally:
            store.close()


class Replay:
    """Takes a timeline's lines in order. All methods raise CorruptEvent if an event does not match
    its header or cannot follow the one before."""

    def __init__(self, store: Store, timeline: str, redactions: Mapping[str, int]) -> None:
        self.timeline = timeline
        self.count = 0
        self._store = store
        self._fold = Fold(store.writer, _codec, 1)
        self._waiting: list[StoredEvent] = []
        with store.transaction():
            for id_, revision in redactions.items():
                self._fold.redact(0, RedactionMet(timeline, id_, revision, 0))
            self._fold.fold(0, ())

    def add(self, line: Line) -> None:
        """Add the next event."""
        self.count += 1
        self._waiting.append(line.stored(self.count))
        if len(self._waiting) == _SLICE:
            self._fold_waiting(self._waiting)
            self._waiting = []

    def finish(self) -> Replayed:
        """Fold the remaining events, and return the digest."""
        self._fold_waiting(self._waiting)
        self._waiting = []
        reader = self._store.reader
        reader.limit = _LONGEST
        ref = timeline_at(reader, self.timeline)
        if ref is None or ref.revision != self.count:
            raise CorruptEvent(1, f"is not of the timeline {self.timeline!r}")
        return Replayed(self.timeline, ref.revision, digest_at(reader, ref, ref.revision))

    def _fold_waiting(self, entries: Sequence[StoredEvent]) -> None:
        try:
            with self._store.transaction():
                self._fold.fold(0, entries)
        except RedactionMet as met:
            reason = "redacts a statement, which was not known before: replay again"
            raise CorruptEvent(met.position, reason, self.timeline, met.revision) from met
        for _, error in self._fold.stalls:
            raise error
        self._fold.forget_reported()
