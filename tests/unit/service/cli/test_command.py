"""The key with which a command asks its server."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import rich_click as click
from click.testing import CliRunner

from service.cli.command import CliCommand, client_settings, run_command, server_options
from service.cli.failure import WRONG_USE, Failure
from service.cli.output import Output
from service.client import ServerRefused
from service.datafolder.owner_key import OwnerKeyError


@click.command(cls=CliCommand)
@server_options
def ask(url: str | None, key: str | None) -> None:
    """Prints the key that a command would use."""
    click.echo(client_settings(url, key).key)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with `.onrecord/owner.key` in it, and another one with a key of its own."""
    monkeypatch.chdir(tmp_path)
    for name in (".onrecord", "other"):
        (tmp_path / name).mkdir()
        key = tmp_path / name / "owner.key"
        key.write_text(f"key-of-{name}\n")
        key.chmod(0o600)
    return tmp_path


def asked(*arguments: str, **variables: str | None) -> str:
    empty = dict.fromkeys(("ONRECORD_KEY", "ONRECORD_URL", "ONRECORD_DATA_DIR"))
    found = CliRunner().invoke(
        ask, arguments, env=empty | variables, catch_exceptions=False, standalone_mode=False
    )
    return found.output.strip()


@pytest.mark.parametrize("url", ["http://127.0.0.1:9000", "http://localhost", "http://[::1]:1"])
@pytest.mark.usefixtures("folder")
def test_the_owners_key_is_found_for_a_server_here(url: str) -> None:
    """Of the default folder, of the one in the environment, and of the one that is named."""
    assert asked("--url", url) == "key-of-.onrecord"
    assert asked("--url", url, ONRECORD_DATA_DIR="other") == "key-of-other"
    assert asked("--url", url, "--data-dir", "other") == "key-of-other"


@pytest.mark.parametrize("url", ["http://192.168.1.2", "https://example.org", "http://0.0.0.0:80"])
@pytest.mark.usefixtures("folder")
def test_the_owners_key_is_sent_to_no_other_machine(url: str) -> None:
    """Another machine gets a key only if it is given."""
    assert asked("--url", url) == ""
    assert asked("--url", url, "--key", "given") == "given"


@click.command(cls=CliCommand)
@server_options
def refuse(url: str | None, key: str | None) -> int:
    """Ends as if the server did not know the key."""
    client_settings(url, key)

    async def refused() -> int:
        raise ServerRefused(401, {"title": "No", "detail": "Not known."}, b"{}", None)

    return run_command(Output(as_json=False, stdout=sys.stdout, stderr=sys.stderr), refused())


def test_where_a_key_was_found_that_the_server_does_not_know(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message names the file of the key, unless the key was given."""
    path = str(folder / ".onrecord" / "owner.key")
    assert refuse.main([], standalone_mode=False) == 1
    assert path in capsys.readouterr().err.replace("\n", "")
    refuse.main(["--key", "given"], standalone_mode=False)
    assert path not in capsys.readouterr().err.replace("\n", "")


def test_where_no_key_is_given_or_found_it_is_said_where_it_was_looked_for(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Somebody who works in another folder than the server's is told to name that one."""
    (folder / ".onrecord" / "owner.key").unlink()
    assert refuse.main([], standalone_mode=False) == 1
    said = " ".join(capsys.readouterr().err.split())
    assert "name the folder of the server's data by --data-dir" in said
    refuse.main(["--url", "https://example.org"], standalone_mode=False)
    assert "--data-dir" not in capsys.readouterr().err


@pytest.mark.usefixtures("folder")
def test_a_key_that_is_given_wins() -> None:
    """By a flag or by the environment, before the owner's."""
    assert asked(ONRECORD_KEY="environment") == "environment"
    assert asked("--key", "flag", ONRECORD_KEY="environment") == "flag"


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("arguments", "advice"),
    [
        (("--key", "given"), "give one of them"),
        (("--url", "https://example.org"), "--key"),
    ],
)
def test_a_folder_whose_key_cannot_be_used_is_wrong_use(
    arguments: tuple[str, ...], advice: str
) -> None:
    """Beside a key that is given, and for another machine: it is said what to give."""
    with pytest.raises(Failure, match=advice) as raised:
        asked("--data-dir", "other", *arguments)
    assert raised.value.code == WRONG_USE
    assert asked(*arguments, ONRECORD_DATA_DIR="other") in {"given", ""}


def test_where_there_is_no_owners_key_none_is_sent(folder: Path) -> None:
    """A folder without one, or none at all, is nothing to complain about."""
    (folder / "other" / "owner.key").unlink()
    assert asked("--data-dir", "other") == ""
    assert asked("--data-dir", "nowhere") == ""


def test_a_key_that_others_may_have_read_is_reported(folder: Path) -> None:
    """It is not used, and it is said what to do."""
    (folder / ".onrecord" / "owner.key").chmod(0o644)
    with pytest.raises(OwnerKeyError, match="chmod 600"):
        asked()
