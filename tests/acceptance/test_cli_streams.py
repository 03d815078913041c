"""Every command where its streams fail: full, closed, read by nobody, or no terminal."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from tests.acceptance.cli_streams import COMMANDS, needs_full
from tests.forked import onrecord, onrecord_anew
from tests.program import Done, Program
from tests.serving import Service, running

STATEMENT = '{"id": "a", "kind": "claim", "text": "It is so.", "said": {"by": "KCNA", "on": null}}'


class Prepared(NamedTuple):
    """A running service with a signed timeline, and the folder of one that was stopped."""

    service: Service
    folder: Path

    def arguments(self, command: str) -> list[str]:
        """A call of the command that works."""
        statements, bundle = self.folder / "statements.jsonl", self.folder / "b.tar.gz"
        restored = str(self.folder / "restored")
        vkey, stopped = str(self.folder / "vkey"), str(self.folder / "stopped" / "data")
        return {
            "seed": ["seed", "--timeline", "kursk"],
            "append": ["append", "kursk", str(statements)],
            "query": ["query", "kursk"],
            "tail": ["tail", "kursk", "--after", "0", "--until-caught-up"],
            "replay": ["replay", "kursk"],
            "verify": ["verify", self.service.url, "--timeline", "kursk", "--vkey", vkey],
            "bundle": ["bundle", "kursk", "-o", str(bundle)],
            "rebuild": ["rebuild", "--data-dir", stopped],
            "rotate": ["rotate", "--data-dir", str(self.folder / "keys")],
            "backup": ["backup", str(self.folder / "new.tar"), "--data-dir", stopped],
            "restore": ["restore", str(self.folder / "backup.tar"), "--data-dir", restored],
            "doctor": ["doctor", "--data-dir", str(self.folder / "new")],
            "diff": ["diff", "kursk", "1"],
            "export": ["export", "kursk", "--format", "csv"],
            "import": ["import", "kursk", str(self.folder / "rows.csv"), "--guess", "--dry-run"],
            "keys": ["keys", "list"],
            "grants": ["grants", "list"],
            "why": ["why", "everyone", "read", "kursk"],
            "sign-in": ["sign-in", "--data-dir", str(self.folder / "data")],
        }[command]

    def redirected(
        self,
        redirection: str,
        command: str,
        *,
        fresh: bool = False,
        run: Callable[[], int] = onrecord,
    ) -> Done:
        if command == "rotate":
            key = (self.folder / "stopped" / "data" / "signing.key").read_text()
            (self.folder / "keys" / "signing.key").write_text(key)
        shutil.rmtree(self.folder / "restored", ignore_errors=True)
        return self.service.program.redirected(
            redirection, *self.arguments(command), fresh=fresh, run=run
        )


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prepared]:
    folder = tmp_path_factory.mktemp("streams")
    (folder / "statements.jsonl").write_text(STATEMENT + "\n")
    (folder / "rows.csv").write_text("text,speaker\nIt is so.,KCNA\n")
    (folder / "stopped").mkdir()
    (folder / "keys").mkdir()
    (folder / "keys" / "signing.key").touch(0o600)
    with running(folder / "stopped") as stopped:
        stopped.program.run("seed")
        made = (
            "backup",
            str(folder / "backup.tar"),
            "--data-dir",
            str(folder / "stopped" / "data"),
        )
        assert stopped.program.run(*made).code == 0
    with running(folder) as service:
        assert service.program.run("seed").code == 0
        with service.client() as client:
            client.post("/v1/timelines/kursk/statements?wait=checkpoint", content=STATEMENT,
                        headers={"Content-Type": "application/json"})  # fmt: skip
            (folder / "vkey").write_text(client.get("/v1/timelines/kursk/keys").text)
        yield Prepared(service, folder)


@pytest.mark.parametrize(
    ("redirection", "command"),
    [
        *(pytest.param(">/dev/full", name, marks=needs_full) for name in COMMANDS),
        *((">&-", name) for name in ("append", "query", "rotate", "doctor")),
    ],
)
def test_an_answer_that_cannot_be_written_is_reported(
    redirection: str, command: str, prepared: Prepared
) -> None:
    """A full disk and a closed stdout are wrong use, in one sentence: neither a traceback nor an
    exit code that means something else, as 1 and 4 do for `verify`."""
    done = prepared.redirected(redirection, command)
    assert done.code == 2
    [told] = done.err.splitlines()
    title = msgspec.json.decode(told)["title"]
    assert title.endswith(" cannot be written to stdout")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_stderr_that_is_closed_changes_nothing(command: str, prepared: Prepared) -> None:
    """What is done is done, and its answer comes, though no trouble can be reported to anybody: the
    calls above are right, and fail for their stdout alone. Here each command imports the program's
    modules anew, and one is a process of its own from the first import on."""
    done = prepared.redirected("2>&-", command, fresh=command == "query", run=onrecord_anew)
    assert (done.code, done.err) == (0, "")
    assert done.out


@pytest.mark.parametrize("redirection", [pytest.param("2>/dev/full", marks=needs_full), "2>&-"])
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["query", "nowhere"], 1),
        (["query", "kursk", "--limit", "none"], 2),
        (["query", "kursk", "--url", "http://127.0.0.1:1"], 3),
    ],
)
def test_a_failure_that_cannot_be_reported_keeps_its_code(
    arguments: list[str], code: int, redirection: str, prepared: Prepared
) -> None:
    """The exit code is what it is where stderr works."""
    assert prepared.service.program.redirected(redirection, *arguments).code == code


@pytest.mark.parametrize("command", ["verify", "doctor"])
def test_a_reader_that_leaves_does_not_make_a_no_a_yes(command: str, tmp_path: Path) -> None:
    """`verify | head` of something that is not proved is not 0 because head was done early."""
    (tmp_path / "data").write_text("no folder")
    (tmp_path / "vkey").write_text("nonsense")
    arguments = {
        "verify": ["verify", str(tmp_path / "data"), "--json"],
        "doctor": ["doctor", "--data-dir", str(tmp_path / "data")],
    }[command]
    reading, writing = os.pipe()
    os.close(reading)
    started = Program().start(*arguments, stdout=writing)
    os.close(writing)
    started.communicate(timeout=60)
    assert started.returncode == Program().run(*arguments).code != 0


def test_colour_that_is_forced_leaves_lines_as_they_are(prepared: Prepared) -> None:
    """FORCE_COLOR makes no terminal of a pipe: a document is one line there, without colour."""
    for name in ("query", "tail", "doctor"):
        done = prepared.service.program.redirected("", *prepared.arguments(name), FORCE_COLOR="1")
        assert done.code == 0
        assert "\x1b" not in done.out + done.err
        for line in done.out.splitlines():
            msgspec.json.decode(line)


def test_a_bundle_goes_into_a_pipe(prepared: Prepared, tmp_path: Path) -> None:
    """`bundle -o /dev/stdout` gives the bundle's bytes and nothing else, the same as in a file.
    (By a link: broken code that replaced a device would break this machine.)"""
    (tmp_path / "stdout").symlink_to("/dev/stdout")
    program, file = prepared.service.program, prepared.folder / "whole.tar.gz"
    assert program.run("bundle", "kursk", "-o", str(file)).code == 0
    with subprocess.Popen(
        program.command("bundle", "kursk", "-o", str(tmp_path / "stdout")),
        stdout=subprocess.PIPE,
        env=program.environment(),
    ) as running:
        assert running.stdout is not None
        assert running.stdout.read() == file.read_bytes()
    assert running.returncode == 0


@pytest.mark.parametrize(
    ("command", "place", "redirection"),
    [
        ("bundle", "/dev/stdout", ">&-"),
        ("bundle", "/dev/stdout", "1</dev/null"),
        ("bundle", "/dev/stderr", "2>&-"),
        ("bundle", "/dev/fd/9", "9>&-"),
        ("bundle", "{folder}/link", ">&-"),
        ("append", "/dev/fd/1", ">&-"),
        ("backup", "/dev/stdout", ">&-"),
    ],
)
def test_output_that_would_go_nowhere_is_refused(
    command: str, place: str, redirection: str, prepared: Prepared, tmp_path: Path
) -> None:
    """A file that names a closed stream, also by a link, is wrong use: it would end with 0, and
    what should be kept would be kept nowhere."""
    (tmp_path / "link").symlink_to("/dev/stdout")
    file = place.format(folder=tmp_path)
    arguments = prepared.arguments(command)
    given = {
        "bundle": [*arguments[:-1], file],
        "append": [*arguments, "--refused", file],
        "backup": ["backup", file, *arguments[2:]],
    }[command]
    done = prepared.service.program.redirected(redirection, *given)
    assert done.code == 2
    if place != "/dev/stderr":
        assert f"'{file}' is closed, or not open for writing." in done.err


def test_a_bundle_goes_through_a_link(prepared: Prepared, tmp_path: Path) -> None:
    """The link stays, and the file that it leads to is the bundle."""
    target, link = tmp_path / "kept.tar.gz", tmp_path / "link"
    link.symlink_to(target)
    assert prepared.service.program.run("bundle", "kursk", "-o", str(link)).code == 0
    assert link.is_symlink()
    assert target.stat().st_size > 0


@pytest.mark.parametrize(
    "place",
    [
        pytest.param("{folder}/full", marks=needs_full),
        "{folder}",
        "{folder}/no/b",
        "{folder}/ring",
    ],
)
def test_a_bundle_that_cannot_be_written_is_reported(
    place: str, prepared: Prepared, tmp_path: Path
) -> None:
    """A full device, a folder, a folder that is not there, a link to itself: one sentence and 2."""
    (tmp_path / "ring").symlink_to(tmp_path / "ring")
    (tmp_path / "full").symlink_to("/dev/full")
    done = prepared.service.program.run("bundle", "kursk", "-o", place.format(folder=tmp_path))
    assert (done.code, done.out) == (2, "")
    assert "Traceback" not in done.err
    assert {*tmp_path.iterdir()} == {tmp_path / "ring", tmp_path / "full"}
    assert (tmp_path / "full").is_symlink()
