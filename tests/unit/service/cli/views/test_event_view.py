"""Events as lines for people."""

from __future__ import annotations

import io
from typing import Any

from rich.console import Console

from service.cli.views.event_view import EventView
from service.client import ShownEvent
from tests.rows import each_row


def event(type_: str, subject: str, data: dict[str, Any] | None, **changes: Any) -> ShownEvent:
    fields: dict[str, Any] = {
        "timeline": "kursk",
        "revision": 61,
        "recorded_at": "2025-04-30T23:59:59.123456Z",
        "id": "e",
        "type": type_,
        "version": 1,
        "subject": subject,
        "author": "anonymous",
        "digest": "sha256:0",
        "seal": "0",
        "data": data,
    }
    return ShownEvent(**(fields | changes))


def drawn(*events: ShownEvent, width: int = 160) -> list[str]:
    console = Console(file=io.StringIO(), width=width, color_system=None)
    view = EventView()
    with console.capture() as capture:
        for item in events:
            console.print(*view.lines(item), sep="\n")
    return [line.rstrip() for line in capture.get().splitlines()]


@each_row(
    ("type_", "subject", "data", "told"),
    [
        ("timeline.opened", "timeline", {"title": "Troops"}, "Troops"),
        (
            "statement.recorded",
            "statements/a",
            {"said": {"by": "KCNA"}, "text": "It is so."},
            "a: KCNA · It is so.",
        ),
        (
            "statement.corrected",
            "statements/a",
            {"changes": {"text": "x", "occurred": None}, "reason": "a slip"},
            "a: text, occurred: a slip",
        ),
        ("statement.retracted", "statements/a", {"reason": "wrong", "by": None}, "a: wrong"),
        (
            "statement.related",
            "statements/a",
            {"relation": "disputes", "target": "b"},
            "a: disputes b",
        ),
        (
            "statement.unrelated",
            "statements/a",
            {"relation": "disputes", "target": "b", "reason": "x"},
            "a: no longer disputes b",
        ),
        (
            "statement.recorded",
            "statements/a",
            {"said": {"by": "A", "with": ["B"]}, "text": "t"},
            "a: A and B · t",
        ),
        (
            "statement.recorded",
            "statements/a",
            {"said": {"by": None}, "text": "t"},
            "a: unknown speaker · t",
        ),
        ("statement.graded", "statements/a", {"credibility": 2}, "a: credibility 2"),
        ("source.graded", "sources/s", {"reliability": "F"}, "s: reliability F"),
        ("actor.registered", "actors/k", {"id": "k", "name": "Kim", "type": "person"}, "k: Kim"),
        ("alias.added", "actors/k", {"alias": "Kim Jon Un"}, "k: Kim Jon Un"),
        ("statement.recorded", "statements/a", None, "a (redacted)"),
        ("something.new", "things/a", {"deep": {}}, "a"),
    ],
)
def test_an_event_is_reported_in_one_line(
    type_: str, subject: str, data: dict[str, Any] | None, told: str
) -> None:
    """Time, revision, type, what it says and who wrote it, of every type, known or not."""
    (_, line) = drawn(event(type_, subject, data))
    assert line == f"23:59:59      61  {type_}  {told}  by anonymous"


def test_a_long_event_is_folded_beside_its_revision() -> None:
    """What does not fit goes on below itself, so that times and revisions stay a column."""
    data = {"said": {"by": "KCNA"}, "text": "word " * 60}
    lines = drawn(event("statement.recorded", "statements/a", data), width=60)
    assert len(lines) > 5
    assert max(len(line) for line in lines) <= 60
    assert all(line.startswith(" " * 18) for line in lines[2:])


def test_a_day_is_reported_where_it_begins() -> None:
    """The day stands before its first event and not again."""
    view = EventView()
    first, second, third = (
        view.lines(event("timeline.opened", "timeline", {}, recorded_at=at))
        for at in ("2025-04-30T10:00:00Z", "2025-04-30T11:00:00Z", "2025-05-01T00:00:00Z")
    )
    assert [len(lines) for lines in (first, second, third)] == [2, 1, 2]


def test_an_event_commands_no_terminal() -> None:
    """Escapes in its data are taken out."""
    data = {"said": {"by": "\x1b[2J"}, "text": "\x9b"}
    (_, line) = drawn(event("statement.recorded", "statements/a", data))
    assert not set(line) & {"\x1b", "\x9b"}
