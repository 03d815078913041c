"""Buckets: how many statements start in each year, month, week or day, by standing."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec import UNSET

from events.edtf.calendar import DAY
from events.edtf.timestamp import rfc3339
from events.errors import Fault, Rejected
from projections.answers.buckets import Beside, Bucket, Buckets
from projections.answers.choices import Every, StatementClock
from projections.queries.columns.cached_columns import matching_in
from projections.queries.lengths import bucket_of, first_day_of
from projections.queries.listing.filter import Condition, StatementFilter
from projections.queries.listing.query_plan import QueryPlan, plan_query, query_of
from projections.queries.timelines import TimelineRef
from projections.storage.reader import Reader
from projections.storage.schema import OPEN_START, STANDINGS

__all__ = ["MOST_BUCKETS", "list_buckets"]


MOST_BUCKETS = 1_000
"""The most buckets from the first to the last, empty ones included."""

_RECORDED = """
(SELECT e.recorded_at / 86400000000 * 86400 FROM events e
 WHERE e.tl = v.tl AND e.revision = v.st)
"""
_RECORDED_AT = "SELECT recorded_at FROM events WHERE tl = ? AND revision = ?"
_BY_STANDING = ", ".join(f"total(v.standing = {n})" for n in range(len(STANDINGS)))

_NARROWER: Final[dict[StatementClock, str]] = {
    "occurred": ", or a window with from and to",
    "said": ", or a window with said_from and said_to",
    "recorded": "",
}
"""Ends a refusal: advice for fewer buckets, besides a longer `every`."""


def list_buckets(  # noqa: PLR0913 - what is asked, of whom
    reader: Reader,
    ref: TimelineRef,
    filter_: StatementFilter,
    revision: int,
    every: Every,
    on: StatementClock = "occurred",
    *,
    vague: bool = False,
) -> Buckets:
    """Count each statement that the filter selects as of `revision` once, at its earliest start;
    with `vague`, also those that may begin in a later bucket, at most `MOST_BUCKETS` stretches of
    time with the most of them. Raises Rejected beyond `MOST_BUCKETS`, and QueryTooLong."""
    before: Counter[str] = Counter()
    undated: Counter[str] = Counter()
    counts: dict[int, Counter[str]] = {}
    begin = _begin(filter_, on)
    for second, by_standing in _found(reader, ref, filter_, revision, every, on):
        if second is None or second == OPEN_START:
            undated += by_standing
        elif second < begin:
            before += by_standing
        else:
            counts.setdefault(bucket_of(second // DAY, every), Counter()).update(by_standing)
    items = list(_filled(counts, every, on))
    stretches = _vague(reader, ref, filter_, revision, every, on) if vague else UNSET
    return Buckets(items, _beside(before), _beside(undated), stretches)


def _vague(
    reader: Reader,
    ref: TimelineRef,
    filter_: StatementFilter,
    revision: int,
    every: Every,
    on: StatementClock,
) -> list[Bucket]:
    """The statements that may begin in more than one bucket, and not only before the window."""
    counts: dict[tuple[int, int], Counter[str]] = {}
    begin = _begin(filter_, on)
    for first, last, by_standing in _stretches(reader, ref, filter_, revision, on):
        ends = bucket_of(first, every), bucket_of(last, every)
        if ends[0] < ends[1] and (last + 1) * DAY > begin:
            counts.setdefault(ends, Counter()).update(by_standing)
    most = sorted(counts, key=lambda ends: (-counts[ends].total(), ends))[:MOST_BUCKETS]
    return [
        Bucket(
            rfc3339(first_day_of(first, every) * DAY),
            rfc3339(first_day_of(last + 1, every) * DAY),
            counts[first, last].total(),
            _shown(counts[first, last]),
        )
        for first, last in sorted(most)
    ]


def _stretches(
    reader: Reader,
    ref: TimelineRef,
    filter_: StatementFilter,
    revision: int,
    on: StatementClock,
) -> Iterator[tuple[int, int, Counter[str]]]:
    """The first and the last day on which statements may begin, where these differ, with the number
    of these statements, by standing."""
    if on == "recorded":
        return
    matching = matching_in(reader, ref, filter_, revision)
    if matching is not None:
        for first, last, counts in matching.stretches(on):
            yield first, last, _named(counts)
        return
    plan = plan_query(reader, ref.tl, filter_, revision, on, whole=True)
    columns = f"v.{on}_start, v.{on}_late, {_BY_STANDING}"
    query, values = query_of(plan, columns, [Condition(f"v.{on}_late > 0", ())])
    for start, late, *found in reader.all(f"{query} GROUP BY 1, 2", values):
        yield start // DAY, start // DAY + late, _counted(found)


def _found(
    reader: Reader,
    ref: TimelineRef,
    filter_: StatementFilter,
    revision: int,
    every: Every,
    on: StatementClock,
) -> Iterator[tuple[int | None, Counter[str]]]:
    """Seconds since 1970 (None without a start), each with the number of statements that start
    then, by standing."""
    matching = matching_in(reader, ref, filter_, revision)
    if matching is None:
        plan = plan_query(reader, ref.tl, filter_, revision, on, whole=True)
        if on == "recorded" and plan.walked:
            yield from _by_revision(reader, plan, every)
        else:
            yield from _by_start(reader, plan, on)
    elif on == "recorded":
        places = list(_recorded(reader, ref.tl, revision, every))
        tallies = matching.recorded_between([first for _, first, _ in places])
        for (start, *_), counts in zip(places, tallies, strict=True):
            if counts:
                yield start, _named(counts)
    else:
        for second, counts in matching.days(on, _begin(filter_, on)):
            yield second, _named(counts)


def _named(counts: Mapping[int, int]) -> Counter[str]:
    return Counter({STANDINGS[number]: count for number, count in counts.items()})


def _begin(filter_: StatementFilter, on: StatementClock) -> int:
    """The first second of the window of this clock. Recorded time has no window."""
    window = {"occurred": filter_.occurred, "said": filter_.said, "recorded": None}[on]
    return OPEN_START if window is None or window.earliest is None else window.earliest


def _beside(counts: Counter[str]) -> Beside:
    return Beside(counts.total(), _shown(counts))


def _by_start(
    reader: Reader, plan: QueryPlan, on: StatementClock
) -> Iterator[tuple[int | None, Counter[str]]]:
    """Seconds since 1970 (None without a start), each with the number of statements that start
    then, by standing. The rows come in the order of the index of starts, which saves sorting
    them."""
    start = _RECORDED if on == "recorded" else f"v.{on}_start"
    query, values = query_of(plan, f"{start}, {_BY_STANDING}")
    for second, *found in reader.all(f"{query} GROUP BY 1", values):
        yield second, _counted(found)


def _by_revision(
    reader: Reader, plan: QueryPlan, every: Every
) -> Iterator[tuple[int | None, Counter[str]]]:
    """The same by recorded time. Because it never goes back, each bucket is a range of revisions,
    and so of statements."""
    for start, first, behind in _recorded(reader, plan.tl, plan.revision, every):
        within = Condition("v.st >= ? AND v.st < ?", (first, behind))
        query, values = query_of(plan, _BY_STANDING, [within])
        by_standing = _counted(reader.all(query, values)[0])
        if by_standing:
            yield start, by_standing


def _recorded(
    reader: Reader, tl: int, revision: int, every: Every
) -> Iterator[tuple[int, int, int]]:
    """For each bucket in which events were recorded: its first second, its first revision, and the
    revision after its last."""

    def recorded_at(revision: int) -> int:
        row = reader.one(_RECORDED_AT, (tl, revision))
        return int(row[0]) // 1_000_000 if row else 0

    first = 1
    while first <= revision:
        number = bucket_of(recorded_at(first) // DAY, every)
        end = first_day_of(number + 1, every) * DAY
        behind = bisect_left(range(revision + 1), end, lo=first, key=recorded_at)
        yield first_day_of(number, every) * DAY, first, behind
        first = behind


def _counted(found: Sequence[float]) -> Counter[str]:
    return +Counter[str](dict(zip(STANDINGS, map(int, found), strict=True)))


def _filled(
    counts: Mapping[int, Counter[str]], every: Every, on: StatementClock
) -> Iterator[Bucket]:
    if not counts:
        return
    first, last = min(counts), max(counts)
    if last - first >= MOST_BUCKETS:
        message = (
            f"That would be {last - first + 1:,} buckets, and {MOST_BUCKETS:,} are the most: "
            f"take a longer `every`{_NARROWER[on]}."
        )
        raise Rejected([Fault("?every", message)])
    start = rfc3339(first_day_of(first, every) * DAY)
    for number in range(first, last + 1):
        end = rfc3339(first_day_of(number + 1, every) * DAY)
        found = counts.get(number, Counter())
        yield Bucket(start, end, found.total(), _shown(found))
        start = end


def _shown(counts: Counter[str]) -> dict[str, int]:
    """The standings that occur, weakest first."""
    return {standing: counts[standing] for standing in STANDINGS if counts[standing]}
