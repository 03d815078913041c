"""The owner's key in the data folder: `owner.key` holds an API key that may do everything.

It is made while nobody in the log may do anything yet. It is first stored as `owner.key.new`, then
written to the log, and only then renamed, so the log always knows the key in `owner.key`. A crash
in between leaves `owner.key.new`, and the next start finds out in the log whether it is the
owner's.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from events.errors import OnrecordError
from service.datafolder.durable_file import opened, sync_folder, write_whole

__all__ = [
    "OWNER_KEY",
    "PROPOSED_KEY",
    "OwnerKeyError",
    "confirm_owner_key",
    "load_owner_key",
    "propose_owner_key",
    "withdraw_owner_key",
]

OWNER_KEY: Final = "owner.key"
PROPOSED_KEY: Final = "owner.key.new"
_MOST: Final = 200


class OwnerKeyError(OnrecordError):
    """The owner's key cannot be kept, or the file that should have it cannot be trusted."""


def load_owner_key(folder: Path, name: str = OWNER_KEY) -> str | None:
    """The key as it is written, or None if there is no such file. Raises OwnerKeyError if others
    can read the file, or it does not hold a text."""
    path = folder / name
    try:
        with opened(path) as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            content = file.read(_MOST)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise OwnerKeyError(f"The key {path} cannot be read: {error.strerror}.") from error
    if mode & 0o077:
        raise OwnerKeyError(
            f"The key {path} has mode {mode:04o}, so that others on this machine may have read "
            f"it. If none did: chmod 600 {path}. Otherwise revoke it, and issue another."
        )
    if not content.isascii():
        raise OwnerKeyError(f"{path} does not hold an API key. Move it out of the folder.")
    return content.decode().strip()


def propose_owner_key(folder: Path, written: str) -> None:
    """Store the key durably, before the log has it. Raises OwnerKeyError."""
    path = folder / PROPOSED_KEY
    try:
        write_whole(path, f"{written}\n".encode())
    except OSError as error:
        raise OwnerKeyError(f"The key {path} cannot be written: {error.strerror}.") from error


def confirm_owner_key(folder: Path) -> None:
    """Make the proposed key the owner's, because the log has it. Raises OwnerKeyError."""
    path = folder / PROPOSED_KEY
    try:
        path.replace(folder / OWNER_KEY)
        sync_folder(folder)
    except OSError as error:
        raise OwnerKeyError(f"The key {path} cannot be renamed: {error.strerror}.") from error


def withdraw_owner_key(folder: Path) -> None:
    """Remove the proposed key, because the log has another owner. Raises OwnerKeyError."""
    path = folder / PROPOSED_KEY
    try:
        path.unlink(missing_ok=True)
        sync_folder(folder)
    except OSError as error:
        raise OwnerKeyError(f"The key {path} cannot be removed: {error.strerror}.") from error
