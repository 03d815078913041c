"""The names of the columns."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from service.interchange.tables.delimited import RawRow
from service.interchange.tables.header import headed
from service.interchange.tables.limits import MOST_ROWS, TableRefused


def raw(*rows: list[str]) -> Iterator[RawRow]:
    yield from (RawRow(line, cells) for line, cells in enumerate(rows, start=1))


def test_titles_above_the_names_are_passed_over() -> None:
    """A merged title fills one cell of its row; the names are the first row as wide as the rest."""
    found = headed(
        raw(["Our list", "", ""], ["", "", ""], ["When", "Who", ""], ["2024", "A"], ["", "B", ""])
    )
    assert (found.columns, found.line, found.above) == (["When", "Who"], 3, 1)
    assert [(row.line, dict(row.cells)) for row in found.rows] == [
        (4, {"When": "2024", "Who": "A"}),
        (5, {"When": "", "Who": "B"}),
    ]


def test_a_mapping_finds_its_own_columns() -> None:
    """The row with the most of the wanted names counts, however wide the others are."""
    rows = [["a", "b", "c", "d"], ["x", "Who ", " When\nsaid"], ["1", "2", "3"]]
    found = headed(raw(*rows), ["Who", "When said"])
    assert found.line == 2
    assert found.columns == ["x", "Who", "When said"]
    with pytest.raises(TableRefused, match=r"columns: Date.*It has a, b, c, d"):
        headed(raw(*rows), ["Date"])


def test_cells_without_a_name_are_not_lost_unseen() -> None:
    """An empty column is none; what stands in one is named by its place; equal names are
    numbered."""
    found = headed(raw(["A", "", "A", "B"], ["1", "", "2", "3"], ["1", "x", "2", "3", "y"]))
    assert found.columns == ["A", "A (2)", "B"]
    plain, odd = found.rows
    assert [*plain.cells] == ["A", "A (2)", "B"]
    assert {"column 2": "x", "column 5": "y"}.items() <= odd.cells.items()


def test_a_file_without_rows_and_one_with_too_many_are_refused() -> None:
    """Both say what to do."""
    with pytest.raises(TableRefused, match="no rows"):
        headed(raw([""], []))
    many = headed(RawRow(line, ["x"]) for line in range(1, MOST_ROWS + 3))
    with pytest.raises(TableRefused, match=r"1,000,000 rows.*Split"):
        sum(1 for _ in many.rows)
