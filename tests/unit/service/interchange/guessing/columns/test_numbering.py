"""Numbers that count nothing."""

from __future__ import annotations

from collections.abc import Sequence

from service.interchange.guessing.columns.numbering import number_nothing
from tests.rows import each_row


@each_row(
    "values",
    [
        [1, 2, 3],
        [0, 1] * 6,
        [7] * 12,
        [102, 102, 103, 103, 105, 106, 108, 110, 110, 111],
    ],
)
def test_kinds_and_numbers_of_rows_count_nothing(values: Sequence[float]) -> None:
    """Whatever their column is called."""
    assert number_nothing(values)


@each_row(
    "values",
    [
        [3, 1, 4, 1, 5, 9, 2, 6, 5, 3],
        [980, 610, 444, 320, 250, 111, 90, 55, 20, 3],
        [0.5, 1.25, 2.0, 2.5, 3.75, 4.0, 5.5, 6.0, 7.5, 9.0],
        [5, 6, 9],
        [1, None, 0, 1],
        [],
    ],
)
def test_what_was_counted_is_in_no_order_or_the_greatest_first(
    values: Sequence[float | None],
) -> None:
    """A few numbers show nothing."""
    assert not number_nothing(values)
