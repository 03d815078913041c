"""Reading the requests of the calls that write."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import pytest
from litestar import Request

from events.errors import InvalidInput
from events.event.types import StatementRetracted, StatementUnrelated
from service.access.guards.visitor import Visitor
from service.http.answers import HttpRequest
from service.http.bodies import BodyBudget
from service.http.declared.query import DeclaredQuery
from service.http.requests import TooLarge
from service.messages.bodies import Correction, Retraction
from service.writing.execution.command import Caller, Command, RecordStatements
from service.writing.operation import REASON, WAIT
from service.writing.request_reader import RequestReader
from service.writing.sent_statements import MOST_STATEMENTS
from service.writing.write_request import WriteRequest
from tests.granted import Granted

READER = RequestReader(1 << 20, BodyBudget(1 << 20))
STATEMENT = {"kind": "claim", "text": "It rained.", "said": {"by": "A", "on": None}}
KEY = (b"idempotency-key", b"k")
TAG = (b"if-match", b'"4"')
BOTH = Caller("anonymous", "k", ("4",))

Read = Callable[[HttpRequest], Awaitable[WriteRequest]]


def asking(body: Any = None, query: str = "", **path: str) -> HttpRequest:
    """A request with a key and a tag, for a timeline `kursk` and a thing `a`. A reason is asked of
    those that name a relation."""
    takes = (REASON, WAIT) if "relation" in path else (WAIT,)
    content = b"" if body is None else json.dumps(body).encode()
    scope: Any = {
        "user": Visitor({}, Granted().access),
        "type": "http",
        "query_string": query.encode(),
        "route_handler": SimpleNamespace(opt={"query": DeclaredQuery(takes)}),
        "headers": [(b"content-type", b"application/json"), KEY, TAG],
        "path_params": {"t": "kursk", "id": "a", **path},
    }

    async def receive() -> Any:
        return {"type": "http.request", "body": content, "more_body": False}

    return Request(scope, receive)


async def faults_of(read: Awaitable[WriteRequest]) -> list[str]:
    with pytest.raises(InvalidInput) as refusal:
        await read
    return [fault.path for fault in refusal.value.faults]


@pytest.mark.parametrize("reason", [{}, {"reason": ""}, {"reason": 7}])
async def test_a_correction_without_a_reason_tells_what_is_wrong_in_its_changes(
    reason: dict[str, Any],
) -> None:
    """All faults come at once, though those of the changes alone would be refused by the rules;
    only what is wrong whatever the statement is, is known here."""
    changes: dict[str, Any] = {"occurred": "2024/25", "id": "b", "text": "It rained."}
    found = await faults_of(READER.change(asking({"changes": changes, **reason}), Correction))
    assert found == ["/changes/id", "/changes/occurred", "/reason"]
    changes = {"text": "x", "said": {"on": "2024"}}
    found = await faults_of(READER.change(asking({"changes": changes, **reason}), Correction))
    assert found == ["/reason"]
    assert await faults_of(READER.change(asking({"changes": 7, **reason}), Correction)) == [
        "/changes",
        "/reason",
    ]


async def test_a_change_is_a_command_about_the_statement_in_the_path() -> None:
    """Path, body, key, tag and query each come to their place."""
    asked = await READER.change(asking({"reason": "never said"}, "wait=checkpoint"), Retraction)
    command = Command("a", StatementRetracted(reason="never said"))
    assert asked == WriteRequest("kursk", command, BOTH, waits=True)


async def test_statements_take_a_key_and_no_tag() -> None:
    """One statement and an array of one are different commands; neither is conditional."""
    for body in (STATEMENT, [STATEMENT]):
        asked = await READER.statements(asking(body))
        assert isinstance(asked.command, RecordStatements)
        assert isinstance(asked.command.body, list) == isinstance(body, list)
        assert asked.caller == Caller("anonymous", "k")
        assert not asked.waits


async def test_an_array_has_1_to_1000_statements() -> None:
    """An empty one is invalid, a longer one too large."""
    assert await faults_of(READER.statements(asking([]))) == [""]
    with pytest.raises(TooLarge) as refusal:
        await READER.statements(asking([STATEMENT] * (MOST_STATEMENTS + 1)))
    assert refusal.value.limit == MOST_STATEMENTS


async def test_the_end_of_a_relation_needs_a_reason() -> None:
    """The reason is in the query beside `wait`; what is wrong there is reported together."""
    path = {"relation": "disputes", "target": "b"}
    asked = await READER.unrelating(asking(None, "reason=misread&wait=checkpoint", **path))
    event = StatementUnrelated(relation="disputes", target="b", reason="misread")
    assert asked == WriteRequest(
        "kursk", Command("a", event), Caller("anonymous", None, ("4",)), waits=True
    )
    assert await faults_of(READER.unrelating(asking(None, "wait=no&x=1", **path))) == [
        "?reason",
        "?wait",
        "?x",
    ]
    for wrong in ("", "x" * 5_001, "%00"):
        refused = READER.unrelating(asking(None, f"reason={wrong}", **path))
        assert await faults_of(refused) == ["?reason"]


@pytest.mark.parametrize(
    "read",
    [READER.timeline, READER.added_alias],
    ids=["timeline", "alias"],
)
async def test_what_is_created_needs_a_name_that_can_be_one(read: Read) -> None:
    """A name in the path that no thing can have is invalid before the body is read."""
    request = asking(None, t="No Name", id="\x00", alias="\x00")
    with pytest.raises(InvalidInput, match="in the path"):
        await read(request)


@pytest.mark.parametrize(
    "read",
    [
        READER.statements,
        READER.source_grade,
        READER.timeline,
        READER.actor,
        READER.added_alias,
        READER.removed_alias,
        lambda request: READER.change(request, Retraction),
    ],
)
async def test_wait_is_the_only_query_parameter(read: Read) -> None:
    """Another parameter, and another value of `wait`, are reported together."""
    assert await faults_of(read(asking({}, "wait=no&x=1", alias="b"))) == ["?wait", "?x"]
