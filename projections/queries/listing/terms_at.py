"""The terms of statements as of a revision, as a table of a query."""

from __future__ import annotations

from collections.abc import Sequence

from projections.queries.listing.filter import Condition
from projections.storage.schema import CONTENTS, sql

__all__ = ["FIRST_STATEMENT", "terms_at"]

_TERMS = """
(SELECT p.key, p.st, p.since FROM term_spans p
  WHERE p.tl = ? AND p.field IN ({fields}) AND {which} AND p.since <= ? AND p.until > ?
UNION ALL SELECT p.key, n.value, n.value FROM postings p CROSS JOIN json_each(p.statements) n
  WHERE p.tl = ? AND p.field IN ({fields}) AND {which} AND n.value <= ? AND (
    p.ended = 0 OR NOT EXISTS (SELECT 1 FROM posting_ends e WHERE e.tl = p.tl
      AND e.field = p.field AND e.key = p.key AND e.st = n.value AND e.until <= ?)))
"""
"""Half of the time that the view `terms` takes."""

FIRST_STATEMENT = f"""
(SELECT min(
  ifnull((SELECT st FROM term_spans
    WHERE tl = ?1 AND field = ?2 AND key = ?3 AND since <= ?4 AND until > ?4
    ORDER BY st LIMIT 1), {CONTENTS}),
  ifnull((SELECT n.value FROM postings p CROSS JOIN json_each(p.statements) n
    WHERE p.tl = ?1 AND p.field = ?2 AND p.key = ?3 AND n.value <= ?4
    AND NOT EXISTS (SELECT 1 FROM posting_ends e WHERE e.tl = p.tl AND e.field = p.field
      AND e.key = p.key AND e.st = n.value AND e.until <= ?4)
    ORDER BY p.first LIMIT 1), {CONTENTS})) AS st)
"""  # noqa: S608 - a constant
"""A table of the first statement (`st`) that has a term at a revision, beyond all numbers if none
has; ?1 is the timeline, ?2 the field, ?3 the key, ?4 the revision. A posting's statements come in
their order, so it looks at one unless terms have ended."""


def terms_at(
    tl: int,
    fields: Sequence[int],
    revision: int,
    *,
    keys: Sequence[str] | None = None,
) -> Condition:
    """A table of the key, the statement (`st`) and the beginning (`since`) of each term that the
    timeline's statements have at `revision` in any of the fields, with the values of its
    parameters: those with one of `keys`, or all."""
    which = "true" if keys is None else "p.key IN ({keys})"
    values = (tl, *fields, *(keys or ()), revision, revision)
    table = sql(_TERMS.replace("{which}", which), fields=fields, keys=keys or ())
    return Condition(table, values * 2)
