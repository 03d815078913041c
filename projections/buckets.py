"""Buckets: how many statements there are in each year, month, week or day, by their standing."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from events.calendar import DAY, civil, day_number
from events.dates import rfc3339
from events.errors import Fault, Rejected
from projections.reader import Reader
from projections.schema import OPEN_START, STANDINGS
from projections.selection import Selection, query_of, select_statements
from projections.statement_filter import Condition, StatementFilter
from projections.timeline_queries import TimelineRef

__all__ = ["MOST_BUCKETS", "Bucket", "Buckets", "Clock", "Every", "Undated", "list_buckets"]

Every = Literal["year", "month", "week", "day"]
Clock = Literal["occurred", "said", "recorded"]

MOST_BUCKETS = 1_000
"""Buckets from the first to the last, the empty ones included."""

_RECORDED = """
(SELECT e.recorded_at / 86400000000 * 86400 FROM events e
 WHERE e.tl = v.tl AND e.revision = v.st)
"""
_RECORDED_AT = "SELECT recorded_at FROM events WHERE tl = ? AND revision = ?"
_BY_STANDING = ", ".join(f"total(v.standing = {n})" for n in range(len(STANDINGS)))

_MONDAY = 3
"""1 January 1970 was a Thursday: the fourth day of its week."""


class Bucket(Struct, frozen=True):
    """Statements from `start` up to, not including, `end`, which is the next one's start (both
    RFC 3339). `by_standing` has the standings that there are."""

    start: str
    end: str
    count: int
    by_standing: dict[str, int]


class Undated(Struct, frozen=True):
    """Statements whose start is not known, or open."""

    count: int
    by_standing: dict[str, int]


class Buckets(Struct, frozen=True):
    """The buckets without a gap from the first to the last, and what is in none."""

    items: list[Bucket]
    undated: Undated


def list_buckets(
    reader: Reader,
    ref: TimelineRef,
    filter_: StatementFilter,
    revision: int,
    every: Every,
    on: Clock = "occurred",
) -> Buckets:
    """Every statement that the filter selects as of `revision`, once, at its earliest start.

    Raises Rejected beyond `MOST_BUCKETS`, and QueryTooLong.
    """
    undated: Counter[str] = Counter()
    counts: dict[int, Counter[str]] = {}
    selection = select_statements(reader, ref.tl, filter_, revision, on, whole=True)
    if on == "recorded" and selection.walked:
        found = _by_revision(reader, selection, every)
    else:
        found = _by_start(reader, selection, on)
    for second, by_standing in found:
        if second is None or second == OPEN_START:
            undated += by_standing
        else:
            counts.setdefault(_number(second // DAY, every), Counter()).update(by_standing)
    return Buckets(list(_filled(counts, every)), Undated(undated.total(), _shown(undated)))


def _by_start(
    reader: Reader, selection: Selection, on: Clock
) -> Iterator[tuple[int | None, Counter[str]]]:
    """Seconds since 1970 (None without a start) and the statements that start there, as the
    index of starts has them: counting by standings within it spares a sort."""
    start = _RECORDED if on == "recorded" else f"v.{on}_start"
    query, values = query_of(selection, f"{start}, {_BY_STANDING}")
    for second, *found in reader.all(f"{query} GROUP BY 1", values):
        yield second, _counted(found)


def _by_revision(
    reader: Reader, selection: Selection, every: Every
) -> Iterator[tuple[int | None, Counter[str]]]:
    """The same by recorded time, which never goes back: what was recorded within a bucket is a
    range of revisions, and so of statements."""
    tl, revision = selection.tl, selection.revision

    def recorded_at(revision: int) -> int:
        row = reader.one(_RECORDED_AT, (tl, revision))
        return int(row[0]) // 1_000_000 if row else 0

    first = 1
    while first <= revision:
        number = _number(recorded_at(first) // DAY, every)
        end = _start(number + 1, every) * DAY
        behind = bisect_left(range(revision + 1), end, lo=first, key=recorded_at)
        within = Condition("v.st >= ? AND v.st < ?", (first, behind))
        query, values = query_of(selection, _BY_STANDING, [within])
        by_standing = _counted(reader.all(query, values)[0])
        if by_standing:
            yield _start(number, every) * DAY, by_standing
        first = behind


def _counted(found: Sequence[float]) -> Counter[str]:
    return +Counter(dict(zip(STANDINGS, map(int, found), strict=True)))


def _number(day: int, every: Every) -> int:
    """The bucket's place among all of its length."""
    if every == "day":
        return day
    if every == "week":
        return (day + _MONDAY) // 7
    year, month, _ = civil(day)
    return year if every == "year" else year * 12 + month - 1


def _start(number: int, every: Every) -> int:
    """The day with which the bucket begins."""
    if every == "day":
        return number
    if every == "week":
        return number * 7 - _MONDAY
    if every == "year":
        return day_number(number, 1, 1)
    year, month = divmod(number, 12)
    return day_number(year, month + 1, 1)


def _filled(counts: Mapping[int, Counter[str]], every: Every) -> Iterator[Bucket]:
    if not counts:
        return
    first, last = min(counts), max(counts)
    if last - first >= MOST_BUCKETS:
        message = (
            f"That would be {last - first + 1:,} buckets, and {MOST_BUCKETS:,} are the most: "
            "take a longer `every`, or a window with from and to."
        )
        raise Rejected([Fault("?every", message)])
    start = rfc3339(_start(first, every) * DAY)
    for number in range(first, last + 1):
        end = rfc3339(_start(number + 1, every) * DAY)
        found = counts.get(number, Counter())
        yield Bucket(start, end, found.total(), _shown(found))
        start = end


def _shown(counts: Counter[str]) -> dict[str, int]:
    """The standings that there are, the weakest first."""
    return {standing: counts[standing] for standing in STANDINGS if counts[standing]}
