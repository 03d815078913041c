"""The call that reads what differs between two moments of a timeline."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import Raw, Struct, structs

from events.errors import Fault, InvalidInput
from projections.diff import CorrectedStatement, MovedStanding, RelationEnds, diff
from service.answers import answer
from service.moment import MOST, AsOf, moment_at, point_in
from service.query_string import QueryString
from service.reading import Reading

__all__ = ["HANDLERS", "Diff"]


class Diff(Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """What differs, net, from the one state to the other. `standing` and `retracted` are of
    statements that both states have; `recorded` are those that the later one has alone."""

    from_: AsOf
    to: AsOf
    recorded: list[Raw]
    corrected: list[CorrectedStatement]
    retracted: list[str]
    related: list[RelationEnds]
    unrelated: list[RelationEnds]
    standing: list[MovedStanding]


@get("/v1/timelines/{t:str}/diff", name="show_diff")
async def show_diff(
    request: Request[Any, Any, Any], t: FromPath[str], reading: NamedDependency[Reading]
) -> Response[bytes]:
    """What differs between two moments."""
    query = QueryString.parse(request.scope["query_string"])
    points = {name: query.one(name, point_in) for name in ("from", "to")}
    for name in points:
        if name not in query.names():
            query.wrong(name, "Give both: a revision, a day or a time, as for as_of.")
    min_revision = query.number("min_revision", 0, MOST) or 0
    query.done()
    ref = await reading.timeline(t, min_revision)
    moments = [moment_at(reading.reader, ref, point, name) for name, point in points.items()]
    begin, end = (moment.as_of for moment in moments if moment.as_of is not None)
    if begin.revision > end.revision:
        raise InvalidInput([Fault("?from", f"It is later than to: revision {end.revision}.")])
    found = await reading.aside(
        moments[1], lambda reader, ref: diff(reader, ref, begin.revision, end.revision)
    )
    body = msgspec.json.encode(Diff(from_=begin, to=end, **structs.asdict(found)))
    return answer(request, body, revision=end.revision)


HANDLERS: Final = (show_diff,)
