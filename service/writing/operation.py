"""The operations that write: their parameters and examples, and their common answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, get_args

from events.event.types import Relation
from events.statement.wording import ACTOR_ID, PROSE, SOURCE_ID, SPELLING, STATEMENT_ID, Wording
from service.http.answers import JSON
from service.http.declared.operation import Answer, Body, Operation
from service.http.declared.parameter import (
    Parameter,
    ParameterType,
    choice,
    default,
    in_path,
    of_header,
    optional,
    required,
    switch,
    text,
)
from service.http.requests import KEY_PATTERN, TAGS_PATTERN
from service.messages.bodies import RequestBody
from service.messages.proposals import Proposed
from service.messages.write_results import Recorded
from service.reading.parameters import STATEMENT, T
from service.writing.command_reader import PUT_AGAIN

__all__ = [
    "ACTOR",
    "ALIAS",
    "ALIAS_GIVEN",
    "ATOMIC",
    "BARE_STATEMENT",
    "BODY_PROBLEMS",
    "DRY_RUN",
    "KEY",
    "MATCH",
    "PUT_REASON",
    "REASON",
    "RELATION",
    "SOURCE",
    "STATEMENT_WITH_SOURCE",
    "TARGET",
    "WAIT",
    "on_actor",
    "on_statement",
    "recorded",
    "write_operation",
]

STATEMENT_WITH_SOURCE: Final[dict[str, Any]] = {
    "id": "kcna-confirmation",
    "kind": "confirmation",
    "text": "North Korea confirmed that its troops fought in the Kursk region.",
    "said": {
        "by": "Central Military Commission",
        "on": "2025-04~",
        "via": [{"actor": "KCNA", "role": "agency"}],
    },
    "occurred": "2024-10/2025-04",
    "sources": [{"id": "article", "title": "North Korea confirms troops", "published": "2025-04~"}],
    "tags": ["troops"],
}
BARE_STATEMENT: Final[dict[str, Any]] = {
    "kind": "claim",
    "text": "Kursk is free.",
    "said": {"by": "Gerasimov", "on": None},
}

KEY: Final = of_header(
    "Idempotency-Key",
    "The same key with the same path and body is the same request, for ever: it is recorded once.",
    ParameterType(str, {"type": "string", "pattern": f"^{KEY_PATTERN}$"}),
)
MATCH: Final = of_header(
    "If-Match",
    "The statement's ETag: 412 if what it shows has changed since.",
    ParameterType(str, {"type": "string", "pattern": f"^(?:{TAGS_PATTERN})$"}),
)
WAIT: Final = optional(
    "wait",
    "`checkpoint`: waits up to five seconds until a signed checkpoint covers what was recorded; "
    "`Onrecord-Checkpoint` is its size then, else `pending`.",
    choice("checkpoint"),
)
DRY_RUN: Final = default(
    "dry_run",
    "`true`: everything is decided and answered as if it were recorded, with `dry_run: true`, and "
    "nothing is recorded. `Onrecord-Revision` stays the timeline's own.",
    switch,
    absent=False,
)
_LONGEST_REASON: Final = 5_000


def _readable(text: str) -> str:
    if not 1 <= len(text) <= _LONGEST_REASON:
        raise ValueError(f"A reason is 1 to {_LONGEST_REASON:,} characters.")
    if not PROSE.admits(text):
        raise ValueError(PROSE.fault("", text).message)
    return text


REASON: Final = required(
    "reason",
    "Why.",
    ParameterType(_readable, text(_LONGEST_REASON).schema),
    "It was a misreading.",
    "Say why, as ?reason=…",
)

PUT_REASON: Final = default(
    "reason",
    "Why it changes, if it does.",
    ParameterType(_readable, text(_LONGEST_REASON).schema),
    PUT_AGAIN,
)
ATOMIC: Final = default(
    "atomic",
    "`true`: all of the commands are carried out or none; if any is refused, the answer has the "
    "faults of all.",
    switch,
    absent=False,
)


def _named(name: str, wording: Wording, example: str) -> Parameter[str]:
    schema = {"type": "string", "maxLength": wording.longest, **wording.schema}
    return in_path(name, wording.rule, schema, example)


SOURCE: Final = _named("id", SOURCE_ID, "s1")
ACTOR: Final = _named("id", ACTOR_ID, "KCNA")
ALIAS: Final = _named("alias", SPELLING, "Korean Central News Agency")
ALIAS_GIVEN: Final = required(
    "alias",
    "The spelling.",
    text(SPELLING.longest),
    "Korean Central News Agency / KCNA",
    "Say which one, as ?alias=…",
)
RELATION: Final = in_path(
    "relation", "The relation.", {"enum": sorted(get_args(Relation))}, "disputes"
)
TARGET: Final = in_path("target", STATEMENT_ID.rule, STATEMENT.schema, "kcna-confirmation")

BODY_PROBLEMS: Final = ("too-large", "unsupported-media-type", "too-many-requests")
_LOG_PROBLEMS: Final = ("revision-conflict", "log-unavailable", "projection-lagging")


def recorded(of: type, new: str, before: str) -> Mapping[int, Answer]:
    """201 if something was recorded, 200 if all of it was recorded before."""
    headers = ("Onrecord-Revision", "Onrecord-Checkpoint")
    return {200: Answer(before, {JSON: of}, headers), 201: Answer(new, {JSON: of}, headers)}


_RECORDED: Final = recorded(Recorded, "It was recorded now.", "It was recorded before.")

_PROPOSED: Final = Answer(
    "The caller may only propose: it became a proposal, and nothing of it is recorded here.",
    {JSON: Proposed},
    ("Onrecord-Revision", "Onrecord-Checkpoint"),
)


def write_operation(
    method: str,
    path: str,
    summary: str,
    *parameters: Parameter[Any],
    body: Body | None = None,
    answers: Mapping[int, Answer] = _RECORDED,
    problems: tuple[str, ...] = (),
) -> Operation:
    """The operation of a write below a timeline. Every write may wait for a checkpoint, and
    may be a dry run."""
    taken = () if body is None else BODY_PROBLEMS
    return Operation(
        method,
        f"/v1/timelines/{{t}}/{path}".rstrip("/"),
        "Writing",
        summary,
        parameters=(T, *parameters, WAIT, DRY_RUN),
        body=body,
        answers={**answers, 202: _PROPOSED},
        problems=(*taken, *_LOG_PROBLEMS, *problems),
        needs="write",
    )


def on_statement(
    noun: str, summary: str, body: type[RequestBody], example: object, *problems: str
) -> Operation:
    """The operation of a change to one statement, described by a body."""
    return write_operation(
        "POST",
        f"statements/{{id}}/{noun}",
        summary,
        STATEMENT,
        KEY,
        MATCH,
        body=Body(body, {"example": example}),
        problems=(
            "timeline-not-found",
            "statement-not-found",
            "statement-redacted",
            "idempotency-conflict",
            *problems,
        ),
    )


def on_actor(
    method: str, path: str, summary: str, *parameters: Parameter[Any], problems: tuple[str, ...]
) -> Operation:
    """The operation of a change to one actor; `path` continues the actor's own."""
    return write_operation(
        method,
        f"actors/{{id}}/{path}".rstrip("/"),
        summary,
        ACTOR,
        *parameters,
        problems=("timeline-not-found", *problems),
    )
