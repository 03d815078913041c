"""Buckets: how many statements there are in each year, month, week or day, by their standing."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

__all__ = ["Beside", "Bucket", "Buckets"]


class Bucket(Struct, frozen=True):
    """The statements from `start` up to `end` (excluded), both RFC 3339. `by_standing` has the
    standings that occur."""

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
    whose start is unknown or open are in `undated`. `vague`, if it is asked for, has those that may
    begin in a later bucket than the one in which (or before which) they are counted: between the
    start of the first bucket in which they may begin and the end of the last."""

    items: list[Bucket]
    before: Beside
    undated: Beside
    vague: list[Bucket] | UnsetType = UNSET
