"""Parquet: a row for each statement, with the fields of the API as nested columns.

`pyarrow` is an extra dependency, and is imported only when a file is written.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import msgspec

from service.interchange.writers.exported import Batches, ExportedStatement, Preamble
from service.interchange.writers.loss import HISTORY
from service.interchange.writers.tables.sink import PieceSink

if TYPE_CHECKING:
    import pyarrow

__all__ = ["LOSSES", "is_installed", "write_parquet"]

LOSSES: Final = (HISTORY,)

_GROUP: Final = 5_000
"""The statements of a row group, which a reader loads at a time."""

_decode = msgspec.json.Decoder(dict[str, Any]).decode


def is_installed() -> bool:
    """Whether the library for Parquet is installed."""
    return importlib.util.find_spec("pyarrow") is not None


def write_parquet(preamble: Preamble, batches: Batches) -> Iterator[bytes]:
    """The whole file. Statements wait in memory, as columns, until a row group is full. The heap of
    the process serves for them, because the library's own keeps memory that is free. The library
    chooses when it is imported."""
    os.environ.setdefault(  # noqa: TID251 - a setting of the library, which it reads by itself
        "ARROW_DEFAULT_MEMORY_POOL", "system"
    )
    import pyarrow  # noqa: PLC0415 - an extra dependency
    from pyarrow.parquet import ParquetWriter  # noqa: PLC0415 - an extra dependency

    shown = preamble.timeline
    schema = _schema().with_metadata(
        {"timeline": shown.timeline, "title": shown.title, "revision": str(shown.revision)}
    )
    sink = PieceSink()
    waiting: list[pyarrow.RecordBatch] = []
    with ParquetWriter(sink, schema, compression="zstd") as file:
        for batch in batches:
            if batch:
                waiting.append(pyarrow.RecordBatch.from_pylist([*map(_row, batch)], schema))
            if sum(len(each) for each in waiting) >= _GROUP:
                file.write_table(pyarrow.Table.from_batches(waiting))
                waiting.clear()
            yield sink.taken()
        if waiting:
            file.write_table(pyarrow.Table.from_batches(waiting))
    yield sink.taken()


def _row(each: ExportedStatement) -> dict[str, Any]:
    row = _decode(each.json)
    row["extra"] = list(row.get("extra", {}).items())  # a map is given by its pairs
    return row


def _schema() -> pyarrow.Schema:
    import pyarrow as pa  # noqa: PLC0415 - an extra dependency

    return pa.schema([*_recorded(pa), *_derived(pa)])


def _recorded(pa: Any) -> list[tuple[str, Any]]:
    """The columns of what a statement's author gave, with their types."""
    text, real = pa.string(), pa.float64()
    via = _texts(pa, "actor", "role", "on")
    said = [("by", text), ("with", pa.list_(text)), ("on", text), ("via", pa.list_(via))]
    place = [("name", text), ("latitude", real), ("longitude", real)]
    quantity = _texts(pa, "what", "low", "best", "high", "unit", "qualifier")
    return [
        *((name, text) for name in ("id", "kind", "text", "language")),
        ("said", pa.struct(said)),
        ("occurred", text),
        ("about", pa.list_(_texts(pa, "actor", "role"))),
        ("places", pa.list_(pa.struct(place))),
        ("quantities", pa.list_(quantity)),
        ("sources", pa.list_(_source(pa))),
        ("rating", _texts(pa, "label", "value", "best", "worst")),
        ("tags", pa.list_(text)),
        ("origin", _texts(pa, "dataset", "id", "url", "sha256")),
        ("extra", pa.map_(text, text)),
    ]


def _derived(pa: Any) -> list[tuple[str, Any]]:
    """The columns of what the service knows of it, with their types."""
    text, whole = pa.string(), pa.int64()
    bounds = _texts(pa, "earliest", "latest")
    date = pa.struct([("start", bounds), ("end", bounds), ("qualifiers", pa.list_(text))])
    relation = [
        *((name, text) for name in ("relation", "direction", "statement", "note", "on")),
        ("source", _source(pa)),
        ("revision", whole),
    ]
    retraction = [("reason", text), ("by", text), ("on", text), ("source", _source(pa))]
    return [
        ("bounds", pa.struct([("occurred", date), ("said", date)])),
        ("unsourced", pa.bool_()),
        ("recorded_at", text),
        ("corrected_at", text),
        ("standing", text),
        ("because", pa.list_(whole)),
        ("supports", whole),
        ("disputes", whole),
        ("relations", pa.list_(pa.struct(relation))),
        ("credibility", whole),
        ("retraction", pa.struct([*retraction, ("revision", whole)])),
        ("revision", whole),
        ("changed", whole),
    ]


def _source(pa: Any) -> Any:
    named = ("id", "title", "publisher", "url", "published")
    return _texts(pa, *named, "quote", "locator", "archive_url", "sha256", "retrieved_at")


def _texts(pa: Any, *names: str) -> Any:
    return pa.struct([(name, pa.string()) for name in names])
