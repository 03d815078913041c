"""The redactions in the read model, and which of them are still to be carried out."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from events.errors import Damaged
from events.log.contract import partition_of
from projections import queries
from projections.storage.read_model import ReadModel

__all__ = ["Redactions"]


class Redactions:
    """All of this is in memory and follows from the read model and the log. Text of the redactions
    in `removed` is neither in the log nor in the read model any more; text of those in `done` is in
    no file of the data folder. Those in `odd` cannot be carried out. `came` is set when there may
    be new ones."""

    def __init__(self, read_model: ReadModel, partitions: int) -> None:
        self._read_model = read_model
        self._partitions = partitions
        self.removed: set[queries.Redacted] = set()
        self.done: set[queries.Redacted] = set()
        self.odd: set[queries.Redacted] = set()
        self.came = asyncio.Event()
        self._changed = set(range(partitions))
        """Partitions whose redactions must be read again."""
        self._known: dict[int, list[queries.Redacted]] = {}

    def due(self) -> list[queries.Redacted]:
        """The redactions in the read model that are neither done nor odd. A damaged file has none;
        its redactions are found when it is rebuilt."""
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
        """Note which timelines were folded further."""
        self._changed.update(partition_of(name, self._partitions) for name in folded)
        self.came.set()

    def reset(self, partition: int) -> None:
        """Start again with the first redaction of the partition, because its read model has another
        history now."""

        def others(of: set[queries.Redacted]) -> set[queries.Redacted]:
            return {one for one in of if partition_of(one.timeline, self._partitions) != partition}

        self.removed, self.done = others(self.removed), others(self.done)
        self.odd = others(self.odd)
        self._changed.add(partition)
        self.came.set()
