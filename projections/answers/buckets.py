"""Buckets: how many statements there are in each year, month, week or day, by their standing."""

from __future__ import annotations

from msgspec import Struct

__all__ = ["Beside", "Bucket", "Buckets"]


class Bucket(Struct, frozen=True):
    """Statements from `start` up to, not including, `end`, which is the next one's start (both
    RFC 3339). `by_standing` has the standings that there are."""

    start: str
    end: str
    count: int
    by_standing: dict[str, int]


class Beside(Struct, frozen=True):
    """Statements that are in no bucket."""

    count: int
    by_standing: dict[str, int]


class Buckets(Struct, frozen=True):
    """The buckets without a gap from the first to the last. With a window by the same clock all of
    them touch it, and what begins before it, though it reaches into it, is in `before`. Statements
    whose start is not known, or open, are in `undated`."""

    items: list[Bucket]
    before: Beside
    undated: Beside
