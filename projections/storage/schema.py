"""The schema of the read model: its version, the numbers that stand for words, and the names that a
query has for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from events.event.types import Relation
from events.statement.statement import Kind
from projections.answers.choices import Standing
from projections.storage.tables import TABLES

__all__ = [
    "ABOUT",
    "ASSERTED",
    "BY",
    "CONTENTS",
    "CORROBORATED",
    "DATASET",
    "DISPUTED",
    "KINDS",
    "MOST_LATE",
    "OPEN_END",
    "OPEN_START",
    "ORIGIN",
    "PLACE",
    "RELATIONS",
    "RETRACTED",
    "ROLE",
    "SCHEMA",
    "SOURCE",
    "STANDINGS",
    "STILL",
    "SUPERSEDED",
    "TAG",
    "VERSION",
    "VIA",
    "sql",
]

VERSION = 11
"""To be increased with every change of the tables or of how events are folded into them."""

STILL = 2**63 - 1
"""The `until` of rows that are valid now."""

OPEN_START, OPEN_END = -(2**63), 2**63 - 1
"""The values of an unbounded start or end, which sort first and last."""

MOST_LATE = 2**32 - 2
"""The largest `late`, in days; of what may begin even later, nobody knows when."""

CONTENTS = 2**40
"""The most contents of a timeline: the factor of `tl` in a content's key."""

BY, VIA, ABOUT, TAG, PLACE, SOURCE, ROLE, ORIGIN, DATASET = range(1, 10)
"""The fields of terms, by which statements can be found. BY are all speakers; ROLE has two keys for
each role, one with the actor who has it and one without; ORIGIN is the id of an origin."""

STANDINGS: tuple[Standing, ...] = get_args(Standing)
"""Their numbers are their strength: the strongest standing that has a cause applies."""
ASSERTED, CORROBORATED, DISPUTED, SUPERSEDED, RETRACTED = range(5)

KINDS: tuple[str, ...] = get_args(Kind)
RELATIONS: tuple[str, ...] = get_args(Relation)

_CONSTANTS = {
    "STILL": STILL,
    "OPEN_START": OPEN_START,
    "OPEN_END": OPEN_END,
    "BY": BY,
    "PLACE": PLACE,
    "RETRACTED": RETRACTED,
    "SUPPORTS": RELATIONS.index("supports"),
}


def sql(query: str, **lists: Sequence[object]) -> str:
    """Fill in the braces of a query: constants of this module by name, and for each of `lists` as
    many `?` as it has values, or with `each_` before its name as many rows of one."""
    places = {name: ", ".join("?" * len(values)) for name, values in lists.items()}
    rows = {f"each_{name}": ", ".join(["(?)"] * len(values)) for name, values in lists.items()}
    return query.format_map(_CONSTANTS | places | rows)


SCHEMA = sql(TABLES)
