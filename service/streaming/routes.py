"""The calls that subscribe: one timeline, or several joined in one stream."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, Final, NamedTuple

from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ASGIApp

from events.errors import Unknown
from events.statement.timeline_names import ANY_TIMELINE
from projections.queries.timelines import TimelineRef
from service.access.guards.visitor import visitor_of
from service.http.answers import HttpRequest
from service.http.declared.operation import OWN, Answer, Operation, route
from service.http.declared.parameter import ANY_TEXT, Parameter, ParameterType, optional, required
from service.http.declared.query import Query, header_of, parsed_query
from service.reading.parameters import T
from service.reading.read_side import ReadSide
from service.streaming.event_stream import EventStream, announce
from service.streaming.filter import WHICH, live_filter
from service.streaming.live import LiveStreams, Subscription
from service.streaming.position import AFTER, AFTER_EACH, LAST_ID, LAST_IDS

__all__ = ["HANDLERS", "MOST_TIMELINES"]

MOST_TIMELINES: Final = 20
"""The most timelines in one stream."""


class _Following(NamedTuple):
    """Which timelines are followed. `given` has the revisions up to which the client has received
    the events, for the timelines that it named. `joined`: in one stream, whose positions name the
    timelines."""

    names: tuple[str, ...]
    given: Mapping[str, int]
    joined: bool


_STREAM: Final = {
    200: Answer(
        "Server-sent events without end: each event once, in order, with its revision as `id`; "
        "`caught-up`, `checkpoint` and `reset` report the state of the stream.",
        {"text/event-stream": ANY_TEXT.schema},
        ("Cache-Control", "Onrecord-Log", "X-Accel-Buffering"),
    )
}
_LOG: Final = optional(
    "log",
    "The identity of the log that was heard before: `reset` if it is another one now.",
    ANY_TEXT,
)


def _names(text: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    if not all(ANY_TIMELINE.admits(name) for name in names):
        raise ValueError(f"It is names of timelines, joined by commas. {ANY_TIMELINE.rule}")
    if len({*names}) < len(names) or len(names) > MOST_TIMELINES:
        raise ValueError(f"It has up to {MOST_TIMELINES} timelines, each once.")
    return names


_TIMELINES: Final = required(
    "timelines",
    f"The timelines, joined by commas: {MOST_TIMELINES} at most.",
    ParameterType(_names, ANY_TEXT.schema),
    "kursk",
    "Name the timelines: timelines=a,b.",
)


def _subscription(path: str, summary: str, *parameters: Parameter[Any], needs: str) -> Operation:
    return Operation(
        "GET",
        path,
        "Following",
        summary,
        parameters=(*parameters, _LOG, *WHICH),
        answers=_STREAM,
        problems=(
            "timeline-not-found",
            "too-many-requests",
            "projection-lagging",
            "log-unavailable",
        ),
        needs=needs,
    )


@route(
    _subscription(
        "/v1/timelines/{t}/live",
        "Events of a timeline, as they are recorded",
        T,
        AFTER,
        LAST_ID,
        needs="read",
    )
)
async def follow_timeline(
    request: HttpRequest,
    t: FromPath[str],
    read_side: NamedDependency[ReadSide],
    live: NamedDependency[LiveStreams],
) -> ASGIApp:
    """The events of a timeline, as they come."""
    last = header_of(request, LAST_ID)
    query = parsed_query(request)
    after = query[AFTER] if last is None else last
    given = {} if after is None else {t: after}
    return await _stream(request, read_side, live, _Following((t,), given, joined=False), query)


@route(
    _subscription(
        "/v1/live",
        "Events of several timelines, as they are recorded",
        _TIMELINES,
        AFTER_EACH,
        LAST_IDS,
        needs=OWN,
    )
)
async def follow_timelines(
    request: HttpRequest, read_side: NamedDependency[ReadSide], live: NamedDependency[LiveStreams]
) -> ASGIApp:
    """The events of several timelines, as they come."""
    last = header_of(request, LAST_IDS)
    query = parsed_query(request)
    given = last or query[AFTER_EACH] or {}
    asked = _Following(query[_TIMELINES], given, joined=True)
    return await _stream(request, read_side, live, asked, query)


@route(
    _subscription(
        "/v1/timelines/{t}/proposals/live",
        "Events about the proposals for a timeline, as they are recorded",
        T,
        AFTER,
        LAST_ID,
        needs="review",
    )
)
async def follow_proposals(
    request: HttpRequest,
    t: FromPath[str],
    read_side: NamedDependency[ReadSide],
    live: NamedDependency[LiveStreams],
    open_proposals: NamedDependency[Callable[[str], Awaitable[str]]],
) -> ASGIApp:
    """The events about proposals, as they come: those of the timeline `_proposals.{t}`."""
    last = header_of(request, LAST_ID)
    query = parsed_query(request)
    after = query[AFTER] if last is None else last
    name = await open_proposals(t)
    given = {} if after is None else {name: after}
    return await _stream(request, read_side, live, _Following((name,), given, joined=False), query)


async def _stream(
    request: HttpRequest,
    read_side: ReadSide,
    live: LiveStreams,
    asked: _Following,
    query: Query,
) -> ASGIApp:
    position = {}
    visitor = visitor_of(request.scope)
    for name in asked.names:
        visitor.require("read", name)
        ref = await _timeline(read_side, live, name)
        position[name] = asked.given.get(name, ref.revision)
    why = await _lost(live, position, query[_LOG])
    if "head" in request.scope:
        return partial(announce, live.source.log_id)
    may_go_on = partial(visitor.still_reads, asked.names)
    return EventStream(
        live, Subscription(position, live_filter(query), asked.joined, why, may_go_on)
    )


async def _timeline(read_side: ReadSide, live: LiveStreams, name: str) -> TimelineRef:
    """The timeline; waits for one that another replica has just opened. Raises Unknown, Lagging,
    LogUnavailable."""
    try:
        return await read_side.timeline(name)
    except Unknown:
        if not await live.source.head(name):
            raise
        return await read_side.timeline(name, min_revision=1)


async def _lost(live: LiveStreams, position: Mapping[str, int], log_id: str | None) -> str | None:
    """Why the position does not belong to this log; None if it may. Reads the log itself, so that
    no stream begins while the log is unavailable. Raises LogUnavailable, LogReplaced."""
    heads = {name: await live.source.head(name) for name in position}
    if log_id is not None and log_id != live.source.log_id:
        return "The log is another one than was heard before."
    for name, revision in position.items():
        ref = live.source.timeline(name)
        if (ref is None or revision > ref.revision) and revision > heads[name]:
            return f"The position is beyond the head of the log of {name}."
    return None


HANDLERS: Final = (follow_timeline, follow_proposals, follow_timelines)
