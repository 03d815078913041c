"""The calls that write. What each one means is told by the rules in `service.decide`."""

from __future__ import annotations

from typing import Any, Final, cast

from litestar import Request, Response, delete, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath

from events.types import AliasAdded, AliasRemoved, Relation, StatementUnrelated
from events.wording import SPELLING, TIMELINE
from projections.timeline_queries import show_timeline
from service.bodies import (
    ActorBody,
    Correction,
    Grade,
    Redaction,
    Relating,
    Retraction,
    SourceGrade,
    TimelineBody,
)
from service.command import Command
from service.query_string import QueryString
from service.requests import read_nothing
from service.writing import MOST_STATEMENTS, Writing, answer_of, caller_of, take_wait, well_formed

__all__ = ["HANDLERS", "MOST_STATEMENTS"]

HttpRequest = Request[Any, Any, Any]

_LONGEST_REASON: Final = 5_000


@put("/v1/timelines/{t:str}", name="put_timeline")
async def put_timeline(
    request: HttpRequest, t: FromPath[str], writing: NamedDependency[Writing]
) -> Response[bytes]:
    """Opens the timeline, or describes it anew."""
    take_wait(request.scope)
    well_formed(t, TIMELINE)
    caller = caller_of(request, keyed=False, tagged=False)
    body = await writing.receive(request, TimelineBody)
    done = await writing.commands.execute(t, Command(t, body.event()), caller)
    ref = await writing.reading.timeline(t, done.revision)
    item = done.items[0]
    opened = item.revision == 1 and not item.duplicate
    shown = show_timeline(writing.reading.reader, ref, done.revision)
    headers = await writing.headers(request.scope, t, done.revision)
    return answer_of(shown, headers, 201 if opened else 200)


@post("/v1/timelines/{t:str}/statements", name="record_statements")
async def record_statements(
    request: HttpRequest, t: FromPath[str], writing: NamedDependency[Writing]
) -> Response[bytes]:
    """Records one statement, or up to a thousand: all or none."""
    return await writing.record(request, t)


@post("/v1/timelines/{t:str}/statements/{id:str}/corrections", name="correct_statement")
async def correct_statement(
    request: HttpRequest,
    t: FromPath[str],
    id: FromPath[str],  # noqa: A002 - the path's own name
    writing: NamedDependency[Writing],
) -> Response[bytes]:
    """Corrects a statement; what was recorded first stays known."""
    return await writing.about_statement(request, t, id, Correction)


@post("/v1/timelines/{t:str}/statements/{id:str}/retractions", name="retract_statement")
async def retract_statement(
    request: HttpRequest,
    t: FromPath[str],
    id: FromPath[str],  # noqa: A002 - the path's own name
    writing: NamedDependency[Writing],
) -> Response[bytes]:
    """Takes a statement back; it stays on the timeline, as retracted."""
    return await writing.about_statement(request, t, id, Retraction)


@post("/v1/timelines/{t:str}/statements/{id:str}/redactions", name="redact_statement")
async def redact_statement(
    request: HttpRequest,
    t: FromPath[str],
    id: FromPath[str],  # noqa: A002 - the path's own name
    writing: NamedDependency[Writing],
) -> Response[bytes]:
    """Has what the statement said removed, for every date; its place stays."""
    return await writing.about_statement(request, t, id, Redaction)


@post("/v1/timelines/{t:str}/statements/{id:str}/relations", name="relate_statement")
async def relate_statement(
    request: HttpRequest,
    t: FromPath[str],
    id: FromPath[str],  # noqa: A002 - the path's own name
    writing: NamedDependency[Writing],
) -> Response[bytes]:
    """Relates a statement to another one."""
    return await writing.about_statement(request, t, id, Relating)


@delete(
    "/v1/timelines/{t:str}/statements/{id:str}/relations/{relation:str}/{target:str}",
    name="unrelate_statement",
    status_code=201,
)
async def unrelate_statement(
    request: HttpRequest,
    t: FromPath[str],
    id: FromPath[str],  # noqa: A002 - the path's own name
    relation: FromPath[str],
    target: FromPath[str],
    writing: NamedDependency[Writing],
) -> Response[bytes]:
    """Takes a relation back."""
    reason = _reason(request.scope)
    caller = caller_of(request, keyed=False)
    await read_nothing(request)
    # Any word will do here: what is no relation is one that does not stand.
    named = cast("Relation", relation)
    event = StatementUnrelated(relation=named, target=target, reason=reason)
    return await writing.execute(request, t, Command(id, event), caller)


