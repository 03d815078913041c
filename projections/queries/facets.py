"""Facets: which actors, kinds, tags, places, standings and sources there are, and how often."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from msgspec import Struct

from events.statement.statement import Place
from projections.answers.facets import Facet, Facets
from projections.fold.contents import key_of
from projections.queries.columns.cached_columns import matching_in
from projections.queries.listing.filter import Condition, StatementFilter
from projections.queries.listing.query_plan import plan_query, query_of
from projections.queries.listing.terms_at import FIRST_STATEMENT, terms_at
from projections.queries.timelines import TimelineRef
from projections.storage.reader import Reader
from projections.storage.schema import ABOUT, BY, KINDS, PLACE, SOURCE, STANDINGS, TAG, VIA

if TYPE_CHECKING:
    from projections.queries.columns.matching_rows import MatchingRows

__all__ = ["MOST_VALUES", "show_facets"]

MOST_VALUES = 100
"""The most values of each facet."""

_ACTORS = (BY, VIA, ABOUT)


class _Chosen(NamedTuple):
    """The statements to count, as a query for their numbers; `query` None means all."""

    reader: Reader
    tl: int
    revision: int
    query: str | None
    values: tuple[Any, ...]


_AMONG = "st IN (SELECT st FROM chosen)"
_BY_KEY = "SELECT key, count({what}) FROM {terms} WHERE {among} GROUP BY key"
_OF_KEYS = "SELECT count(DISTINCT st) FROM {terms} WHERE {among}"
_OWNERS = "SELECT DISTINCT key, actor FROM spellings WHERE tl = ? AND until > ? AND since <= ?"
_NAMES = "SELECT actor, name FROM actors WHERE tl = ? AND until > ? AND since <= ?"
_MENTION = "SELECT spelling FROM mentions WHERE tl = ? AND key = ?"
_FIRST_PLACE = f"""
SELECT c.shown FROM {FIRST_STATEMENT} t
CROSS JOIN statement_versions v ON v.tl = ?1 AND v.st = t.st AND v.since <= ?4 AND v.until > ?4
CROSS JOIN contents c ON c.content = v.content
"""  # noqa: S608 - our own names


def show_facets(
    reader: Reader, ref: TimelineRef, filter_: StatementFilter, revision: int
) -> Facets:
    """The facets of the statements that the filter selects as of `revision`. Raises
    QueryTooLong."""
    matching = matching_in(reader, ref, filter_, revision)
    if matching is not None:
        return _of_columns(_Chosen(reader, ref.tl, revision, None, ()), matching)
    plan = plan_query(reader, ref.tl, filter_, revision, whole=True)
    kinds: Counter[str] = Counter()
    standings: Counter[str] = Counter()
    query, values = query_of(plan, "v.kind, v.standing, count(*)")
    for kind, standing, count in reader.all(f"{query} GROUP BY 1, 2", values):
        kinds[KINDS[kind]] += count
        standings[STANDINGS[standing]] += count
    chosen = _Chosen(reader, ref.tl, revision, None, ())
    if filter_ != StatementFilter():
        chosen = _Chosen(reader, ref.tl, revision, *query_of(plan, "v.st"))
    return Facets(
        actors=_actors(chosen),
        kinds=_top(kinds),
        tags=_top(_by_key(chosen, (TAG,))),
        places=_top(_by_key(chosen, (PLACE,)), lambda key: _place(chosen, key)),
        standings=_top(standings),
        sources=_top(_by_key(chosen, (SOURCE,))),
    )


def _of_columns(all_: _Chosen, matching: MatchingRows) -> Facets:
    """The facets of these rows."""
    return Facets(
        actors=_actors_of_columns(all_, matching),
        kinds=_top({KINDS[number]: count for number, count in matching.kinds().items()}),
        tags=_top(matching.largest(TAG, MOST_VALUES)),
        places=_top(matching.largest(PLACE, MOST_VALUES), lambda key: _place(all_, key)),
        standings=_top(
            {STANDINGS[number]: count for number, count in matching.standings().items()}
        ),
        sources=_top(matching.largest(SOURCE, MOST_VALUES)),
    )


def _actors_of_columns(all_: _Chosen, matching: MatchingRows) -> list[Facet]:
    reader, moment = all_.reader, (all_.tl, all_.revision, all_.revision)
    owners = dict(reader.all(_OWNERS, moment))
    owned: defaultdict[int, list[str]] = defaultdict(list)
    for key in sorted(owners):
        owned[owners[key]].append(key)
    names = dict(reader.all(_NAMES, moment)) if owned else {}
    counts = matching.largest_actors(owned, MOST_VALUES)
    return _top(counts, lambda key: names[owners[key]] if key in owners else _mention(all_, key))


def _actors(chosen: _Chosen) -> list[Facet]:
    """Count the spellings of one actor together, and each statement once."""
    reader, tl, revision = chosen.reader, chosen.tl, chosen.revision
    owners = dict(reader.all(_OWNERS, (tl, revision, revision)))
    counts = _by_key(chosen, _ACTORS)
    owned: defaultdict[int, list[str]] = defaultdict(list)
    for key in counts.keys() & owners.keys():
        owned[owners[key]].append(key)
    names = dict(reader.all(_NAMES, (tl, revision, revision))) if owned else {}
    shown: dict[str, str] = {}
    for actor, keys in owned.items():
        together = counts[keys[0]] if len(keys) == 1 else _of_keys(chosen, keys)
        for key in keys[1:]:
            del counts[key]
        counts[keys[0]] = together
        shown[keys[0]] = names[actor]
    return _top(counts, lambda key: shown.get(key) or _mention(chosen, key))


def _by_key(chosen: _Chosen, fields: tuple[int, ...]) -> Counter[str]:
    # At one revision a statement has each key at most once in a field.
    what = "*" if len(fields) == 1 else "DISTINCT st"
    terms = terms_at(chosen.tl, fields, chosen.revision)
    return Counter(dict(_ask(chosen, _BY_KEY.replace("{what}", what), terms)))


def _of_keys(chosen: _Chosen, keys: list[str]) -> int:
    terms = terms_at(chosen.tl, _ACTORS, chosen.revision, keys=keys)
    return int(_ask(chosen, _OF_KEYS, terms)[0][0])


def _ask(chosen: _Chosen, query: str, terms: Condition) -> list[tuple[Any, ...]]:
    """Run a query over those of the terms that the chosen statements have."""
    among = "true" if chosen.query is None else _AMONG
    asked = query.format(terms=terms.sql, among=among)
    if chosen.query is not None:
        asked = f"WITH chosen (st) AS MATERIALIZED ({chosen.query}) {asked}"
    return chosen.reader.all(asked, (*chosen.values, *terms.values))


def _mention(chosen: _Chosen, key: str) -> str:
    row = chosen.reader.one(_MENTION, (chosen.tl, key))
    return row[0] if row else key


class _Placed(Struct, frozen=True):
    places: list[Place]


_placed = msgspec.json.Decoder(_Placed)


def _place(chosen: _Chosen, key: str) -> str:
    """The name of the place as written by the first recorded statement that names it."""
    row = chosen.reader.one(_FIRST_PLACE, (chosen.tl, PLACE, key, chosen.revision))
    names = [place.name for place in _placed.decode(row[0]).places] if row else []
    return next((name for name in names if key_of(name) == key), key)


def _top(counts: Mapping[str, int], shown: Callable[[str], str] = str) -> list[Facet]:
    first = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MOST_VALUES]
    facets = [Facet(shown(key), count) for key, count in first]
    return sorted(facets, key=lambda facet: (-facet.count, facet.value))
