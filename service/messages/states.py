"""Earlier states of a timeline: the name of one, the differences between two, and the digest of
one."""

from __future__ import annotations

from typing import Generic, TypeVar

from msgspec import Struct

from projections.answers.difference import CorrectedStatement, MovedStanding, RelationEnds

__all__ = ["AsOf", "Diff", "Digest"]

T = TypeVar("T")


class AsOf(Struct, frozen=True):
    """The earlier state that the query named, and when its last event was recorded."""

    revision: int
    recorded_at: str


class Diff(Struct, Generic[T], frozen=True, kw_only=True, rename={"from_": "from"}):
    """The net difference between two states. `standing`, `retracted` and `reinstated` are of
    statements that both states have; `recorded` are those that only the later one has."""

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
    """SHA-256 over all that is folded of a timeline at `revision`, as `sha256:<hex>`."""

    timeline: str
    revision: int
    digest: str
