"""Queries about timelines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from events.edtf.dates import rfc3339
from projections.answers.timeline import Timeline
from projections.storage.reader import Reader

__all__ = [
    "EVERY_NAME",
    "LAST",
    "FoldedState",
    "NameRange",
    "TimelineRef",
    "list_timelines",
    "revisions",
    "show_timeline",
    "shown_time",
    "state_of",
    "timeline_at",
]


class NameRange(NamedTuple):
    """The names from `low` up to, but without, `high`."""

    low: str
    high: str


LAST: Final = "\U0010ffff"
"""A text that sorts after every name."""
EVERY_NAME: Final = (NameRange("", LAST),)


class TimelineRef(NamedTuple):
    """A timeline as the read model has it now. `revision` is the last folded one; `stalled_at` is
    the one that could not be folded, with the reason, or None; `redactions` is the number of
    redactions that have changed its past."""

    tl: int
    name: str
    revision: int
    stalled_at: int | None = None
    reason: str | None = None
    redactions: int = 0


class FoldedState(NamedTuple):
    """The state that determines every answer about a timeline: its last folded revision, and the
    number of redactions that have changed its past."""

    revision: int
    redactions: int


_REF = """
SELECT t.tl, t.name, t.revision, t.stalled_at, t.reason,
  (SELECT count(*) FROM redactions r WHERE r.tl = t.tl)
FROM timelines t WHERE t.revision > 0 AND
"""

_NAMED = _REF + "t.name = ?"
_AMONG = _REF + "t.name > ? AND t.name >= ? AND t.name < ? ORDER BY t.name LIMIT ?"

_STATE = """
SELECT t.revision, (SELECT count(*) FROM redactions r WHERE r.tl = t.tl)
FROM timelines t WHERE t.name = ? AND t.revision > 0
"""

_SHOWN = """
SELECT d.title, d.description, d.language, e.statements, s.first, s.last,
  o.recorded_at, e.recorded_at
FROM events e
CROSS JOIN events o ON o.tl = e.tl AND o.revision = 1
CROSS JOIN timeline_versions d ON d.tl = e.tl AND d.since =
  (SELECT max(since) FROM timeline_versions WHERE tl = e.tl AND since <= e.revision)
CROSS JOIN timeline_spans s ON s.tl = e.tl AND s.since =
  (SELECT max(since) FROM timeline_spans WHERE tl = e.tl AND since <= e.revision)
WHERE e.tl = ? AND e.revision = ?
"""


def timeline_at(reader: Reader, name: str) -> TimelineRef | None:
    """The timeline with that name, or None if none of its events is folded."""
    return reader.once(_NAMED, (name,), TimelineRef._make)


def state_of(reader: Reader, name: str) -> FoldedState | None:
    """The state of the timeline with that name, or None if none of its events is folded."""
    row = reader.one(_STATE, (name,))
    return FoldedState(*row) if row else None


def revisions(reader: Reader) -> dict[str, int]:
    """Every timeline with its last folded revision."""
    return dict(reader.all("SELECT name, revision FROM timelines WHERE revision > 0"))


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
    readers: Iterable[Reader],
    after: str = "",
    limit: int = 50,
    among: Sequence[NameRange] = EVERY_NAME,
) -> tuple[list[Timeline], str | None]:
    """Up to `limit` timelines of all `readers` ordered by name, after the name `after`, each at its
    own head; and the name for the next page, or None on the last page. Only names in one of the
    ranges `among` are listed; the ranges are in order and do not overlap."""
    readers = [*readers]
    found: list[tuple[str, Reader, TimelineRef]] = []
    for low, high in among:
        if len(found) > limit or high <= after:
            continue
        near: list[tuple[str, Reader, TimelineRef]] = []
        for reader in readers:
            rows = reader.all(_AMONG, (after, low, high, limit + 1))
            near += [(ref.name, reader, ref) for ref in map(TimelineRef._make, rows)]
        found += sorted(near, key=lambda each: each[0])
    shown = [show_timeline(reader, ref, ref.revision) for _, reader, ref in found[:limit]]
    return shown, shown[-1].timeline if len(found) > limit else None


def shown_time(microseconds: int) -> str:
    """Microseconds since 1970 as the log writes them: RFC 3339 in UTC, six digits of fraction."""
    seconds, fraction = divmod(microseconds, 1_000_000)
    return f"{rfc3339(seconds)[:-1]}.{fraction:06}Z"
