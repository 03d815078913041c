"""How the program is called, and how it says no."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from service.cli import main

COMMANDS = (
    "serve",
    "seed",
    "append",
    "query",
    "tail",
    "replay",
    "verify",
    "bundle",
    "rebuild",
    "rotate",
    "backup",
    "restore",
    "doctor",
)


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ONRECORD_URL", "ONRECORD_KEY", "ONRECORD_PORT", "ONRECORD_DATA_DIR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def nobody() -> Iterator[str]:
    """An address that is taken, so that nobody else answers there, and refuses all calls."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


def test_the_program_lists_its_commands(capsys: pytest.CaptureFixture[str]) -> None:
    """`--help` is done, names every command of this stage, and explains the exit codes."""
    assert main(["--help"]) == 0
    said = capsys.readouterr().out
    assert all(command in said for command in COMMANDS)
    assert "Exit codes" in said


def test_a_call_without_a_command_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    """It shows the help, and a script that forgot the command does not pass for done."""
    assert main([]) == 2
    assert "Commands" in capsys.readouterr().out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_shows_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`--help` of each command shows how it is called."""
    assert main([command, "--help"]) == 0
    assert f"onrecord {command}" in capsys.readouterr().out.partition("Examples:")[2]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["launch"], "No such command"),
        (["query"], "TIMELINE"),
        (["query", "Kursk"], "timeline's name"),
        (["query", "kursk", "--colour", "red"], "--colour"),
        (["query", "kursk", "--from", "2024-13"], "column 6"),
        (["query", "kursk", "--from", "13/10/2024"], "column 1: Write 2024-10-13:"),
        (["query", "kursk", "--said-to", "2024/25"], "column 6: Write 2024/2025:"),
        (["query", "kursk", "--to", ""], "leave this out"),
        (["query", "kursk", "--kind", "rumour"], "rumour"),
        (["query", "kursk", "--limit", "0"], "--limit"),
        (["query", "kursk", "--cursor", "c", "--tag", "a"], "--cursor"),
        (["query", "kursk", "--url", "localhost:8000"], "--url"),
        (["query", "kursk", "--key", "a b"], "--key"),
        (["tail", "kursk", "--after", "-1"], "--after"),
        (["seed", "/no/such/file.jsonl"], "/no/such/file.jsonl"),
        (["append", "kursk", "/no/such/file.json"], "/no/such/file.json"),
        (["append", "kursk", "/dev/null"], "Give statements"),
        (["serve", "--port", "eighty"], "--port"),
        (["serve", "--open"], "--open"),
        (["serve", "--redis-url", "http://x"], "--redis-url"),
        (["rebuild", "--redis-url", "http://x"], "--redis-url"),
    ],
)
def test_wrong_use_is_2_and_says_what_is_wrong(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is sent or started; stderr has a sentence that names the trouble, stdout nothing."""
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert said in captured.err
    assert not captured.out


def test_wrong_settings_are_wrong_use(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every wrong variable is reported, each on its line, before anything starts."""
    monkeypatch.setenv("ONRECORD_PORT", "eighty")
    monkeypatch.setenv("ONRECORD_PROT", "80")
    assert main(["serve"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert sum("ONRECORD_PORT:" in line or "ONRECORD_PROT:" in line for line in lines) == 2


@pytest.mark.parametrize(
    "arguments",
    [["query", "kursk"], ["tail", "kursk"], ["tail", "kursk", "--after", "3"], ["seed"]],
)
def test_a_server_that_is_not_there_is_3(
    arguments: list[str], nobody: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where nobody listens the code is 3, and stderr names the address and the way out."""
    assert main([*arguments, "--url", nobody]) == 3
    captured = capsys.readouterr()
    assert not captured.out
    assert nobody in captured.err
    assert "onrecord serve" in captured.err


def test_waiting_for_a_server_ends(nobody: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`--wait` asks again for so long and no longer; then it is 3 as without it."""
    assert main(["seed", "--wait", "0.2", "--url", nobody]) == 3


def test_trouble_is_json_for_programs(nobody: str, capsys: pytest.CaptureFixture[str]) -> None:
    """In a pipe what went wrong is one JSON object on stderr."""
    main(["query", "kursk", "--url", nobody])
    said = msgspec.json.decode(capsys.readouterr().err)
    assert said["title"] == "No server"


def test_a_wrong_seed_is_2_and_names_its_lines(
    tmp_path: Path, nobody: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A malformed file is wrong use before the server is even called."""
    file = tmp_path / "strikes.jsonl"
    file.write_text('{"timeline": {"title": "Strikes"}}\n{"statement": {}}\nnonsense\n')
    assert main(["seed", str(file), "--url", nobody]) == 2
    said = capsys.readouterr().err
    assert "line 2" in said
    assert "line 3" in said


def test_a_seed_whose_file_names_no_timeline_asks_for_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file's name that is no timeline's needs `--timeline`."""
    file = tmp_path / "My Seeds.jsonl"
    file.write_text("{}")
    assert main(["seed", str(file)]) == 2
    assert "--timeline" in capsys.readouterr().err


def test_statements_that_are_no_json_are_2(
    monkeypatch: pytest.MonkeyPatch,
    nobody: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    """What stdin has is read before anything is sent, and a file of something else is not sent."""
    (tmp_path / "lines").write_text('a,b\n{"a":\n')
    with (tmp_path / "lines").open() as lines:
        monkeypatch.setattr(sys, "stdin", lines)
        assert main(["append", "kursk", "--url", nobody]) == 2
    assert "line 2" in capsys.readouterr().err
