"""A request that writes: a command on a timeline, by a caller, with the options of every write."""

from __future__ import annotations

from typing import Any, NamedTuple

from events.errors import InvalidInput
from events.statement.validation import shortened
from events.statement.wording import Wording
from service.access.guards.visitor import visitor_of
from service.http.answers import HttpRequest
from service.http.declared.query import parsed_query
from service.http.requests import entity_tags, idempotency_key
from service.writing.deciding.command import Command
from service.writing.execution.command import Caller, CommandArray, RecordStatements
from service.writing.operation import DRY_RUN, WAIT

__all__ = ["ArrayRequest", "WriteRequest", "about", "caller_of", "waits_and_tries", "well_formed"]


class WriteRequest(NamedTuple):
    """A request as a command on a timeline, by a caller. If it `waits`, the answer is sent when a
    signed checkpoint covers what was recorded, or after some seconds; a dry run never waits."""

    timeline: str
    command: Command | RecordStatements
    caller: Caller
    waits: bool


class ArrayRequest(NamedTuple):
    """A request with an array of commands, by a caller; `waits` as in `WriteRequest`."""

    timeline: str
    array: CommandArray
    caller: Caller
    waits: bool


def about(request: HttpRequest, event: Any, caller: Caller, waits: bool) -> WriteRequest:
    """A command about the thing that the path names."""
    command = Command(request.path_params["id"], event)
    return WriteRequest(request.path_params["t"], command, caller, waits)


def caller_of(
    request: HttpRequest, dry_run: bool, *, keyed: bool = False, tagged: bool = False
) -> Caller:
    """The caller, with Idempotency-Key and If-Match if the call takes them."""
    key = idempotency_key(request.scope) if keyed else None
    tags = entity_tags(request.scope) if tagged else None
    visitor = visitor_of(request.scope)
    return Caller(visitor.principal.author, key, tags, dry_run, visitor.proposes)


def waits_and_tries(request: HttpRequest) -> tuple[bool, bool]:
    """Whether the answer waits for a signed checkpoint, and whether it is a dry run: the query
    parameters of every write."""
    if not request.scope["query_string"]:
        return False, False  # nearly always; this avoids parsing
    query = parsed_query(request)
    return query[WAIT] is not None, query[DRY_RUN]


def well_formed(text: str, wording: Wording) -> str:
    """The name, in the path, of a thing to be created. Raises InvalidInput if nothing can have that
    name."""
    if not wording.admits(text):
        fault = wording.fault("", text)
        message = f"{shortened(text)!r} in the path: {fault.message}"
        raise InvalidInput([fault._replace(message=message)])
    return text
