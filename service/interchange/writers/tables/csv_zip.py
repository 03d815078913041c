"""A zip of tables in CSV with a description, `datapackage.json` (Frictionless Data Package).

`statements.csv` is the table of `csv_table`, with the mapping by which it is read in again.
Quantities, sources and relations are tables of their own besides, for programs that count. Such a
table is kept in a temporary file until its turn comes, if it is large.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final

import msgspec

from projections.answers.statement import ShownStatement
from service.interchange.writers.exported import Batches, Preamble
from service.interchange.writers.tables import csv_table
from service.interchange.writers.tables.cells import harmless
from service.interchange.writers.tables.columns import (
    COLUMNS,
    ITEMS,
    SHOWN,
    ExtraColumns,
    table_mapping,
)

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
"""The further tables, each with its columns behind `statement`."""
_NUMBERS: Final = frozenset({"low", "best", "high"})


class _Sink:
    """What a zip is written to, piece by piece. It cannot be read or turned back."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Called by `zipfile`; there is nothing to do."""

    def taken(self) -> bytes:
        """What was written since this was called last."""
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken


def write_csv_zip(preamble: Preamble, batches: Batches) -> Iterator[bytes]:
    """The zip. The batches are read twice, as for the table alone."""
    extra = yield from csv_table.extra_columns(batches)
    sink: Any = _Sink()
    with ExitStack() as held, zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as file:
        described = msgspec.json.format(msgspec.json.encode(_package(preamble, extra)))
        file.writestr(_member("datapackage.json", preamble), described)
        kept: dict[str, IO[bytes]] = {
            name: held.enter_context(SpooledTemporaryFile(_IN_MEMORY)) for name in _TABLES
        }
        with file.open(_member("statements.csv", preamble), "w", force_zip64=True) as table:
            table.write(csv_table.header_row(extra))
            for batch in batches:
                table.write(csv_table.rows(batch, extra))
                for name, further in kept.items():
                    further.write(
                        csv_table.lines(row for each in batch for row in _rows(each.shown, name))
                    )
                yield sink.taken()
        for name, further in kept.items():
            further.seek(0)
            with file.open(_member(f"{name}.csv", preamble), "w", force_zip64=True) as table:
                table.write(csv_table.lines([("statement", *_TABLES[name])]))
                while piece := further.read(_PIECE):
                    table.write(piece)
                    yield sink.taken()
    yield sink.taken()


def _rows(shown: ShownStatement, table: str) -> Iterator[list[str]]:
    items: Sequence[Any]
    if table == "relations":
        for each in shown.relations:
            if each.direction == "out":
                note, revision = each.note or "", str(each.revision)
                yield [shown.id, each.relation, each.statement, harmless(note), revision]
        return
    items = getattr(shown, table)
    for item in items:
        values = (getattr(item, name) for name in _TABLES[table])
        yield [shown.id, *(harmless(value or "") for value in values)]


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
    """Every cell is text, so that nothing is read as another value, but for numbers."""
    return [{"name": name, "type": "number" if name in _NUMBERS else "string"} for name in names]
