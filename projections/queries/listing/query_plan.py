"""The plan of a query: how the statements that a filter selects are found in the tables.

There are three ways to find statements. If few of them have a term of the filter (an actor, a tag
…), or few have the words of the search, these are looked up. Otherwise the index of a date is
walked in the order of that date.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from projections.fold.indexing.search import SearchQuery, search_queries
from projections.queries.listing.filter import (
    Condition,
    StatementFilter,
    Term,
    conditions_of,
    terms_of,
)
from projections.queries.listing.terms_at import terms_at
from projections.storage.reader import Reader
from projections.storage.schema import ASSERTED, CONTENTS, STANDINGS, sql

__all__ = ["QueryPlan", "plan_query", "query_of"]

_FEW = 2_000
"""The most statements of a term that are looked up and sorted, which takes a few milliseconds."""

_MANY = 30_000
"""The same for words, and for terms if all statements are wanted. Beyond it a walk is quicker,
because it soon finds enough statements."""

_NAMED = """
(EXISTS (SELECT 1 FROM term_spans t WHERE t.tl = ? AND t.field IN ({fields})
  AND t.key IN ({keys}) AND t.st = v.st AND t.since <= ? AND t.until > ?)
OR EXISTS (SELECT 1 FROM (VALUES {each_fields}) f CROSS JOIN (VALUES {each_keys}) k
  CROSS JOIN postings p ON p.tl = ? AND p.field = f.column1 AND p.key = k.column1 AND p.first =
    (SELECT max(q.first) FROM postings q
     WHERE q.tl = ? AND q.field = f.column1 AND q.key = k.column1 AND q.first <= v.st)
  WHERE (p.first = v.st OR instr(p.statements, ',' || v.st || ',')
    OR instr(p.statements, ',' || v.st || ']'))
  AND NOT EXISTS (SELECT 1 FROM posting_ends e WHERE e.tl = p.tl AND e.field = p.field
    AND e.key = p.key AND e.st = v.st AND e.until <= ?)))
"""
"""Only the last posting of a key that begins at the statement or before can have it."""
_LOOKED_UP = "(SELECT DISTINCT st FROM {terms}) t CROSS JOIN statement_versions v ON v.st = t.st"
_HOW_MANY = """
SELECT (SELECT count(*) FROM (SELECT 1 FROM term_spans
  WHERE tl = ? AND field IN ({fields}) AND key IN ({keys}) LIMIT ?))
+ (SELECT coalesce(sum(n), 0) FROM (SELECT json_array_length(statements) AS n FROM postings
  WHERE tl = ? AND field IN ({fields}) AND key IN ({keys}) LIMIT ?))
"""
_CONTESTED = "statement_versions v INDEXED BY versions_contested"
_HOW_MANY_CONTESTED = """
SELECT count(*) FROM (SELECT 1 FROM statement_versions INDEXED BY versions_contested
  WHERE tl = ? AND standing > 0 AND standing IN ({standings}) LIMIT ?)
"""
_WITH_WORDS = """
(SELECT s.rowid FROM search s WHERE s.search MATCH ? AND s.rowid >= ? AND s.rowid < ?)
"""
_FOUND = """
(SELECT c.st, c.content FROM search s CROSS JOIN contents c ON c.content = s.rowid
  WHERE s.search MATCH ? AND s.rowid >= ? AND s.rowid < ?) t
CROSS JOIN statement_versions v ON v.st = t.st AND v.content = t.content
"""
_HOW_MANY_FOUND = """
SELECT count(*) FROM (SELECT 1 FROM search s
  WHERE s.search MATCH ? AND s.rowid >= ? AND s.rowid < ? LIMIT ?)
"""


class QueryPlan(NamedTuple):
    """`source` is the FROM clause, in which `v` is a row of statement_versions; `walked` is true if
    it walks the index of the order's date."""

    tl: int
    revision: int
    filter_: StatementFilter
    source: str
    values: tuple[Any, ...]
    conditions: list[Condition]
    walked: bool


def plan_query(
    reader: Reader,
    tl: int,
    filter_: StatementFilter,
    revision: int,
    date: str = "occurred",
    *,
    whole: bool = False,
) -> QueryPlan:
    """Choose how to find the statements that the filter selects. `whole` is true if all of them are
    wanted, instead of a page in the order of `date` (`occurred`, `said` or `recorded`)."""
    terms = terms_of(reader, tl, filter_, revision)
    questions = search_queries(filter_.q)
    rarest, few = _rarest(reader, tl, terms, _MANY if whole else _FEW)
    match = _match(questions)
    if match is not None:
        limit = few if rarest is not None else _MANY
        found = _found(reader, tl, match, limit)
        if found <= limit:
            values: tuple[Any, ...] = (match, *_range(tl))
            conditions = _conditions(tl, filter_, [_named(t, tl, revision) for t in terms], [])
            return QueryPlan(tl, revision, filter_, _FOUND, values, conditions, walked=False)
    held = _among if whole and rarest is None else _named
    others = [held(term, tl, revision) for term in terms if term is not rarest]
    conditions = _conditions(tl, filter_, others, questions)
    if rarest is not None:
        table = terms_at(tl, rarest.fields, revision, keys=rarest.keys)
        source = _LOOKED_UP.format(terms=table.sql)
        return QueryPlan(tl, revision, filter_, source, table.values, conditions, walked=False)
    if _few_contested(reader, tl, filter_):
        conditions.append(Condition("v.standing > 0", ()))
        return QueryPlan(tl, revision, filter_, _CONTESTED, (), conditions, walked=False)
    index = "NOT INDEXED" if date == "recorded" else f"INDEXED BY versions_{date}"
    source = f"statement_versions v {index}"
    return QueryPlan(tl, revision, filter_, source, (), conditions, walked=True)


