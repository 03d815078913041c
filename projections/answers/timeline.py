"""A timeline as it is shown."""

from __future__ import annotations

from msgspec import Struct

__all__ = ["Timeline"]


class Timeline(Struct, frozen=True, kw_only=True):
    """A timeline as it is shown. `first` and `last` are the earliest and latest bounds of occurred
    times; unbounded ones are ignored. All times are RFC 3339 in UTC."""

    timeline: str
    title: str
    description: str | None
    language: str
    revision: int
    statements: int
    first: str | None
    last: str | None
    opened_at: str
    updated_at: str
