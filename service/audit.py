"""The calls that prove: signed checkpoints, keys, proofs, and the tiles of C2SP tlog-tiles."""

from __future__ import annotations

from base64 import b64encode
from typing import Any, Final

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from events.errors import Fault, Lagging, Rejected
from events.proof import consistency_proof, inclusion_proof
from events.tile import ENTRIES, FULL, Tile, bundle_of, parse_tile_path, width_at
from projections.event_queries import positions_of
from service.alarms import Auditing
from service.answers import JSON, answer
from service.event_lines import events_at
from service.proofs import ConsistencyProof, InclusionProof
from service.query_string import QueryString, no_parameters
from service.reading import MOST, Reading
from service.signed_state import SignedHead

__all__ = ["HANDLERS"]

HttpRequest = Request[Any, Any, Any]

_TEXT: Final = "text/plain"
_BYTES: Final = "application/octet-stream"
_FOREVER: Final = {"Cache-Control": "public, max-age=31536000, immutable"}
_ALWAYS_ASK: Final = {"Cache-Control": "no-cache"}

_encode = msgspec.json.Encoder().encode


@get("/v1/timelines/{t:str}/checkpoint", name="show_checkpoint")
async def show_checkpoint(
    request: HttpRequest,
    t: FromPath[str],
    reading: NamedDependency[Reading],
    auditing: NamedDependency[Auditing],
) -> Response[bytes]:
    """The signed head of a timeline's tree. It stays when the timeline itself is gone from the log,
    as what proves that."""
    return await _checkpoint(request, t, reading, auditing)


@get("/v1/timelines/{t:str}/log/checkpoint", name="show_log_checkpoint")
async def show_log_checkpoint(
    request: HttpRequest,
    t: FromPath[str],
    reading: NamedDependency[Reading],
    auditing: NamedDependency[Auditing],
) -> Response[bytes]:
    """The same, where clients of tlog-tiles look for it."""
    return await _checkpoint(request, t, reading, auditing)


async def _checkpoint(
    request: HttpRequest, t: str, reading: Reading, auditing: Auditing
) -> Response[bytes]:
    no_parameters(request.scope["query_string"])
    head = auditing.head(t)
    if head is None:
        await reading.timeline(t)
        raise NotFoundException
    return answer(request, head.note.encode(), media_type=_TEXT, headers=_ALWAYS_ASK)


@get("/v1/timelines/{t:str}/keys", name="list_keys")
async def list_keys(
    request: HttpRequest,
    t: FromPath[str],
    reading: NamedDependency[Reading],
    auditing: NamedDependency[Auditing],
) -> Response[bytes]:
    """The keys that a timeline's checkpoints are verified with, the current one first."""
    no_parameters(request.scope["query_string"])
    if auditing.head(t) is None:
        await reading.timeline(t)
    keys = auditing.keys(t)
    if not keys:
        raise NotFoundException
    text = "".join(f"{key}\n" for key in keys)
    return answer(request, text.encode(), media_type=_TEXT, headers=_ALWAYS_ASK)


@get("/v1/timelines/{t:str}/proofs/inclusion", name="prove_inclusion")
async def prove_inclusion(
    request: HttpRequest,
    t: FromPath[str],
    reading: NamedDependency[Reading],
    auditing: NamedDependency[Auditing],
) -> Response[bytes]:
    """That an event is in the signed tree."""
    query = QueryString.parse(request.scope["query_string"])
    revision = _wanted(query, "revision")
    size = query.number("size", 0, MOST)
    query.done()
    await reading.timeline(t)
    head = _signed(auditing, t)
    size = head.size if size is None else size
    _within(size, "size", 0, head.size)
    _within(revision, "revision", 1, size)
    read = auditing.ledger.nodes(t)
    [leaf] = await _leaves(reading, t, revision - 1, revision)
    proof = InclusionProof(
        t,
        revision,
        size,
        _base64(leaf),
        _base64(auditing.ledger.leaf(t, revision)),
        [_base64(each) for each in inclusion_proof(revision - 1, size, read)],
        _base64(auditing.ledger.root(t, size)),
        head.note,
    )
    return answer(request, _encode(proof))


