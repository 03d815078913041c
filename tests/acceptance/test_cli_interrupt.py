"""One Ctrl-C at the keyboard ends every command, whatever it is doing at that moment."""

from __future__ import annotations

import os
import pty
import select
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from tests.program import LIMIT, Program
from tests.serving import running
from tests.steps import interrupted_onrecord
from tests.warm import WarmProcess

CTRL_C: Final = b"\x03"


class Keyboard:
    """A command with a terminal of its own, which is its keyboard and what it writes to."""

    def __init__(self, *arguments: str, url: str | None = None) -> None:
        self._ours, theirs = pty.openpty()
        self.process = Program(url).at_terminal(theirs, *arguments)
        os.close(theirs)
        self.shown = b""

    def wait_for(self, text: bytes) -> None:
        """Until the command has written that."""
        while text not in self.shown:
            assert self._read(), f"{text!r} was not written: {self.shown!r}"

    def press(self, keys: bytes) -> None:
        os.write(self._ours, keys)

    def end(self) -> int:
        """The exit code, once it ended by itself."""
        while self._read():
            pass
        os.close(self._ours)
        return self.process.wait(timeout=LIMIT)

    def _read(self) -> bytes:
        """What comes next, nothing at its end; one that neither writes nor ends is killed."""
        if not select.select([self._ours], [], [], LIMIT)[0]:
            self.process.kill()
            pytest.fail(f"it neither wrote nor ended: {self.shown!r}")
        try:
            piece = os.read(self._ours, 65536)
        except OSError:  # all others have left it
            return b""
        self.shown += piece
        return piece


