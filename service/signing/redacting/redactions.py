"""The redactions that the read model knows, and which of them are still to be carried out."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from events.errors import Damaged
from events.log.contract import partition_of
from projections import queries
from projections.storage.read_model import ReadModel

__all__ = ["Redactions"]


class Redactions:
    """All of it is in memory and follows from the read model and the log. The log and the read
    model hold no text of those in `removed` any more; no other file in the data folder holds text
    of those in `done` either; those in `odd` cannot be carried out. `came` is set when there may be
    others."""

    def __init__(self, read_model: ReadModel, partitions: int) -> None:
        self._read_model = read_model
        self._partitions = partitions
        self.removed: set[queries.Redacted] = set()
        self.done: set[queries.Redacted] = set()
        self.odd: set[queries.Redacted] = set()
        self.came = asyncio.Event()
        self._changed = set(range(partitions))
        """Partitions whose redactions are to be read again."""
        self._known: dict[int, list[queries.Redacted]] = {}

    def due(self) -> list[queries.Redacted]:
        """The redactions in the read model that are neither done nor odd. None of a damaged file:
        they are found when it is rebuilt."""
        for partition in self._changed:
            file = self._read_model.files[partition]
            try:
                found = queries.list_redactions(file.reader) if file.exists else []
            except Damaged:
                found = []
            self._known[partition] = found
        self._changed.clear()
        seen = self.done | self.odd
        return [r for known in self._known.values() for r in known if r not in seen]

    def advance(self, folded: Mapping[str, int]) -> None:
        """Note which timelines have been folded further."""
        self._changed.update(partition_of(name, self._partitions) for name in folded)
        self.came.set()

    def reset(self, partition: int) -> None:
        """The read model of the partition turned to another history: its redactions are gone
        through from the first one on."""

        def others(of: set[queries.Redacted]) -> set[queries.Redacted]:
            return {one for one in of if partition_of(one.timeline, self._partitions) != partition}

        self.removed, self.done = others(self.removed), others(self.done)
        self.odd = others(self.odd)
        self._changed.add(partition)
        self.came.set()
