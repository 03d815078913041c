"""A zip of tables in CSV with a description, `datapackage.json` (Frictionless Data Package).

`statements.csv` is the table of `csv_table`, with the mapping for importing it again. Quantities,
sources and relations also have tables of their own, for programs that count. A large one is stored
in a temporary file until its turn comes.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from operator import attrgetter
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final

import msgspec

from events.statement.statement import Quantity, Source
from projections.answers.statement import ShownStatement
from service.interchange.tables.delimited import harmless
from service.interchange.writers.exported import Batches, ExportedStatement, Preamble
from service.interchange.writers.tables import csv_table
from service.interchange.writers.tables.columns import (
    COLUMNS,
    ITEMS,
    SHOWN,
    ExtraColumns,
    table_mapping,
    values_of,
)
from service.interchange.writers.tables.sink import PieceSink

__all__ = ["LOSSES", "write_csv_zip"]

LOSSES: Final = csv_table.LOSSES

_IN_MEMORY: Final = 1 << 20
_PIECE: Final = 1 << 18
_OLDEST: Final = (1980, 1, 1, 0, 0, 0)
"""The oldest time that a zip can hold."""

_RELATION: Final = ("relation", "target", "note", "revision")
_TABLES: Final = {
    "quantities": ITEMS["quantities"],
    "sources": ITEMS["sources"],
    "relations": _RELATION,
}
"""The further tables, each with its columns after `statement`."""
_VALUES: Final = {name: attrgetter(*ITEMS[name]) for name in ("quantities", "sources")}
_NUMBERS: Final = frozenset({"low", "best", "high"})


def write_csv_zip(preamble: Preamble, batches: Batches) -> Iterator[bytes]:
    """The zip. The names of the extra fields are collected first, as for the table alone."""
    extra = yield from csv_table.extra_columns(batches)
    sink = PieceSink()
    with ExitStack() as held, zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as file:
        described = msgspec.json.format(msgspec.json.encode(_package(preamble, extra)))
        file.writestr(_member("datapackage.json", preamble), described)
        kept: dict[str, IO[bytes]] = {
            name: held.enter_context(SpooledTemporaryFile(_IN_MEMORY)) for name in _TABLES
        }
        with file.open(_member("statements.csv", preamble), "w", force_zip64=True) as table:
            table.write(csv_table.header_row(extra))
            for batch in batches:
                for name, lines in _lines_of(batch, extra).items():
                    kept.get(name, table).write(lines)
                yield sink.taken()
        for name, further in kept.items():
            further.seek(0)
            with file.open(_member(f"{name}.csv", preamble), "w", force_zip64=True) as table:
                table.write(_line(["statement", *_TABLES[name]]))
                while piece := further.read(_PIECE):
                    table.write(piece)
                    yield sink.taken()
    yield sink.taken()


def _lines_of(batch: Sequence[ExportedStatement], extra: ExtraColumns) -> dict[str, bytes]:
    """The lines that the statements have in each table. Each statement is decoded once."""
    tables = {name: csv_table.LinesOfRows() for name in ("statements", *_TABLES)}
    add = tables["statements"].add
    for each in batch:
        shown = each.decode()
        add(values_of(shown, extra))
        for name, row in _further_rows(shown):
            tables[name].add(row)
    return {name: lines.taken() for name, lines in tables.items()}


def _further_rows(shown: ShownStatement) -> Iterator[tuple[str, list[str]]]:
    """The rows of the further tables, each with the name of its table."""
    for quantity in shown.quantities:
        yield "quantities", [shown.id, *_cells(quantity, "quantities")]
    for source in shown.sources:
        yield "sources", [shown.id, *_cells(source, "sources")]
    for each in shown.relations:
        if each.direction == "out":
            note, revision = each.note or "", str(each.revision)
            yield "relations", [shown.id, each.relation, each.statement, harmless(note), revision]


def _cells(item: Quantity | Source, table: str) -> Iterator[str]:
    return (harmless(value) if value else "" for value in _VALUES[table](item))


def _line(cells: Sequence[str]) -> bytes:
    line = csv_table.LinesOfRows()
    line.add(cells)
    return line.taken()


def _member(name: str, preamble: Preamble) -> zipfile.ZipInfo:
    """A file of the zip, with the time of the state that is exported."""
    at = preamble.timeline.updated_at
    year, month, day, hour, minute, second = map(int, re.findall(r"\d+", at)[:6])
    member = zipfile.ZipInfo(name, max((year, month, day, hour, minute, second), _OLDEST))
    member.compress_type = zipfile.ZIP_DEFLATED
    member.external_attr = 0o644 << 16
    return member


def _package(preamble: Preamble, extra: ExtraColumns) -> dict[str, Any]:
    shown = preamble.timeline
    names = (*COLUMNS, *extra.columns, *SHOWN)
    statements = _resource("statements", _fields(names), "id")
    statements["onrecord"] = table_mapping(extra)
    tables = [
        _resource(
            name,
            _fields(("statement", *columns)),
            None,
            foreignKeys=[
                {
                    "fields": "statement",
                    "reference": {"resource": "statements", "fields": "id"},
                }
            ],
        )
        for name, columns in _TABLES.items()
    ]
    return {
        "name": shown.timeline,
        "title": shown.title,
        "description": shown.description or "",
        "homepage": preamble.page,
        "version": str(shown.revision),
        "resources": [statements, *tables],
    }


def _resource(
    name: str, fields: list[dict[str, Any]], key: str | None, **schema: Any
) -> dict[str, Any]:
    shaped = {"fields": fields, "missingValues": [""], **schema}
    if key is not None:
        shaped["primaryKey"] = key
    return {
        "name": name,
        "path": f"{name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ","},
        "schema": shaped,
    }


def _fields(names: Iterable[str]) -> list[dict[str, Any]]:
    """The fields of a table: every cell is text, so that nothing is read as another type, except
    numbers."""
    return [{"name": name, "type": "number" if name in _NUMBERS else "string"} for name in names]
