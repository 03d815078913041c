"""`onrecord export`: a file and what it loses, or nothing at all."""

from __future__ import annotations

import json
import signal
import uuid
from pathlib import Path

import pytest

from tests.looks import look_again
from tests.program import LIMIT, Program
from tests.serving import Service, said


@pytest.fixture
def name(server: Service) -> str:
    """A timeline with three statements."""
    name = f"t-{uuid.uuid4().hex[:12]}"
    path = f"/v1/timelines/{name}"
    server.ask("PUT", path, json={"title": "Kursk"})
    statements = [said("a", occurred="2024-10", tags=["x"]), said("b"), said("c")]
    revision = server.ask("POST", f"{path}/statements", json=statements).json()["revision"]
    server.ask("GET", f"{path}?min_revision={revision}")
    return name


@pytest.fixture
def onrecord(server: Service) -> Program:
    return server.program


def test_a_file_has_its_losses_beside_it(onrecord: Program, name: str, tmp_path: Path) -> None:
    """The file is what the service answers, and FILE.loss.json counts what it loses, as of the same
    revision; the command's own answer says both."""
    file = tmp_path / "kursk.csv"
    done = onrecord.run("export", name, "--format", "csv", "--tag", "x", "-o", str(file))
    assert done.code == 0, done.err
    assert [line.split(b",")[0] for line in file.read_bytes().splitlines()] == [b"id", b"a"]
    loss = json.loads((tmp_path / "kursk.csv.loss.json").read_text())
    assert (loss["revision"], loss["statements"], loss["losses"]) == (4, 1, [])
    assert done.answer["loss_file"] == f"{file}.loss.json"
    again = onrecord.run("export", name, "--format", "ics", "-o", str(file))
    assert again.answer["losses"][0] == {
        "field": "statement",
        "statements": 2,
        "reason": again.answer["losses"][0]["reason"],
        "example": "b",
    }
    assert file.read_bytes().startswith(b"BEGIN:VCALENDAR")


@pytest.mark.parametrize("output", [[], ["-o", "-"]])
def test_stdout_gets_the_file_alone(onrecord: Program, name: str, output: list[str]) -> None:
    """Nothing but the file is written to stdout, without `-o` as with `-o -`."""
    done = onrecord.run("export", name, "--format", "ndjson", "--as-of", "2", *output)
    assert done.code == 0, done.err
    assert [json.loads(line)["revision"] for line in done.out.splitlines()] == [1, 2]
    assert done.err == ""


def test_a_refusal_leaves_no_file(onrecord: Program, name: str, tmp_path: Path) -> None:
    """What the service refuses, and a folder that is not there, leave nothing behind."""
    file = tmp_path / "out.csv"
    done = onrecord.run("export", name, "--format", "csv", "--as-of", "99", "-o", str(file))
    assert done.code == 1
    assert "99" not in done.out
    unknown = onrecord.run("export", "nowhere-at-all", "--format", "csv", "-o", str(file))
    assert unknown.code == 1
    beyond = onrecord.run("export", name, "--format", "csv", "-o", str(tmp_path / "no" / "x"))
    assert beyond.code == 2
    assert [*tmp_path.iterdir()] == []


def test_an_interrupted_export_leaves_the_old_file(
    server: Service, onrecord: Program, name: str, tmp_path: Path
) -> None:
    """Ctrl-C in the middle of a long export leaves what was there before, and nothing half done."""
    path = f"/v1/timelines/{name}"
    for start in range(0, 4_000, 1000):
        batch = [said(f"s{n}", text="x" * 5000) for n in range(start, start + 1000)]
        assert server.ask("POST", f"{path}/statements", json=batch).status_code == 201
    server.ask("GET", f"{path}?min_revision=4004", timeout=LIMIT)
    file = tmp_path / "out.csv"
    file.write_text("old")
    started = onrecord.start("export", name, "--format", "csv", "-o", str(file))
    while not any(each.stat().st_size for each in tmp_path.glob(".out.csv.*")):
        assert started.poll() is None
        look_again()
    started.send_signal(signal.SIGINT)
    started.communicate(timeout=LIMIT)
    assert started.wait() == 130
    assert [each.name for each in tmp_path.iterdir()] == ["out.csv"]
    assert file.read_text() == "old"


def test_out_and_in_need_no_key_where_the_owner_s_is(
    server: Service, name: str, tmp_path: Path
) -> None:
    """Beside a server on this machine both commands find the owner's key in the folder that is
    named."""
    file = str(tmp_path / "kursk.ndjson")
    keyless = Program(server.url)
    done = keyless.run("export", name, "--format", "ndjson", "-o", file)
    assert done.code == 0, done.err
    here = ("--data-dir", str(server.data))
    brought = keyless.run("import", f"{name}-in", file, "--yes", *here)
    assert brought.code == 0, brought.err
    assert keyless.run("export", f"{name}-in", "--format", "csv", *here).out.count("\n") == 4
