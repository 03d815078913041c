"""The lock on a data folder."""

from __future__ import annotations

import asyncio
import errno
import os
from pathlib import Path

import pytest

from service.datafolder.lock import FolderInUse, FolderLock


async def test_a_folder_has_one_owner_at_a_time(tmp_path: Path) -> None:
    """The second is refused at once, with the folder and the owner; after release it gets it."""
    first, second = FolderLock(tmp_path), FolderLock(tmp_path)
    await first.acquire(30)
    async with asyncio.timeout(5):
        with pytest.raises(FolderInUse) as caught:
            await second.acquire(30)
    assert (caught.value.folder, caught.value.pid) == (tmp_path, os.getpid())
    assert str(tmp_path) in str(caught.value)
    assert str(os.getpid()) in str(caught.value)
    first.release()
    await second.acquire(0)
    second.release()


async def test_a_lock_that_cannot_be_signed_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the disk is full, who could not write his number holds nothing: another gets it."""

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "pwrite", full)
        with pytest.raises(OSError, match="No space left"):
            await FolderLock(tmp_path).acquire(0)
    other = FolderLock(tmp_path)
    await other.acquire(0)
    other.release()


async def test_two_folders_have_two_owners(tmp_path: Path) -> None:
    """Locks of different folders do not meet."""
    locks = [FolderLock(tmp_path / name) for name in ("a", "b")]
    for name, lock in zip(("a", "b"), locks, strict=True):
        (tmp_path / name).mkdir()
        await lock.acquire(0)
    for lock in locks:
        lock.release()


async def test_an_heir_keeps_the_lock_of_a_dead_owner(tmp_path: Path) -> None:
    """A child that inherited the lock holds it; who waits gets it when that child leaves."""
    lock = FolderLock(tmp_path)
    await lock.acquire(0)
    gone = await asyncio.create_subprocess_exec("true")
    await gone.wait()
    heir = await asyncio.create_subprocess_exec(
        "cat", stdin=asyncio.subprocess.PIPE, pass_fds=[lock.fileno()]
    )
    (tmp_path / "onrecord.lock").write_text(f"{gone.pid}\n")
    lock.release()
    with pytest.raises(FolderInUse, match=f"left of a service that was killed, process {gone.pid}"):
        await lock.acquire(0)
    waiting = asyncio.create_task(lock.acquire(30))
    await heir.communicate(b"")
    await waiting
    lock.release()


async def test_an_owner_that_did_not_sign_is_another_process(tmp_path: Path) -> None:
    """Where the file names nobody, the refusal still says which folder."""
    first = FolderLock(tmp_path)
    await first.acquire(0)
    (tmp_path / "onrecord.lock").write_text("")
    with pytest.raises(FolderInUse, match="another process"):
        await FolderLock(tmp_path).acquire(0)
    first.release()


async def test_a_lock_that_is_not_held_has_no_descriptor(tmp_path: Path) -> None:
    """Asking for it before, or after, is a mistake of the program; releasing twice is not."""
    lock = FolderLock(tmp_path)
    with pytest.raises(RuntimeError, match="not held"):
        lock.fileno()
    await lock.acquire(0)
    lock.release()
    lock.release()
    with pytest.raises(RuntimeError, match="not held"):
        lock.fileno()
