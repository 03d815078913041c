"""The names of the columns."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Literal

import pytest

from service.interchange.tables import limits
from service.interchange.tables.delimited import RawRow
from service.interchange.tables.header import headed
from service.interchange.tables.limits import TableRefused
from service.interchange.tables.row import RAW
from tests.rows import each_row


def raw(*rows: list[str]) -> Iterator[RawRow]:
    yield from (RawRow(line, cells) for line, cells in enumerate(rows, start=1))


def test_titles_above_the_names_are_passed_over() -> None:
    """A merged title fills one cell of its row; the names are the first row as wide as the rest."""
    found = headed(
        raw(["Our list", "", ""], ["", "", ""], ["When", "Who", ""], ["2024", "A"], ["", "B", ""])
    )
    assert (found.columns, found.line) == (["When", "Who"], 3)
    assert found.notes == ["One row above the names of the columns was passed over: Our list"]
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


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_letter_in_two_characters_makes_no_other_column(form: Literal["NFC", "NFD"]) -> None:
    """Programs for a Mac write `ö` so; the mapping's name is what a cell is found by. Two columns
    that differ in nothing else stay two."""
    other: Literal["NFC", "NFD"] = "NFC" if form == "NFD" else "NFD"
    given, wanted = (unicodedata.normalize(each, "Größe") for each in (form, other))
    rows = [RawRow(1, ["Liste"]), RawRow(2, [given, "x"]), RawRow(3, ["1", "2"])]
    found = headed(iter(rows), {wanted})
    assert (found.columns, len(found.notes)) == ([wanted, "x"], 1)
    assert next(found.rows).cells == {wanted: "1", "x": "2"}
    both = [RawRow(1, [given, wanted]), RawRow(2, ["1", "2"])]
    assert next(headed(iter(both), {wanted}).rows).cells == {given: "1", wanted: "2"}


def test_a_mapping_that_reads_no_column_finds_the_widest_row() -> None:
    """All that is asked for then is the column of what could not be read, which few files have."""
    assert headed(raw(["a", "b"], ["1", "2"]), [RAW]).columns == ["a", "b"]


def test_cells_without_a_name_are_not_lost_unseen() -> None:
    """An empty column is none; what stands in one is named by its place, and is a column as the
    others are; equal names are numbered."""
    found = headed(raw(["A", "", "A", "B"], ["1", "", "2", "3"], ["1", "x", "2", "3", "y"]))
    assert found.columns == ["A", "column 2", "A (2)", "B", "column 5"]
    assert "A (2)" in found.notes[0]
    plain, odd = found.rows
    assert [*plain.cells] == ["A", "A (2)", "B"]
    assert {"column 2": "x", "column 5": "y"}.items() <= odd.cells.items()


def test_a_mapping_may_name_a_column_by_its_place() -> None:
    """What stands below no name may begin far down in the file; a place that has a name is none."""
    rows = [["A", "", "B"], ["1", "", "2"]]
    assert headed(raw(*rows), ["A"]).columns == ["A", "B"]
    wanted = ["A", "column 2", "column 3", "column 4"]
    assert headed(raw(*rows), wanted).columns == ["A", "column 2", "B", "column 4"]


def test_merged_titles_are_said_with_the_columns_that_they_stand_for() -> None:
    """What stands above the names is quoted; below it equal names are numbered."""
    rows = [["", "Russia", "", "Ukraine", ""], ["When", "dead", "hurt", "dead", "hurt"]]
    found = headed(
        raw(*rows, ["2024-10-13", "1", "2", "3", "4"], ["2024-10-14", "1", "2", "3", "4"])
    )
    assert found.columns == ["When", "dead", "hurt", "dead (2)", "hurt (2)"]
    assert "Russia; Ukraine" in found.notes[0]
    assert "dead (2), hurt (2)" in found.notes[1]


@each_row(
    ("first", "is_data"),
    [
        (["2024-10-13", "Met Office", "https://a.example/1", "12"], True),
        (["2024-10-13", "Met Office", "", "12"], True),
        (["When", "Who", "Link", "Number"], False),
        (["When", "Met Office", "Link", "2024"], False),
    ],
)
def test_a_file_without_names_is_noticed(first: list[str], is_data: bool) -> None:
    """Where the first row has dates, links and numbers as the rows below it, it is one of them, and
    the columns are numbered; a year can be a name. The mapping has the last word."""
    rows = [first, *(["2024-10-14", "KCNA", "https://a.example/2", "3"] for _ in range(3))]
    found = headed(raw(*rows))
    assert (found.line == 0) == is_data
    assert len(list(found.rows)) == 3 + is_data
    if is_data:
        assert found.columns == [f"column {n}" for n in range(1, 5)]
        assert '"header": true' in found.notes[0]
    assert headed(raw(*rows), has_header=True).line == 1
    without = headed(raw(*rows), ["When"], has_header=False, names=["When", "Who"])
    assert without.columns == ["When", "Who", "column 3", "column 4"]
    assert next(without.rows).cells["When"] == first[0]


def test_a_file_without_rows_and_one_with_too_many_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Both say what to do. A million rows are not too many, here a thousand are."""
    assert limits.MOST_ROWS == 1_000_000
    monkeypatch.setattr(limits, "MOST_ROWS", 1_000)
    with pytest.raises(TableRefused, match="no rows"):
        headed(raw([""], []))
    whole, many = (headed(raw(*[["x"]] * (1 + count))) for count in (1_000, 1_001))
    assert sum(1 for _ in whole.rows) == 1_000
    with pytest.raises(TableRefused, match=r"1,000 rows.*Split"):
        sum(1 for _ in many.rows)
