"""The end of a statement's JSON, which depends on all events. The part before it depends on the
content alone, and was encoded when that was folded."""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec import Raw, Struct

from projections.storage.schema import ASSERTED, STANDINGS

__all__ = ["RelationPart", "Tail", "as_recorded", "changed_in", "whole"]


class RelationPart(Struct, frozen=True):
    """`ShownRelation`, as it is encoded."""

    relation: str
    direction: str
    statement: str
    note: str | None
    on: str | None
    source: Raw | None
    revision: int


class Tail(Struct, frozen=True, kw_only=True):
    """The fields of `ShownStatement` that depend on all events; the defaults are those of a new
    statement."""

    standing: str = STANDINGS[ASSERTED]
    because: list[int] = []
    retraction: Raw | None = None
    supports: int = 0
    disputes: int = 0
    relations: list[RelationPart] = []
    credibility: int | None = None
    revision: int
    changed: int


_encode = msgspec.json.Encoder().encode


def whole(shown: bytes, tail: Tail) -> bytes:
    """The JSON of a statement whose content is shown as `shown`, a JSON object."""
    return shown[:-1] + b"," + _encode(tail)[1:]


_RECORDED: Final = whole(b"}", Tail(revision=0, changed=0)).replace(
    b'"revision":0,"changed":0', b'"revision":%d,"changed":%d'
)


def as_recorded(shown: bytes, st: int) -> bytes:
    """The same for a statement that has not changed since the event `st` recorded it: it has no
    relations, and no other event is about it."""
    return shown[:-1] + _RECORDED % (st, st)


def changed_in(json: bytes) -> int:
    """The revision at which anything in the JSON of a statement last changed: its last member."""
    return int(json[json.rindex(b":") + 1 : -1])
