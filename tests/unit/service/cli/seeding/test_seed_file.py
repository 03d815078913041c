"""Seed files: read whole, checked whole, and the same commands at every reading."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from events.statement.statement import Statement
from service.cli.seeding.seed_file import read_seed
from tests.rows import each_row

CLAIM = {"kind": "claim", "text": "It is so.", "said": {"by": "KCNA", "on": None}}
GRADE = {"source": "article", "reliability": "F"}


def lines_of(*commands: object) -> list[bytes]:
    return [msgspec.json.encode(command) for command in commands]


def faults_in(*commands: object) -> list[tuple[int, str]]:
    _, faults = read_seed(lines_of(*commands), "kursk")
    return [(item.line, item.fault.path) for item in faults]


def test_a_line_keeps_its_number() -> None:
    """Blank lines are passed over, and do not shift the number of those behind them."""
    lines = [b"", *lines_of({"statement": CLAIM}), b"  \r", *lines_of({"grade": GRADE})]
    commands, faults = read_seed(lines, "kursk")
    assert [command.line for command in commands] == [2, 4]
    assert not faults


def test_the_same_line_has_the_same_key_on_the_same_timeline_only() -> None:
    """Order of members and spelled-out defaults make no other command; another timeline does."""
    plain = {"grade": GRADE}
    spelled = {"grade": {"note": None, "reliability": "F", "source": "article"}}
    keys = [
        read_seed(lines_of(command), timeline)[0][0].key
        for command, timeline in ((plain, "a"), (spelled, "a"), (plain, "b"))
    ]
    assert keys[0] == keys[1] != keys[2]
    assert all(len(key) <= 128 and key.isascii() for key in keys)


def test_a_statement_without_an_id_gets_one_that_follows_from_it() -> None:
    """Two readings give one id, another text another id: so that a seed can be played twice."""
    other = CLAIM | {"text": "It is not so."}
    first, second, third = (
        read_seed(lines_of({"statement": said}), "kursk")[0][0].command
        for said in (CLAIM, CLAIM, other)
    )
    assert isinstance(first, Statement)
    assert isinstance(third, Statement)
    assert first == second
    assert first.id is not None
    assert first.id != third.id


def test_a_repeated_line_is_played_once() -> None:
    """A line that says the same as an earlier one adds nothing."""
    commands, faults = read_seed(lines_of(*[{"statement": CLAIM}] * 3), "kursk")
    assert len(commands) == 1
    assert not faults


@each_row(
    ("command", "path"),
    [
        ({"statement": CLAIM | {"kind": "rumour"}}, "/statement/kind"),
        ({"statement": CLAIM | {"occurred": "2024-13"}}, "/statement/occurred"),
        ({"statement": CLAIM | {"colour": "red"}}, "/statement/colour"),
        ({"actor": {"id": "a/b", "name": "A", "type": "person"}}, "/actor/id"),
        ({"alias": {"actor": "a", "alias": " b"}}, "/alias/alias"),
        ({"alias": {"actor": "a", "alias": "b\u200b"}}, "/alias/alias"),
        ({"timeline": {"title": "T", "language": "?"}}, "/timeline/language"),
        ({"timeline": {"title": "T\u200b"}}, "/timeline/title"),
        ({"timeline": {"title": "T", "description": " "}}, "/timeline/description"),
        ({"grade": GRADE | {"note": "\u200b"}}, "/grade/note"),
        (
            {"relation": {"statement": "a", "relation": "repeats", "target": "b", "note": "\n"}},
            "/relation/note",
        ),
        (
            {"relation": {"statement": "a", "relation": "supports", "target": "b/c"}},
            "/relation/target",
        ),
        (
            {"relation": {"statement": "a", "relation": "likes", "target": "b"}},
            "/relation/relation",
        ),
        ({"grade": {"source": "a"}}, "/grade"),
        ({"grade": {"source": "a", "credibility": 1}}, "/grade"),
        ({"grade": GRADE | {"statement": "a", "credibility": 1}}, "/grade"),
        ({"grade": GRADE | {"credibility": 1}}, "/grade"),
        ({"verdict": {}}, "/verdict"),
        ({}, ""),
        ({"grade": GRADE, "statement": CLAIM}, ""),
        ([1], ""),
    ],
)
def test_a_wrong_line_is_reported_by_number_and_place(command: object, path: str) -> None:
    """Every wrong line is reported, with its number and the pointer into it."""
    assert faults_in(command, {"grade": GRADE}) == [(1, path)]


def test_all_wrong_lines_are_reported_at_once() -> None:
    """The whole file is judged: a fault on one line hides none on another."""
    _, faults = read_seed([b"{", *lines_of({"grade": GRADE}), b"nonsense", b"\xff"], "kursk")
    assert [item.line for item in faults] == [1, 3, 4]


@each_row(
    ("first", "second"),
    [
        ({"statement": CLAIM | {"id": "a"}}, {"statement": CLAIM | {"id": "a", "text": "No."}}),
        (
            {"actor": {"id": "a", "name": "A", "type": "person"}},
            {"actor": {"id": "a", "name": "B", "type": "person"}},
        ),
        ({"timeline": {"title": "A"}}, {"timeline": {"title": "B"}}),
    ],
)
def test_a_file_that_says_two_things_of_one_is_wrong(first: Any, second: Any) -> None:
    """It would record the one and then the other at every playing; it is refused at the second."""
    assert faults_in(first, second) == [(2, "")]


def test_the_timeline_stands_first() -> None:
    """A timeline that is opened behind its first command is reported before anything is sent."""
    assert faults_in({"grade": GRADE}, {"timeline": {"title": "A"}}) == [(2, "")]


@given(st.lists(st.binary(max_size=40), max_size=5))
def test_no_content_is_an_error(lines: list[bytes]) -> None:
    """Whatever the bytes, each line that is not blank is a command or a fault."""
    commands, faults = read_seed(lines, "kursk")
    assert {item.line for item in faults} | {item.line for item in commands} == {
        number for number, line in enumerate(lines, start=1) if line.strip()
    }


def test_a_seed_that_was_played_before_version_2_changes_nothing_now() -> None:
    """Keys, and the ids of statements without one, are those that the release before statements
    had version 2 made of the same lines."""
    lines = [
        b'{"timeline":{"title":"T"}}',
        b'{"statement":{"kind":"claim","text":"x","about":["B"],"said":{"by":"A","on":null}}}',
        b'{"statement":{"id":"b","kind":"claim","text":"y","said":{"by":"A","on":null,'
        b'"via":[{"actor":"K","role":"agency"}]}}}',
        b'{"statement":{"id":"c","kind":"claim","text":"y","said":{"by":"A","on":null}}}',
        b'{"relation":{"statement":"b","relation":"supports","target":"c"}}',
    ]
    played, faults = read_seed(lines, "t")
    assert not faults
    assert [one.key[:16] for one in played] == [
        "19c454b151c8f246",
        "b8d9fc6fa99ef08f",
        "186b8640e750b344",
        "8c15910f7ac19ec2",
        "952f7a5297a6e07e",
    ]
    statement = played[1].command
    assert isinstance(statement, Statement)
    assert statement.id == "c34d0ba7-ef0f-5cc6-9876-b71c7849c7f9"