@post("/v1/timelines/{t:str}/statements/{id:str}/grades", name="grade_statement")
async def grade_statement(
    request: HttpRequest,
    t: FromPath[str],
    id: FromPath[str],  # noqa: A002 - the path's own name
    writing: NamedDependency[Writing],
) -> Response[bytes]:
    """Grades how credible a statement is."""
    return await writing.about_statement(request, t, id, Grade)


@post("/v1/timelines/{t:str}/sources/{id:str}/grades", name="grade_source")
async def grade_source(
    request: HttpRequest,
    t: FromPath[str],
    id: FromPath[str],  # noqa: A002 - the path's own name
    writing: NamedDependency[Writing],
) -> Response[bytes]:
    """Grades how reliable a source is."""
    take_wait(request.scope)
    caller = caller_of(request, tagged=False)
    body = await writing.receive(request, SourceGrade)
    return await writing.execute(request, t, Command(id, body.event()), caller)


@put("/v1/timelines/{t:str}/actors/{id:str}", name="put_actor")
async def put_actor(
    request: HttpRequest,
    t: FromPath[str],
    id: FromPath[str],  # noqa: A002 - the path's own name
    writing: NamedDependency[Writing],
) -> Response[bytes]:
    """Registers an actor, or describes one that is registered."""
    take_wait(request.scope)
    well_formed(id, SPELLING)
    caller = caller_of(request, keyed=False, tagged=False)
    body = await writing.receive(request, ActorBody)
    return await writing.execute(request, t, Command(id, body.event(id)), caller)


@put("/v1/timelines/{t:str}/actors/{id:str}/aliases/{alias:str}", name="add_alias")
async def add_alias(
    request: HttpRequest,
    t: FromPath[str],
    id: FromPath[str],  # noqa: A002 - the path's own name
    alias: FromPath[str],
    writing: NamedDependency[Writing],
) -> Response[bytes]:
    """Joins a spelling to an actor."""
    take_wait(request.scope)
    well_formed(alias, SPELLING)
    caller = caller_of(request, keyed=False, tagged=False)
    await read_nothing(request)
    command = Command(id, AliasAdded(alias=alias))
    return await writing.execute(request, t, command, caller)


@delete(
    "/v1/timelines/{t:str}/actors/{id:str}/aliases/{alias:str}",
    name="remove_alias",
    status_code=201,
)
async def remove_alias(
    request: HttpRequest,
    t: FromPath[str],
    id: FromPath[str],  # noqa: A002 - the path's own name
    alias: FromPath[str],
    writing: NamedDependency[Writing],
) -> Response[bytes]:
    """Takes a spelling from an actor: what was before comes back."""
    take_wait(request.scope)
    caller = caller_of(request, keyed=False, tagged=False)
    await read_nothing(request)
    command = Command(id, AliasRemoved(alias=alias))
    return await writing.execute(request, t, command, caller)


HANDLERS: Final = (
    put_timeline,
    record_statements,
    correct_statement,
    retract_statement,
    redact_statement,
    relate_statement,
    unrelate_statement,
    grade_statement,
    grade_source,
    put_actor,
    add_alias,
    remove_alias,
)
"""Every call that writes. They are given `writing`."""


def _reason(scope: Any) -> str:
    """The query's `reason`, which is required, beside `wait`. Raises InvalidInput."""
    query = QueryString.parse(scope["query_string"])
    take_wait(scope, query)
    reason = query.one("reason", _readable)
    if "reason" not in query.names():
        query.wrong("reason", "Say why, as ?reason=…")
    query.done()
    return reason or ""


def _readable(text: str) -> str:
    if not 1 <= len(text) <= _LONGEST_REASON or "\0" in text:
        raise ValueError(f"A reason is 1 to {_LONGEST_REASON:,} characters, none of them U+0000.")
    return text
