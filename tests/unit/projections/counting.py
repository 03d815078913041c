"""Buckets and facets, worked out from the events in plain Python."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from events.edtf import dates
from events.statement.wording import spelling_key
from projections.queries import Window
from tests.unit.projections.oracle import Oracle

__all__ = ["buckets", "facets"]


_LONGER = {"year": 370, "month": 32, "week": 7, "day": 1}
"""Days from a bucket's start into the next one."""


def buckets(
    oracle: Oracle, ids: Sequence[str], every: str, on: str, window: Window | None
) -> dict[str, Any]:
    """The answer, of dates within the years that `datetime` knows; `window` is the one by `on`."""
    before: Counter[str] = Counter()
    undated: Counter[str] = Counter()
    found: dict[datetime, Counter[str]] = {}
    for id_ in ids:
        start, standing = _start(oracle, id_, on), oracle.standing(id_)[0]
        if start is None:
            undated[standing] += 1
        elif window and window.earliest is not None and start.timestamp() < window.earliest:
            before[standing] += 1
        else:
            found.setdefault(_floor(start, every), Counter())[standing] += 1
    items = []
    at = min(found, default=None)
    while at is not None and at <= max(found):
        end = _floor(at + timedelta(days=_LONGER[every]), every)
        counts = found.get(at, Counter())
        items.append({"start": _text(at), "end": _text(end), **_counted(counts)})
        at = end
    beside = {"before": _counted(before), "undated": _counted(undated)}
    return {"items": items, **beside, "vague": _vague(oracle, ids, every, on, window)}


def _vague(
    oracle: Oracle, ids: Iterable[str], every: str, on: str, window: Window | None
) -> list[dict[str, Any]]:
    found: dict[tuple[datetime, datetime], Counter[str]] = {}
    for id_ in ids:
        start, latest = _start(oracle, id_, on), _start(oracle, id_, on, latest=True)
        if start is None or latest is None:
            continue
        if window and window.earliest is not None and latest.timestamp() < window.earliest:
            continue
        first, last = _floor(start, every), _floor(latest, every)
        if first < last:
            end = _floor(last + timedelta(days=_LONGER[every]), every)
            found.setdefault((first, end), Counter())[oracle.standing(id_)[0]] += 1
    return [
        {"start": _text(start), "end": _text(end), **_counted(found[start, end])}
        for start, end in sorted(found)
    ]


def facets(oracle: Oracle, ids: Iterable[str]) -> dict[str, list[tuple[str, int]]]:
    """The answer as pairs; actors and places, whose values are one spelling of several, by what
    distinguishes them."""
    counts: dict[str, Counter[str]] = {
        name: Counter() for name in ("actors", "kinds", "tags", "places", "standings", "sources")
    }
    for id_ in ids:
        statement = oracle.statements[id_]
        counts["actors"].update(oracle.names(id_))
        counts["kinds"][statement.kind] += 1
        counts["standings"][oracle.standing(id_)[0]] += 1
        counts["tags"].update({*statement.tags})
        counts["places"].update({spelling_key(place.name) for place in statement.places})
        counts["sources"].update({source.id for source in statement.sources})
    return {name: sorted(found.items()) for name, found in counts.items()}


def _start(oracle: Oracle, id_: str, on: str, *, latest: bool = False) -> datetime | None:
    """The earliest start of a statement, or its latest."""
    statement, (_, recorded_at) = oracle.statements[id_], oracle.recorded[id_]
    if on == "recorded":
        return datetime.fromisoformat(recorded_at)
    text = statement.occurred if on == "occurred" else statement.said.on
    start = None if text is None else dates.parse(text).start
    second = None if start is None else start.latest if latest else start.earliest
    return None if second is None else datetime.fromtimestamp(second, UTC)


def _floor(at: datetime, every: str) -> datetime:
    day = at.replace(hour=0, minute=0, second=0, microsecond=0)
    if every == "week":
        return day - timedelta(days=day.weekday())
    if every == "month":
        return day.replace(day=1)
    return day.replace(day=1, month=1) if every == "year" else day


def _text(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _counted(counts: Counter[str]) -> dict[str, Any]:
    return {"count": counts.total(), "by_standing": dict(counts)}
