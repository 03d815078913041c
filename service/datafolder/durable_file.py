"""Writes files so that after a crash they have either the new content or the old one."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

__all__ = [
    "advice_on_reading",
    "appearing",
    "append_durably",
    "opened",
    "read_file",
    "sync_folder",
    "write_new",
    "write_whole",
]

_OPEN_FILES: Final = Path("/proc/self/fd")


def write_whole(path: Path, content: bytes) -> None:
    """Replace the file's content durably; only its user can read it. The content is written and
    fsynced under a temporary name and renamed, and the folder is fsynced. Raises OSError."""
    passing = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        write_new(passing, content)
        passing.replace(path)
    except BaseException:
        passing.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_new(path: Path, content: bytes) -> None:
    """Create the file and fsync its content; only its user can read it. The name is durable once
    the folder is synced. Raises FileExistsError, and any other OSError, after which the file may
    be there in part."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def appearing(path: Path) -> Iterator[BinaryIO]:
    """Open a file for writing. It appears at `path`, in the place of an older one, if the block
    ends without an error: complete, durable, and readable by its user alone. If the system supports
    it, the file has no name until then, so a killed process leaves nothing. No system can replace a
    file by a nameless one in a single step, so this takes two. A process that is killed between
    them leaves the old file, and the complete new one under a temporary name; the next call for
    this path removes the latter. Raises OSError."""
    passing = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    _remove_unfinished(path)
    descriptor = _nameless(path.parent)
    try:
        if is_named := descriptor is None:
            descriptor = os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)  # marks it as no leftover
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(descriptor)
            if is_named or not _named_at_once(descriptor, path, passing):
                passing.replace(path)
    except BaseException:
        passing.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def _remove_unfinished(path: Path) -> None:
    """Remove the files under temporary names for `path` that a killed process left. The writer of a
    file locks it."""
    pattern = re.compile(rf"\.{re.escape(path.name)}\.[0-9a-f]{{16}}")
    for left in path.parent.iterdir():
        if not pattern.fullmatch(left.name):
            continue
        with suppress(FileNotFoundError, BlockingIOError), opened(left) as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            left.unlink()


def _nameless(folder: Path) -> int | None:
    """A new nameless file in the folder's file system; None if the system does not support that."""
    flag = getattr(os, "O_TMPFILE", 0)
    if not flag or not _OPEN_FILES.is_dir():
        return None
    try:
        return os.open(folder, os.O_WRONLY | flag, 0o600)
    except OSError as error:
        if error.errno in (errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL):
            return None
        raise


def _named_at_once(descriptor: int, path: Path, passing: Path) -> bool:
    """Give the nameless file its name, or the temporary name if that is taken. Returns whether it
    has its own name."""
    try:
        _name(descriptor, path)
    except FileExistsError:
        _name(descriptor, passing)
        return False
    return True


def _name(descriptor: int, path: Path) -> None:
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        # With a folder's descriptor Python uses the system call that follows the link to the file.
        os.link(_OPEN_FILES / str(descriptor), path.name, dst_dir_fd=folder, follow_symlinks=True)
    finally:
        os.close(folder)


def append_durably(path: Path, length: int, content: bytes) -> bool:
    """Append the content durably to a file of `length` bytes. Returns False, and does nothing, if
    the file is missing or has another length. After an OSError the file is unchanged, unless
    restoring it failed too."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return False
    with os.fdopen(descriptor, "wb", buffering=0) as file:
        if os.fstat(descriptor).st_size != length:
            return False
        file.seek(length)
        try:
            left = memoryview(content)
            while left:
                left = left[file.write(left) :]
            os.fsync(descriptor)
        except BaseException:
            file.truncate(length)
            raise
    return True


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open a file for reading. Raises FileNotFoundError, and OSError if the path is not a plain
    file: reading a pipe would block."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "It is not a file", str(path))
        yield file


def read_file(path: Path) -> bytes | None:
    """The content of the file, or None if it does not exist. Raises OSError."""
    try:
        with opened(path) as file:
            return file.read()
    except FileNotFoundError:
        return None


def sync_folder(folder: Path) -> None:
    """Make the names in the folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def advice_on_reading(error: OSError, otherwise: str) -> str:
    """What to do about a file that cannot be read: `otherwise`, unless it is another user's."""
    if isinstance(error, PermissionError):
        return "The folder and all that is in it must belong to the user that the service runs as."
    return otherwise
