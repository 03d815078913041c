"""The operations that write a record."""

from __future__ import annotations

from typing import Any, Final, get_args

from events.statement import Statement
from events.types import Relation
from events.wording import SOURCE_ID, SPELLING, STATEMENT_ID
from projections.queries import Timeline
from service import bodies
from service.openapi.examples import BARE_STATEMENT, STATEMENT_WITH_SOURCE
from service.openapi.parts import Answer, Body, Operation, Parameter
from service.openapi.reading import STATEMENT, T, below
from service.openapi.schemas import ref
from service.write import MOST_STATEMENTS

__all__ = ["WRITING"]

_KEY: Final = Parameter(
    "Idempotency-Key",
    "header",
    "The same key with the same path and body is the same request, for ever: it is recorded once.",
    {"type": "string", "pattern": r"^[\x21-\x7e]{1,128}$"},
)
_MATCH: Final = Parameter(
    "If-Match",
    "header",
    "The statement's ETag: 412 if what it shows has changed since.",
    {"type": "string"},
)
_WAIT: Final = Parameter(
    "wait",
    "query",
    "`checkpoint`: waits up to five seconds until a signed checkpoint covers what was recorded; "
    "`Onrecord-Checkpoint` is its size then, else `pending`.",
    {"enum": ["checkpoint"]},
)
_SOURCE: Final = Parameter(
    "id", "path", SOURCE_ID.rule, {"type": "string", "maxLength": 100, **SOURCE_ID.schema}, "s1"
)
_ACTOR: Final = Parameter(
    "id", "path", SPELLING.rule, {"type": "string", "maxLength": 100, **SPELLING.schema}, "KCNA"
)
_ALIAS: Final = _ACTOR._replace(name="alias", example="Korean Central News Agency")

_RELATIONS: Final[dict[str, Any]] = {"enum": sorted(get_args(Relation))}
_TRUE: Final = "Onrecord-Revision"
_LOG: Final = ("revision-conflict", "log-unavailable", "projection-lagging")
_BODY: Final = ("too-large", "unsupported-media-type", "too-many-requests")


def _answers(of: type, new: str, before: str) -> dict[int, Answer]:
    content = {"application/json": ref(of)}
    headers = (_TRUE, "Onrecord-Checkpoint")
    return {200: Answer(before, content, headers), 201: Answer(new, content, headers)}


_RECORDED: Final = _answers(bodies.Recorded, "It was recorded now.", "It was recorded before.")


def _on_statement(
    noun: str, name: str, summary: str, body: type, example: object, *problems: str
) -> Operation:
    return Operation(
        "POST",
        below(f"statements/{{id}}/{noun}"),
        name,
        "Writing",
        summary,
        parameters=(T, STATEMENT, _KEY, _MATCH),
        body=Body(ref(body), {"example": example}),
        answers=_RECORDED,
        problems=(
            "timeline-not-found",
            "statement-not-found",
            "statement-redacted",
            "idempotency-conflict",
            *_BODY,
            *_LOG,
            *problems,
        ),
    )


def _on_actor(method: str, path: str, name: str, summary: str, *problems: str) -> Operation:
    return Operation(
        method,
        below(path),
        name,
        "Writing",
        summary,
        parameters=(T, _ACTOR, *((_ALIAS,) if "alias" in path else ())),
        answers=_RECORDED,
        problems=("timeline-not-found", *_LOG, *problems),
    )


