"""The read model of several partitions, for those who only read."""

from __future__ import annotations

from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from events.errors import Damaged
from events.log.contract import Identity, partition_of
from projections import queries
from projections.storage.files.inspection import inspect_read_model
from projections.storage.read_model import ReadModel
from projections.storage.stores import Stores
from tests.histories import History, commit

FOUR = Identity("four", 4)
NAMES = [f"t{number}" for number in range(20)]


def fill(stores: Stores, name: str) -> None:
    """A timeline with one statement, as the only one of its partition."""
    history = History(name)
    history.open()
    history.record("a", tags=("t",))
    commit(stores.each[partition_of(name, FOUR.partitions)], history.entries)


@pytest.fixture
def pair() -> list[str]:
    """Names of two partitions."""
    return [next(n for n in NAMES if partition_of(n, FOUR.partitions) == p) for p in (0, 3)]


def test_a_timeline_is_found_in_its_partition(tmp_path: Path, pair: list[str]) -> None:
    """Each has a file of its own, which alone is opened for it; the list of all timelines goes over
    the files that there are, by name and page by page."""
    with ExitStack() as undo:
        stores = undo.enter_context(closing(Stores.open(tmp_path, FOUR)))
        for name in pair:
            fill(stores, name)
        read_model = undo.enter_context(closing(ReadModel(tmp_path, FOUR.partitions)))
        assert read_model.checkpoint(3) == 2
        assert [file.is_open for file in read_model.files] == [False, False, False, True]
        for name in pair:
            with read_model.aside(name) as reader:
                assert queries.timeline_at(reader, name) is not None
            assert queries.timeline_at(read_model.reader_of(name), name) is not None
        assert [file.exists for file in read_model.files] == [True, False, False, True]
        assert read_model.checkpoint(1) == 0
        first, after = queries.list_timelines(read_model.readers(), limit=1)
        second, end = queries.list_timelines(read_model.readers(), after or "", 1)
        assert [shown.timeline for shown in first + second] == sorted(pair)
        assert (after, end) == (min(pair), None)


def test_damage_is_reported_with_its_partition(tmp_path: Path, pair: list[str]) -> None:
    """A file that should be there, as the one that folds has said, and is not."""
    with closing(ReadModel(tmp_path, FOUR.partitions)) as read_model:
        told: list[int] = []
        read_model.on_damage = told.append
        read_model.expect([0, 0, 0, 7])
        assert queries.timeline_at(read_model.reader_of(pair[0]), pair[0]) is None
        with pytest.raises(Damaged):
            queries.timeline_at(read_model.reader_of(pair[1]), pair[1])
        assert told == [3]


def test_what_is_kept_of_one_file_is_forgotten_alone(tmp_path: Path, pair: list[str]) -> None:
    """The memory of queries is one for all files, and a removed text is dropped from it with its
    partition's part."""
    with closing(ReadModel(tmp_path, FOUR.partitions)) as read_model:
        one, other = (read_model.reader_of(name).memory for name in pair)
        one.columns[4], other.columns[7] = "of partition 0", "of partition 3"
        assert one.columns is other.columns
        read_model.forget(pair[1])
        assert one.columns == {4: "of partition 0"}
        read_model.forget()
        assert one.columns == {}


def test_a_file_of_another_partition_is_not_taken_for_ones_own(
    tmp_path: Path, pair: list[str]
) -> None:
    """Whatever name it has: what is in it belongs elsewhere."""
    with closing(Stores.open(tmp_path, FOUR)) as stores:
        fill(stores, pair[0])
        paths = [store.file.path for store in stores.each]
    paths[0].rename(paths[1])
    with closing(Stores.open(tmp_path, FOUR)) as stores:
        assert stores.each[1].checkpoint().position == 0
        assert stores.read_model.checkpoint(1) == 0
    found = inspect_read_model(tmp_path)
    assert found is not None
    assert not found.checkpoints
