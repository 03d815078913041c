"""The call that reads what differs between two moments of a timeline."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import structs

from events.errors import Fault, InvalidInput
from projections.queries.diff import diff
from service.http.answers import JSON, answer
from service.http.declared.operation import route
from service.http.declared.parameter import Parameter, required
from service.http.declared.query import parsed_query
from service.messages.states import Diff
from service.reading.moment import Instant, moment_at
from service.reading.operation import of_revision, of_two_moments
from service.reading.parameters import MIN_REVISION, POINT
from service.reading.read_side import ReadSide

__all__ = ["HANDLERS"]


def _end(name: str, which: str) -> Parameter[int | Instant]:
    demand = "Give both: a revision, a day or a time, as for as_of."
    return required(name, f"The {which} moment: what `as_of` takes.", POINT, "1", demand)


_ENDS: Final = (_end("from", "earlier"), _end("to", "later"))


@route(
    of_two_moments(
        "diff",
        "What differs between two moments",
        of_revision("What differs, net; true of the later moment.", {JSON: Diff}),
        *_ENDS,
    )
)
async def get_diff(
    request: Request[Any, Any, Any], t: FromPath[str], read_side: NamedDependency[ReadSide]
) -> Response[bytes]:
    """What differs between two moments."""
    query = parsed_query(request)
    ref = await read_side.timeline(t, query[MIN_REVISION] or 0)
    reader = read_side.reader_of(t)
    moments = [moment_at(reader, ref, query[each], each.name) for each in _ENDS]
    begin, end = (moment.as_of for moment in moments if moment.as_of is not None)
    if begin.revision > end.revision:
        later = (
            f"Revision {begin.revision}, to compare with, is later than revision {end.revision}:"
            " take an earlier one."
        )
        raise InvalidInput([Fault("?from", later)])
    found = await read_side.aside(
        moments[1], lambda reader, ref: diff(reader, ref, begin.revision, end.revision)
    )
    body = msgspec.json.encode(Diff(from_=begin, to=end, **structs.asdict(found)))
    return answer(request, body, revision=end.revision)


HANDLERS: Final = (get_diff,)
