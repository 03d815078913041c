"""Questions about timelines."""

from __future__ import annotations

from typing import NamedTuple

from msgspec import Struct

from events.dates import rfc3339
from projections.reader import Reader

__all__ = [
    "Timeline",
    "TimelineRef",
    "list_timelines",
    "show_timeline",
    "shown_time",
    "timeline_at",
]


class TimelineRef(NamedTuple):
    """A timeline as the read model knows it now. `revision` is the last one folded; `stalled_at`
    the one that could not be, with the reason."""

    tl: int
    name: str
    revision: int
    stalled_at: int | None = None
    reason: str | None = None


class Timeline(Struct, frozen=True, kw_only=True):
    """A timeline as it is shown. `first` and `last` are the outermost bounds of occurred times:
    what is unbounded counts for neither. All times are RFC 3339 in UTC."""

    timeline: str
    title: str
    description: str | None
    language: str
    revision: int
    statements: int
    first: str | None
    last: str | None
    opened_at: str
    updated_at: str


_REF = "SELECT tl, name, revision, stalled_at, reason FROM timelines WHERE revision > 0 AND "

_SHOWN = """
SELECT d.title, d.description, d.language, e.statements, s.first, s.last,
  o.recorded_at, e.recorded_at
FROM events e
JOIN events o ON o.tl = e.tl AND o.revision = 1
JOIN timeline_versions d ON d.tl = e.tl AND d.since =
  (SELECT max(since) FROM timeline_versions WHERE tl = e.tl AND since <= e.revision)
JOIN timeline_spans s ON s.tl = e.tl AND s.since =
  (SELECT max(since) FROM timeline_spans WHERE tl = e.tl AND since <= e.revision)
WHERE e.tl = ? AND e.revision = ?
"""


def timeline_at(reader: Reader, name: str) -> TimelineRef | None:
    """The timeline of that name, or None where nothing of it is folded."""
    row = reader.one(_REF + "name = ?", (name,))
    return TimelineRef(*row) if row else None


def show_timeline(reader: Reader, ref: TimelineRef, revision: int) -> Timeline:
    """The timeline at `revision`, which is 1 to `ref.revision`."""
    row = reader.one(_SHOWN, (ref.tl, revision))
    if row is None:
        raise ValueError(f"timeline {ref.name!r} has no revision {revision}")
    title, description, language, statements, first, last, opened_at, updated_at = row
    return Timeline(
        timeline=ref.name,
        title=title,
        description=description,
        language=language,
        revision=revision,
        statements=statements,
        first=None if first is None else rfc3339(first),
        last=None if last is None else rfc3339(last),
        opened_at=shown_time(opened_at),
        updated_at=shown_time(updated_at),
    )


def list_timelines(
    reader: Reader, after: str = "", limit: int = 50
) -> tuple[list[Timeline], str | None]:
    """Up to `limit` timelines by name, behind the name `after`, each at its own head; and the
    name to go on from, None at the end."""
    rows = reader.all(_REF + "name > ? ORDER BY name LIMIT ?", (after, limit + 1))
    refs = [TimelineRef(*row) for row in rows[:limit]]
    shown = [show_timeline(reader, ref, ref.revision) for ref in refs]
    return shown, refs[-1].name if len(rows) > limit else None


def shown_time(microseconds: int) -> str:
    """Microseconds since 1970 as the log writes them: RFC 3339 in UTC, six digits of fraction."""
    seconds, fraction = divmod(microseconds, 1_000_000)
    return f"{rfc3339(seconds)[:-1]}.{fraction:06}Z"
