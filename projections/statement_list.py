"""A page of statements: filtered, in order, pinned to a revision.

Two ways lead to a page. Where a term (an actor, a tag …) is on few statements, they are looked
up and sorted; else the order's index is walked, which ends as soon as the page is full. The
statements without the order's date come behind all that have it, whichever way it runs.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from projections.reader import Reader
from projections.schema import OPEN_END, OPEN_START, sql
from projections.statement_filter import (
    Condition,
    StatementFilter,
    Term,
    Window,
    conditions_of,
    terms_of,
)
from projections.statement_queries import show_some
from projections.timeline_queries import TimelineRef

__all__ = ["Keyset", "Order", "Page", "count_statements", "list_statements"]

Order = Literal["occurred", "-occurred", "said", "-said", "recorded", "-recorded"]

_FEW = 2_000
"""Up to so many statements are looked up and sorted, in a few milliseconds."""

_NAMED = """
EXISTS (SELECT 1 FROM terms t WHERE t.tl = v.tl AND t.field IN ({fields})
  AND t.key IN ({keys}) AND t.st = v.st AND t.since <= ? AND t.until > ?)
"""

_LOOKED_UP = """
(SELECT DISTINCT st FROM terms WHERE tl = ? AND field IN ({fields}) AND key IN ({keys})
  AND since <= ? AND until > ?) t
CROSS JOIN statement_versions v ON v.st = t.st
"""

_HOW_MANY = """
SELECT count(*) FROM
  (SELECT 1 FROM terms WHERE tl = ? AND field IN ({fields}) AND key IN ({keys}) LIMIT ?)
