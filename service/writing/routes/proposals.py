"""The calls that read and decide proposals. Writes of callers who may only propose become
proposals: see `WriteSteps.carry_out`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import UNSET, Raw

from events.errors import Fault, InvalidInput, Unknown
from events.statement.timeline_names import PROPOSALS
from projections.queries.proposals import ProposalFilter
from service.access.guards.visitor import visitor_of
from service.access.principal import EVERYONE, Principal
from service.http.answers import HttpRequest, ReadyResponse, revision_header
from service.http.declared.operation import route
from service.http.declared.query import parsed_query
from service.http.problems.responses import instance_of
from service.messages.bodies import Redaction
from service.messages.proposals import (
    DecidedProposal,
    ProposalApproval,
    ProposalPage,
    ProposalRefusal,
    ProposalShown,
    ProposalWithdrawal,
)
from service.reading.cursor import Cursor
from service.reading.parameters import CURSOR, LIMIT
from service.writing.proposing.reviewer import Decided
from service.writing.proposing.showing import shown_whole
from service.writing.request_reader import DecidingRequest
from service.writing.routes.proposal_operations import PROPOSAL, STATE, deciding, reading
from service.writing.routes.steps import WriteSteps

__all__ = ["HANDLERS"]


@route(
    reading(
        "", "Proposals, in the order in which they were made", ProposalPage, STATE, LIMIT, CURSOR
    )
)
async def get_proposals(
    request: HttpRequest, t: FromPath[str], write: NamedDependency[WriteSteps]
) -> ReadyResponse:
    """Proposals for a timeline."""
    query = parsed_query(request)
    await write.commands.head(t)
    of = (f"proposals for {t}",)
    states, limit, after, text = query[STATE], query[LIMIT] or 50, None, query[CURSOR]
    if text is not None:
        cursor = _cursor(text, of)
        states, after = tuple(state for _, state in cursor.asked), cursor.after
        limit = query[LIMIT] or cursor.limit
    visitor = visitor_of(request.scope)
    if visitor.principal == EVERYONE:
        return await _answer(write, t, ProposalPage((), None))
    author = None if visitor.may("review", t) else visitor.principal.author
    items, last = await write.proposals.page(t, ProposalFilter(states, author), after, limit)
    asked = tuple(("state", state) for state in states)
    following = None if last is None else Cursor(of, 0, limit, asked, last).encode()
    return await _answer(write, t, ProposalPage(tuple(items), following))


@route(
    reading(
        "/{id}", "One proposal, and whether it could be approved now", ProposalShown, PROPOSAL
    )._replace(
        problems=(
            "timeline-not-found",
            "proposal-not-found",
            "statement-redacted",
            "log-unavailable",
            "projection-lagging",
        )
    )
)
async def get_proposal(
    request: HttpRequest,
    t: FromPath[str],
    id: FromPath[str],  # noqa: A002 - the path's own word
    write: NamedDependency[WriteSteps],
) -> ReadyResponse:
    """One proposal: its commands, their outcomes, its author, its time, and its state."""
    parsed_query(request)
    visitor = visitor_of(request.scope)
    _refuse_nobody(visitor.principal, id)
    found = await write.reviewer.find(t, id)
    if found.folded.author != visitor.principal.author and not visitor.may("review", t):
        raise Unknown("proposal", id)
    is_open = found.folded.state == "proposed"
    tried = await write.reviewer.try_out(t, found) if is_open else None
    return await _answer(write, t, shown_whole(found, tried, instance_of(request.scope)))


@route(
    deciding("approval", "Approve a proposal: it is carried out", ProposalApproval, {}, "review")
)
async def approve_proposal(
    request: HttpRequest,
    t: FromPath[str],
    id: FromPath[str],  # noqa: A002 - the path's own word
    write: NamedDependency[WriteSteps],
) -> ReadyResponse:
    """Carries out what is proposed, all of it or nothing."""
    asked = await write.read.deciding(request, ProposalApproval)
    found = await write.reviewer.approve(t, id, asked.body.note, asked.caller)
    return await _decided(request, write, asked, found)


@route(
    deciding(
        "refusal", "Refuse a proposal", ProposalRefusal, {"reason": "It has no source."}, "review"
    )
)
async def refuse_proposal(
    request: HttpRequest,
    t: FromPath[str],
    id: FromPath[str],  # noqa: A002 - the path's own word
    write: NamedDependency[WriteSteps],
) -> ReadyResponse:
    """Refuses a proposal; it stays among the proposals."""
    asked = await write.read.deciding(request, ProposalRefusal)
    found = await write.reviewer.refuse(t, id, asked.body.reason, asked.caller)
    return await _decided(request, write, asked, found)


@route(deciding("withdrawal", "Withdraw a proposal, as its author", ProposalWithdrawal, {}, "read"))
async def withdraw_proposal(
    request: HttpRequest,
    t: FromPath[str],
    id: FromPath[str],  # noqa: A002 - the path's own word
    write: NamedDependency[WriteSteps],
) -> ReadyResponse:
    """Withdraws a proposal. Who may not propose any more can still take back what they proposed."""
    asked = await write.read.deciding(request, ProposalWithdrawal)
    _refuse_nobody(visitor_of(request.scope).principal, id)
    found = await write.reviewer.withdraw(t, id, asked.caller)
    return await _decided(request, write, asked, found)


@route(
    deciding(
        "redaction",
        "Have the text of a proposal removed, for ever",
        Redaction,
        {"reason": "A court ordered it."},
        "redact",
    )
)
async def redact_proposal(
    request: HttpRequest,
    t: FromPath[str],
    id: FromPath[str],  # noqa: A002 - the path's own word
    write: NamedDependency[WriteSteps],
) -> ReadyResponse:
    """Removes what was proposed, as a redaction of a statement removes what it said."""
    asked = await write.read.deciding(request, Redaction)
    found = await write.reviewer.redact(t, id, asked.body.reason, asked.caller)
    return await _decided(request, write, asked, found)


def _cursor(text: str, of: tuple[str, ...]) -> Cursor:
    try:
        return Cursor.decode(text, of, 0, str)
    except ValueError as error:
        raise InvalidInput([Fault("?cursor", str(error))]) from error


def _refuse_nobody(principal: Principal, id: str) -> None:  # noqa: A002 - the path's own word
    """Raise Unknown for an anonymous caller, who has no proposals of their own."""
    if principal == EVERYONE:
        raise Unknown("proposal", id)


async def _decided(
    request: HttpRequest, write: WriteSteps, asked: DecidingRequest[Any], found: Decided
) -> ReadyResponse:
    timeline, dry_run = request.path_params["t"], asked.caller.dry_run
    items = tuple(Raw(msgspec.json.encode(item)) for item in found.items)
    content = DecidedProposal(
        found.proposal, found.state, not found.is_new, items, dry_run or UNSET
    )
    headers = {}
    if asked.waits:
        reviews = visitor_of(request.scope).may("review", timeline)
        covered = await _covered(write, timeline, found, reviews=reviews, now=dry_run)
        headers["Onrecord-Checkpoint"] = covered
    status = 201 if found.is_new else 200
    return await _answer(write, timeline, content, status, headers)


async def _covered(
    write: WriteSteps, timeline: str, found: Decided, *, reviews: bool, now: bool
) -> str:
    """The size of the signed head that covers what an approval has recorded, or else the decision's
    event. The size of the timeline of proposals is shown only to those who may review."""
    if found.state == "approved":
        revision = max((item.revision for item in found.items), default=0)
        return await write.answers.covered(timeline, revision, now=now)
    if not reviews:
        return "pending"
    name = PROPOSALS + timeline
    return await write.answers.covered(name, await write.commands.log.revision(name), now=now)


async def _answer(
    write: WriteSteps,
    timeline: str,
    content: object,
    status: int = 200,
    headers: Mapping[str, str] = {},
) -> ReadyResponse:
    revision = await write.commands.head(timeline)
    sent = {**revision_header(revision), **headers}
    return ReadyResponse(msgspec.json.encode(content), status, sent)


HANDLERS: Final = (
    get_proposals,
    get_proposal,
    approve_proposal,
    refuse_proposal,
    withdraw_proposal,
    redact_proposal,
)
