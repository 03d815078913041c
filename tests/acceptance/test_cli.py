"""The command line against a real service: what is typed, what is seen, what is left behind."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.program import Program
from tests.serving import Service, running


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service for the tests that do not end it; each has a timeline of its own."""
    with running(tmp_path_factory.mktemp("cli")) as service:
        yield service


@pytest.fixture
def onrecord(service: Service) -> Program:
    return service.program


@pytest.fixture
def name() -> str:
    return f"t-{uuid.uuid4().hex[:12]}"


def claim(id_: str, **changes: Any) -> dict[str, Any]:
    fields = {"id": id_, "kind": "claim", "text": id_, "said": {"by": "KCNA", "on": "2025-04~"}}
    return fields | changes


def lines_of(*values: object) -> str:
    return "".join(json.dumps(value) + "\n" for value in values)


def ids_in(answer: Any) -> list[str]:
    return [item["id"] for item in answer["items"]]


def test_the_own_seed_twice_changes_nothing(onrecord: Program, name: str) -> None:
    """The second playing records nothing, and every answer is the same as before it."""
    first = onrecord.run("seed", "--timeline", name)
    assert first.code == 0, first.err
    before = onrecord.run("query", name, "--limit", "500").out
    second = onrecord.run("seed", "--timeline", name, "--wait", "10")
    assert second.code == 0, second.err
    assert first.answer["recorded"] == second.answer["duplicates"] == 60
    assert second.answer["recorded"] == first.answer["duplicates"] == 0
    assert second.answer["revision"] == first.answer["revision"] == 60
    assert onrecord.run("query", name, "--limit", "500").out == before


def test_a_seed_of_every_kind_of_line_twice_changes_nothing(
    onrecord: Program, name: str, tmp_path: Path
) -> None:
    """Statements without ids, relations and grades are not doubled, nor by a longer file."""
    file = tmp_path / f"{name}.jsonl"
    anonymous = {key: value for key, value in claim("x").items() if key != "id"}
    source = {"id": "s", "title": "S"}
    lines = [
        {"timeline": {"title": "Lines"}},
        {"actor": {"id": "kcna", "name": "KCNA", "type": "agency"}},
        {"alias": {"actor": "kcna", "alias": "Korean Central News Agency"}},
        {"statement": anonymous},
        {"statement": claim("a", sources=[source])},
        {"statement": claim("b")},
        {"relation": {"statement": "b", "relation": "disputes", "target": "a"}},
        {"grade": {"source": "s", "reliability": "B"}},
        {"grade": {"statement": "a", "credibility": 2}},
    ]
    file.write_text(lines_of(*lines))
    assert onrecord.run("seed", str(file)).answer["revision"] == 9
    assert onrecord.run("seed", str(file)).answer["revision"] == 9
    file.write_text(lines_of(*lines[:4], {"statement": claim("c")}, *lines[4:]))
    again = onrecord.run("seed", str(file))
    assert (again.answer["recorded"], again.answer["revision"]) == (1, 10)


def test_a_refused_seed_names_its_line(onrecord: Program, name: str, tmp_path: Path) -> None:
    """What the service refuses is 1, and the line that it is about is reported, in a batch too."""
    onrecord.run("append", name, "--create", "T", stdin=lines_of(claim("taken")))
    file = tmp_path / "refused.jsonl"
    other = claim("taken", text="Something else.")
    file.write_text(lines_of({"statement": claim("new")}, {"statement": other}))
    done = onrecord.run("seed", str(file), "--timeline", name)
    assert done.code == 1
    assert msgspec.json.decode(done.err)["id"] == "taken"
    shown = on_terminal(onrecord, "seed", str(file), "--timeline", name)
    assert "Line 2" in shown
    file.write_text(
        lines_of({"relation": {"statement": "no", "relation": "supports", "target": "x"}})
    )
    assert "Line 1" in on_terminal(onrecord, "seed", str(file), "--timeline", name)


def test_statements_from_stdin_are_recorded_and_found(onrecord: Program, name: str) -> None:
    """Lines, an array and one object all arrive, and the answer has ids and revisions."""
    done = onrecord.run("append", name, "--create", "T", stdin=lines_of(claim("a"), claim("b")))
    assert done.code == 0, done.err
    assert [(item["id"], item["revision"]) for item in done.answer["items"]] == [("a", 2), ("b", 3)]
    onrecord.run("append", name, "-", stdin=json.dumps([claim("c", occurred="2024-10")]))
    onrecord.run("append", name, stdin=json.dumps(claim("d"), indent=2))
    assert ids_in(onrecord.run("query", name, "--order", "recorded").answer) == ["a", "b", "c", "d"]
    assert ids_in(onrecord.run("query", name, "--from", "2024").answer) == ["c"]


