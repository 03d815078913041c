"""Every format by name: its files' names, its losses, and its writer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from service.interchange.writers import (
    atom,
    claimreview,
    geojson,
    ics,
    jsonfeed,
    timelinejs,
)
from service.interchange.writers.cloudevents import write_cloudevents, write_ndjson
from service.interchange.writers.exported import WriteStatements
from service.interchange.writers.loss import Loss
from service.interchange.writers.tables import csv_table, csv_zip, parquet
from service.messages.exports import ExportFormat

__all__ = ["EVENT_FORMATS", "STATEMENT_FORMATS", "EventFormat", "StatementFormat"]


WriteEvents = Callable[[Iterable[Sequence[bytes]]], Iterator[bytes]]
"""Writes events, given as batches of lines: a chunk for each batch, and one that ends the file."""


class StatementFormat(NamedTuple):
    """A format of statements. `suffix` ends the names of its files."""

    name: ExportFormat
    media_type: str
    suffix: str
    losses: Sequence[Loss]
    write: WriteStatements


class EventFormat(NamedTuple):
    """A format of events, which holds everything."""

    name: ExportFormat
    media_type: str
    suffix: str
    write: WriteEvents


STATEMENT_FORMATS: Final[Mapping[str, StatementFormat]] = {
    each.name: each
    for each in (
        StatementFormat(
            "csv",
            "text/csv",
            "csv",
            csv_table.LOSSES,
            csv_table.write_csv,
        ),
        StatementFormat("csv-zip", "application/zip", "zip", csv_zip.LOSSES, csv_zip.write_csv_zip),
        StatementFormat(
            "timelinejs",
            "application/json",
            "timeline.json",
            timelinejs.LOSSES,
            timelinejs.write_timelinejs,
        ),
        StatementFormat(
            "jsonfeed",
            "application/feed+json",
            "feed.json",
            jsonfeed.LOSSES,
            jsonfeed.write_jsonfeed,
        ),
        StatementFormat("atom", "application/atom+xml", "atom", atom.LOSSES, atom.write_atom),
        StatementFormat(
            "claimreview",
            "application/ld+json",
            "jsonld",
            claimreview.LOSSES,
            claimreview.write_claimreview,
        ),
        StatementFormat(
            "geojson", "application/geo+json", "geojson", geojson.LOSSES, geojson.write_geojson
        ),
        StatementFormat("ics", "text/calendar", "ics", ics.LOSSES, ics.write_ics),
        StatementFormat(
            "parquet",
            "application/vnd.apache.parquet",
            "parquet",
            parquet.LOSSES,
            parquet.write_parquet,
        ),
    )
}
EVENT_FORMATS: Final[Mapping[str, EventFormat]] = {
    "ndjson": EventFormat("ndjson", "application/x-ndjson", "ndjson", write_ndjson),
    "cloudevents": EventFormat(
        "cloudevents", "application/cloudevents-batch+json", "cloudevents.json", write_cloudevents
    ),
}
