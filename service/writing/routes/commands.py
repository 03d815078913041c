"""The call that carries out many commands."""

from __future__ import annotations

from typing import Any, Final

from litestar.di import NamedDependency

from service.http.answers import JSON, HttpRequest, ReadyResponse
from service.http.bodies import JSON_LINES
from service.http.declared.operation import Answer, Body, route
from service.http.declared.parameter import Schema
from service.http.problems.responses import instance_of
from service.messages.commands import CommandBody
from service.messages.write_results import Recorded
from service.writing.command_reader import MOST_COMMANDS
from service.writing.operation import ATOMIC, BARE_STATEMENT, KEY, write_operation
from service.writing.routes.steps import WriteSteps

__all__ = ["HANDLERS"]

_COMMANDS: Final[Schema] = {
    "type": "array",
    "items": CommandBody,
    "minItems": 1,
    "maxItems": MOST_COMMANDS,
}
_LINES: Final[Schema] = {
    "type": "string",
    "description": f"The same commands, one JSON object a line, {MOST_COMMANDS:,} at most.",
}
_REFUSALS: Final = (
    "invalid-request",
    "forbidden",
    *(
        f"{thing}-not-found"
        for thing in ("timeline", "statement", "actor", "source", "relation", "alias")
    ),
    "statement-exists",
    "already-retracted",
    "not-retracted",
    "relation-exists",
    "spelling-taken",
    "statement-redacted",
    "idempotency-conflict",
    "revision-conflict",
    "rejected",
)
"""The kinds of problems for which a command is refused."""
_ITEM: Final[Schema] = {
    "anyOf": [
        Recorded,
        *({"$ref": f"#/components/schemas/Problem.{slug}"} for slug in _REFUSALS),
    ]
}
_OUTCOMES: Final[Schema] = {
    "title": "CommandOutcomes",
    "description": "What came of each command, in their order.",
    "type": "object",
    "properties": {
        "timeline": {"type": "string"},
        "revision": {"type": "integer"},
        "items": {"type": "array", "items": _ITEM},
        "dry_run": {"type": "boolean"},
    },
    "required": ["timeline", "revision", "items"],
}
_EXAMPLE: Final[list[Any]] = [
    {"statement": {"id": "gerasimov", **BARE_STATEMENT}},
    {"put": {"id": "gerasimov", **BARE_STATEMENT, "tags": ["kursk"]}, "reason": "It has a tag."},
    {"retraction": {"id": "gerasimov", "reason": "The source took it back."}},
]


@route(
    write_operation(
        "POST",
        "commands",
        f"Carry out up to {MOST_COMMANDS:,} commands, each on what those before it have changed",
        ATOMIC,
        KEY,
        body=Body(_COMMANDS, {"several": _EXAMPLE}, {JSON_LINES: _LINES}),
        answers={
            200: Answer(
                "What came of each command.",
                {JSON: _OUTCOMES},
                ("Onrecord-Revision", "Onrecord-Checkpoint"),
            )
        },
        problems=("timeline-not-found", "idempotency-conflict", "rejected"),
    )
)
async def carry_out_commands(
    request: HttpRequest, write: NamedDependency[WriteSteps]
) -> ReadyResponse:
    """Carries out commands in their order: one that is refused stops no other."""
    asked = await write.read.commands(request)
    if asked.caller.proposes:
        proposed = await write.proposer.propose_all(asked.timeline, asked.array, asked.caller)
        return await write.answers.proposed_array(asked, proposed, instance_of(request.scope))
    result = await write.carry_out_all(asked)
    return await write.answers.commands(asked, result, instance_of(request.scope))


HANDLERS: Final = (carry_out_commands,)
