"""A statement as it is shown, with what follows from it and from other statements."""

from __future__ import annotations

from msgspec import Struct

from events.event.types import Credibility, Relation
from events.statement.statement import (
    AboutActor,
    Kind,
    Origin,
    Place,
    Quantity,
    Rating,
    Said,
    Source,
)
from projections.answers.choices import Direction, Standing

__all__ = [
    "ShownBounds",
    "ShownDate",
    "ShownRelation",
    "ShownRetraction",
    "ShownStatement",
    "StatementBounds",
]


class ShownBounds(Struct, frozen=True, kw_only=True):
    """The first and the last second that are meant, RFC 3339; null where unbounded."""

    earliest: str | None
    latest: str | None


class ShownDate(Struct, frozen=True, kw_only=True):
    """The meaning of an EDTF date."""

    start: ShownBounds
    end: ShownBounds
    qualifiers: list[str]


class StatementBounds(Struct, frozen=True, kw_only=True):
    """The bounds of a statement's two dates; null if it has none."""

    occurred: ShownDate | None
    said: ShownDate | None


class ShownRelation(Struct, frozen=True, kw_only=True):
    """A relation, seen from one of its ends; `statement` is the other end, `revision` the relating
    event's. `on` is when the relation was stated, `source` where."""

    relation: Relation
    direction: Direction
    statement: str
    note: str | None
    on: str | None
    source: Source | None
    revision: int


class ShownRetraction(Struct, frozen=True, kw_only=True):
    """Why a statement was taken back, by whom, when they said so and where; `revision` is the
    retracting event's."""

    reason: str
    by: str | None
    on: str | None
    source: Source | None
    revision: int


class ShownStatement(Struct, frozen=True, kw_only=True):
    """A statement as it is shown: what was recorded, as corrected, and what follows from it and
    from other statements.

    `because` and `relations` ascend by revision. `revision` is the last event that touched it;
    `changed` is when anything shown here last changed.
    """

    id: str
    kind: Kind
    text: str
    language: str
    said: Said
    occurred: str | None
    about: list[AboutActor]
    places: list[Place]
    quantities: list[Quantity]
    sources: list[Source]
    rating: Rating | None
    tags: list[str]
    origin: Origin | None
    extra: dict[str, str]
    bounds: StatementBounds
    unsourced: bool
    recorded_at: str
    corrected_at: str | None
    standing: Standing
    because: list[int]
    retraction: ShownRetraction | None
    supports: int
    disputes: int
    relations: list[ShownRelation]
    credibility: Credibility | None
    revision: int
    changed: int