"""


class Keyset(NamedTuple):
    """Where a page ended: the sort key of its last statement. `start` and `end` are seconds
    (the smallest and largest 64-bit integer where open), None without a date and in the order
    of recording; `st` is the revision at which it was recorded."""

    start: int | None
    end: int | None
    st: int


class Page(NamedTuple):
    """`items` are JSON of `ShownStatement`; `next` is None on the last page; `total` is how many
    the filter matches on all pages, None unless it was asked for."""

    items: list[bytes]
    next: Keyset | None
    total: int | None


class _Question(NamedTuple):
    """Everything but the place in the order."""

    tl: int
    revision: int
    filter_: StatementFilter
    source: str
    conditions: list[Condition]
    values: tuple[Any, ...]
    walked: bool


def list_statements(  # noqa: PLR0913 - what a page depends on
    reader: Reader,
    ref: TimelineRef,
    filter_: StatementFilter,
    revision: int,
    *,
    order: Order = "occurred",
    limit: int = 50,
    after: Keyset | None = None,
    count: bool = False,
) -> Page:
    """Up to `limit` statements behind `after`, as of `revision`; raises `QueryTooLong`."""
    date, turned = order.lstrip("-"), order.startswith("-")
    terms = terms_of(reader, ref.tl, filter_, revision)
    question = _asked(reader, ref.tl, filter_, revision, terms, date)
    rows: list[tuple[Any, ...]] = []
    if date == "recorded":
        rows = _by_recorded(reader, question, after, limit + 1, turned=turned)
    else:
        if after is None or after.start is not None:
            rows = _dated(reader, question, date, after, limit + 1, turned=turned)
            after = None
        if len(rows) <= limit and _window(filter_, date) is None:
            rest = limit + 1 - len(rows)
            rows += _undated(reader, question, date, after, rest, turned=turned)
    items = [s.json for s in show_some(reader, ref.tl, [row[0] for row in rows[:limit]], revision)]
    last = rows[len(items) - 1] if len(rows) > len(items) else None
    return Page(
        items,
        Keyset(last[1], last[2], last[0]) if last else None,
        count_statements(reader, ref, filter_, revision) if count else None,
    )


def count_statements(
    reader: Reader, ref: TimelineRef, filter_: StatementFilter, revision: int
) -> int:
    """How many statements the filter matches as of `revision`."""
    terms = terms_of(reader, ref.tl, filter_, revision)
    question = _asked(reader, ref.tl, filter_, revision, terms, "occurred", always=True)
    dated = [_range(question, "occurred", None, turned=False)] if filter_.occurred else []
    query, values = _select(question, "count(*)", dated)
    row = reader.one(query, values)
    return int(row[0]) if row else 0


def _dated(
    reader: Reader,
    question: _Question,
    date: str,
    after: Keyset | None,
    limit: int,
    *,
    turned: bool,
) -> list[tuple[Any, ...]]:
    start, end = f"v.{date}_start", f"v.{date}_end"
    conditions = [_range(question, date, after, turned=turned)]
    if after is not None:
        behind = f"(+{start}, {end}, v.st) {'<' if turned else '>'} (?, ?, ?)"
        conditions.append(Condition(behind, tuple(after)))
    query, values = _select(question, f"v.st, {start}, {end}", conditions)
    way = " DESC" if turned else ""
    return reader.all(
        f"{query} ORDER BY {start}{way}, {end}{way}, v.st{way} LIMIT ?", (*values, limit)
    )


def _range(question: _Question, date: str, after: Keyset | None, *, turned: bool) -> Condition:
    """Where in the order's index the page can begin and end: all that has the date, but for what
    the window and the page before leave out."""
    low, high = OPEN_START, OPEN_END
    window = _window(question.filter_, date)
    if window is not None and question.filter_.match == "certain":
        low = OPEN_START if window.earliest is None else window.earliest
    elif window is not None:
        high = OPEN_END if window.latest is None else window.latest
    if after is not None and after.start is not None:
        low, high = (low, min(high, after.start)) if turned else (max(low, after.start), high)
    column = f"{'' if question.walked else '+'}v.{date}_start"
    return Condition(f"{column} >= ? AND {column} <= ?", (low, high))


def _window(filter_: StatementFilter, date: str) -> Window | None:
    return filter_.occurred if date == "occurred" else filter_.said


def _undated(
    reader: Reader,
    question: _Question,
    date: str,
    after: Keyset | None,
    limit: int,
    *,
    turned: bool,
) -> list[tuple[Any, ...]]:
    plus = "" if question.walked else "+"
    missing = Condition(f"{plus}v.{date}_start IS NULL AND {plus}v.{date}_end IS NULL", ())
    return _by_recorded(reader, question, after, limit, turned=turned, only=missing)


def _by_recorded(
    reader: Reader,
    question: _Question,
    after: Keyset | None,
    limit: int,
    *,
    turned: bool,
    only: Condition | None = None,
) -> list[tuple[Any, ...]]:
    conditions = [] if only is None else [only]
    if after is not None:
        conditions.append(Condition(f"v.st {'<' if turned else '>'} ?", (after.st,)))
    query, values = _select(question, "v.st, NULL, NULL", conditions)
    way = " DESC" if turned else ""
    return reader.all(f"{query} ORDER BY v.st{way} LIMIT ?", (*values, limit))


def _select(
    question: _Question, columns: str, conditions: list[Condition]
) -> tuple[str, tuple[Any, ...]]:
    conditions = [
        Condition("v.tl = ?", (question.tl,)),
        Condition("v.since <= ? AND v.until > ?", (question.revision, question.revision)),
        *question.conditions,
        *conditions,
    ]
    where = " AND ".join(condition.sql for condition in conditions)
    values = [value for condition in conditions for value in condition.values]
    query = f"SELECT {columns} FROM {question.source} WHERE {where}"  # noqa: S608 - all of it ours: callers fill places
    return query, (*question.values, *values)


def _asked(  # noqa: PLR0913 - what decides the way
    reader: Reader,
    tl: int,
    filter_: StatementFilter,
    revision: int,
    terms: list[Term],
    date: str,
    *,
    always: bool = False,
) -> _Question:
    """The question and the way to its answer; `always` by a term, if there is one."""
    conditions = conditions_of(filter_)
    rarest = next(iter(terms), None) if always else _rarest(reader, tl, terms)
    conditions += [_named(term, revision) for term in terms if term is not rarest]
    if rarest is not None:
        source = sql(_LOOKED_UP, fields=rarest.fields, keys=rarest.keys)
        values = (tl, *rarest.fields, *rarest.keys, revision, revision)
        return _Question(tl, revision, filter_, source, conditions, values, walked=False)
    index = "NOT INDEXED" if date == "recorded" else f"INDEXED BY versions_{date}"
    source = f"statement_versions v {index}"
    return _Question(tl, revision, filter_, source, conditions, (), walked=True)


def _rarest(reader: Reader, tl: int, terms: list[Term]) -> Term | None:
    """The term on the fewest statements, if they are few enough to be looked up."""
    best, fewest = None, _FEW
    for term in terms:
        query = sql(_HOW_MANY, fields=term.fields, keys=term.keys)
        row = reader.one(query, (tl, *term.fields, *term.keys, _FEW + 1))
        if row and row[0] <= fewest:
            best, fewest = term, row[0]
    return best


def _named(term: Term, revision: int) -> Condition:
    return Condition(
        sql(_NAMED, fields=term.fields, keys=term.keys),
        (*term.fields, *term.keys, revision, revision),
    )
