"""XLSX and ODS."""

from __future__ import annotations

import datetime
import time
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from service.interchange.tables.limits import TableRefused
from service.interchange.tables.workbook import open_workbook

NOON = datetime.datetime(2024, 1, 2, 12, 0)  # noqa: DTZ001 - cells have no zone
SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def book(path: Path, *rows: list[Any], at: tuple[int, int] = (1, 1)) -> Path:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            sheet.cell(at[0] + r, at[1] + c, value)
    made.create_sheet("Other")["A1"] = "other"
    made.save(path)
    return path


def with_sheet(path: Path, xml: str) -> Path:
    """The workbook with another sheet of XML."""
    book(path, ["a"])
    with zipfile.ZipFile(path) as old:
        members = {name: old.read(name) for name in old.namelist()}
    members[SHEET] = xml.encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in members.items():
            new.writestr(name, content)
    return path


def sheet_xml(cells: str) -> str:
    return f'<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData></worksheet>'


def rows_of(path: Path, sheet: str | int | None = None) -> list[tuple[int, list[str]]]:
    with open_workbook(path, sheet) as opened:
        return [(row.line, row.cells) for row in opened.rows]


def test_cells_become_the_text_that_people_see(tmp_path: Path) -> None:
    """Days, times, numbers and truth have one way to be written; a formula without a value is its
    own text; empty rows have a line but are not counted."""
    row = [datetime.date(2024, 10, 13), 3.0, 2.5, True, "=1+1", NOON]
    path = book(tmp_path / "b.xlsx", ["Date", "N"], [], row)
    assert rows_of(path) == [
        (1, ["Date", "N"]),
        (3, ["2024-10-13", "3", "2.5", "true", "=1+1", "2024-01-02T12:00:00"]),
    ]


def test_an_error_is_no_empty_cell(tmp_path: Path) -> None:
    """What people see as `#REF!` is counted and refused where it is no number, and not lost."""
    cells = '<c r="A1" t="inlineStr"><is><t>N</t></is></c>'
    errors = '<c r="A2" t="e"><v>#REF!</v></c><c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
    path = with_sheet(
        tmp_path / "b.xlsx", sheet_xml(f"<row r='1'>{cells}</row><row r='2'>{errors}</row>")
    )
    assert rows_of(path) == [(1, ["N"]), (2, ["#REF!", "#DIV/0!"])]


def test_a_sheet_is_chosen_and_the_others_are_named(tmp_path: Path) -> None:
    """By name, by number, or the first; one that is not there is refused with those that are."""
    path = book(tmp_path / "b.xlsx", ["a"])
    assert rows_of(path, "Other") == rows_of(path, 2) == [(1, ["other"])]
    with open_workbook(path, None) as opened:
        assert (opened.name, opened.others) == ("Sheet", ["Other"])
    for missing in ("Nowhere", 7):
        with pytest.raises(TableRefused, match="There are 'Sheet', 'Other'"):
            rows_of(path, missing)


def test_a_table_that_begins_further_down_keeps_its_lines(tmp_path: Path) -> None:
    """Lines are those that the spreadsheet program shows."""
    path = book(tmp_path / "b.xlsx", ["a", "=1+2"], at=(5, 3))
    ((line, cells),) = rows_of(path)
    assert line == 5
    assert [cell for cell in cells if cell] == ["a", "=1+2"]


def zip_of_zeros(path: Path) -> Path:
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made,
        made.open("xl/workbook.xml", "w", force_zip64=True) as member,
    ):
        for _ in range(120):
            member.write(bytes(1 << 20))
    return path


def lying_zip(path: Path) -> Path:
    """The same, but its headers say that it becomes ten bytes."""
    zip_of_zeros(path)
    content = bytearray(path.read_bytes())
    size = (120 << 20).to_bytes(4, "little")
    at = content.rfind(size)
    content[at : at + 4] = (10).to_bytes(4, "little")
    path.write_bytes(content)
    return path


def far_apart(path: Path) -> Path:
    return with_sheet(
        path,
        sheet_xml(
            '<row r="1"><c r="A1"><v>1</v></c></row>'
            '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
        ),
    )


