"""The writer of the read model: how much is committed at once."""

from __future__ import annotations

import asyncio
import gc
import itertools
from pathlib import Path

import pytest

from events.event.codec import Codec, RecordedEvent
from events.event.envelope import Header, StoredEvent
from events.log.contract import Identity, partition_of
from events.log.memory import MemoryLog
from projections.fold import model_writer
from projections.fold.fold import Fold
from projections.fold.model_writer import BatchSize, ModelWriter
from projections.storage.store import Store
from projections.storage.stores import Stores
from tests.histories import CODEC, History

TWO = Identity("two", 2)


def entries_of(partition: int, count: int) -> list[StoredEvent]:
    """A timeline of the partition with so many statements."""
    names = (name for name in "abcdef" if partition_of(name, TWO.partitions) == partition)
    history = History(next(names))
    history.open()
    for n in range(count - 1):
        history.record(f"s{n}")
    return history.entries


async def checkpoints_of(folder: Path, *commits: tuple[int, list[StoredEvent]]) -> list[object]:
    """Partition and position of each transaction, while the partitions' entries are committed side
    by side."""
    stores = Stores.open(folder, TWO)
    log = MemoryLog(itertools.count(1).__next__, TWO)
    found: list[object] = []
    for store in stores.each:
        note(store, found)
    writers = [ModelWriter(log, CODEC, store) for store in stores.each]
    reached = await asyncio.gather(*(writers[p].commit(entries) for p, entries in commits))
    assert [list(each.values()) for each in reached if each] == [[len(e)] for _, e in commits]
    stores.close()
    return found


def note(store: Store, found: list[object]) -> None:
    """Note each checkpoint that is saved."""
    save = store.save_checkpoint

    def noted(position: int, header: bytes) -> None:
        assert store.writer.in_transaction
        found.append((store.partition, position))
        save(position, header)

    store.save_checkpoint = noted  # type: ignore[method-assign]  # - notes each


async def test_partitions_take_turns_between_bounded_transactions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many entries are given at once, a transaction has a bounded number, and behind each
    another partition has its turn."""
    monkeypatch.setattr(model_writer, "SERVING", BatchSize(10, 4 << 20))
    commits = (0, entries_of(0, 25)), (1, entries_of(1, 12))
    assert await checkpoints_of(tmp_path, *commits) == [(0, 10), (1, 10), (0, 20), (1, 12), (0, 25)]


async def test_a_transaction_of_large_events_has_few_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is bounded in bytes as well, and has one event at least."""
    entries = entries_of(0, 5)
    size = len(entries[-1].data or b"")
    monkeypatch.setattr(model_writer, "SERVING", BatchSize(1_500, 2 * size))
    assert await checkpoints_of(tmp_path, (0, entries)) == [(0, 2), (0, 4), (0, 5)]
    monkeypatch.setattr(model_writer, "SERVING", BatchSize(1_500, 1))
    found = await checkpoints_of(tmp_path / "one", (0, entries))
    assert found == [(0, n) for n in range(1, 6)]


class Watching(Codec):
    """Notes whether the garbage collector is on while events are opened; opens no third one."""

    def __init__(self) -> None:
        super().__init__(None)
        self.collecting: list[bool] = []

    def open(self, stored: StoredEvent, header: Header | None = None) -> RecordedEvent:
        self.collecting.append(gc.isenabled())
        if len(self.collecting) == 3:
            raise ZeroDivisionError
        return super().open(stored, header)


def test_the_garbage_collector_pauses_for_a_batch_alone(tmp_path: Path) -> None:
    """It is off while events are folded, and on again behind them, also where a fold fails."""
    store, codec = Store.open(tmp_path, TWO), Watching()
    fold = Fold(store.writer, codec, TWO.partitions)
    with pytest.raises(ZeroDivisionError), store.transaction():
        fold.fold(0, entries_of(0, 3))
    assert codec.collecting == [False] * 3
    assert gc.isenabled()
    store.close()
