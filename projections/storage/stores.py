"""The read model's files of all partitions, for the one process that folds."""

from __future__ import annotations

from collections.abc import MutableSequence, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from events.log.contract import Identity
from projections.storage.cache_budget import CacheBudget
from projections.storage.database import COMPANIONS, remove
from projections.storage.read_model import ReadModel, file_name
from projections.storage.store import WRITING, Store, telling

__all__ = ["Stores", "drop"]

_ALL: Final = "readmodel-*.sqlite3*"


class Stores:
    """Owns a store for each partition; made by `open`. `read_model` always serves queries."""

    def __init__(
        self, folder: Path, read_model: ReadModel, each: Sequence[Store], budget: CacheBudget
    ) -> None:
        self.folder = folder
        self.read_model = read_model
        self.each = each
        self._budget = budget

    @classmethod
    def open(
        cls,
        folder: Path,
        identity: Identity,
        marks: MutableSequence[int] | memoryview[int] | None = None,
    ) -> Stores:
        """Open the read model of this log in `folder`. Files that are damaged, or of another log,
        are dropped. Only one process at a time may fold; `marks` tell others of its commits, as
        `ReadModel` says. Raises ReadModelError."""
        partitions = identity.partitions
        read_model = ReadModel(folder, partitions, [0] * partitions if marks is None else marks)
        budget = CacheBudget(WRITING)
        with ExitStack() as undo:
            each = []
            for partition, file in enumerate(read_model.files):
                each.append(Store.open(folder, identity, partition, file, budget))
                undo.callback(each[-1].close)
            undo.pop_all()
        return cls(folder, read_model, each, budget)

    @property
    def rebuilding(self) -> bool:
        """Whether a new file is being filled beside one that serves queries."""
        return any(store.rebuilding for store in self.each)

    def remove_others(self) -> None:
        """Drop the files of other versions of the schema."""
        own = {
            f"{file_name(store.partition, beside=beside)}{companion}"
            for store in self.each
            for beside in (False, True)
            for companion in COMPANIONS
        }
        for path in self.folder.glob(_ALL):
            if path.name not in own:
                remove(path)

    def release_idle(self) -> bool:
        """Called now and then: give back the memory of unused files. Returns whether there was
        any."""
        was_written = self._budget.release_idle()
        return self.read_model.release_idle() or was_written

    def close(self) -> None:
        """Close the files. Closing twice is harmless."""
        for store in self.each:
            store.close()


def drop(folder: Path) -> None:
    """Remove every read model in `folder`; none may be open. Raises ReadModelError."""
    with telling(folder):
        for path in folder.glob(_ALL):
            remove(path)
