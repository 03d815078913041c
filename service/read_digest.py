"""The call that answers the digest of all that is folded of a timeline."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from service.answers import answer
from service.digests import Digests
from service.moment import When
from service.query_string import QueryString
from service.reading import Reading

__all__ = ["HANDLERS"]


@get("/v1/timelines/{t:str}/digest", name="show_digest")
async def show_digest(
    request: Request[Any, Any, Any],
    t: FromPath[str],
    reading: NamedDependency[Reading],
    digests: NamedDependency[Digests],
) -> Response[bytes]:
    """What `onrecord replay` must come to as well."""
    query = QueryString.parse(request.scope["query_string"])
    when = When.taken(query)
    query.done()
    moment = await reading.moment(t, when)
    found = await digests.show(moment)
    return answer(request, msgspec.json.encode(found), revision=found.revision)


HANDLERS: Final = (show_digest,)
