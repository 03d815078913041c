"""What a request for a stream asks: which events, from where on, of which log."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from events.errors import Fault
from events.types import TYPES
from events.wording import TAG, TIMELINE
from projections.schema import KINDS
from service.live.event_filter import EventFilter
from service.moment import MOST
from service.query_string import QueryString, bounded, whole_number, word
from service.requests import header

__all__ = ["LiveQuestion", "live_question", "timelines_in"]

MOST_TIMELINES: Final = 20


class LiveQuestion(NamedTuple):
    """`after` has the revisions behind which to begin, by timeline: what is missing there begins
    at its head. `log` is the log that they are of, where the client says so."""

    filter: EventFilter
    after: Mapping[str, int]
    log: str | None


def timelines_in(query: QueryString) -> tuple[str, ...]:
    """Takes `timelines`: 1 to 20 names, each once."""
    names = query.one("timelines", _names)
    if names is None:
        if "timelines" not in query.names():
            query.wrong("timelines", "Name 1 to 20 timelines, with commas between.")
        return ()
    return names


def live_question(
    query: QueryString, scope: Mapping[str, Any], names: Sequence[str], *, named: bool
) -> LiveQuestion:
    """Takes everything else from the query, and `Last-Event-ID`, which wins over `after`.

    Raises InvalidInput with all that is wrong.
    """
    read = _positions(names) if named else _position(names)
    after = query.one("after", read)
    log = query.one("log", bounded(64))
    filter_ = EventFilter(
        types=_some(query, "type", word(*sorted(TYPES))),
        subjects=_some(query, "subject", bounded(128)),
        actors=_some(query, "actor", bounded(100)),
        kinds=_some(query, "kind", word(*sorted(KINDS))),
        tags=_some(query, "tag", _tag),
    )
    last = header(scope, b"last-event-id")
    if last:  # an empty one is none: a stream that was reset leaves it behind
        try:
            after = read(last)
        except ValueError as error:
            query.faults.append(Fault("", f"Last-Event-ID: {error}"))
    query.done()
    return LiveQuestion(filter_, after or {}, log)


def _some(query: QueryString, name: str, read: Callable[[str], str]) -> tuple[str, ...]:
    """The values in an order of their own, so that equal filters are seen to be equal."""
    return tuple(sorted(set(query.many(name, read))))


def _position(names: Sequence[str]) -> Callable[[str], Mapping[str, int]]:
    number = whole_number(0, MOST)

    def read(text: str) -> Mapping[str, int]:
        return {name: number(text) for name in names}

    return read


def _positions(names: Sequence[str]) -> Callable[[str], Mapping[str, int]]:
    number = whole_number(0, MOST)

    def read(text: str) -> Mapping[str, int]:
        positions: dict[str, int] = {}
        for part in text.split(","):
            name, colon, revision = part.partition(":")
            if not colon or name in positions or name not in names:
                raise ValueError(
                    "It is a list like a:12,b:7: some of the timelines that are asked for, each "
                    "once, with the revision of each."
                )
            positions[name] = number(revision)
        return positions

    return read


def _names(text: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    if not 1 <= len(names) <= MOST_TIMELINES or len(set(names)) < len(names):
        raise ValueError("Name 1 to 20 timelines, each once, with commas between.")
    if not all(map(TIMELINE.admits, names)):
        raise ValueError(TIMELINE.rule)
    return names


def _tag(text: str) -> str:
    if not TAG.admits(text):
        raise ValueError(TAG.rule)
    return text
