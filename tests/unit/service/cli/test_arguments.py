"""Arguments that are not UTF-8, tried on every option of every command."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from service.cli import main
from service.cli.program import onrecord
from tests.rows import each_row

NOT_UTF8 = b"\xff".decode(errors="surrogateescape")
"""What Python makes of a byte 0xFF on the command line."""

CONTEXT = click.Context(onrecord)
COMMANDS = onrecord.list_commands(CONTEXT)


def parameters() -> Iterator[tuple[str, click.Parameter]]:
    for name in COMMANDS:
        command = onrecord.get_command(CONTEXT, name)
        assert command is not None
        for parameter in command.params:
            if not (isinstance(parameter, click.Option) and parameter.is_flag):
                yield name, parameter


def called(name: str, wrong: click.Parameter) -> list[str]:
    """A call of the command in which that parameter is not UTF-8 and the others are right."""
    command = onrecord.get_command(CONTEXT, name)
    assert command is not None
    arguments = [name]
    for parameter in command.params:
        value = NOT_UTF8 if parameter is wrong else "kursk"
        if isinstance(parameter, click.Argument) and (parameter.required or parameter is wrong):
            arguments.append(value)
        elif parameter is wrong or parameter.required:
            arguments += [parameter.opts[-1], value]
    return arguments


@each_row(("command", "parameter"), [*parameters()])
def test_an_argument_that_is_not_utf8_is_wrong_use(
    command: str,
    parameter: click.Parameter,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It is reported in a sentence, before anything is sent or written; only a file's name may be
    any bytes, and then the file is looked for."""
    monkeypatch.setenv("ONRECORD_URL", "http://127.0.0.1:1")
    monkeypatch.chdir(tmp_path)  # where no data folder is
    code = main(called(command, parameter))
    captured = capsys.readouterr()
    assert captured.out == ""
    if isinstance(parameter.type, click.Path) and code != 2:
        assert captured.err  # a file may have that name: what was wrong was something else
    else:
        assert code == 2, captured.err


@pytest.mark.parametrize(
    "arguments", [[NOT_UTF8], ["query", f"--{NOT_UTF8}"], ["query", "kursk", NOT_UTF8]]
)
def test_a_word_that_is_not_utf8_is_wrong_use(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """No command, no option and no argument too many has such a name."""
    assert main(arguments) == 2
    assert capsys.readouterr().err