def test_earlier_moments_and_said_times_are_asked(onrecord: Program, name: str) -> None:
    """--as-of hides what came later, and its title with it; --said-to and --unsourced narrow."""
    early = claim("a", said={"by": "KCNA", "on": "2025-03"})
    onrecord.run("append", name, "--create", "T", stdin=lines_of(early, claim("b")))
    done = onrecord.run("query", name, "--as-of", "2")
    assert (ids_in(done.answer), done.answer["as_of"]["revision"]) == (["a"], 2)
    assert "revision 2" in on_terminal(onrecord, "query", name, "--as-of", "2")
    assert ids_in(onrecord.run("query", name, "--said-to", "2025-03").answer) == ["a"]
    assert ids_in(onrecord.run("query", name, "--sourced").answer) == []
    assert onrecord.run("query", name, "--as-of", "9").code == 1


def test_a_limit_above_a_page_takes_all_pages(onrecord: Program, name: str) -> None:
    """The pages come as one answer; a cursor goes on where a smaller one ended."""
    many = [claim(f"s-{i:03}") for i in range(620)]
    assert onrecord.run("append", name, "--create", "T", stdin=lines_of(*many)).code == 0
    whole = onrecord.run("query", name, "--order", "recorded", "--limit", "1000").answer
    assert ids_in(whole) == [item["id"] for item in many]
    assert whole["next"] is None
    first = onrecord.run("query", name, "--order", "recorded", "--limit", "600").answer
    rest = onrecord.run("query", name, "--cursor", first["next"]).answer
    assert ids_in(first) + ids_in(rest) == ids_in(whole)


def test_a_follower_in_a_pipe_sees_each_event_as_it_was_recorded(
    onrecord: Program, name: str
) -> None:
    """Each event is one exact line, the older ones first and new ones as they come."""
    onrecord.run("append", name, "--create", "T", stdin=lines_of(claim("a")))
    following = onrecord.start("tail", name, "--after", "0")
    assert following.stdout is not None
    seen = [json.loads(following.stdout.readline()) for _ in range(2)]
    onrecord.run("append", name, stdin=lines_of(claim("b")))
    seen.append(json.loads(following.stdout.readline()))
    following.send_signal(signal.SIGINT)
    rest, said = following.communicate(timeout=30)
    assert [event["revision"] for event in seen] == [1, 2, 3]
    assert [event["type"] for event in seen] == ["timeline.opened"] + ["statement.recorded"] * 2
    assert seen[2]["data"]["id"] == "b"
    assert (following.returncode, rest, said) == (130, "", "")


@pytest.mark.parametrize(
    ("arguments", "code", "slug"),
    [
        (["query", "no-such-timeline"], 1, "timeline-not-found"),
        (["tail", "no-such-timeline"], 1, "timeline-not-found"),
        (["append", "no-such-timeline"], 1, "timeline-not-found"),
        (["query", "{name}", "--cursor", "nonsense"], 1, "invalid-request"),
    ],
)
def test_a_no_of_the_service_is_1(
    arguments: list[str], code: int, slug: str, onrecord: Program, name: str
) -> None:
    """What is not there or refused ends with 1, and a program reads the problem on stderr."""
    onrecord.run("append", name, "--create", "T", stdin=lines_of(claim("a")))
    done = onrecord.run(*(part.format(name=name) for part in arguments), stdin=lines_of(claim("a")))
    assert (done.code, done.out) == (code, "")
    assert msgspec.json.decode(done.err)["type"] == f"/problems/{slug}"


def test_a_reader_that_leaves_is_no_trouble(onrecord: Program, name: str) -> None:
    """Where the reader of a pipe has left there is no word on stderr, and the command is done."""
    onrecord.run("seed", "--timeline", name)
    for command in (["query", name], ["tail", name, "--after", "0"]):
        running = onrecord.start(*command)
        assert running.stdout is not None
        running.stdout.close()
        assert running.stderr is not None
        assert (running.stderr.read(), running.wait(timeout=30)) == ("", 0)
        running.stderr.close()


def test_a_terminal_shows_a_timeline(onrecord: Program, name: str) -> None:
    """On a terminal the answer is text with speakers, standing, quantities and dates."""
    onrecord.run("seed", "--timeline", name)
    shown = on_terminal(onrecord, "query", name)
    assert "North Korean troops in Kursk" in shown
    assert "until about April 2025, start unknown" in shown
    assert "about 11,000 to 12,000 troops" in shown
    assert "disputed (1 support, 1 dispute)" in shown
    assert '{"' not in shown
    assert json.loads(on_terminal(onrecord, "query", name, "--limit", "1", "--json"))["items"]


def on_terminal(program: Program, *arguments: str) -> str:
    """What a command shows where stdout and stderr are a terminal of 100 columns."""
    ours, theirs = pty.openpty()
    command = program.start(*arguments, stdout=theirs, stderr=theirs)
    os.close(theirs)
    shown = bytearray()
    while chunk := _read(ours):
        shown += chunk
    os.close(ours)
    command.wait(timeout=30)
    return shown.decode().replace("\r\n", "\n")


def _read(terminal: int) -> bytes:
    """What comes next; a terminal that all others have left is an error on Linux, an end on
    macOS."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""


def test_the_module_is_the_program() -> None:
    """`python -m service.cli` says its version like the installed program."""
    done = subprocess.run(
        [sys.executable, "-m", "service.cli", "--version"],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout.startswith("onrecord ")
