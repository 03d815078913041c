"""The call that reads the digest of a timeline."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.params import FromPath

from service.http.answers import JSON, answer
from service.http.declared.operation import route
from service.http.declared.query import parsed_query
from service.messages.states import Digest
from service.reading.digests import Digests
from service.reading.operation import of_revision, of_timeline
from service.reading.parameters import asked_moment
from service.reading.read_side import ReadSide

__all__ = ["HANDLERS"]


@route(
    of_timeline(
        "digest",
        "The digest of all that is folded",
        of_revision(
            "SHA-256 over the folded state: what `onrecord replay` comes to.", {JSON: Digest}
        ),
    )
)
async def get_digest(
    request: Request[Any, Any, Any],
    t: FromPath[str],
    read_side: NamedDependency[ReadSide],
    digests: NamedDependency[Digests],
) -> Response[bytes]:
    """The digest that `onrecord replay` must compute as well."""
    moment = await read_side.moment(t, asked_moment(parsed_query(request)))
    found = await digests.show(moment)
    return answer(request, msgspec.json.encode(found), revision=found.revision)


HANDLERS: Final = (get_digest,)
