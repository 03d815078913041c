"""The operations on proposals: their parameters, and their common answers."""

from __future__ import annotations

from typing import Any, Final, get_args

from projections.answers.proposal import ProposalState
from service.http.answers import JSON
from service.http.declared.operation import Answer, Body, Operation
from service.http.declared.parameter import Parameter, choice, in_path, several
from service.messages.bodies import RequestBody
from service.messages.proposals import DecidedProposal
from service.reading.parameters import T
from service.writing.operation import BODY_PROBLEMS, DRY_RUN, WAIT

__all__ = ["PROPOSAL", "STATE", "deciding", "reading"]

PROPOSAL: Final = in_path(
    "id", "The proposal's id.", {"type": "string"}, "0192b6a4-7f6e-7c3a-9d52-3b0f1a6e8c11"
)
STATE: Final = several(
    "state", "What has become of it.", choice(*get_args(ProposalState)), "proposed"
)

_CONFLICTS: Final = (
    "statement-exists",
    "already-retracted",
    "not-retracted",
    "relation-exists",
    "spelling-taken",
    "rejected",
)
"""The problems of a proposal that cannot be approved any more."""

_DECIDED: Final = ("Onrecord-Revision", "Onrecord-Checkpoint")


def reading(path: str, summary: str, of: type, *parameters: Parameter[Any]) -> Operation:
    return Operation(
        "GET",
        f"/v1/timelines/{{t}}/proposals{path}",
        "Proposals",
        summary,
        "Callers who may `review` see all proposals, all others their own.",
        parameters=(T, *parameters),
        answers={200: Answer("They are as they are now.", {JSON: of}, ("Onrecord-Revision",))},
        problems=("timeline-not-found", "log-unavailable", "projection-lagging"),
        needs="read",
        personal=True,
    )


def deciding(
    noun: str, summary: str, body: type[RequestBody], example: object, needs: str
) -> Operation:
    done = {JSON: DecidedProposal}
    return Operation(
        "POST",
        f"/v1/timelines/{{t}}/proposals/{{id}}/{noun}",
        "Proposals",
        summary,
        parameters=(T, PROPOSAL, WAIT, DRY_RUN),
        body=Body(body, {"example": example}),
        answers={
            200: Answer("It was decided so before.", done, _DECIDED),
            201: Answer("It is decided now.", done, _DECIDED),
        },
        problems=(
            "timeline-not-found",
            "proposal-not-found",
            "proposal-decided",
            "statement-redacted",
            *BODY_PROBLEMS,
            *_CONFLICTS,
            "log-unavailable",
            "projection-lagging",
            "revision-conflict",
        ),
        needs=needs,
        personal=True,
    )
