"""The calls that subscribe: one timeline, or several joined in one stream."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ASGIApp

from events.errors import Fault, InvalidInput, Unknown
from events.wording import TIMELINE
from projections.timeline_queries import TimelineRef
from service.query_string import QueryString
from service.reading import Reading
from service.requests import header
from service.streaming.event_stream import EventStream, announce
from service.streaming.frame import reset
from service.streaming.live import Live
from service.streaming.live_filter import LiveFilter, live_filter
from service.streaming.position import position_of

__all__ = ["HANDLERS", "MOST_TIMELINES"]

MOST_TIMELINES: Final = 20
"""Timelines of one stream."""

HttpRequest = Request[Any, Any, Any]


@get("/v1/timelines/{t:str}/live", name="follow_timeline")
async def follow_timeline(
    request: HttpRequest,
    t: FromPath[str],
    reading: NamedDependency[Reading],
    live: NamedDependency[Live],
) -> ASGIApp:
    """A timeline's events, as they come."""
    return await _stream(request, reading, live, (t,), joined=False)


@get("/v1/live", name="follow_timelines")
async def follow_timelines(
    request: HttpRequest, reading: NamedDependency[Reading], live: NamedDependency[Live]
) -> ASGIApp:
    """The events of several timelines, as they come."""
    return await _stream(request, reading, live, None, joined=True)


async def _stream(
    request: HttpRequest,
    reading: Reading,
    live: Live,
    names: tuple[str, ...] | None,
    *,
    joined: bool,
) -> ASGIApp:
    query = QueryString.parse(request.scope["query_string"])
    if names is None:
        names = query.one("timelines", _names) or ()
        if "timelines" not in query.names():
            query.wrong("timelines", "Name the timelines: timelines=a,b.")
    given = _given_position(request, query, None if joined else names[0])
    log_id = query.one("log", str)
    filter_ = live_filter(query)
    query.done()
    position = {}
    for name in names:
        ref = await _timeline(reading, live, name)
        position[name] = given.get(name, ref.revision)
    why = await _lost(live, position, log_id)
    if "head" in request.scope:
        return partial(announce, live.source.log_id)
    return await _begin(live, position, filter_, why, joined=joined)


async def _timeline(reading: Reading, live: Live, name: str) -> TimelineRef:
    """The timeline; one that another replica opened a moment ago is waited for. Raises Unknown,
    Lagging, LogUnavailable."""
    try:
        return await reading.timeline(name)
    except Unknown:
        if not await live.source.head(name):
            raise
        return await reading.timeline(name, min_revision=1)


def _given_position(request: HttpRequest, query: QueryString, name: str | None) -> dict[str, int]:
    """Where the client has heard up to: what it says in `Last-Event-ID`, or else in `after`."""
    read = position_of(name)
    after = query.one("after", read) or {}
    last = header(request.scope, b"last-event-id")
    if not last:
        return after
    try:
        return read(last)
    except ValueError as error:
        raise InvalidInput([Fault("", f"Last-Event-ID: {error}")]) from error


async def _lost(live: Live, position: Mapping[str, int], log_id: str | None) -> str | None:
    """Why the position is none of this log; None where it may be one. The log itself is asked,
    so that no stream begins while it is away. Raises LogUnavailable, LogReplaced."""
    heads = {name: await live.source.head(name) for name in position}
    if log_id is not None and log_id != live.source.log_id:
        return "The log is another one than was heard before."
    for name, revision in position.items():
        ref = live.source.timeline(name)
        if (ref is None or revision > ref.revision) and revision > heads[name]:
            return f"The position is beyond the head of the log of {name}."
    return None


async def _begin(
    live: Live,
    position: Mapping[str, int],
    filter_: LiveFilter,
    lost: str | None,
    *,
    joined: bool,
) -> EventStream:
    """The first frames are read before the answer begins, so that a log that is away is told."""
    subscriber = live.subscribe(position, filter_, joined=joined)
    try:
        if lost is not None:
            subscriber.end("reset", reset(lost, live.source.log_id))
        first = await subscriber.take()
    except BaseException:
        live.leave(subscriber, "broken")
        raise
    return EventStream(live, subscriber, first)


def _names(text: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    if not all(TIMELINE.admits(name) for name in names):
        raise ValueError(f"It is names of timelines, joined by commas. {TIMELINE.rule}")
    if len({*names}) < len(names) or len(names) > MOST_TIMELINES:
        raise ValueError(f"It has up to {MOST_TIMELINES} timelines, each once.")
    return names


HANDLERS: Final = (follow_timeline, follow_timelines)
