"""Files whose first row, or first sheet, is not where the table is expected."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from service.interchange.tables.dialect import Dialect
from service.interchange.tables.table import open_table
from service.interchange.tables.workbook import open_workbook

_NOTES = [["Incidents of 2024"], ["Write to desk@example.org"], ["A third line"], ["A fourth"]]
_TABLE = [["ID", "Date", "Town"], ["1", "2024-01-02", "Kyiv"], ["2", "2024-01-03", "Lviv"]]


def _book(path: Path, **sheets: list[list[str]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("sheets", "chosen"),
    [
        ({"About": _NOTES, "Data": _TABLE, "More": _TABLE}, "Data"),
        ({"Empty": [], "About": _NOTES, "Codes": [["a", "b"], ["1", "2"]]}, "Codes"),
        ({"Empty": [], "About": _NOTES}, "About"),
        ({"Data": _TABLE, "Wide": [["a"] * 40] * 40}, "Data"),
        ({"Empty": []}, "Empty"),
    ],
)
def test_the_first_sheet_with_a_table_is_read(
    sheets: dict[str, list[list[str]]], chosen: str, tmp_path: Path
) -> None:
    """An explanation before it is passed over; a sheet that is named, is read."""
    path = _book(tmp_path / "book.xlsx", **sheets)
    with open_workbook(path, None) as sheet:
        assert sheet.name == chosen
    with open_workbook(path, 1) as sheet:
        assert sheet.name == next(iter(sheets))


def test_a_year_in_the_first_row_is_data_where_years_stand_below_it(tmp_path: Path) -> None:
    """As in event data without names of columns; above counts it is a name."""
    path = tmp_path / "events.tsv"
    path.write_text("".join(f"{n}\t2024\tRUS\t{n}.5\n" for n in range(100, 120)))
    with open_table(path, Dialect()) as table:
        assert table.facts.header_line == 0
        assert len([*table.rows]) == 20
    path.write_text("Land\t2023\t2024\n" + "".join(f"L{n}\t{n}\t{n}\n" for n in range(20)))
    with open_table(path, Dialect()) as table:
        assert table.facts.columns == ["Land", "2023", "2024"]
