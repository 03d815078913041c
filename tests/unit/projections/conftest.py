"""Each way in which statements are found has to give the same answers."""

from collections.abc import Callable, Iterator

import pytest

from projections.queries import TimelineRef
from projections.queries.columns import cached_columns, conditions, current_columns
from projections.queries.columns.columns import FIELDS, Columns
from projections.queries.columns.having import bitmap_cache, rare
from projections.queries.columns.orders import sorting, walk
from projections.queries.columns.orders.sorting import Sorting
from projections.queries.columns.sharing import image
from projections.queries.columns.sharing.snapshots import SharedTimeline
from projections.storage.file_memory import FileMemory
from projections.storage.reader import Reader


@pytest.fixture(params=["tables", "columns", "sorted columns", "shared columns"], scope="module")
def way(request: pytest.FixtureRequest) -> Iterator[str]:
    """All questions are asked of the tables, or all of columns in memory, whose rows are walked in
    their order, or not; or of columns that are mapped from a snapshot, and a few events newer."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cached_columns, "_FEWEST", 2**62 if request.param == "tables" else 0)
        if request.param in {"sorted columns", "shared columns"}:
            patch.setattr(sorting, "is_stale", _unsorted)
            patch.setattr(sorting, "sort_further", _half)
            patch.setattr(FileMemory, "start", _at_once)
            patch.setattr(bitmap_cache, "SPARSE", 1)
            patch.setattr(rare, "_APART", 2)
            patch.setattr(sorting, "_ZONE", 2)
            patch.setattr(walk, "_PIECE", 1)
            patch.setattr(walk, "_TIMES", 2)
            patch.setattr(walk, "_LEAST", 1)
            patch.setattr(walk, "_GROWTH", 2)
            patch.setattr(walk, "_NEAR", 1)
            patch.setattr(walk, "_TRIED", 7)
            patch.setattr(walk, "_FEW", 2)
            patch.setattr(conditions, "_FEW", 1)
            patch.setattr(conditions, "_LEFT", 2)
        if request.param == "shared columns":
            patch.setattr(current_columns, "_SHELVED", 0)
            patch.setattr(image, "_OF_ONE", FIELDS)
            patch.setattr(image, "_MANY", 3)
            patch.setattr(SharedTimeline, "is_due", _is_due)
            patch.setattr(current_columns, "_columns_of", _mapped_columns)
        yield request.param


_columns_of = current_columns._columns_of


def _mapped_columns(reader: Reader, ref: TimelineRef) -> Columns | None:
    """The columns after they were mapped, which the first question begins."""
    _columns_of(reader, ref)
    columns = _columns_of(reader, ref)
    assert columns is not None
    assert columns.mapped.inode
    return columns


def _is_due(_: SharedTimeline, columns: Columns) -> bool:
    """At first, and again after some events."""
    return columns.mapped.revision < columns.revision - columns.mapped.revision % 5


def _unsorted(columns: Columns, clock: str) -> bool:
    return clock not in columns.sortings


def _half(columns: Columns, clock: str) -> tuple[Sorting, ...]:
    """The older half of the rows, in two sortings: the others came since."""
    third, half = len(columns) // 3, len(columns) // 2
    return (
        Sorting.of(columns, clock, 0, third),
        Sorting.of(columns, clock, third, half),
    )


def _at_once(_: FileMemory, work: Callable[[Reader], None], reader: Reader) -> None:
    work(reader)
