"""CSV and TSV, and cells that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.interchange.tables.delimited import (
    as_written,
    delimited_rows,
    find_delimiter,
    harmless,
)
from service.interchange.tables.encoding import FoundEncoding
from service.interchange.tables.limits import MOST_OF_ROW, TableRefused
from tests.rows import each_row

UTF8 = FoundEncoding("utf-8", "utf-8")
HUGE = "…"
"""Stands for 100 MB, which only the test that writes them has in memory."""
cells = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)


def rows_of(path: Path, delimiter: str = ",") -> list[tuple[int, list[str]]]:
    return [(row.line, row.cells) for row in delimited_rows(path, UTF8, delimiter)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(cells, min_size=1, max_size=4), max_size=5), st.sampled_from(",;\t|"))
def test_what_a_program_wrote_is_read_with_its_lines(
    tmp_path: Path, rows: list[list[str]], delimiter: str
) -> None:
    """Cells with quotes, delimiters and line feeds come back, each row with the line on which it
    begins."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(rows)
    path = tmp_path / "rows.csv"
    path.write_bytes(text.getvalue().encode())
    found = rows_of(path, delimiter)
    assert [row for _, row in found] == rows
    if all("\n" not in cell and "\r" not in cell for row in rows for cell in row):
        assert [line for line, _ in found] == [*range(1, len(rows) + 1)]


@pytest.mark.parametrize(
    ("content", "words", "line"),
    [
        ('a,b\n1,"2\n3,4\n', "never closed", 2),
        ('a,b\n1,"2', "never closed", 2),
        ('a\n"' + "x" * (MOST_OF_ROW + 10), "more than", 2),
        ('a\n"' + "x\n" * MOST_OF_ROW, "more than", 2),
        (f"a\n{HUGE}", "more than", 2),
        ("cell," * 1_000_000 + "b\n", "at most 256 columns", 1),
    ],
    ids=[
        "open-quote",
        "open-at-end",
        "one-line",
        "many-lines",
        "cell-of-100-mb",
        "a-million-columns",
    ],
)
def test_a_file_that_lies_is_refused_where_it_does(
    tmp_path: Path, content: str, words: str, line: int
) -> None:
    """A quote or a row without an end, a huge cell and a million columns are refused with the line
    and what to do, and never read whole."""
    path = tmp_path / "rows.csv"
    with path.open("wb") as file:
        file.write(content.removesuffix(HUGE).encode())
        for _ in range(100 if content.endswith(HUGE) else 0):
            file.write(b"x" * 1_000_000)
    with pytest.raises(TableRefused, match=words) as caught:
        rows_of(path)
    assert caught.value.line == line
    assert caught.value.advice


def test_empty_columns_to_the_right_are_no_columns(tmp_path: Path) -> None:
    """A spreadsheet program writes a delimiter for every cell that was once touched."""
    path = tmp_path / "rows.csv"
    path.write_text("a,b" + "," * 500 + "\n")
    assert rows_of(path)[0][1][:2] == ["a", "b"]


@pytest.mark.parametrize(
    ("content", "delimiter"),
    [
        ("a;b;c\n1,5;2,5;3\n", ";"),
        ('a,b\n"1;2;3",x\n"4;5;6",y\n', ","),
        ("a\tb\n1, 2\t3\n", "\t"),
        ("sep=|\na|b\n1;2|3\n", "|"),
        ("Title\n\na;b;c;d\n1;2;3;4\n5;6;7;8\n", ";"),
        ("only\none\n", ","),
        ("What,When\nHe said, loud, no,2024\nx,2024\ny,2024\n", ","),
    ],
)
def test_the_delimiter_is_found(tmp_path: Path, content: str, delimiter: str) -> None:
    """The sign that gives most rows the same number of cells, or that the file names itself."""
    path = tmp_path / "rows.csv"
    path.write_text(content)
    assert find_delimiter(path, UTF8) == delimiter
    assert "sep=" not in str(rows_of(path, delimiter))


@pytest.mark.parametrize(
    ("encoding", "name"), [(UTF8, "utf-8"), (FoundEncoding("cp1252", "cp1252"), "cp1252")]
)
def test_a_byte_without_a_character_breaks_its_row_alone(
    tmp_path: Path, encoding: FoundEncoding, name: str
) -> None:
    """The encoding is called by its name, and not by what decodes it; the rows around are read."""
    path = tmp_path / "rows.csv"
    path.write_bytes(b'a,b\n1,2\n"x\n\x81",3\n4,5\n')
    rows = list(delimited_rows(path, encoding, ","))
    assert [row.wrong for row in rows] == [None, None, f"not {name}: it has the byte 0x81.", None]
    assert rows[2].cells == ["x\n\ufffd", "3"]


def test_text_of_another_encoding_with_wide_letters_names_the_line(tmp_path: Path) -> None:
    """Behind a wrong byte nothing could be trusted there, so the file is refused."""
    path = tmp_path / "rows.csv"
    path.write_bytes(b"a\n\xff\xff\n")
    with pytest.raises(TableRefused, match=r"not gb18030.*name its encoding"):
        list(delimited_rows(path, FoundEncoding("gb18030", "gb18030"), ","))


RISKY = st.text(st.sampled_from("=+-@\t\r'a1.") | st.characters())


@given(RISKY)
def test_what_was_made_harmless_comes_back(cell: str) -> None:
    """For any text, taking away what was put before it gives the text again."""
    assert as_written(harmless(cell)) == cell


@each_row("cell", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1"])
def test_what_could_be_a_formula_begins_with_an_apostrophe(cell: str) -> None:
    """No cell that a spreadsheet would run is left as it is."""
    assert harmless(cell) == f"'{cell}"


@each_row("cell", ["-3", "+3", "-0.25", "1e5", "-0044-03-15", "-0044/..", "", "a=b"])
def test_numbers_and_dates_stay_as_they_are(cell: str) -> None:
    """A number or a date that begins with a sign is no formula, and programs must find it."""
    assert harmless(cell) == cell
