"""The calls that prove that an event is in a tree, or that a tree continues another."""

from __future__ import annotations

from base64 import b64encode
from typing import Final

import msgspec
from litestar import Response
from litestar.di import NamedDependency
from litestar.params import FromPath

from events.errors import Fault, Rejected
from projections.ledger.proofs import LedgerProofs
from service.datafolder.signed_state import SignedHead
from service.http.answers import JSON, HttpRequest, answer
from service.http.declared.operation import route, unchanging
from service.http.declared.parameter import Parameter, integer, optional, required
from service.http.declared.query import Query, parsed_query
from service.messages.proofs import ConsistencyProof, InclusionProof
from service.reading.moment import MOST
from service.reading.read_side import ReadSide
from service.signing.routes.operation import audit_operation, leaves_of
from service.signing.signed_ledger import SignedLedger

__all__ = ["HANDLERS"]

_encode = msgspec.json.Encoder().encode

_NUMBER: Final = integer(0, MOST)
_WHICH: Final = "Say which: a revision."
_REVISION: Final = required("revision", "The event's revision.", _NUMBER, 1, _WHICH)
_SIZE: Final = optional("size", "The size of the tree; the signed one if not said.", _NUMBER, 1)


@route(
    audit_operation(
        "proofs/inclusion",
        "A proof that an event is in the signed tree",
        unchanging("The proof of RFC 6962.", {JSON: InclusionProof}),
        _REVISION,
        _SIZE,
        problems=("rejected", "log-unavailable"),
    )
)
async def prove_inclusion(
    request: HttpRequest,
    t: FromPath[str],
    read_side: NamedDependency[ReadSide],
    signed_ledger: NamedDependency[SignedLedger],
) -> Response[bytes]:
    """A proof that an event is in the signed tree."""
    query = parsed_query(request)
    await read_side.timeline(t)
    head = _signed(signed_ledger, t)
    revision, size = _numbers(query, head, _REVISION, _SIZE)
    [leaf] = await leaves_of(read_side, t, revision - 1, revision)
    found = LedgerProofs(signed_ledger.ledger, t, head.head).inclusion(revision, size)
    proof = InclusionProof(
        t,
        revision,
        size,
        _base64(leaf),
        _base64(found.leaf),
        [_base64(each) for each in found.hashes],
        _base64(found.root),
        head.note,
    )
    return answer(request, _encode(proof))


_FROM: Final = required("from", "The size of the earlier tree.", _NUMBER, 1, _WHICH)
_TO: Final = optional("to", "The size of the later tree; the signed size if not said.", _NUMBER, 1)


@route(
    audit_operation(
        "proofs/consistency",
        "A proof that a later tree begins with an earlier one",
        unchanging("The proof of RFC 6962.", {JSON: ConsistencyProof}),
        _FROM,
        _TO,
        problems=("rejected",),
    )
)
async def prove_consistency(
    request: HttpRequest,
    t: FromPath[str],
    read_side: NamedDependency[ReadSide],
    signed_ledger: NamedDependency[SignedLedger],
) -> Response[bytes]:
    """A proof that a later tree begins with an earlier one."""
    query = parsed_query(request)
    await read_side.timeline(t)
    head = _signed(signed_ledger, t)
    old, new = _numbers(query, head, _FROM, _TO)
    found = LedgerProofs(signed_ledger.ledger, t, head.head).consistency(old, new)
    proof = ConsistencyProof(
        t,
        old,
        new,
        [_base64(each) for each in found.hashes],
        _base64(found.old_root),
        _base64(found.new_root),
        head.note,
    )
    return answer(request, _encode(proof))


def _signed(signed_ledger: SignedLedger, timeline: str) -> SignedHead:
    """The signed head of the timeline, or a head of size 0."""
    return signed_ledger.head(timeline) or SignedHead(0, "", "", ())


def _numbers(
    query: Query, head: SignedHead, lower: Parameter[int], upper: Parameter[int | None]
) -> tuple[int, int]:
    """The two numbers of the query; `upper` is the signed size if it is not given. Raises Rejected
    unless 1 ≤ lower ≤ upper ≤ the signed size."""
    given = query[upper]
    most = head.size if given is None else given
    _within(most, upper.name, 0, head.size)
    _within(query[lower], lower.name, 1, most)
    return query[lower], most


def _within(number: int, name: str, low: int, high: int) -> None:
    if not low <= number <= high:
        words = (
            f"It must be from {low} to {high}: later events are not signed yet."
            if high
            else "Nothing is signed."
        )
        raise Rejected([Fault(f"?{name}", words)])


def _base64(raw: bytes) -> str:
    return b64encode(raw).decode()


HANDLERS: Final = (
    prove_inclusion,
    prove_consistency,
)
