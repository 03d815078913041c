"""Opens a file of any form as a table."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import Final, NamedTuple

from service.interchange.tables.delimited import RawRow, delimited_rows, find_delimiter
from service.interchange.tables.dialect import Dialect
from service.interchange.tables.documents.json_lines import json_line_rows
from service.interchange.tables.documents.json_rows import json_rows
from service.interchange.tables.encoding import FoundEncoding, find_encoding
from service.interchange.tables.header import Headed, headed
from service.interchange.tables.limits import (
    MOST_BYTES,
    TableRefused,
    check_columns,
    check_row_count,
)
from service.interchange.tables.look import form_of, refuse_foreign
from service.interchange.tables.refused_table import (
    REFUSED_COLUMNS,
    are_refused,
    mended_facts,
    mended_row,
    refused_dialect,
)
from service.interchange.tables.row import TableRow
from service.interchange.tables.workbook import open_workbook
from service.messages.imports import FileFacts

__all__ = ["Table", "open_table"]

_LOOKED_AT: Final = 100
_QUOTED: Final = 500
"""The most characters of names that a note repeats."""


class Table(NamedTuple):
    """A file as rows, and what was found out about it. `is_part`: it is a file of refused rows, and
    another file has the other rows."""

    facts: FileFacts
    rows: Iterator[TableRow]
    is_part: bool = False


@contextmanager
def open_table(path: Path, dialect: Dialect, wanted: Collection[str] = ()) -> Iterator[Table]:
    """The table in a file; refused rows have their original cells. `wanted` are columns that
    identify its header. Raises `TableRefused`, also while the rows are read."""
    check_file(path)
    form = _form(path, dialect)
    match form:
        case "csv" | "tsv":
            yield _mended(_text_table(path, dialect, form, wanted))
        case "xlsx" | "ods":
            with open_workbook(path, dialect.sheet) as sheet:
                found = _headed(sheet.rows, dialect, wanted)
                notes = [*found.notes, *_other_sheets(sheet.others, dialect)]
                facts = FileFacts(
                    format=form,
                    sheet=sheet.name,
                    counts="row",
                    header_line=found.line,
                    columns=found.columns,
                    notes=notes,
                )
                yield _mended(Table(facts, found.rows))
        case "json":
            yield _document(path, dialect)
        case "jsonl" | "ndjson":
            rows = json_line_rows(path, dialect.encoding)
            yield _objects("jsonl", rows, find_encoding(path, dialect.encoding))
        case _:
            advice = "A mapping's format is csv, tsv, xlsx, ods, json or jsonl."
            raise TableRefused(f"There is no format {form[:40]!r}.", advice)


def _form(path: Path, dialect: Dialect) -> str:
    """The form that the mapping names, unless the file shows another one: refused rows return as
    CSV, whatever their original form."""
    stated, seen = dialect.format, form_of(path)
    if stated is None or seen in ("xlsx", "ods"):
        return seen
    return (
        "csv" if stated in ("xlsx", "ods", "json", "jsonl", "ndjson") and seen == "csv" else stated
    )


def _mended(table: Table) -> Table:
    """The table of the original rows, if it is a file of refused ones."""
    if not are_refused(table.facts.columns):
        return table
    return Table(mended_facts(table.facts), map(mended_row, table.rows), is_part=True)


def _text_table(path: Path, dialect: Dialect, form: str, wanted: Collection[str]) -> Table:
    refused = refused_dialect(path, dialect)
    if refused is None:
        return _delimited(path, dialect, form, wanted)
    return _delimited(path, refused, "csv", {*wanted, *REFUSED_COLUMNS})


def check_file(path: Path) -> None:
    """Raise `TableRefused` if the file is too large, empty, or of a kind without rows."""
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise TableRefused("The file has more than 1 GiB.", "Split it.")
    if not size:
        raise TableRefused("The file is empty.", "See that the right one was named.")
    refuse_foreign(path)


def _delimited(path: Path, dialect: Dialect, form: str, wanted: Collection[str]) -> Table:
    encoding = find_encoding(path, dialect.encoding)
    quote = dialect.quote or '"'
    try:
        stated = dialect.delimiter or ("\t" if form == "tsv" else None)
        delimiter = stated or find_delimiter(path, encoding, quote)
        found = _headed(delimited_rows(path, encoding, delimiter, quote), dialect, wanted)
    except (TypeError, ValueError) as error:
        advice = "Both are one character each."
        raise TableRefused(f"The delimiter or the quote is wrong: {error}.", advice) from error
    facts = FileFacts(
        format=form,
        encoding=encoding.name,
        delimiter=delimiter,
        header_line=found.line,
        columns=found.columns,
        notes=[*([encoding.note] if encoding.note else []), *found.notes],
    )
    return Table(facts, found.rows)


def _headed(rows: Iterator[RawRow], dialect: Dialect, wanted: Collection[str]) -> Headed:
    return headed(rows, wanted, has_header=dialect.header, names=dialect.names)


def _other_sheets(others: list[str], dialect: Dialect) -> list[str]:
    if not others or dialect.sheet is not None:
        return []
    names = ", ".join(map(repr, others[:20]))
    return [f"Other sheets were passed over: {names}. Name one as `sheet` in the dialect."]


def _document(path: Path, dialect: Dialect) -> Table:
    """A JSON file. Once it is read, a note names further lists in it, unless the mapping chooses
    one."""
    others: dict[str, int] = {}
    notes: list[str] = []

    def rows() -> Iterator[TableRow]:
        is_chosen = dialect.property is not None
        yield from json_rows(
            path, dialect.property, dialect.encoding, None if is_chosen else others
        )
        if others:
            note = _other_lists(others)
            notes.extend([note] if note not in notes else [])

    return _objects("json", rows(), find_encoding(path, dialect.encoding), notes)


def _other_lists(others: dict[str, int]) -> str:
    names = ", ".join(f"{name!r} ({count:,} rows)" for name, count in others.items())
    choose = "Name one as `property` in the dialect to read that one."
    return (
        f"Other lists were passed over: {names[:_QUOTED].replace('(1 rows)', '(1 row)')}. {choose}"
    )


def _objects(
    form: str, rows: Iterator[TableRow], found: FoundEncoding, notes: list[str] | None = None
) -> Table:
    """A table of objects, whose columns appear one by one; those of the first hundred are known."""
    first = list(islice(rows, _LOOKED_AT))
    columns = list(dict.fromkeys(name for row in first for name in row.cells))
    notes = [] if notes is None else notes
    notes.extend([found.note] if found.note else [])
    facts = FileFacts(
        format=form,
        encoding=found.name,
        columns=columns,
        notes=notes,
        counts="record" if form == "json" else "line",
    )
    return Table(facts, _counted(chain(first, rows), facts.counts))


def _counted(rows: Iterator[TableRow], counts: str) -> Iterator[TableRow]:
    names: set[str] = set()
    for count, row in enumerate(rows, start=1):
        check_row_count(count)
        names.update(row.cells)
        check_columns(len(names), row.line, counts)
        yield row