def query_of(
    plan: QueryPlan, columns: str, conditions: Sequence[Condition] = ()
) -> tuple[str, tuple[Any, ...]]:
    """The query for these columns of the selected statements, and the values of its parameters."""
    revision = plan.revision
    every = [
        Condition("v.tl = ?", (plan.tl,)),
        # The plus keeps SQLite from using the index of changes, which nearly all rows would match.
        Condition("+v.since <= ? AND v.until > ?", (revision, revision)),
        *plan.conditions,
        *conditions,
    ]
    where = " AND ".join(condition.sql for condition in every)
    values = [value for condition in every for value in condition.values]
    query = f"SELECT {columns} FROM {plan.source} WHERE {where}"  # noqa: S608 - all of it ours: callers fill places
    return query, (*plan.values, *values)


def _conditions(
    tl: int, filter_: StatementFilter, named: Sequence[Condition], questions: Sequence[SearchQuery]
) -> list[Condition]:
    conditions = [*conditions_of(filter_), *named]
    if questions:
        asked = [_asked(tl, question) for question in questions]
        either = " OR ".join(condition.sql for condition in asked)
        values = [value for condition in asked for value in condition.values]
        conditions.append(Condition(f"({either})", tuple(values)))
    return conditions


def _asked(tl: int, question: SearchQuery) -> Condition:
    """Find all contents with the words once, and compare each row with them; searching for each row
    would take a tenth of a millisecond each time."""
    if question.match is not None:
        return Condition(f"v.content IN {_WITH_WORDS}", (question.match, *_range(tl)))
    return Condition(f"v.content NOT IN {_WITH_WORDS}", (question.without, *_range(tl)))


def _match(questions: Sequence[SearchQuery]) -> str | None:
    """One search expression for all search lines, if each of them must be found."""
    matches = [question.match for question in questions if question.match is not None]
    if not questions or len(matches) < len(questions):
        return None
    return " OR ".join(f"({match})" for match in matches)


def _rarest(reader: Reader, tl: int, terms: Sequence[Term], most: int) -> tuple[Term | None, int]:
    """The term with the fewest statements, and their number; None if that is above `most`."""
    best, fewest = None, most
    for term in terms:
        query = sql(_HOW_MANY, fields=term.fields, keys=term.keys)
        row = reader.one(query, (tl, *term.fields, *term.keys, most + 1) * 2)
        if row and row[0] <= fewest:
            best, fewest = term, row[0]
    return best, fewest


def _few_contested(reader: Reader, tl: int, filter_: StatementFilter) -> bool:
    """Whether the filter selects standings that few versions have. `asserted` is not indexed,
    because most versions have it."""
    standings = [STANDINGS.index(standing) for standing in filter_.standings]
    if not standings or ASSERTED in standings:
        return False
    query = sql(_HOW_MANY_CONTESTED, standings=standings)
    row = reader.one(query, (tl, *standings, _FEW + 1))
    return bool(row and row[0] <= _FEW)


def _found(reader: Reader, tl: int, match: str, limit: int) -> int:
    """How many contents of the timeline have the words; the count stops at `limit` + 1."""
    row = reader.one(_HOW_MANY_FOUND, (match, *_range(tl), limit + 1))
    return int(row[0]) if row else 0


def _range(tl: int) -> tuple[int, int]:
    """The range of the keys of a timeline's contents; the end is excluded."""
    return tl * CONTENTS, (tl + 1) * CONTENTS


def _named(term: Term, tl: int, revision: int) -> Condition:
    """The term as a condition that is tested row by row: for walks that end early, and for few
    rows."""
    both = (*term.fields, *term.keys)
    return Condition(
        sql(_NAMED, fields=term.fields, keys=term.keys),
        (tl, *both, revision, revision, *both, tl, tl, revision),
    )


def _among(term: Term, tl: int, revision: int) -> Condition:
    """The term as a set of statements that is found once: for walks to the end."""
    table = terms_at(tl, term.fields, revision, keys=term.keys)
    return Condition(f"+v.st IN (SELECT st FROM {table.sql})", table.values)  # noqa: S608 - our own names
