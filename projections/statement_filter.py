"""What a question about statements asks for, and the conditions in SQL that say so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from msgspec import Struct

from events.wording import spelling_key
from projections.reader import Reader
from projections.schema import (
    ABOUT,
    BY,
    KINDS,
    OPEN_END,
    OPEN_START,
    PLACE,
    SOURCE,
    STANDINGS,
    TAG,
    VIA,
)
from projections.spelling_queries import keys_of_spellings

__all__ = ["Condition", "Match", "StatementFilter", "Term", "Window", "conditions_of", "terms_of"]

Match = Literal["possible", "certain"]
Standing = Literal["asserted", "corroborated", "disputed", "superseded", "retracted"]


class Window(NamedTuple):
    """Whole seconds since 1970, both included; None where there is no limit. Even a window
    without limits holds no statement that lacks the date."""

    earliest: int | None
    latest: int | None


class StatementFilter(Struct, frozen=True, kw_only=True):
    """Any of the values within one field, all of the fields together; empty asks for all.

    Kinds and standings are known words; spellings, places, tags and sources may be any text.
    `unsourced`: only those without a source (or, False, with one). `q` is what is searched for,
    see `projections.search`.
    """

    occurred: Window | None = None
    said: Window | None = None
    match: Match = "possible"
    actors: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    standings: tuple[str, ...] = ()
    unsourced: bool | None = None
    q: tuple[str, ...] = ()


class Term(NamedTuple):
    """Statements that have any of the keys in any of the fields."""

    fields: tuple[int, ...]
    keys: tuple[str, ...]


class Condition(NamedTuple):
    """A condition on a row `v` of statement_versions, and the values for its places."""

    sql: str
    values: tuple[Any, ...]


def terms_of(reader: Reader, tl: int, filter_: StatementFilter, revision: int) -> list[Term]:
    """What the filter asks of the terms; spellings are widened to their actor's at `revision`."""
    terms = []
    if filter_.actors:
        keys = keys_of_spellings(reader, tl, filter_.actors, revision)
        terms.append(Term((BY, VIA, ABOUT), tuple(keys)))
    if filter_.by:
        terms.append(Term((BY,), tuple(keys_of_spellings(reader, tl, filter_.by, revision))))
    if filter_.places:
        terms.append(Term((PLACE,), tuple(spelling_key(place) for place in filter_.places)))
    if filter_.tags:
        terms.append(Term((TAG,), filter_.tags))
    if filter_.sources:
        terms.append(Term((SOURCE,), filter_.sources))
    return terms


def conditions_of(filter_: StatementFilter) -> list[Condition]:
    """What the filter asks of the versions themselves."""
    conditions = [
        *_window("occurred", filter_.occurred, filter_.match),
        *_window("said", filter_.said, filter_.match),
    ]
    if filter_.kinds:
        conditions.append(_one_of("v.kind", [KINDS.index(kind) for kind in filter_.kinds]))
    if filter_.standings:
        numbers = [STANDINGS.index(standing) for standing in filter_.standings]
        conditions.append(_one_of("v.standing", numbers))
    if filter_.unsourced is not None:
        conditions.append(Condition("v.unsourced = ?", (int(filter_.unsourced),)))
    return conditions


def _one_of(column: str, values: Sequence[int]) -> Condition:
    return Condition(f"{column} IN ({', '.join('?' * len(values))})", tuple(values))


def _window(date: str, window: Window | None, match: Match) -> list[Condition]:
    """`possible`: the widest span touches the window. `certain`: it lies inside."""
    if window is None:
        return []
    # The plus keeps SQLite from choosing an index by these: the list chooses it by its order.
    start, end = f"+v.{date}_start", f"+v.{date}_end"
    earliest = OPEN_START if window.earliest is None else window.earliest
    latest = OPEN_END if window.latest is None else window.latest
    if match == "possible":
        start, end = end, start
    return [Condition(f"{start} >= ?", (earliest,)), Condition(f"{end} <= ?", (latest,))]