def wide(path: Path) -> Path:
    return book(path, ["x"] * 300)


def entities(path: Path) -> Path:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    cells = '<row r="1"><c r="A1" t="str"><f>&b;</f></c><c r="B1"><v>1</v></c></row>'
    return with_sheet(path, bomb + sheet_xml(cells))


def no_workbook(path: Path) -> Path:
    path.write_bytes(b"PK\x03\x04" + bytes(100))
    return path


def not_a_sheet(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("hello.txt", "hello")
    return path


def no_such_text(path: Path) -> Path:
    cells = '<row r="1"><c r="A1" t="s"><v>999999999</v></c></row>'
    return with_sheet(path, sheet_xml(cells))


def far_cell(path: Path) -> Path:
    cells = '<row r="1"><c r="ZZZZZZ99999999999999"><v>1</v></c></row>'
    return with_sheet(path, sheet_xml(cells))


def wide_cell(path: Path) -> Path:
    cells = '<row r="1"><c r="ZZZZZ1"><v>1</v></c></row>'
    return with_sheet(path, sheet_xml(cells))


def elsewhere(path: Path) -> Path:
    book(path, ["a"])
    with zipfile.ZipFile(path) as old:
        members = {name: old.read(name) for name in old.namelist()}
    links = "xl/_rels/workbook.xml.rels"
    members[links] = members[links].replace(b"/xl/worksheets/sheet1.xml", b"file:///etc/passwd")
    assert b"passwd" in members[links]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in members.items():
            new.writestr(name, content)
    return path


LIES = [zip_of_zeros, lying_zip, far_apart, wide, entities, no_workbook, not_a_sheet]
LIES += [no_such_text, far_cell, wide_cell, elsewhere]


@pytest.mark.parametrize("lie", LIES)
def test_a_workbook_that_lies_is_refused_in_time(tmp_path: Path, lie: Any) -> None:
    """An archive of zeros, one that lies about it, a sheet of sixteen thousand million cells, too
    many columns, entities, what is no workbook, a text and cells that there cannot be, and a sheet
    that is another file: each says what to do, soon."""
    path = lie(tmp_path / "b.xlsx")
    began = time.monotonic()
    with pytest.raises(TableRefused) as caught:
        rows_of(path)
    assert caught.value.advice
    assert time.monotonic() - began < 30


def test_xml_that_is_none_is_said_to_be(tmp_path: Path) -> None:
    """The library reads on where a prefix is not declared, or a letter is none of XML: the words
    are not those for a workbook that is too large."""
    cell = '<row r="1"><c r="A1" t="inlineStr"><is><t>{}</t></is></c></row>'
    for cells in (cell.format("a").replace("<row", '<row x:y="1"'), cell.format("a\x01")):
        with pytest.raises(TableRefused, match=r"cannot be read: .*line 1"):
            rows_of(with_sheet(tmp_path / "b.xlsx", sheet_xml(cells)))


def test_a_table_in_an_archive_is_to_be_unpacked(tmp_path: Path) -> None:
    """It is no workbook that could be saved as something else."""
    with pytest.raises(TableRefused, match="and no workbook"):
        rows_of(not_a_sheet(tmp_path / "b.zip"))


def test_an_ods_file_is_read(tmp_path: Path) -> None:
    """The other kind of workbook has the same rows."""
    path = tmp_path / "b.ods"
    office = "urn:oasis:names:tc:opendocument:xmlns:"
    content = (
        f'<office:document-content xmlns:office="{office}office:1.0" '
        f'xmlns:table="{office}table:1.0" xmlns:text="{office}text:1.0" office:version="1.2">'
        '<office:body><office:spreadsheet><table:table table:name="Data"><table:table-row>'
        '<table:table-cell office:value-type="string"><text:p>Who</text:p></table:table-cell>'
        '<table:table-cell office:value-type="date" office:date-value="2024-10-13">'
        "<text:p>13.10.2024</text:p></table:table-cell>"
        "</table:table-row></table:table></office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        made.writestr("content.xml", content)
        manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
        made.writestr("META-INF/manifest.xml", f'<m:manifest xmlns:m="{manifest}"/>')
    assert rows_of(path) == [(1, ["Who", "2024-10-13"])]
