"""The first step of a write: the request is read, and each of its parts is checked.

If no thing can have the name in the path, the rules answer `Unknown`. A call that would create the
thing is refused here, as `InvalidInput`.
"""

from __future__ import annotations

from typing import Any, Generic, NamedTuple, TypeVar, cast

import msgspec
from msgspec import structs

from events.errors import Fault, InvalidInput
from events.event.types import AliasAdded, AliasRemoved, Relation, StatementUnrelated
from events.statement import shape
from events.statement.correction import faults_of_changes
from events.statement.faults import faults_of as faults_of_statement
from events.statement.statement import Statement
from events.statement.validation import MOST_FAULTS
from events.statement.wording import SPELLING, STATEMENT_ID, TIMELINE
from service.access.guards.visitor import visitor_of
from service.http.answers import HttpRequest
from service.http.bodies import JSON_LINES, BodyBudget, media_type_of, read_json, read_nothing
from service.http.declared.query import parsed_query
from service.http.requests import header
from service.messages.bodies import (
    ActorBody,
    AliasBody,
    Correction,
    RequestBody,
    SourceGrading,
    StatementChange,
    TimelineBody,
    faults_of_body,
)
from service.writing.command_reader import read_commands
from service.writing.deciding.command import Command, Put
from service.writing.execution.command import (
    EXISTING,
    Caller,
    RecordStatements,
)
from service.writing.operation import ALIAS_GIVEN, ATOMIC, DRY_RUN, PUT_REASON, REASON, WAIT
from service.writing.permission import only_permitted
from service.writing.sent_statements import checked_statements
from service.writing.write_request import (
    ArrayRequest,
    WriteRequest,
    about,
    caller_of,
    waits_and_tries,
    well_formed,
)

__all__ = ["RequestReader"]

B = TypeVar("B", bound=RequestBody)


class DecidingRequest(NamedTuple, Generic[B]):
    """A decision about a proposal."""

    body: B
    caller: Caller
    waits: bool


