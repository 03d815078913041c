"""Every file that a command reads, where it is not there, cannot be read, or is something else."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from service.cli import main
from tests.audits import SIGNER

VKEY = str(SIGNER.verifier)

READERS = {
    "append": ["append", "kursk", "{file}"],
    "append --refused": ["append", "kursk", "{good}", "--refused", "{file}"],
    "seed": ["seed", "{file}", "--timeline", "kursk"],
    "verify": ["verify", "{file}", "--vkey", VKEY],
    "verify --vkey": ["verify", "{good}", "--vkey", "{file}"],
    "verify --since": ["verify", "{good}", "--vkey", VKEY, "--since", "{file}"],
    "replay --bundle": ["replay", "kursk", "--bundle", "{file}"],
    "restore": ["restore", "{file}", "--data-dir", "{folder}/restored"],
    "doctor": ["doctor", "--data-dir", "{file}"],
    "rebuild": ["rebuild", "--data-dir", "{file}"],
    "rotate": ["rotate", "--data-dir", "{file}"],
    "backup": ["backup", "{folder}/new.tar", "--data-dir", "{file}"],
}


def missing(path: Path) -> None:
    pass


def folder(path: Path) -> None:
    path.mkdir()


def nothing(path: Path) -> None:
    path.touch()


def not_utf8(path: Path) -> None:
    path.write_bytes(b'{"text": "caf\xe9"}\n')


def binary(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 64)


def huge_line(path: Path) -> None:
    path.write_bytes(b'{"text": "' + b"x" * (18 << 20))


def packed(path: Path) -> None:
    path.write_bytes(gzip.compress(bytes(range(256)) * 64))


def deep(path: Path) -> None:
    path.write_bytes(b"[" * 200_000)


def ring(path: Path) -> None:
    path.symlink_to(path)


def broken(path: Path) -> None:
    """A file of the system's that can be opened, and gives an error where it is read."""
    path.symlink_to("/proc/self/mem")


STATES = (missing, folder, nothing, not_utf8, binary, huge_line, packed, deep, ring, broken)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("reader", READERS)
def test_no_file_is_a_traceback(
    reader: str,
    state: Callable[[Path], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Whatever stands where a file is expected, the exit code is one of the interface's, and
    something is said."""
    if state is broken and not Path("/proc/self/mem").exists():
        pytest.skip("only Linux has such a file")
    monkeypatch.setenv("ONRECORD_URL", "http://127.0.0.1:1")
    file, good = tmp_path / "given", tmp_path / "good"
    good.write_text("{}\n")
    state(file)
    mask = os.umask(0o077)
    try:
        places = {"file": file, "good": good, "folder": tmp_path}
        code = main([part.format(**places) for part in READERS[reader]])
    finally:
        os.umask(mask)
    captured = capsys.readouterr()
    assert code in (0, 1, 2, 3, 4)
    assert captured.err or (reader == "doctor" and captured.out)


@pytest.mark.parametrize("reader", ["verify", "replay --bundle"])
def test_a_bundle_in_a_pipe_is_told_what_to_do(
    reader: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A bundle is read more than once: a pipe would hang, or be found empty the second time."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert main([part.format(file=pipe) for part in READERS[reader]]) == 2
    assert "save it" in capsys.readouterr().err


def test_a_backup_into_a_folder_that_does_not_exist_is_refused_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message names the missing folder, without the number of the system's error."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "seal.key").touch()
    file = tmp_path / "none" / "new.tar"
    assert main(["backup", str(file), "--data-dir", str(tmp_path / "data")]) == 2
    said = capsys.readouterr().err
    assert f"{file.parent}: No such file or directory." in said
    assert "Errno" not in said
