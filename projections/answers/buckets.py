"""Buckets: how many statements there are in each year, month, week or day, by their standing."""

from __future__ import annotations

from msgspec import Struct

__all__ = ["Beside", "Bucket", "Buckets"]


class Bucket(Struct, frozen=True):
    """The statements from `start` up to `end` (excluded), which is the next bucket's start (both
    RFC 3339). `by_standing` has the standings that occur."""

    start: str
    end: str
    count: int
    by_standing: dict[str, int]


class Beside(Struct, frozen=True):
    """Statements that are in no bucket."""

    count: int
    by_standing: dict[str, int]


class Buckets(Struct, frozen=True):
    """The buckets without a gap from the first to the last. With a window by the same clock, all of
    them touch it; statements that begin before it and reach into it are in `before`. Statements
    whose start is unknown or open are in `undated`."""

    items: list[Bucket]
    before: Beside
    undated: Beside
