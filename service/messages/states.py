"""Earlier states of a timeline: which one is meant, the differences between two, and the digest of
one."""

from __future__ import annotations

from typing import Generic, TypeVar

from msgspec import Struct

from projections.answers.difference import CorrectedStatement, MovedStanding, RelationEnds

__all__ = ["AsOf", "Diff", "Digest"]

T = TypeVar("T")


class AsOf(Struct, frozen=True):
    """The earlier state that the query asked for, and when its last event was recorded."""

    revision: int
    recorded_at: str


class Diff(Struct, Generic[T], frozen=True, kw_only=True, rename={"from_": "from"}):
    """The net difference between two states. `standing`, `retracted` and `reinstated` are about
    statements of both states; `recorded` are statements of the later state only."""

    from_: AsOf
    to: AsOf
    recorded: list[T]
    corrected: list[CorrectedStatement]
    retracted: list[str]
    reinstated: list[str]
    related: list[RelationEnds]
    unrelated: list[RelationEnds]
    standing: list[MovedStanding]


class Digest(Struct, frozen=True):
    """SHA-256 over everything that is folded of a timeline at `revision`, as `sha256:<hex>`."""

    timeline: str
    revision: int
    digest: str