@contextmanager
def silent() -> Iterator[tuple[str, threading.Event]]:
    """A server that takes a call and never answers; the event is set once a request has come."""
    heard = threading.Event()
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()

        def listen() -> None:
            try:
                call, _ = listener.accept()
                with call:
                    call.recv(1)
                    heard.set()
                    while call.recv(65536):
                        pass
            except OSError:
                pass

        threading.Thread(target=listen, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", heard


def interrupted(keyboard: Keyboard) -> bytes:
    """What it wrote, once it ended after one Ctrl-C as an interrupted command does."""
    keyboard.press(CTRL_C)
    assert keyboard.end() == 130, keyboard.shown
    assert b"Traceback" not in keyboard.shown
    return keyboard.shown


@pytest.mark.parametrize("arguments", [["append", "kursk"], ["seed", "-", "--timeline", "kursk"]])
def test_what_reads_from_the_keyboard_ends_at_once(arguments: list[str]) -> None:
    """No second Ctrl-C is needed, and half a line was typed before it."""
    keyboard = Keyboard(*arguments)
    keyboard.wait_for(b"Ctrl-D ends it")
    keyboard.press(b'{"id": ')
    interrupted(keyboard)


@pytest.mark.parametrize(
    "arguments",
    [
        ["append", "kursk", "{file}"],
        ["seed", "{file}", "--timeline", "kursk"],
        ["query", "kursk"],
        ["tail", "kursk"],
        ["tail", "kursk", "--after", "0"],
        ["replay", "kursk"],
        ["bundle", "kursk", "-o", "{folder}/b.tar.gz"],
        ["verify", "{url}", "--timeline", "kursk"],
        ["verify", "{url}"],
    ],
)
def test_what_waits_for_a_server_ends_at_once(arguments: list[str], tmp_path: Path) -> None:
    """A server that never answers keeps nobody, and nothing is left in the folder."""
    file = tmp_path / "one.jsonl"
    file.write_text(
        '{"statement": {"kind": "claim", "text": "x", "said": {"by": "y", "on": null}}}'
    )
    with silent() as (url, heard):
        filled = [part.format(file=file, folder=tmp_path, url=url) for part in arguments]
        keyboard = Keyboard(*filled, url=url)
        assert heard.wait(LIMIT)
        interrupted(keyboard)
    assert [*tmp_path.iterdir()] == [file]


@pytest.mark.parametrize(
    "arguments",
    [
        ["append", "kursk", "{pipe}"],
        ["restore", "{pipe}", "--data-dir", "{folder}/data"],
        ["verify", "http://127.0.0.1:1", "--vkey", "{pipe}"],
    ],
)
def test_what_waits_for_a_file_ends_at_once(arguments: list[str], tmp_path: Path) -> None:
    """A pipe that nobody writes to is no reason to stay, and nothing is left in the folder."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    keyboard = Keyboard(*(part.format(pipe=pipe, folder=tmp_path) for part in arguments))
    writing = os.open(pipe, os.O_WRONLY)  # returns once the command has opened it
    try:
        interrupted(keyboard)
    finally:
        os.close(writing)
    assert [*tmp_path.iterdir()] == [pipe]


def test_a_service_ends_at_once(tmp_path: Path) -> None:
    """The service ends with 0 when it is ordered to stop."""
    keyboard = Keyboard("serve", "--port", "0", "--data-dir", str(tmp_path / "data"))
    keyboard.wait_for(b"Ctrl-C ends it")
    keyboard.press(CTRL_C)
    assert keyboard.end() == 0
    assert b"Traceback" not in keyboard.shown


def test_what_follows_a_timeline_ends_at_once(tmp_path: Path) -> None:
    """A `tail` that has shown what is there, and waits for more, ends by one Ctrl-C."""
    with running(tmp_path) as service:
        assert service.program.run("seed").code == 0
        keyboard = Keyboard("tail", "kursk", url=service.url)
        keyboard.wait_for(b"Ctrl-C ends it")
        interrupted(keyboard)


_OUTSIDE: Final = """
import atexit, os, signal, sys
class Pressing:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
def look(event, arguments):
    if event == "import" and arguments[0] == "service.cli.program":
        Pressing()
if sys.argv.pop(1) == "before":
    sys.addaudithook(look)
else:
    atexit.register(os.kill, os.getpid(), signal.SIGINT)
from service.cli import main
sys.exit(main())
"""
"""`onrecord`, with one Ctrl-C in a finalizer while it is imported, or after it has answered."""


@pytest.mark.parametrize("moment", ["before", "after"])
def test_what_has_not_begun_or_is_over_ends_at_once(moment: str) -> None:
    """Where Python lets no exception through, Ctrl-C ends the program, without a traceback."""
    done = subprocess.run(
        [sys.executable, "-c", _OUTSIDE, moment, "--version"],
        capture_output=True,
        text=True,
        timeout=LIMIT,
        env=Program().environment(),
        check=False,
    )
    assert (done.returncode, done.stderr) == (130, "")


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a service that was stopped."""
    folder = tmp_path_factory.mktemp("stopped")
    with running(folder) as service:
        service.program.run("seed")
    return folder / "data"


@pytest.mark.parametrize(
    ("command", "step"),
    [("rebuild", 1), ("rebuild", 2), ("rebuild", 80), ("doctor", 9), ("backup", 9)],
)
def test_what_works_on_a_folder_leaves_it_whole(
    command: str, step: int, stopped: Path, tmp_path: Path
) -> None:
    """Whenever it comes, the command ends without a traceback, unless it was done before; the
    store that it started has let go of the folder, which is as it was, and no file is left."""
    program = Program()
    to = [str(tmp_path / "backup.tar")] if command == "backup" else []
    arguments = [str(step), command, *to, "--data-dir", str(stopped)]
    process = WarmProcess(arguments, program.environment(), run=interrupted_onrecord)
    _, said = process.communicate(timeout=LIMIT)
    assert (process.returncode, said) in [(130, ""), (0, "")]
    assert process.returncode or step > 1
    assert {path.name for path in tmp_path.iterdir()} <= {"backup.tar"}
    doctor = program.run("doctor", "--data-dir", str(stopped))
    assert doctor.code == 0, doctor.out
    assert "in use" not in doctor.out
