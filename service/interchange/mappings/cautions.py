"""Finds what a statement may have but what looks like a mistake of the mapping: a date a century
wide, in the future, with a year of two digits, or with a day and a month that could be swapped; a
part of a list that is left out; a speaker in two columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from events.edtf import dates
from events.errors import DateError
from service.interchange.mappings.composer import Composed
from service.interchange.mappings.evaluation import RowFault

__all__ = ["SHORT_YEAR", "SWAPPED", "cautions_of"]

_CENTURY: Final = 36_524 * 86_400
SWAPPED: Final = "Day and month of this date could change places."
_SWAPPED_ADVICE: Final = "See that the pattern in `date` has them in the order of the file."
SHORT_YEAR: Final = "The year of this date has two digits: the mapping decides the century."
_SHORT_ADVICE: Final = "See that `date` has the first of these, such as 1930 in `dmy-1930`."
_TWICE: Final = "Another column names this speaker as well: the statement has them once."
_TWICE_ADVICE: Final = "See that `by` and `with` of `said` name the columns that they should."
_LEFT: Final = "A part of this cell is not in the statement."
_LEFT_ADVICE: Final = "Take the other parts as well, or leave `take` away where a list is allowed."
_WIDE: Final = "This date is a century wide or more."
_WIDE_ADVICE: Final = "A short year may have been read as a century: write all four digits."
_FUTURE: Final = "This date is in the future."
_FUTURE_ADVICE: Final = "See that year, month and day are where the pattern expects them."


def cautions_of(composed: Composed, now: int) -> Iterator[RowFault]:
    """The cautions about one row's statement. `now` is in seconds since 1970."""
    if composed.twice is not None:
        column = _column(composed.trail, "/said/with")
        yield RowFault(column, composed.twice, _TWICE, _TWICE_ADVICE)
    yield from _as_written(composed)
    yield from _left_out(composed)
    for at, text in _dates_in(composed.statement):
        column = _column(composed.trail, at)
        try:
            date = dates.parse(text)
        except DateError:
            continue  # the rules of statements refuse it
        if date.earliest is None:
            continue
        if date.latest is not None and date.latest - date.earliest >= _CENTURY - 1:
            yield RowFault(column, text, _WIDE, _WIDE_ADVICE)
        if date.earliest > now:
            yield RowFault(column, text, _FUTURE, _FUTURE_ADVICE)


def _as_written(composed: Composed) -> Iterator[RowFault]:
    """Cautions about the way in which dates are written."""
    for use in composed.uses:
        if use.swappable:
            yield RowFault(use.columns[0], use.before, SWAPPED, _SWAPPED_ADVICE)
        if use.short_year:
            yield RowFault(use.columns[0], use.before, SHORT_YEAR, _SHORT_ADVICE)


def _left_out(composed: Composed) -> Iterator[RowFault]:
    """Parts of lists that no expression has taken."""
    found: dict[str, set[str]] = {}
    for use in composed.uses:
        for column in use.columns:
            found.setdefault(column, {*use.left}).intersection_update(use.left)
    for column, left in found.items():
        if left:
            yield RowFault(column, "; ".join(sorted(left)), _LEFT, _LEFT_ADVICE)


def _dates_in(statement: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    said = statement.get("said", {})
    found: Sequence[tuple[str, Any]] = (
        ("/occurred", statement.get("occurred")),
        ("/said/on", said.get("on")),
        *((f"/said/via/{n}/on", via.get("on")) for n, via in enumerate(said.get("via", ()))),
        *(
            (f"/sources/{n}/published", source.get("published"))
            for n, source in enumerate(statement.get("sources", ()))
        ),
    )
    yield from ((at, text) for at, text in found if text)


def _column(trail: Mapping[str, tuple[str, ...]], at: str) -> str | None:
    return next(iter(trail.get(at, ())), None)
