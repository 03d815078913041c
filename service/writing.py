"""What every call that writes consists of: its parts are held to their rules, the command is
executed, and the answer tells what was recorded and the timeline's revision after it.

An address that cannot name anything names nothing, which the rules find out (`Unknown`); where
the call would make the thing, it is malformed (`InvalidInput`).
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple, TypeVar

import msgspec
from litestar import Request, Response

from events import shape
from events.errors import Fault, InvalidInput
from events.shape import shortened
from events.statement import Statement
from events.statement import faults_of as faults_of_statement
from events.wording import Wording
from service.alarms import Auditing
from service.answers import JSON, true_of
from service.bodies import (
    Body,
    Correction,
    Grade,
    RecordedStatements,
    Redaction,
    Relating,
    Retraction,
    faults_of,
)
from service.command import Caller, Command, RecordStatements
from service.commands import Commands
from service.query_string import QueryString, word
from service.reading import Reading
from service.requests import Incoming, Room, TooLarge, entity_tags, idempotency_key, read_json

__all__ = ["MOST_STATEMENTS", "Writing", "answer_of", "caller_of", "take_wait", "well_formed"]

MOST_STATEMENTS: Final = 1_000
"""Statements of one call."""

_MOST_FAULTS: Final = 100
"""Faults after which no more statements are looked at."""

_WAITS: Final = "onrecord.waits"
"""Stands in the scope of a request whose answer waits for a signed checkpoint."""
_PATIENCE: Final = 5.0
"""Seconds that it waits."""

_AUTHOR: Final = "anonymous"
"""Who writes where there are no API keys."""

B = TypeVar("B", bound=Body)
S = TypeVar("S", Correction, Retraction, Relating, Grade, Redaction)

HttpRequest = Request[Any, Any, Any]


class Writing(NamedTuple):
    """What the handlers that write are given. `body_limit` is in bytes; `room` is what the bodies
    of all requests share.

    It is one object because the framework starts a task for each of several dependencies.
    """

    commands: Commands
    reading: Reading
    body_limit: int
    room: Room
    auditing: Auditing

    async def record(self, request: HttpRequest, timeline: str) -> Response[bytes]:
        """Record the statement or statements that the body holds."""
        body, status, headers = await self.recorded(request, timeline)
        return Response(body, status_code=status, headers=headers, media_type=JSON)

    async def recorded(self, request: Incoming, timeline: str) -> tuple[bytes, int, dict[str, str]]:
        """Record what the body holds; the answer's body, status and headers."""
        take_wait(request.scope)
        caller = caller_of(request, tagged=False)
        body = _statements(await read_json(request, self.body_limit, self.room))
        done = await self.commands.execute(timeline, RecordStatements(body), caller)
        is_new = not all(item.duplicate for item in done.items)
        answer = RecordedStatements(timeline, done.revision, done.items)
        headers = await self.headers(request.scope, timeline, done.revision)
        return msgspec.json.encode(answer), 201 if is_new else 200, headers

    async def about_statement(
        self,
        request: HttpRequest,
        timeline: str,
        id: str,  # noqa: A002 - the field's own name
        type_: type[S],
    ) -> Response[bytes]:
        """Have what the body tells happen to the statement."""
        take_wait(request.scope)
        caller = caller_of(request)
        body = await self.receive(request, type_)
        return await self.execute(request, timeline, Command(id, body.event()), caller)

    async def execute(
        self, request: HttpRequest, timeline: str, command: Command, caller: Caller
    ) -> Response[bytes]:
        """Execute a command that is about one thing, and answer what was recorded."""
        done = await self.commands.execute(timeline, command, caller)
        item = done.items[0]
        headers = await self.headers(request.scope, timeline, done.revision)
        return answer_of(item, headers, 200 if item.duplicate else 201)

    async def headers(self, scope: Any, timeline: str, revision: int) -> dict[str, str]:
        """What the answer's headers tell: the timeline's revision, and where it was waited for the
        size of the signed checkpoint that covers it."""
        told = true_of(revision)
        if _WAITS in scope:
            size = await self.auditing.heads.covered(timeline, revision, _PATIENCE)
            told["Onrecord-Checkpoint"] = "pending" if size is None else str(size)
        return told

    async def receive(self, request: HttpRequest, type_: type[B]) -> B:
        """The body; raises InvalidInput, UnsupportedMediaType, TooLarge."""
        body = shape.decode(await read_json(request, self.body_limit, self.room), type_)
        faults = faults_of(body)
        if faults:
            raise InvalidInput(faults)
        return body


def caller_of(request: Incoming, *, keyed: bool = True, tagged: bool = True) -> Caller:
    """Who asks. Where the call takes them, with the Idempotency-Key and the If-Match."""
    key = idempotency_key(request.scope) if keyed else None
    tags = entity_tags(request.scope) if tagged else None
    return Caller(_AUTHOR, key, tags)


def well_formed(text: str, wording: Wording) -> None:
    """InvalidInput where the path's name of what shall be made is none."""
    if not wording.admits(text):
        raise InvalidInput([Fault("", f"{shortened(text)!r} in the path: {wording.rule}")])


def take_wait(scope: Any, query: QueryString | None = None) -> None:
    """Take `wait` from the query string, or from the `query` that it was read as. Raises
    InvalidInput for it, and where there is no `query` for every other parameter."""
    if query is None and not scope["query_string"]:
        return
    read = query or QueryString.parse(scope["query_string"])
    if read.one("wait", word("checkpoint")) is not None:
        scope[_WAITS] = True
    if query is None:
        read.done()


def answer_of(content: object, headers: dict[str, str], status: int) -> Response[bytes]:
    """An answer in JSON."""
    return Response(
        msgspec.json.encode(content), status_code=status, headers=headers, media_type=JSON
    )


def _statements(body: bytes) -> Statement | list[Statement]:
    """The statement of a body, or its 1 to 1,000 statements, each without a fault."""
    given: Statement | list[Statement] = shape.decode(body, _ONE_OR_MANY)
    if isinstance(given, Statement):
        faults = faults_of_statement(given)
    else:
        if len(given) > MOST_STATEMENTS:
            message = f"An array has at most {MOST_STATEMENTS:,} statements: send it in parts."
            raise TooLarge(message, MOST_STATEMENTS)
        faults = _faults(given)
    if faults:
        raise InvalidInput(faults)
    return given


def _faults(statements: list[Statement]) -> list[Fault]:
    if not statements:
        return [Fault("", f"Send 1 to {MOST_STATEMENTS:,} statements.")]
    faults: list[Fault] = []
    for n, statement in enumerate(statements):
        faults += faults_of_statement(statement, f"/{n}")
        if len(faults) >= _MOST_FAULTS:
            break
    return faults[:_MOST_FAULTS]


_ONE_OR_MANY: Any = Statement | list[Statement]
