"""The call that returns tiles of the tree, in the format of C2SP tlog-tiles."""

from __future__ import annotations

from typing import Final

from litestar import Response
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from events.tlog.tile import ENTRIES, FULL, Tile, bundle_of, parse_tile_path, width_at
from projections.ledger.proofs import LedgerProofs
from service.http.answers import HttpRequest, answer
from service.http.declared.operation import route, unchanging
from service.http.declared.parameter import (
    ANY_TEXT,
    in_path,
)
from service.http.declared.query import parsed_query
from service.reading.read_side import ReadSide
from service.signing.routes.operation import audit_operation, leaves_of
from service.signing.signed_ledger import SignedLedger

__all__ = ["HANDLERS"]

_BYTES: Final = "application/octet-stream"
_FOREVER: Final = {"Cache-Control": "public, max-age=31536000, immutable"}

_TILE: Final = in_path("tile", "Level and number of the tile.", ANY_TEXT.schema, "0/000.p/1")


@route(
    audit_operation(
        "log/tile/{tile}",
        "A tile of the tree, or a bundle of its leaves",
        unchanging(
            "Hashes of 32 bytes each, or leaves, each after its length in two bytes.",
            {_BYTES: {"type": "string", "format": "binary"}},
            "Cache-Control",
        ),
        _TILE,
        problems=("not-found", "log-unavailable"),
    )._replace(description="As C2SP tlog-tiles has it; `tile` has slashes within.")
)
async def get_tile(
    request: HttpRequest,
    t: FromPath[str],
    tile: FromPath[str],
    read_side: NamedDependency[ReadSide],
    signed_ledger: NamedDependency[SignedLedger],
) -> Response[bytes]:
    """A tile of the tree, or a bundle of its leaves. Neither ever changes."""
    parsed_query(request)
    await read_side.timeline(t)
    head = signed_ledger.head(t)
    wanted = parse_tile_path(str(tile).removeprefix("/"))
    if head is None or wanted is None or not _exists(wanted, head.size):
        raise NotFoundException("There is no such tile: its checkpoint says how large the tree is.")
    if wanted.level == ENTRIES:
        first = wanted.number * FULL
        body = bundle_of(await leaves_of(read_side, t, first, first + wanted.width))
    else:
        body = LedgerProofs(signed_ledger.ledger, t, head.head).tile(wanted)
    return answer(request, body, media_type=_BYTES, headers=_FOREVER)


def _exists(tile: Tile, size: int) -> bool:
    return 0 < tile.width <= width_at(tile.level, tile.number, size)


HANDLERS: Final = (get_tile,)