class RequestReader:
    """Reads the requests of the calls that write. Every method raises InvalidInput, and those that
    read a body UnsupportedMediaType, TooLarge, TooManyBodies and Disconnected."""

    def __init__(self, body_limit: int, budget: BodyBudget) -> None:
        """A body has at most `body_limit` bytes; the bodies of all requests share the `budget`."""
        self._body_limit = body_limit
        self._budget = budget

    async def statements(self, request: HttpRequest) -> WriteRequest:
        """One statement, or an array of 1 to 1,000."""
        waits, dry_run = waits_and_tries(request)
        caller = caller_of(request, dry_run, keyed=True)
        body = await read_json(request, self._body_limit, self._budget)
        command = RecordStatements(await checked_statements(body))
        return WriteRequest(request.path_params["t"], command, caller, waits)

    async def commands(self, request: HttpRequest) -> ArrayRequest:
        """An array of 1 to 1,000 commands, in JSON or JSON Lines."""
        query = parsed_query(request)
        caller = caller_of(request, query[DRY_RUN], keyed=True)
        content = await read_json(request, self._body_limit, self._budget, or_lines=True)
        timeline = request.path_params["t"]
        array = await read_commands(
            content,
            timeline,
            is_atomic=query[ATOMIC],
            is_lines=media_type_of(request.scope) == JSON_LINES,
        )
        if "timeline" in array.kinds:
            well_formed(timeline, TIMELINE)
        permitted = only_permitted(array, timeline, visitor_of(request.scope))
        return ArrayRequest(timeline, permitted, caller, query[WAIT] is not None)

    async def whole(self, request: HttpRequest) -> WriteRequest:
        """A whole statement, with the id in the path; the query may say why it changes."""
        query = parsed_query(request)
        caller = caller_of(request, query[DRY_RUN], tagged=True)
        if header(request.scope, b"if-match") == "*":
            caller = caller._replace(tags=EXISTING)
        id_ = well_formed(request.path_params["id"], STATEMENT_ID)
        body = await read_json(request, self._body_limit, self._budget)
        statement = shape.decode(body, Statement, lambda given: _faults_under(id_, given))
        put = Put(statement=structs.replace(statement, id=id_), reason=query[PUT_REASON])
        return WriteRequest(
            request.path_params["t"], Command(id_, put), caller, query[WAIT] is not None
        )

    async def change(self, request: HttpRequest, body_type: type[StatementChange]) -> WriteRequest:
        """A change of the statement in the path, which a body of that type describes."""
        waits, dry_run = waits_and_tries(request)
        caller = caller_of(request, dry_run, keyed=True, tagged=True)
        content = await read_json(request, self._body_limit, self._budget)
        try:
            body = shape.decode(content, body_type, faults_of_body)
        except InvalidInput as error:
            # The rules would check the changes, but they are not reached; so all faults are
            # reported together here.
            others = _faults_of_changes(content) if body_type is Correction else []
            raise InvalidInput([*others, *error.faults][:MOST_FAULTS]) from error
        return about(request, body.event(), caller, waits)

    async def unrelating(self, request: HttpRequest) -> WriteRequest:
        """The end of a relation that the path names; the query says why."""
        query = parsed_query(request)
        caller = caller_of(request, query[DRY_RUN], tagged=True)
        await read_nothing(request)
        # An unknown relation needs no check: no statement has it.
        relation = cast("Relation", request.path_params["relation"])
        target = request.path_params["target"]
        event = StatementUnrelated(relation=relation, target=target, reason=query[REASON])
        return about(request, event, caller, query[WAIT] is not None)

    async def source_grade(self, request: HttpRequest) -> WriteRequest:
        waits, dry_run = waits_and_tries(request)
        caller = caller_of(request, dry_run, keyed=True)
        body = await self._body(request, SourceGrading)
        return about(request, body.event(), caller, waits)

    async def timeline(self, request: HttpRequest) -> WriteRequest:
        """The description of a timeline, which may be new."""
        waits, dry_run = waits_and_tries(request)
        timeline = well_formed(request.path_params["t"], TIMELINE)
        body = await self._body(request, TimelineBody)
        return WriteRequest(
            timeline, Command(timeline, body.event()), caller_of(request, dry_run), waits
        )

    async def actor(self, request: HttpRequest) -> WriteRequest:
        """The description of an actor, which may be new."""
        waits, dry_run = waits_and_tries(request)
        body = await self._body(request, ActorBody)
        event = body.event(request.path_params["id"])
        return about(request, event, caller_of(request, dry_run), waits)

    async def alias(self, request: HttpRequest) -> WriteRequest:
        """A further spelling of an actor, which the body has."""
        waits, dry_run = waits_and_tries(request)
        caller = caller_of(request, dry_run, keyed=True)
        body = await self._body(request, AliasBody)
        return about(request, body.event(), caller, waits)

    async def added_alias(self, request: HttpRequest) -> WriteRequest:
        """A further spelling of an actor, which the path has."""
        waits, dry_run = waits_and_tries(request)
        alias = well_formed(request.path_params["alias"], SPELLING)
        await read_nothing(request)
        return about(request, AliasAdded(alias=alias), caller_of(request, dry_run), waits)

    async def removed_alias(self, request: HttpRequest) -> WriteRequest:
        """A spelling that the actor loses, which the path has."""
        waits, dry_run = waits_and_tries(request)
        return await _unalias(request, request.path_params["alias"], waits, dry_run)

    async def given_alias(self, request: HttpRequest) -> WriteRequest:
        """A spelling that the actor loses, which the query has."""
        query = parsed_query(request)
        waits = query[WAIT] is not None
        return await _unalias(request, query[ALIAS_GIVEN], waits, query[DRY_RUN])

    async def deciding(self, request: HttpRequest, body_type: type[B]) -> DecidingRequest[B]:
        """A decision about a proposal."""
        waits, dry_run = waits_and_tries(request)
        body = await self._body(request, body_type)
        return DecidingRequest(body, caller_of(request, dry_run), waits)

    async def _body(self, request: HttpRequest, body_type: type[B]) -> B:
        body = await read_json(request, self._body_limit, self._budget)
        return shape.decode(body, body_type, faults_of_body)


async def _unalias(request: HttpRequest, alias: str, waits: bool, dry_run: bool) -> WriteRequest:
    await read_nothing(request)
    return about(request, AliasRemoved(alias=alias), caller_of(request, dry_run), waits)


class _Changes(msgspec.Struct):
    changes: dict[str, Any]


def _faults_of_changes(content: bytes) -> list[Fault]:
    """The faults of the changes in an invalid correction, as far as they can be read."""
    try:
        return faults_of_changes(msgspec.json.decode(content, type=_Changes).changes)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return []


def _faults_under(id_: str, statement: Statement) -> list[Fault]:
    """The faults of a statement that is put under that id."""
    faults = faults_of_statement(statement)
    if statement.id in (None, id_):
        return faults
    message = f"The path says {id_!r}: leave the id out here, or repeat it."
    return [Fault("/id", message), *faults]
