"""A backup and a restore are killed at each of their steps: nothing is left half done."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from projections.ledger.ledger import Ledger
from service.datafolder.lock import FolderLock, HalfRestored
from tests.histories import IDENTITY
from tests.steps import back_up_until, back_up_whole, restore_until, restore_whole
from tests.warm import exit_code_of


def run(what: str, first: Path, second: Path, at: int, mounted: bool = False) -> bool:
    """Whether it came to its end; it is killed at its step `at`, counted from 1. With 0 it is
    not, and needs no process for that."""
    if not at and not mounted:
        back_up_whole(first, second) if what == "backup" else restore_whole(first, second)
        return True
    code = (
        exit_code_of(back_up_until, at, first, second)
        if what == "backup"
        else exit_code_of(restore_until, at, first, second, mounted)
    )
    assert code in (0, -9)
    return code == 0


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A small data folder."""
    folder = tmp_path / "data"
    log = folder / "valkey" / "appendonlydir"
    log.mkdir(parents=True)
    for name in ("seal.key", "signing.key", "signed.json", "alarms.json"):
        (folder / name).write_text(f"this is {name}")
    Ledger.open(folder, IDENTITY).close()
    (log / "appendonly.aof.manifest").write_text(
        "file appendonly.aof.1.base.rdb seq 1 type b\nfile appendonly.aof.1.incr.aof seq 1 type i\n"
    )
    (log / "appendonly.aof.1.base.rdb").write_text("base")
    (log / "appendonly.aof.1.incr.aof").write_text("appended" * 1_000)
    return folder


def content(folder: Path) -> dict[str, bytes]:
    paths = [path for path in folder.rglob("*") if path.is_file()]
    kept = [path for path in paths if not path.name.endswith((".lock", "-shm"))]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in kept}


def moments() -> Iterator[int]:
    """Each of the first steps, then every third: enough of them to end between any two files."""
    return (at for at in count(1) if at < 6 or at % 3 == 0)


@pytest.mark.parametrize("before", [None, b"an older backup"])
def test_a_backup_that_is_killed_is_not_there(
    tmp_path: Path, data: Path, before: bytes | None
) -> None:
    """Killed at any step it leaves the old file or none, never a part; in the end all is in it.
    Between the two steps in which a file takes another's place the new one is there whole, too, and
    the next backup removes it."""
    place = tmp_path / "backups"
    place.mkdir()
    file = place / "b.tar"
    if before is not None:
        file.write_bytes(before)
    killed = 0
    for at in count(1):  # each: the window between two names is one step wide
        was_there = file.exists()
        ended = run("backup", data, file, at)
        if ended:
            break
        killed += 1
        left = [path for path in place.iterdir() if sys.platform == "linux" and path != file]
        assert not left or (was_there and len(left) == 1)
        for passing in left:
            assert _is_whole(passing, tmp_path, data)
        assert not file.exists() or file.read_bytes() == before or _is_whole(file, tmp_path, data)
    assert killed > 10
    assert [*place.iterdir()] == [file]
    assert _is_whole(file, tmp_path, data)


def _is_whole(file: Path, folder: Path, data: Path) -> bool:
    back = folder / "whole"
    assert run("restore", file, back, 0)
    found = content(back) == content(data)
    for path in sorted(back.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    back.rmdir()
    return found


@pytest.mark.parametrize("mounted", [False, True], ids=["plain", "mounted"])
def test_a_restore_that_is_killed_can_be_done_again(
    tmp_path: Path, data: Path, mounted: bool
) -> None:
    """Killed at any step it leaves the folder empty or whole; on a mounted volume, whose place
    cannot be taken, what is half there is used by nobody. The next restore brings all of it."""
    file = tmp_path / "b.tar"
    assert run("backup", data, file, 0)
    killed = 0
    for at in moments():
        back = tmp_path / f"back{at}"
        back.mkdir()
        if run("restore", file, back, at, mounted):
            break
        killed += 1
        if mounted and any(back.iterdir()):
            if (back / "restoring").exists():
                with pytest.raises(HalfRestored):
                    asyncio.run(FolderLock(back).acquire(0))
            else:
                assert content(back) == content(data)
                continue
        elif any(back.iterdir()):
            assert content(back) == content(data)
            continue
        assert run("restore", file, back, 0, mounted)
        assert content(back) == content(data)
        assert not back.with_name(f"{back.name}.restoring").exists()
    assert killed > 10
