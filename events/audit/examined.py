"""The examined part of one timeline."""

from __future__ import annotations

import msgspec

from events.audit.id_set import IdSet
from events.event.envelope import Header, StoredEvent
from events.tlog.merkle import Frontier, TreeHead

__all__ = ["Examined"]


class _Redaction(msgspec.Struct):
    revisions: list[int]


_redaction = msgspec.json.Decoder(_Redaction)


class Examined:
    """The examined part of a timeline: its tree, and when its last event was recorded. `beyond`
    counts the first invalid event and all later ones."""

    def __init__(self) -> None:
        self.tree = Frontier()
        self.recorded_at = ""
        self.beyond = 0
        self._ids = IdSet()
        self._gone: dict[int, tuple[int, str]] = {}

    def head(self) -> TreeHead:
        return TreeHead(self.tree.size, self.tree.root())

    def fault_of(self, header: Header) -> str | None:
        """What is wrong with the event as the timeline's next one, or None if it is valid. The
        event's id counts as used from now on."""
        due = self.tree.size + 1
        if header.revision != due:
            return f"is missing: revision {header.revision} is in its place"
        if header.recorded_at < self.recorded_at:
            return "was recorded before the one in front of it"
        if not self._ids.add(header.id):
            return "has the id of an event before it"
        return None

    def add(self, header: Header, stored: StoredEvent, leaf: bytes) -> None:
        """Add a valid event to the tree."""
        self.tree.append(leaf)
        self.recorded_at = header.recorded_at
        if stored.data is None:
            self._gone[header.revision] = (stored.redacted or 0, header.subject)
        elif header.type == "statement.redacted":
            for revision in _redaction.decode(stored.data).revisions:
                if self._gone.get(revision) == (header.revision, header.subject):
                    del self._gone[revision]

    def unexplained(self) -> int | None:
        """The first revision whose data is gone without a redaction that names it."""
        return min(self._gone, default=None)
