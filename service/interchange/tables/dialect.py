"""The form of a file: what a mapping says about it, and what is to be found out."""

from __future__ import annotations

from msgspec import Struct

__all__ = ["Dialect"]


class Dialect(Struct, frozen=True, kw_only=True):
    """The form of a file; None where it is to be found out.

    `format`: csv, tsv, xlsx, ods, json or jsonl. `sheet`: a name, or a number from 1. `property`:
    the member of a JSON document that has the rows.
    """

    format: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    sheet: str | int | None = None
    property: str | None = None