_WRITING: Final = (
    Operation(
        "PUT",
        "/v1/timelines/{t}",
        "put_timeline",
        "Writing",
        "Open a timeline, or describe it anew",
        parameters=(T,),
        body=Body(ref(bodies.TimelineBody), {"example": {"title": "North Korean troops in Kursk"}}),
        answers=_answers(Timeline, "It was opened.", "It was described anew, or was the same."),
        problems=(*_BODY, *_LOG),
    ),
    Operation(
        "POST",
        below("statements"),
        "record_statements",
        "Writing",
        f"Record a statement, or up to {MOST_STATEMENTS:,}: all or none",
        parameters=(T, _KEY),
        body=Body(
            {
                "oneOf": [
                    ref(Statement),
                    {
                        "type": "array",
                        "items": ref(Statement),
                        "minItems": 1,
                        "maxItems": MOST_STATEMENTS,
                    },
                ]
            },
            {"one": STATEMENT_WITH_SOURCE, "several": [BARE_STATEMENT]},
        ),
        answers=_answers(
            bodies.RecordedStatements, "Some of them were recorded now.", "All were duplicates."
        ),
        problems=(
            "timeline-not-found",
            "statement-exists",
            "idempotency-conflict",
            "statement-redacted",
            *_BODY,
            *_LOG,
        ),
    ),
    _on_statement(
        "corrections",
        "correct_statement",
        "Correct a statement",
        bodies.Correction,
        {"changes": {"occurred": "2024-11"}, "reason": "The source names the month."},
        "rejected",
        "already-retracted",
    ),
    _on_statement(
        "retractions",
        "retract_statement",
        "Take a statement back",
        bodies.Retraction,
        {"reason": "The source took it back."},
        "already-retracted",
    ),
    _on_statement(
        "redactions",
        "redact_statement",
        "Have what a statement said removed, for ever",
        bodies.Redaction,
        {"reason": "A court ordered it."},
    ),
    _on_statement(
        "relations",
        "relate_statement",
        "Relate a statement to another",
        bodies.Relating,
        {"relation": "disputes", "target": "kcna-confirmation"},
        "rejected",
        "relation-exists",
    ),
    Operation(
        "DELETE",
        below("statements/{id}/relations/{relation}/{target}"),
        "unrelate_statement",
        "Writing",
        "Take a relation back",
        parameters=(
            T,
            STATEMENT,
            Parameter("relation", "path", "The relation.", _RELATIONS, "disputes"),
            Parameter(
                "target",
                "path",
                STATEMENT_ID.rule,
                {"type": "string", **STATEMENT_ID.schema},
                "kcna-confirmation",
            ),
            Parameter(
                "reason",
                "query",
                "Why.",
                {"type": "string", "minLength": 1, "maxLength": 5000},
                "It was a misreading.",
                required=True,
            ),
            _MATCH,
        ),
        answers=_RECORDED,
        problems=(
            "timeline-not-found",
            "statement-not-found",
            "statement-redacted",
            "relation-not-found",
            *_LOG,
        ),
    ),
    _on_statement(
        "grades",
        "grade_statement",
        "Grade how credible a statement is",
        bodies.Grade,
        {"credibility": 2},
    ),
    Operation(
        "POST",
        below("sources/{id}/grades"),
        "grade_source",
        "Writing",
        "Grade how reliable a source is",
        parameters=(T, _SOURCE, _KEY),
        body=Body(ref("SourceGrading"), {"example": {"reliability": "B"}}),
        answers=_RECORDED,
        problems=(
            "timeline-not-found",
            "source-not-found",
            "idempotency-conflict",
            *_BODY,
            *_LOG,
        ),
    ),
    _on_actor(
        "PUT",
        "actors/{id}",
        "put_actor",
        "Register an actor, or describe it anew",
        "spelling-taken",
        *_BODY,
    )._replace(body=Body(ref(bodies.ActorBody), {"example": {"name": "KCNA", "type": "agency"}})),
    _on_actor(
        "PUT",
        "actors/{id}/aliases/{alias}",
        "add_alias",
        "Give an actor another spelling",
        "actor-not-found",
        "spelling-taken",
    ),
    _on_actor(
        "DELETE",
        "actors/{id}/aliases/{alias}",
        "remove_alias",
        "Take a spelling from an actor",
        "actor-not-found",
        "alias-not-found",
    ),
)

WRITING: Final = tuple(
    operation._replace(parameters=(*operation.parameters, _WAIT)) for operation in _WRITING
)
"""All of them may wait for a checkpoint."""
