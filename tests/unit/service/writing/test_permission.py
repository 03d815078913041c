"""The rights that the commands of an array need."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from events.errors import Forbidden
from events.event.types import StatementGraded, StatementRedacted, TimelineOpened
from service.access.guards.visitor import Visitor
from service.app import create_app
from service.writing.deciding.command import Command
from service.writing.execution.command import CommandArray
from service.writing.permission import only_permitted
from tests.granted import Granted
from tests.serving import in_process, said
from tests.writers import open_writer, working

ARRAY = CommandArray(
    (
        Command("kursk", TimelineOpened(title="Kursk")),
        Command("a", StatementGraded(credibility=1)),
        Command("a", StatementRedacted(revisions=(), reason="r")),
    ),
    ("timeline", "grade", "redaction"),
)


@pytest.fixture
def visitor() -> Callable[[str], Visitor]:
    """Somebody with a role on the timeline."""
    granted = Granted()

    def make(role: str) -> Visitor:
        key = granted.key(role, (role, "kursk"))
        return Visitor({b"authorization": [key.encode()]}, granted.access)

    return make


@pytest.mark.parametrize(
    ("role", "refused"),
    [("writer", {0: "open", 2: "redact"}), ("editor", {2: "redact"}), ("admin", {})],
)
def test_each_command_needs_the_right_of_its_own_call(
    visitor: Callable[[str], Visitor], role: str, refused: dict[int, str]
) -> None:
    """Opening and describing needs `open`, redacting `redact`; the others pass with `write`."""
    somebody = visitor(role)
    found = only_permitted(ARRAY, "kursk", somebody)
    needs = {n: each.needs for n, each in found.forbidden.items() if isinstance(each, Forbidden)}
    assert needs == refused
    assert found._replace(forbidden={}) == ARRAY
    somebody.recheck()


def test_what_needs_no_other_right_is_not_looked_at(visitor: Callable[[str], Visitor]) -> None:
    """An array of what every writer may do is passed on as it is."""
    plain = CommandArray(ARRAY.items[1:2], ARRAY.kinds[1:2])
    assert only_permitted(plain, "kursk", visitor("writer")) is plain


COMMANDS = [
    {"timeline": {"title": "Kursk, 2024"}},
    {"statement": said("a")},
    {"redaction": {"id": "a", "reason": "a court"}},
]


@pytest.mark.parametrize(
    ("role", "outcomes"),
    [
        ("writer", ["open", 2, "redact"]),
        ("editor", [2, 3, "redact"]),
        ("admin", [2, 3, 4]),
    ],
)
async def test_a_command_without_its_right_is_a_problem_of_its_own(
    tmp_path: Path, role: str, outcomes: list[object]
) -> None:
    """Over HTTP: the others are carried out, under the caller's name; all or none is 403, with
    what is missing, and records nothing."""
    granted = Granted()
    key = granted.key("desk", (role, "kursk"))
    async with open_writer(tmp_path / "writer") as writer:
        await writer.open()
        with working(writer, tmp_path, access=granted.access) as worker:
            app: Any = create_app(worker)
            async with in_process(app, tmp_path) as client:
                client.headers["Authorization"] = key
                address = "/v1/timelines/kursk/commands"
                if role != "admin":
                    atomic = await client.post(f"{address}?atomic=true", json=COMMANDS)
                    assert (atomic.status_code, atomic.json()["needs"]) == (
                        403,
                        next(each for each in outcomes if isinstance(each, str)),
                    )
                    assert len(await writer.events()) == 1
                answer = await client.post(address, json=COMMANDS)
        assert answer.status_code == 200, answer.text
        items = answer.json()["items"]
        assert [item.get("revision", item.get("needs")) for item in items] == outcomes
        assert {event.header.author for event in (await writer.events())[1:]} == {"desk"}


@pytest.mark.parametrize("role", ["reader", "operator"])
async def test_who_may_not_write_gives_no_commands(tmp_path: Path, role: str) -> None:
    """The call itself needs `write`: a reader gets that as the reason, who may not read learns
    nothing."""
    granted = Granted()
    key = granted.key("desk", (role, "kursk"))
    async with open_writer(tmp_path / "writer") as writer:
        await writer.open()
        with working(writer, tmp_path, access=granted.access) as worker:
            app: Any = create_app(worker)
            async with in_process(app, tmp_path) as client:
                client.headers["Authorization"] = key
                answers = [
                    await client.post("/v1/timelines/kursk/commands", json=COMMANDS[1:2]),
                    await client.put("/v1/timelines/kursk/statements/a", json=said("a")),
                ]
        for answer in answers:
            assert answer.status_code == (404 if role == "operator" else 403), answer.text
        assert len(await writer.events()) == 1
