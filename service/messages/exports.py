"""Exports: the formats by their names, and what is lost in one of them."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from service.messages.states import AsOf

__all__ = ["ExportFormat", "ExportLoss", "LostField"]

ExportFormat = Literal[
    "ndjson",
    "csv",
    "csv-zip",
    "timelinejs",
    "jsonfeed",
    "atom",
    "claimreview",
    "geojson",
    "ics",
    "cloudevents",
    "parquet",
]


class LostField(Struct, frozen=True, kw_only=True):
    """A field that a format cannot hold completely: how many statements lose something, why, and
    the id of the first one. The field `statement` means that whole statements are left out."""

    field: str
    statements: int
    reason: str
    example: str | None


class ExportLoss(Struct, frozen=True, kw_only=True):
    """The loss of an export: the number of statements, and the fields that lose something."""

    timeline: str
    revision: int
    as_of: AsOf | None
    format: ExportFormat
    statements: int
    losses: list[LostField]
