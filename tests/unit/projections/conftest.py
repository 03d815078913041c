"""Each way in which statements are found has to give the same answers."""

from collections.abc import Callable, Iterator

import pytest

from projections.queries.columns import hits, kept, sorting
from projections.queries.columns.columns import Columns
from projections.queries.columns.sorting import Sorting, Zones, sorted_rows
from projections.storage.file_memory import FileMemory
from projections.storage.reader import Reader


@pytest.fixture(params=["tables", "columns", "sorted columns"], scope="module")
def way(request: pytest.FixtureRequest) -> Iterator[str]:
    """All questions are asked of the tables, or all of columns in memory, whose rows are walked in
    their order, or not."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kept, "_FEWEST", 2**62 if request.param == "tables" else 0)
        if request.param == "sorted columns":
            patch.setattr(sorting, "is_stale", _unsorted)
            patch.setattr(sorting, "sorted_rows", _half)
            patch.setattr(FileMemory, "start", _at_once)
            patch.setattr(sorting, "_ZONE", 2)
            patch.setattr(hits, "_PIECE", 1)
            patch.setattr(hits, "_TRIED", 7)
            patch.setattr(hits, "_SOME", 0)
            patch.setattr(hits, "_FEW", 0)
        yield request.param


def _unsorted(columns: Columns, clock: str) -> bool:
    return clock not in columns.sortings


def _half(columns: Columns, clock: str) -> Sorting:
    """The older half of the rows: the others came since."""
    whole = sorted_rows(columns, clock)
    older = whole.rows < len(columns) // 2
    rows, dated = whole.rows[older], int(older[: whole.dated].sum())
    starts, ends = (
        (None, None)
        if clock == "recorded"
        else (columns.starts[clock].values, columns.ends[clock].values)
    )
    return Sorting(clock, rows, dated, Zones.of(rows, dated, starts, ends))


def _at_once(_: FileMemory, work: Callable[[Reader], None], reader: Reader) -> None:
    work(reader)
