"""The file of refused rows: no spreadsheet runs a cell of it, and mended it is read again."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from service.interchange.formats.known import open_mapped
from service.interchange.imports.refused_rows import REFUSED_ENCODING, RefusedFile
from service.interchange.mappings.evaluation import RowFault
from service.interchange.mappings.mapping import mapping_of
from service.interchange.tables.delimited import harmless
from service.interchange.tables.dialect import Dialect
from service.interchange.tables.row import BrokenRow, TableRow
from service.interchange.tables.table import Table, open_table
from service.messages.imports import FileFacts

_FAULT = RowFault("When", "x", "=No date.", "Mend it.")
_TEXTS = st.text(st.sampled_from("=+-@\t'a1.,;é") | st.characters(codec="utf-8"), max_size=6)
_NAMES = st.sampled_from(["=A1", "-", "'+x", "1999", "2000", "2001", "Who, when", "Ж", "  @"])


def _written(
    path: Path, facts: FileFacts, rows: Sequence[TableRow], most: int | None = None
) -> int:
    with path.open("w", encoding=REFUSED_ENCODING, newline="") as file:
        refused = RefusedFile(file, facts, most)
        for row in rows:
            refused.add(row, [_FAULT])
    return refused.rows


def _is_kept(cells: Sequence[str]) -> bool:
    """Whether the row is one: a line of nothing is none."""
    return any(map(str.strip, cells)) and not any("\0" in cell for cell in cells)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(_NAMES.map(str.strip), min_size=2, max_size=4, unique=True),
    st.lists(st.lists(_TEXTS, min_size=2, max_size=2).filter(_is_kept), min_size=1, max_size=3),
    st.sampled_from([None, ";", "\t", "~"]),
)
@example(["=A1", "-"], [["=1+1", "'=1"]], None)
def test_a_mended_file_has_the_original_cells(
    tmp_path: Path, names: list[str], texts: list[list[str]], delimiter: str | None
) -> None:
    """Whatever the form is that the mapping states for the file that the rows are from; and no cell
    of the file is one that a spreadsheet would run."""
    facts = FileFacts(format="csv", delimiter=delimiter, header_line=1, columns=names)
    rows = [TableRow(n, dict(zip(names, cells, strict=False))) for n, cells in enumerate(texts, 2)]
    path = tmp_path / "refused.csv"
    assert _written(path, facts, rows) == len(rows)
    used = delimiter if delimiter in (";", "\t") else ","
    lines = csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline=""), delimiter=used)
    assert all(cell == harmless(cell) or cell.startswith("'") for line in lines for cell in line)
    stated = Dialect(format="csv", delimiter="|", quote="'", header=False, encoding="cp1251")
    with open_table(path, stated, {names[0]}) as table:
        found = [row.cells for row in table.rows]
    assert table.is_part
    assert table.facts.columns == names
    assert [{n: cells.get(n, "") for n in names} for cells in found] == [
        {n: row.cells.get(n, "") for n in names} for row in rows
    ]


def test_what_has_no_cells_is_kept_from_one_file_of_refused_rows_to_the_next(
    tmp_path: Path,
) -> None:
    """A line that is no JSON stands whole in each, although the second is made of a table."""
    row = TableRow(1, {}, broken=BrokenRow("@nope", "The line is not JSON.", "Mend it."))
    facts = FileFacts(format="jsonl", columns=["Ref"])
    for _ in range(3):
        path = tmp_path / "refused.csv"
        assert _written(path, facts, [row]) == 1
        with open_table(path, Dialect()) as table:
            facts, [row] = table.facts, [*table.rows]
        assert row.broken is not None
        assert row.broken.text == "@nope"


def test_our_own_table_comes_back_as_it_was(tmp_path: Path) -> None:
    """The mark before a possible formula, which its cells have already, stays one of the cell."""
    columns = ["id", "kind", "said.by", "occurred", "text", "tags"]
    written = dict(
        zip(columns, ["a", "claim", "", "2024", "'=1", r"\"a\u00a6b" + '" ¦ b'], strict=True)
    )
    path = tmp_path / "refused.csv"
    _written(path, FileFacts(format="csv", header_line=1, columns=columns), [TableRow(2, written)])
    with open_mapped(path, "onrecord") as opened:
        [row] = opened.table.rows
    assert row.written == written
    assert (row.cells["text"], row.cells["tags"]) == ("=1", ("a¦b", "b"))


def test_a_file_is_no_larger_than_it_may_be(tmp_path: Path) -> None:
    """It has whole rows, the first ones, and its count says how many."""
    facts = FileFacts(format="csv", header_line=1, columns=["A"])
    rows = [TableRow(n, {"A": "ж" * 100}) for n in range(2, 99)]
    path = tmp_path / "refused.csv"
    count = _written(path, facts, rows, most=5_000)
    assert 0 < count < len(rows)
    assert 4_700 < path.stat().st_size <= 5_003
    with open_table(path, Dialect()) as table:
        assert len([*table.rows]) == count


def test_a_mapping_of_another_form_reads_it(tmp_path: Path) -> None:
    """One for columns without names, between other quotes, takes the file by itself."""
    facts = FileFacts(format="csv", delimiter=";", header_line=0, columns=["Who", "column 2"])
    path = tmp_path / "refused.csv"
    _written(path, facts, [TableRow(1, {"Who": "a;b", "column 2": "'x"})])
    statement = {"kind": {"value": "claim"}, "said": {}, "text": {"column": "column 2"}}
    dialect = {"delimiter": ";", "quoteChar": "'", "header": False}
    fields = {"fields": [{"name": "Who"}]}
    mapping = {"name": "x", "dialect": dialect, "schema": fields}
    with open_mapped(path, mapping_of(mapping | {"onrecord": {"statement": statement}})) as opened:
        [row] = opened.table.rows
        assert isinstance(opened.table, Table)
    assert row.cells == {"Who": "a;b", "column 2": "'x"}
