"""The form of a file: what a mapping says about it, and what must be found out."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

__all__ = ["FORMS", "Dialect"]

FORMS: Final = ("csv", "tsv", "xlsx", "ods", "json", "jsonl", "ndjson")
"""The formats that a mapping may name."""


class Dialect(Struct, frozen=True, kw_only=True):
    """The form of a file; None means that it must be found out.

    `format`: csv, tsv, xlsx, ods, json or jsonl. `sheet`: a name, or a number from 1. `property`:
    the member of a JSON document that has the rows. `header`: whether a table has a row with the
    names of its columns; without one they are the `names`, from left to right.
    """

    format: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    sheet: str | int | None = None
    property: str | None = None
    header: bool | None = None
    names: tuple[str, ...] = ()