@get("/v1/timelines/{t:str}/proofs/consistency", name="prove_consistency")
async def prove_consistency(
    request: HttpRequest,
    t: FromPath[str],
    reading: NamedDependency[Reading],
    auditing: NamedDependency[Auditing],
) -> Response[bytes]:
    """That a later tree begins with an earlier one."""
    query = QueryString.parse(request.scope["query_string"])
    old = _wanted(query, "from")
    new = query.number("to", 0, MOST)
    query.done()
    await reading.timeline(t)
    head = _signed(auditing, t)
    new = head.size if new is None else new
    _within(new, "to", 0, head.size)
    _within(old, "from", 1, new)
    ledger = auditing.ledger
    proof = ConsistencyProof(
        t,
        old,
        new,
        [_base64(each) for each in consistency_proof(old, new, ledger.nodes(t))],
        _base64(ledger.root(t, old)),
        _base64(ledger.root(t, new)),
        head.note,
    )
    return answer(request, _encode(proof))


@get("/v1/timelines/{t:str}/log/tile/{tile:path}", name="show_tile")
async def show_tile(
    request: HttpRequest,
    t: FromPath[str],
    tile: FromPath[str],
    reading: NamedDependency[Reading],
    auditing: NamedDependency[Auditing],
) -> Response[bytes]:
    """A tile of the tree, or a bundle of its leaves; it never changes."""
    no_parameters(request.scope["query_string"])
    await reading.timeline(t)
    head = auditing.head(t)
    wanted = parse_tile_path(str(tile).removeprefix("/"))
    if head is None or wanted is None or not _exists(wanted, head.size):
        raise NotFoundException
    if wanted.level == ENTRIES:
        first = wanted.number * FULL
        body = bundle_of(await _leaves(reading, t, first, first + wanted.width))
    else:
        kept = auditing.ledger.hashes(t, wanted.level, wanted.number, wanted.width)
        if kept is None:
            raise Lagging(auditing.ledger.size(t), head.size)
        body = kept
    return answer(request, body, media_type=_BYTES, headers=_FOREVER)


@get("/health/audit", name="audit")
async def audit(request: HttpRequest, auditing: NamedDependency[Auditing]) -> Response[bytes]:
    """Whether an alarm is up: then 503."""
    no_parameters(request.scope["query_string"])
    health = auditing.health()
    return Response(_encode(health), status_code=503 if health.alarms else 200, media_type=JSON)


def _exists(tile: Tile, size: int) -> bool:
    return 0 < tile.width <= width_at(tile.level, tile.number, size)


async def _leaves(reading: Reading, timeline: str, first: int, end: int) -> list[bytes]:
    """The leaves of revisions `first` + 1 to `end`, as the log has them."""
    ref = await reading.timeline(timeline)
    places = positions_of(reading.reader, ref, after=first, upto=end)
    if len(places) < end - first:
        raise Lagging(ref.revision, end)
    return [stored.header for _, stored in await events_at(reading.log, timeline, places)]


def _wanted(query: QueryString, name: str) -> int:
    number = query.number(name, 0, MOST)
    if name not in query.names():
        query.wrong(name, "Say which: a revision.")
    return number or 0


def _signed(auditing: Auditing, timeline: str) -> SignedHead:
    """The signed head, or one of nothing."""
    return auditing.head(timeline) or SignedHead(0, "", "", ())


def _within(number: int, name: str, low: int, high: int) -> None:
    if not low <= number <= high:
        words = (
            f"It is from {low} to {high}, as far as is signed." if high else "Nothing is signed."
        )
        raise Rejected([Fault(f"?{name}", words)])


def _base64(raw: bytes) -> str:
    return b64encode(raw).decode()


HANDLERS: Final = (
    show_checkpoint,
    show_log_checkpoint,
    list_keys,
    prove_inclusion,
    prove_consistency,
    show_tile,
)
