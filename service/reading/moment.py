"""The moment of an answer: a timeline's head, or what `as_of` names."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Final, NamedTuple

from events.edtf.calendar import days_in_month
from events.edtf.habits import advice_on_year, advised
from events.edtf.readings import readings
from events.edtf.timestamp import TIMESTAMP_ADVICE, parse_rfc3339
from events.edtf.year_readings import Readings
from events.errors import DateError, Fault, InvalidInput, Unknown
from projections.queries.events import last_recorded_by, recorded_at
from projections.queries.timelines import TimelineRef, shown_time
from projections.storage.reader import Reader
from service.messages.states import AsOf

__all__ = ["MOST", "AskedMoment", "Instant", "Moment", "moment_at", "point_in"]

MOST: Final = 2**53 - 1
"""The largest number of a query parameter: every JSON reader can represent it exactly."""

_DIGITS = re.compile(r"[0-9]+")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_SPACED_OFFSET = re.compile(r"[Tt][0-9:.]+ [0-9]")


class Instant(NamedTuple):
    """Microseconds since 1970: the answer includes everything recorded until then."""

    microseconds: int


class Moment(NamedTuple):
    """A timeline at `revision`. `as_of` is None if the query names no moment."""

    ref: TimelineRef
    revision: int
    as_of: AsOf | None


class AskedMoment(NamedTuple):
    """The moment that a query names: `as_of` is a revision, an instant or None for the head. The
    read model must have reached `min_revision` before the moment is looked up."""

    as_of: int | Instant | None = None
    min_revision: int = 0


def point_in(text: str) -> int | Instant:
    """A revision (digits), a time (RFC 3339) or a day (`YYYY-MM-DD`, its end in UTC).

    Raises DateError.
    """
    if _DIGITS.fullmatch(text):
        digits = text.lstrip("0")[: len(str(MOST)) + 1]
        return min(int(digits or "0"), MOST)  # a larger one is beyond the head as well
    if _DAY.fullmatch(text):
        return Instant(parse_rfc3339(f"{text}T23:59:59.999999Z"))
    try:
        return Instant(parse_rfc3339(text))
    except DateError as error:
        advice = _advice_for(text)
        if advice:
            raise DateError(advice, error.column) from error
        forms = "Write a revision, a day like 2024-10-01 or a time like 2024-10-01T12:00:00Z."
        more = error.message.removeprefix(TIMESTAMP_ADVICE).strip()
        plus = (
            "In a query a + is written %2B: a plain one is a space."
            if _SPACED_OFFSET.search(text)
            else ""
        )
        raise DateError(" ".join(filter(None, (forms, more, plus))), error.column) from error


def _advice_for(text: str) -> str:
    """What to write for a day, month or time that is written by another habit; empty for others."""
    if short := advice_on_year(text):
        return short
    found = readings(text)
    if found is None or found.texts == (text,):
        return ""
    moments = tuple(moment for date in found.texts if (moment := _moment_of(date)))
    return advised(Readings(moments, found.why)) if moments else ""


def _moment_of(date: str) -> str | None:
    """A date as a moment: of a month it is the last day."""
    month = _MONTH.fullmatch(date)
    if month is not None:
        return f"{date}-{days_in_month(int(month[1]), int(month[2])):02}"
    if _DAY.fullmatch(date):
        return date
    for end in ("", "Z", ":00Z"):
        with suppress(DateError):
            parse_rfc3339(date + end)
            return date + end
    return None


def moment_at(
    reader: Reader, ref: TimelineRef, point: int | Instant | None, name: str = "as_of"
) -> Moment:
    """The timeline at `point`, the value of the query parameter `name`. An instant in the future is
    the head. Raises Unknown for a point before the timeline was opened, InvalidInput for a revision
    beyond the head."""
    if point is None:
        return Moment(ref, ref.revision, None)
    if isinstance(point, Instant):
        revision = last_recorded_by(reader, ref, point.microseconds)
    else:
        revision = point
    if revision > ref.revision:
        message = f"The timeline is at revision {ref.revision}: take that or an earlier one."
        if 1000 <= revision <= 2999:
            message += (
                f" {revision} was read as a revision; for a day in it write {revision}-12-31."
            )
        raise InvalidInput([Fault(f"?{name}", message)])
    at = recorded_at(reader, ref, revision) if revision else None
    if at is None:
        raise Unknown("timeline", ref.name, f"The timeline {ref.name!r} was not open yet then.")
    return Moment(ref, revision, AsOf(revision, shown_time(at)))
