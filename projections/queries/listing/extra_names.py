"""The names of the further columns (`extra`) of statements, without reading the statements
whole."""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec import Struct

from projections.queries.listing.filter import StatementFilter
from projections.queries.listing.page import recorded_revisions
from projections.queries.timelines import TimelineRef
from projections.storage.reader import Reader

__all__ = ["extra_names"]

_NONE: Final = b'"extra":{}'
"""Occurs in the JSON of every statement without further columns, and in no other: within a text its
quotation marks would be escaped."""
_WITH_EXTRA: Final = """
SELECT c.shown FROM json_each(?1) n
CROSS JOIN statement_versions v
  ON v.tl = ?2 AND v.st = n.value AND v.since <= ?3 AND v.until =
    (SELECT min(o.until) FROM statement_versions o
     WHERE o.tl = ?2 AND o.st = n.value AND o.until > ?3)
CROSS JOIN contents c ON c.content = v.content
WHERE instr(c.shown, ?4) = 0
"""


class _Extra(Struct):
    extra: dict[str, str]


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(_Extra).decode


def extra_names(
    reader: Reader,
    ref: TimelineRef,
    filter_: StatementFilter,
    revision: int,
    *,
    after: int,
    limit: int,
) -> tuple[set[str], int | None]:
    """The names in `extra` of up to `limit` statements that the filter selects as of `revision`, of
    those recorded after the revision `after`; and the revision after which to continue, or None at
    the end. Raises `QueryTooLong`."""
    sts = recorded_revisions(reader, ref, filter_, revision, after=after, limit=limit)
    asked = (_encode(sts).decode(), ref.tl, revision, _NONE)
    names: set[str] = set()
    for (shown,) in reader.all(_WITH_EXTRA, asked):
        names.update(_decode(shown).extra)
    return names, sts[-1] if len(sts) == limit else None
