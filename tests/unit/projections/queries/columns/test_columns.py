"""Which row of a statement is the current one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from projections.queries.columns.columns import UNTIL_NOW, Columns


@given(recorded=st.integers(1, 4), corrected=st.lists(st.integers(0, 3), max_size=60))
def test_the_current_row_is_the_last_of_the_statement(recorded: int, corrected: list[int]) -> None:
    """However often statements are corrected, between each other."""
    columns, last = Columns(0), dict[int, int]()
    events = [*range(1, recorded + 1), *(of % recorded + 1 for of in corrected)]
    for row, statement in enumerate(events):
        columns.revisions.extend([row + 1])
        columns.until.extend([UNTIL_NOW])
        if statement in last:
            assert columns.last_row(statement) == last[statement]
            columns.until.values[last[statement]] = row + 1
        last[statement] = row
    assert [columns.last_row(statement) for statement in last] == [*last.values()]
