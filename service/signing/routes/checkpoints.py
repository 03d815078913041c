"""The calls that return signed checkpoints, the keys to verify them, and the status of the
audit."""

from __future__ import annotations

from typing import Final

import msgspec
from litestar import Response
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from service.access.guards.visitor import visitor_of
from service.http.answers import JSON, HttpRequest, answer
from service.http.declared.operation import OWN, Answer, Operation, route, unchanging
from service.http.declared.query import parsed_query
from service.reading.read_side import ReadSide
from service.signing.audit_status import AuditStatus
from service.signing.routes.operation import TEXTS, audit_operation
from service.signing.signed_ledger import SignedLedger

__all__ = ["HANDLERS"]

_NONE_YET: Final = "No checkpoint of this timeline is signed yet, or this service signs none."
_NO_KEYS: Final = "This service has no keys that verify this timeline: it signs none."
_TEXT: Final = "text/plain"
_ALWAYS_ASK: Final = {"Cache-Control": "no-cache"}

_CHECKPOINT: Final = unchanging(
    "A C2SP tlog-checkpoint in a signed note, Ed25519.", TEXTS, "Cache-Control"
)


@route(audit_operation("checkpoint", "The signed head of a timeline", _CHECKPOINT))
async def get_checkpoint(
    request: HttpRequest,
    t: FromPath[str],
    read_side: NamedDependency[ReadSide],
    signed_ledger: NamedDependency[SignedLedger],
) -> Response[bytes]:
    """The signed head of a timeline's tree. It stays if the log has lost the timeline, as proof
    that the timeline existed."""
    return await _checkpoint(request, t, read_side, signed_ledger)


@route(audit_operation("log/checkpoint", "The same, for clients of tlog-tiles", _CHECKPOINT))
async def get_log_checkpoint(
    request: HttpRequest,
    t: FromPath[str],
    read_side: NamedDependency[ReadSide],
    signed_ledger: NamedDependency[SignedLedger],
) -> Response[bytes]:
    """The same, at the address where clients of tlog-tiles look for it."""
    return await _checkpoint(request, t, read_side, signed_ledger)


async def _checkpoint(
    request: HttpRequest, t: str, read_side: ReadSide, signed_ledger: SignedLedger
) -> Response[bytes]:
    parsed_query(request)
    head = signed_ledger.head(t)
    if head is None:
        await read_side.timeline(t)
        raise NotFoundException(_NONE_YET)
    return answer(request, head.note.encode(), media_type=_TEXT, headers=_ALWAYS_ASK)


@route(
    audit_operation(
        "keys",
        "The keys that checkpoints are verified with",
        unchanging("Verifier keys as signed notes write them.", TEXTS, "Cache-Control"),
    )._replace(
        description="One a line, the current one first. Compare them with those you have: trust "
        "does not come from here."
    )
)
async def get_keys(
    request: HttpRequest,
    t: FromPath[str],
    read_side: NamedDependency[ReadSide],
    signed_ledger: NamedDependency[SignedLedger],
) -> Response[bytes]:
    """The keys that verify a timeline's checkpoints, the current one first."""
    parsed_query(request)
    if signed_ledger.head(t) is None:
        await read_side.timeline(t)
    keys = await signed_ledger.keys(t)
    if not keys:
        raise NotFoundException(_NO_KEYS)
    text = "".join(f"{key}\n" for key in keys)
    return answer(request, text.encode(), media_type=_TEXT, headers=_ALWAYS_ASK)


@route(
    Operation(
        "GET",
        "/health/audit",
        "Operations",
        "Whether an alarm of the audit is up, and whether what is recorded gets signed",
        answers={
            200: Answer("No alarm is up, and nothing waits for a checkpoint.", {JSON: AuditStatus}),
            503: Answer(
                "One is, or events have waited for more than a minute: somebody must look.",
                {JSON: AuditStatus},
            ),
        },
        needs=OWN,
        description="Each caller sees the alarms of the timelines that they may read. "
        "All alarms, and what waits for a checkpoint, are for those who may operate the service.",
    )
)
async def get_audit_status(
    request: HttpRequest, signed_ledger: NamedDependency[SignedLedger]
) -> Response[bytes]:
    """Whether an alarm is raised, or recorded events are not signed; then the status is 503. A
    caller who may not operate the service sees only the alarms about what they may read, because
    keys, grants and proposals wait for a checkpoint as well."""
    visitor = visitor_of(request.scope)
    reach = visitor.reach
    parsed_query(request)
    if visitor.may("operate"):
        shown, is_well = await signed_ledger.status()
    else:
        alarms = [each for each in signed_ledger.alarms() if reach.covers(each.timeline)]
        shown, is_well = AuditStatus(None, alarms), not alarms
    return Response(
        msgspec.json.encode(shown), status_code=200 if is_well else 503, media_type=JSON
    )


HANDLERS: Final = (
    get_checkpoint,
    get_log_checkpoint,
    get_keys,
    get_audit_status,
)
