"""The calls that open a timeline, record statements and change them."""

from __future__ import annotations

from typing import Final

from litestar.di import NamedDependency

from events.statement.statement import Statement
from service.http.answers import HttpRequest, ReadyResponse
from service.http.declared.operation import Body, route
from service.messages.bodies import (
    Correction,
    Grade,
    Redaction,
    Reinstatement,
    Relating,
    Retraction,
    TimelineBody,
)
from service.messages.write_results import DescribedTimeline, RecordedStatements
from service.reading.parameters import STATEMENT
from service.writing.operation import (
    BARE_STATEMENT,
    KEY,
    MATCH,
    PUT_REASON,
    REASON,
    RELATION,
    STATEMENT_WITH_SOURCE,
    TARGET,
    on_statement,
    recorded,
    write_operation,
)
from service.writing.routes.steps import WriteSteps
from service.writing.sent_statements import MOST_STATEMENTS

__all__ = ["HANDLERS"]


@route(
    write_operation(
        "PUT",
        "",
        "Open a timeline, or change its description",
        body=Body(TimelineBody, {"example": {"title": "North Korean troops in Kursk"}}),
        answers=recorded(DescribedTimeline, "It was opened.", "It is described so now."),
    )._replace(needs="open")
)
async def put_timeline(request: HttpRequest, write: NamedDependency[WriteSteps]) -> ReadyResponse:
    """Opens the timeline, or changes its description."""
    asked = await write.read.timeline(request)
    result = await write.commands.execute(asked.timeline, asked.command, asked.caller)
    return await write.answers.timeline(asked, result)


_SEVERAL: Final = {
    "type": "array",
    "items": Statement,
    "minItems": 1,
    "maxItems": MOST_STATEMENTS,
}


@route(
    write_operation(
        "POST",
        "statements",
        f"Record a statement, or up to {MOST_STATEMENTS:,}: all or none",
        KEY,
        body=Body(
            {"oneOf": [Statement, _SEVERAL]},
            {"one": STATEMENT_WITH_SOURCE, "several": [BARE_STATEMENT]},
        ),
        answers=recorded(
            RecordedStatements, "Some of them were recorded now.", "All were duplicates."
        ),
        problems=(
            "timeline-not-found",
            "statement-exists",
            "idempotency-conflict",
            "statement-redacted",
        ),
    )
)
async def record_statements(
    request: HttpRequest, write: NamedDependency[WriteSteps]
) -> ReadyResponse:
    """Records one statement, or up to a thousand: all or none."""
    asked = await write.read.statements(request)
    return await write.carry_out(asked, write.answers.statements)


@route(
    write_operation(
        "PUT",
        "statements/{id}",
        "Have a statement be as it is here: record it, or correct what differs",
        STATEMENT,
        PUT_REASON,
        MATCH,
        body=Body(Statement, {"one": STATEMENT_WITH_SOURCE}),
        problems=("timeline-not-found", "already-retracted", "statement-redacted"),
    )
)
async def put_statement(request: HttpRequest, write: NamedDependency[WriteSteps]) -> ReadyResponse:
    """Records the statement if it is new, or corrects it if it differs."""
    return await write.about_one(await write.read.whole(request))


@route(
    on_statement(
        "corrections",
        "Correct a statement",
        Correction,
        {"changes": {"occurred": "2024-11"}, "reason": "The source names the month."},
        "rejected",
        "already-retracted",
    )
)
async def correct_statement(
    request: HttpRequest, write: NamedDependency[WriteSteps]
) -> ReadyResponse:
    """Corrects a statement; its first recording remains visible in its history."""
    return await write.change(request, Correction)


@route(
    on_statement(
        "retractions",
        "Take a statement back",
        Retraction,
        {"reason": "The source took it back."},
        "already-retracted",
    )
)
async def retract_statement(
    request: HttpRequest, write: NamedDependency[WriteSteps]
) -> ReadyResponse:
    """Retracts a statement; it stays on the timeline, marked as retracted."""
    return await write.change(request, Retraction)


@route(
    on_statement(
        "reinstatements",
        "Take a retraction back",
        Reinstatement,
        {"reason": "The retraction was meant for another statement."},
        "not-retracted",
    )
)
async def reinstate_statement(
    request: HttpRequest, write: NamedDependency[WriteSteps]
) -> ReadyResponse:
    """Takes a retraction back: the statement has the standing that it had before."""
    return await write.change(request, Reinstatement)


@route(
    on_statement(
        "redactions",
        "Have what a statement said removed, for ever",
        Redaction,
        {"reason": "A court ordered it."},
    )._replace(needs="redact")
)
async def redact_statement(
    request: HttpRequest, write: NamedDependency[WriteSteps]
) -> ReadyResponse:
    """Removes what the statement said, for every date; its place stays. Proposals with the same
    text lose it too."""
    asked = await write.read.change(request, Redaction)
    answer = await write.about_one(asked)
    await write.forget_proposals(asked)
    return answer


@route(
    on_statement(
        "relations",
        "Relate a statement to another",
        Relating,
        {"relation": "disputes", "target": "kcna-confirmation"},
        "rejected",
        "relation-exists",
    )
)
async def relate_statement(
    request: HttpRequest, write: NamedDependency[WriteSteps]
) -> ReadyResponse:
    """Relates a statement to another one."""
    return await write.change(request, Relating)


@route(
    write_operation(
        "DELETE",
        "statements/{id}/relations/{relation}/{target}",
        "Take a relation back",
        STATEMENT,
        RELATION,
        TARGET,
        REASON,
        MATCH,
        problems=(
            "timeline-not-found",
            "statement-not-found",
            "statement-redacted",
            "relation-not-found",
        ),
    )
)
async def unrelate_statement(
    request: HttpRequest, write: NamedDependency[WriteSteps]
) -> ReadyResponse:
    """Takes a relation back."""
    return await write.about_one(await write.read.unrelating(request))


@route(
    on_statement(
        "grades",
        "Grade how credible a statement is",
        Grade,
        {"credibility": 2},
    )
)
async def grade_statement(
    request: HttpRequest, write: NamedDependency[WriteSteps]
) -> ReadyResponse:
    """Grades how credible a statement is."""
    return await write.change(request, Grade)


HANDLERS: Final = (
    put_timeline,
    record_statements,
    put_statement,
    correct_statement,
    retract_statement,
    reinstate_statement,
    redact_statement,
    relate_statement,
    unrelate_statement,
    grade_statement,
)
