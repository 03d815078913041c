"""Where the streams of help texts and of a service lead to."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.cli.program import onrecord as program
from tests.acceptance.cli_streams import COMMANDS, needs_full
from tests.program import Program
from tests.servers import free_port
from tests.serving import command

CHANGING = {"correct", "retract", "reinstate", "relate", "unrelate", "grade", "redact"}
"""They change one statement and answer as `append` does."""


def test_every_command_is_tried_here() -> None:
    """A command that is added to the program is added here too."""
    assert {*COMMANDS, *CHANGING, "serve"} == set(program.list_commands(None))  # type: ignore[arg-type]  # - it looks at no context


@pytest.mark.parametrize("redirection", [pytest.param(">/dev/full", marks=needs_full), ">&-"])
@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["query", "--help"], []])
def test_a_help_text_that_cannot_be_written_is_reported(
    arguments: list[str], redirection: str
) -> None:
    """What click itself writes fails as an answer does."""
    done = Program().redirected(redirection, *arguments, fresh=arguments == ["--help"])
    assert done.code == 2
    assert done.err.startswith("onrecord: ")
    assert len(done.err.splitlines()) == 1


@pytest.mark.parametrize("variable", ["FORCE_COLOR", "PY_COLORS"])
def test_a_help_text_has_no_colour_in_a_pipe(variable: str) -> None:
    """Nor do the variables that force colours on rich and click, which they read when they are
    imported, reach the help of a command."""
    done = Program(**{variable: "1"}).redirected("", "query", "--help", fresh=True)
    assert (done.code, done.err) == (0, "")
    assert "--said-from" in done.out
    assert "\x1b" not in done.out


@pytest.mark.parametrize(
    "redirection", [pytest.param(">/dev/full", marks=needs_full), ">&-", "<&-", "2>&-"]
)
def test_a_service_serves_whatever_becomes_of_its_lines(redirection: str, tmp_path: Path) -> None:
    """Where neither its start-up line nor its log can be written, it answers, and ends with 0."""
    port = free_port()
    fresh = redirection == "2>&-"
    service = Program().start(*command(tmp_path, port), redirection=redirection, fresh=fresh)
    program = Program(f"http://127.0.0.1:{port}", ONRECORD_DATA_DIR=str(tmp_path / "data"))
    assert program.run("seed", "--wait", "60").code == 0
    service.terminate()
    service.communicate(timeout=60)
    assert service.returncode == 0
