"""Queries about the latest changes."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from projections.queries.timelines import TimelineRef, shown_time
from projections.storage.reader import Reader

__all__ = ["last_changed", "recorded_times", "revisions_of_ids"]

_encode = msgspec.json.Encoder().encode

# The latest version of a statement precedes its earlier ones, so that few unwanted rows are read;
# the index contains all the columns.
_LAST_CHANGED = """
SELECT st FROM statement_versions INDEXED BY versions_since
WHERE tl = ? AND since <= ? AND until > ? ORDER BY since DESC, st DESC LIMIT ?
"""
_TIMES = """
SELECT e.revision, e.recorded_at FROM json_each(?) n
CROSS JOIN events e ON e.tl = ? AND e.revision = n.value
"""
_BY_IDS = """
SELECT s.id, s.st FROM json_each(?) n CROSS JOIN statements s ON s.tl = ? AND s.id = n.value
"""


def last_changed(reader: Reader, ref: TimelineRef, revision: int, limit: int) -> list[int]:
    """The statements that changed last up to `revision`, latest first, by the revisions at which
    they were recorded."""
    values = (ref.tl, revision, revision, limit)
    return [st for (st,) in reader.all(_LAST_CHANGED, values)]


def recorded_times(reader: Reader, ref: TimelineRef, revisions: Collection[int]) -> dict[int, str]:
    """When the events of these revisions were recorded (RFC 3339)."""
    asked = _encode(list(revisions)).decode()
    return {revision: shown_time(at) for revision, at in reader.all(_TIMES, (asked, ref.tl))}


def revisions_of_ids(reader: Reader, ref: TimelineRef, ids: Collection[str]) -> dict[str, int]:
    """The revisions at which the statements with these ids were recorded. Unknown and redacted ones
    are left out."""
    asked = _encode(list(ids)).decode()
    return dict(reader.all(_BY_IDS, (asked, ref.tl)))
