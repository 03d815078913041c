"""The filter of a query about statements, and its conditions in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from msgspec import Struct

from events.statement.wording import spelling_key
from projections.answers.choices import Match
from projections.fold.indexing.terms import role_key
from projections.queries.named.spellings import keys_of_spellings
from projections.storage.reader import Reader
from projections.storage.schema import (
    ABOUT,
    BY,
    CONTENTS,
    DATASET,
    KINDS,
    OPEN_END,
    OPEN_START,
    ORIGIN,
    PLACE,
    ROLE,
    SOURCE,
    STANDINGS,
    TAG,
    VIA,
)

__all__ = ["Condition", "StatementFilter", "Term", "Window", "conditions_of", "terms_of"]


class Window(NamedTuple):
    """Whole seconds since 1970, both included; None means no limit. A statement without the date is
    in no window, even in one without limits."""

    earliest: int | None
    latest: int | None


class StatementFilter(Struct, frozen=True, kw_only=True):
    """A statement matches if each field that is not empty has one of the statement's values.

    Kinds and standings must be known words; all others may be any text. `by` are speakers; `roles`
    are roles of the `actors` if these are given, else of anybody whom a statement is about.
    `unsourced`: only those without a source (or, False, with one). `corrected`: only those whose
    content was corrected (or, False, is as recorded). `q` is the search text, see
    `projections.fold.indexing.search`.
    """

    occurred: Window | None = None
    said: Window | None = None
    match: Match = "possible"
    actors: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    origin_ids: tuple[str, ...] = ()
    standings: tuple[str, ...] = ()
    unsourced: bool | None = None
    corrected: bool | None = None
    q: tuple[str, ...] = ()


class Term(NamedTuple):
    """Statements that have any of the keys in any of the fields."""

    fields: tuple[int, ...]
    keys: tuple[str, ...]


class Condition(NamedTuple):
    """A condition on a row `v` of statement_versions, and the values of its parameters."""

    sql: str
    values: tuple[Any, ...]


def terms_of(reader: Reader, tl: int, filter_: StatementFilter, revision: int) -> list[Term]:
    """The terms that the filter requires. A spelling becomes all spellings of its actor at
    `revision`."""
    terms = []
    if filter_.actors or filter_.roles:
        keys = keys_of_spellings(reader, tl, filter_.actors, revision)
        # Only somebody whom the statement is about has a role.
        roles = [role_key(role, key) for role in filter_.roles for key in keys or [""]]
        terms.append(Term((ROLE,), tuple(roles)) if roles else Term((BY, VIA, ABOUT), tuple(keys)))
    if filter_.by:
        terms.append(Term((BY,), tuple(keys_of_spellings(reader, tl, filter_.by, revision))))
    if filter_.places:
        terms.append(Term((PLACE,), tuple(spelling_key(place) for place in filter_.places)))
    if filter_.tags:
        terms.append(Term((TAG,), filter_.tags))
    if filter_.sources:
        terms.append(Term((SOURCE,), filter_.sources))
    if filter_.datasets:
        terms.append(Term((DATASET,), filter_.datasets))
    if filter_.origin_ids:
        terms.append(Term((ORIGIN,), filter_.origin_ids))
    return terms


def conditions_of(filter_: StatementFilter) -> list[Condition]:
    """The filter's conditions on statement versions."""
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
    if filter_.corrected is not None:
        # The key of a content tells which event made it; at first that is the one that recorded it.
        corrected = "(v.content <> v.tl * ? + v.st) = ?"
        conditions.append(Condition(corrected, (CONTENTS, int(filter_.corrected))))
    return conditions


def _one_of(column: str, values: Sequence[int]) -> Condition:
    return Condition(f"{column} IN ({', '.join('?' * len(values))})", tuple(values))


def _window(date: str, window: Window | None, match: Match) -> list[Condition]:
    """`possible`: the widest span touches the window. `certain`: it lies inside."""
    if window is None:
        return []
    # The plus keeps SQLite from choosing an index by these columns, since the listing chooses the
    # index by its order.
    start, end = f"+v.{date}_start", f"+v.{date}_end"
    earliest = OPEN_START if window.earliest is None else window.earliest
    latest = OPEN_END if window.latest is None else window.latest
    if match == "possible":
        start, end = end, start
    return [Condition(f"{start} >= ?", (earliest,)), Condition(f"{end} <= ?", (latest,))]
