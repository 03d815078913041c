"""Rows that are no records."""

from __future__ import annotations

from service.interchange.tables.row import TableRow, without_statement
from tests.rows import each_row


@each_row(
    "cells",
    [
        ["Total", "", "15", "30"],
        ["", "TOTAL:", "1,250", "~30"],
        ["Σ", "", "15", ""],
        ["", "Summe", "", "1 500"],
        ["Усього", "", "12", "3"],
        ["المجموع", "", "12", "3"],
    ],
)
def test_a_row_of_sums_becomes_no_statement(cells: list[str]) -> None:
    """It is refused with its cells, and the others are read."""
    row = TableRow(9, dict(zip("abcd", cells, strict=True)))
    found = without_statement(row)
    assert found.broken is not None
    assert "sum of others" in found.broken.reason
    assert found.cells == row.cells


@each_row(
    "cells",
    [
        ["Total", "", "15", "a fine"],
        ["Total", "2024", "15", "30"],
        ["Totals", "", "", ""],
        ["Totality", "", "15", "30"],
        ["", "", "15", "30"],
        ["", "", "", ""],
    ],
)
def test_any_other_row_stays(cells: list[str]) -> None:
    """A company is called Total, and a cell may be empty."""
    row = TableRow(9, dict(zip("abcd", cells, strict=True)))
    assert without_statement(row) is row
