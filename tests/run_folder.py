"""The folder that a run of the tests works in: in memory, where a machine has room for it.

Most tests pay for `fsync`, of Valkey, SQLite and files, and nobody pulls the plug of what they have
written. They promise no less in memory: what a killed process has written is in the system's cache
on a disk, too, and is not lost.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from tests.looks import look_again

__all__ = ["CHOSEN", "MEMORY", "has_room", "run_folder", "temporary_files_in"]

MEMORY: Final = Path("/dev/shm")  # noqa: S108 - the folder of a run is made in it, with a new name
_PREFIX: Final = "onrecord-run-"
_ROOM: Final = 4 << 30
"""Bytes that have to be free. A whole run has held 1.2 GB."""
CHOSEN: Final = ("TMPDIR", "TEMP", "TMP")
"""What somebody has chosen with one of these is used."""
_LIMIT: Final = 20.0
"""Seconds for processes to end that still write when the run is over."""


@contextmanager
def run_folder(environment: Mapping[str, str], memory: Path = MEMORY) -> Iterator[Path | None]:
    """A new folder in memory, until the block ends in this process; one that is forked meanwhile
    may end it, too, and removes nothing. None if `environment` has chosen another one, or `memory`
    has no room."""
    if any(environment.get(name) for name in CHOSEN) or not has_room(memory):
        yield None
        return
    _remove_left(memory)
    folder, lock = _new_folder(memory)
    maker = os.getpid()
    try:
        yield folder
    finally:
        if os.getpid() == maker:
            _remove(folder)
        os.close(lock)


@contextmanager
def temporary_files_in(folder: Path, environment: MutableMapping[str, str]) -> Iterator[None]:
    """Make temporary files there until the block ends; so do programs with this environment."""
    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    environment["TMPDIR"] = str(folder)
    yield
    del environment["TMPDIR"]
    tempfile.tempdir = before


def has_room(memory: Path) -> bool:
    """Whether it is there (only Linux has it), lets programs be started from it, and has room."""
    if not os.access(memory, os.R_OK | os.W_OK | os.X_OK):
        return False
    found = os.statvfs(memory)
    free = min(found.f_bavail * found.f_frsize, _free_memory())
    return free >= _ROOM and not found.f_flag & os.ST_NOEXEC


def _free_memory() -> int:
    lines = Path("/proc/meminfo").read_text().splitlines()
    [available] = (line.split()[1] for line in lines if line.startswith("MemAvailable:"))
    return int(available) * 1024


def _new_folder(memory: Path) -> tuple[Path, int]:
    """The folder, and the descriptor that keeps other runs from taking it for one that was left."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=memory))
        if (lock := _locked(folder)) is not None:
            return folder, lock


def _locked(folder: Path) -> int | None:
    """A descriptor of the folder that is locked; None if it belongs to another run, or is gone."""
    try:
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return None
    with suppress(OSError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if folder.stat().st_ino == os.fstat(lock).st_ino:
            return lock
    os.close(lock)
    return None


def _remove_left(memory: Path) -> None:
    """Remove the folders of runs that were killed."""
    for left in memory.glob(f"{_PREFIX}*"):
        if (lock := _locked(left)) is not None:
            _remove(left)
            os.close(lock)


def _remove(folder: Path) -> None:
    """Remove the folder, again if a process that is about to end put another file there."""
    end = time.monotonic() + _LIMIT
    while True:
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists() or time.monotonic() > end:
            return
        _open_up(folder)
        look_again()


def _open_up(folder: Path) -> None:
    """Make what a test has closed removable."""
    for at, names, _ in os.walk(folder):
        for each in (Path(at, name) for name in names):
            if not each.is_symlink():
                with suppress(FileNotFoundError):
                    each.chmod(0o700)
