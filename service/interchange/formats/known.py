"""The known formats: their mappings, and their files as rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib import resources
from itertools import chain, islice
from pathlib import Path
from typing import Final, NamedTuple

from msgspec.structs import replace

from service.interchange.formats.calendars import calendar_encoding, event_rows
from service.interchange.formats.feeds import atom_rows, json_feed_rows
from service.interchange.formats.looks import format_of_columns, format_of_text
from service.interchange.formats.own_statement import (
    OWN_COLUMNS,
    OWN_STATEMENT,
    own_statement_rows,
)
from service.interchange.formats.own_table import OWN_TABLE, as_written_rows, own_table_mapping
from service.interchange.formats.packages import PACKAGE, is_package, unpacked
from service.interchange.formats.reviews import claim_rows, review_rows
from service.interchange.formats.slides import sheet_rows, slide_rows
from service.interchange.formats.table_texts import mapping_for_columns
from service.interchange.mappings.mapping import RowMapping, check_columns_of, read_mapping
from service.interchange.tables.dialect import Dialect
from service.interchange.tables.encoding import find_encoding
from service.interchange.tables.limits import check_row_count
from service.interchange.tables.look import form_of
from service.interchange.tables.row import RAW, TableRow
from service.interchange.tables.table import Table, check_file, open_table
from service.messages.imports import FileFacts

__all__ = ["FORMATS", "MappedTable", "known_mapping", "look_of", "open_mapped"]

_READERS: Final[dict[str, Callable[[Path], Iterator[TableRow]]]] = {
    "timelinejs": slide_rows,
    "claimreview": review_rows,
    "factcheck": claim_rows,
    "ics": event_rows,
    "atom": atom_rows,
    "jsonfeed": json_feed_rows,
}
_TABLES: Final = ("ucdp-ged", "acled", "timelinejs-sheet", OWN_TABLE)
FORMATS: Final = (*_TABLES, *_READERS, PACKAGE)
"""The names of the known formats."""


class MappedTable(NamedTuple):
    """A file as rows, what was found out about it, and the mapping that turns rows into
    statements."""

    mapping: RowMapping
    table: Table


@cache
def known_mapping(name: str) -> RowMapping:
    """The mapping of a known format, from its file beside this module."""
    file = resources.files("service.interchange.formats") / "files" / f"{name}.json"
    return read_mapping(file.read_bytes())


def look_of(path: Path) -> str | None:
    """The known format of a file, by its look; None if it has none. Raises `TableRefused`."""
    check_file(path)
    if is_package(path):
        return PACKAGE
    found = format_of_text(path)
    if found is not None or form_of(path) in ("json", "jsonl"):
        return found
    with open_table(path, Dialect()) as table:
        return format_of_columns(table.facts.columns)


@contextmanager
def open_mapped(path: Path, mapping: RowMapping | str) -> Iterator[MappedTable]:
    """A file with its mapping, or with the mapping of a known format by name. Raises
    `TableRefused`, also while the rows are read, and InvalidInput if the mapping is for other
    columns."""
    if isinstance(mapping, RowMapping):
        with open_table(path, mapping.dialect, {*mapping.columns, RAW}) as table:
            if format_of_columns(table.facts.columns) == OWN_TABLE:
                table = table._replace(rows=as_written_rows(table.rows))
            _check_columns(table, mapping)
            yield MappedTable(mapping, _missed(table, mapping))
        return
    if mapping == PACKAGE:
        with unpacked(path) as packed, open_mapped(packed.path, packed.mapping) as opened:
            yield opened
        return
    if mapping == "timelinejs" and form_of(path) not in ("json", "jsonl"):
        mapping = "timelinejs-sheet"
    if mapping in _READERS and format_of_text(path) is not None:
        check_file(path)
        yield _read(mapping, path)
        return
    wanted = () if mapping == OWN_TABLE else {*known_mapping(mapping).columns, RAW}
    with open_table(path, Dialect(), wanted) as table:
        if mapping == OWN_TABLE:
            own = own_table_mapping(table.facts.columns)
            yield MappedTable(own, table._replace(rows=as_written_rows(table.rows)))
        else:
            fitting = mapping_for_columns(known_mapping(mapping), table.facts.columns)
            if mapping == "timelinejs-sheet":
                table = table._replace(rows=sheet_rows(table.rows))
            yield MappedTable(fitting, table)


def _check_columns(table: Table, mapping: RowMapping) -> None:
    """Raise AbsentColumns if the mapping names columns that the header lacks, because every
    statement would miss their content. Objects show their members one by one; a file of refused
    rows shows those of its first rows."""
    if table.facts.header_line is None or table.is_part:
        return
    check_columns_of(mapping, table.facts.columns)


def _missed(table: Table, mapping: RowMapping) -> Table:
    """The table, with a first note of columns that only the mapping has; for objects they are known
    only at the end."""

    def rows() -> Iterator[TableRow]:
        absent = dict.fromkeys(mapping.columns)
        for row in table.rows:
            for name in row.cells:
                absent.pop(name, None)
            yield row
        if absent:
            names = ", ".join(sorted(absent))[:_QUOTED]
            note = f"No row of the file has these columns, which the mapping names: {names}."
            table.facts.notes.insert(0, note)

    return table._replace(rows=rows()) if table.facts.header_line is None else table


_QUOTED: Final = 200
_LOOKED_AT: Final = 100


def _read(name: str, path: Path) -> MappedTable:
    """A file that is no table. Of ours, each row has a statement, and it is read as our table."""
    rows = _READERS[name](path)
    first = list(islice(rows, _LOOKED_AT))
    rows = _counted(chain(first, rows))
    found = calendar_encoding(path) if name == "ics" else find_encoding(path, None)
    mapping = known_mapping(name)
    columns = list(dict.fromkeys(column for row in first for column in row.cells))
    if any(row.cells.get(OWN_STATEMENT) for row in [*filter(_is_whole, first)][:1]):
        mapping, columns = own_table_mapping(OWN_COLUMNS), [*OWN_COLUMNS]
        rows = as_written_rows(own_statement_rows(rows))
    has_lines = name == "ics" or form_of(path) == "jsonl"
    facts = FileFacts(format=name, columns=columns, counts="line" if has_lines else "record")
    if name != "atom":  # XML names its own encoding
        notes = [found.note] if found.note else []
        facts = replace(facts, encoding=found.name, notes=notes)
    return MappedTable(mapping, Table(facts, rows))


def _is_whole(row: TableRow) -> bool:
    return row.broken is None


def _counted(rows: Iterator[TableRow]) -> Iterator[TableRow]:
    for count, row in enumerate(rows, start=1):
        check_row_count(count)
        yield row
