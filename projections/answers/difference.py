"""The parts of a difference: what was corrected, related or moved between two revisions."""

from __future__ import annotations

from msgspec import Struct

from events.event.types import Relation
from projections.answers.choices import Standing

__all__ = ["Change", "CorrectedStatement", "MovedStanding", "RelationEnds"]


class Change(Struct, frozen=True):
    """`path` is a JSON Pointer to a leaf: a value that contains no others. If a state has no such
    leaf, its value is null."""

    path: str
    before: str | float | int | bool | None
    after: str | float | int | bool | None


class CorrectedStatement(Struct, frozen=True):
    """What corrections changed of one statement, ordered by path."""

    id: str
    changes: list[Change]


class RelationEnds(Struct, frozen=True):
    """`statement` has the relation to `target`."""

    statement: str
    relation: Relation
    target: str


class MovedStanding(Struct, frozen=True):
    """The standing, before and after, of a statement that both states have."""

    id: str
    before: Standing
    after: Standing
