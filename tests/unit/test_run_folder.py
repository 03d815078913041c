"""The folder of a run, in a file system that takes the part of memory."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from tests import run_folder as module
from tests.run_folder import CHOSEN, has_room, run_folder, temporary_files_in


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One with room."""
    monkeypatch.setattr(module, "has_room", lambda _: True)
    return tmp_path


def test_nothing_is_left(memory: Path) -> None:
    """Not even what a test has closed."""
    with run_folder({}, memory) as folder:
        assert folder is not None
        (folder / "closed").mkdir()
        (folder / "closed" / "file").touch()
        (folder / "closed").chmod(0)
        (folder / "link").symlink_to(memory)
    assert [*memory.iterdir()] == []


def test_a_forked_process_removes_nothing(memory: Path) -> None:
    """`multiprocessing` drops there what its finalizers hold, and that ends the block."""
    held = run_folder({}, memory)
    folder = held.__enter__()
    assert folder is not None
    child = os.fork()
    if not child:
        held.__exit__(None, None, None)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert folder.exists()
    held.__exit__(None, None, None)
    assert not folder.exists()


def test_temporary_files_are_in_it_until_then(memory: Path) -> None:
    """Those of programs, too."""
    before = tempfile.gettempdir()
    environment: dict[str, str] = {}
    with run_folder({}, memory) as folder:
        assert folder is not None
        with temporary_files_in(folder, environment), tempfile.TemporaryDirectory() as one:
            assert Path(one).parent == folder == Path(environment["TMPDIR"])
    assert environment == {}
    assert tempfile.gettempdir() == before


def test_what_a_killed_run_left_is_removed_by_the_next(memory: Path) -> None:
    """And nothing of one that still runs, or of somebody else."""
    (memory / "onrecord-run-left").mkdir()
    (memory / "onrecord-other").mkdir()
    with run_folder({}, memory) as first, run_folder({}, memory) as second:
        assert {*memory.iterdir()} == {first, second, memory / "onrecord-other"}


@pytest.mark.parametrize("name", CHOSEN)
def test_another_one_can_be_chosen(memory: Path, name: str) -> None:
    """By what the system calls it."""
    with run_folder({name: "/somewhere"}, memory) as folder:
        assert folder is None
    assert [*memory.iterdir()] == []


def test_memory_needs_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In it and in the machine, and programs must be able to start from it."""
    assert not has_room(tmp_path / "missing")

    class Found:
        f_bavail, f_frsize, f_flag = 4 << 30, 1, 0

    found, free = Found(), 4 << 30
    monkeypatch.setattr(os, "statvfs", lambda _: found)
    monkeypatch.setattr(module, "_free_memory", lambda: free)
    assert has_room(tmp_path)
    found.f_flag = os.ST_NOEXEC
    assert not has_room(tmp_path)
    found.f_flag, found.f_bavail = 0, (4 << 30) - 1
    assert not has_room(tmp_path)
    found.f_bavail, free = 4 << 30, (4 << 30) - 1
    assert not has_room(tmp_path)
