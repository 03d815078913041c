"""The moment that an answer is true of: a timeline's head, or what `as_of` names."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from msgspec import Struct

from events.errors import DateError, Fault, InvalidInput, Unknown
from events.timestamp import parse_rfc3339
from projections.event_queries import last_recorded_by, recorded_at
from projections.reader import Reader
from projections.timeline_queries import TimelineRef, shown_time
from service.query_string import QueryString, whole_number

__all__ = ["MOST", "AsOf", "Instant", "Moment", "When", "moment_at", "point_in"]

MOST: Final = 2**53 - 1
"""The largest number that a query parameter takes: the largest that every JSON reader keeps."""

_DIGITS = re.compile(r"[0-9]+")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Instant(NamedTuple):
    """Microseconds since 1970: everything recorded then or before is known."""

    microseconds: int


class AsOf(Struct, frozen=True):
    """The earlier state that was asked for, and when its last event was recorded."""

    revision: int
    recorded_at: str


class Moment(NamedTuple):
    """A timeline at `revision`. `as_of` is None where the question was about the head."""

    ref: TimelineRef
    revision: int
    as_of: AsOf | None


class When(NamedTuple):
    """What a query asks of the moment: `as_of` a revision, an instant or None for the head;
    `min_revision` what the read model must have reached before either is looked for."""

    as_of: int | Instant | None = None
    min_revision: int = 0

    @classmethod
    def taken(cls, query: QueryString) -> When:
        """Takes `as_of` and `min_revision` from the query, which notes what is wrong."""
        return cls(query.one("as_of", point_in), query.number("min_revision", 0, MOST) or 0)


def point_in(text: str) -> int | Instant:
    """A revision (digits), a time (RFC 3339) or a day (`YYYY-MM-DD`, its end in UTC).

    Raises ValueError, DateError.
    """
    if _DIGITS.fullmatch(text):
        return whole_number(0, MOST)(text)
    if _DAY.fullmatch(text):
        return Instant(parse_rfc3339(f"{text}T23:59:59.999999Z"))
    try:
        return Instant(parse_rfc3339(text))
    except DateError as error:
        forms = "It is a revision, a day like 2024-10-01 or a time like 2024-10-01T12:00:00Z."
        plus = " In a query a + is written %2B: a plain one is a space." if " " in text else ""
        raise DateError(f"{forms} {error.message}{plus}", error.column) from error


def moment_at(
    reader: Reader, ref: TimelineRef, point: int | Instant | None, name: str = "as_of"
) -> Moment:
    """The timeline at `point`, which the query parameter `name` gave; an instant in the future is
    the head. A point before the opening is Unknown, a revision beyond the head InvalidInput."""
    if point is None:
        return Moment(ref, ref.revision, None)
    if isinstance(point, Instant):
        revision = last_recorded_by(reader, ref, point.microseconds)
    else:
        revision = point
    if revision > ref.revision:
        message = f"The timeline is at revision {ref.revision}: take that or an earlier one."
        raise InvalidInput([Fault(f"?{name}", message)])
    at = recorded_at(reader, ref, revision) if revision else None
    if at is None:
        raise Unknown("timeline", ref.name, f"The timeline {ref.name!r} was not open yet then.")
    return Moment(ref, revision, AsOf(revision, shown_time(at)))
