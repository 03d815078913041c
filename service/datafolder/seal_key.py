"""The seal key in the data folder: 32 random bytes, kept as 64 hex digits in `seal.key`.

It is made when a log is created, and never again. An existing log has its key already, and the fold
would refuse events that are sealed with another one.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
from pathlib import Path
from typing import Final

from events.errors import LogError
from service.datafolder.durable_file import advice_on_reading, opened, sync_folder, write_new

__all__ = ["SealKeyError", "create_seal_key", "load_seal_key"]

_NAME: Final = "seal.key"
_CONTENT: Final = re.compile(rb"([0-9a-f]{64})\n?")
_BYTES: Final = 32


class SealKeyError(LogError):
    """The seal key cannot be made, or the existing file cannot be trusted."""


def create_seal_key(data_dir: Path) -> bytes:
    """Makes the key of a new log and returns its 32 bytes, once they are durable.

    The file appears complete or not at all, and never replaces another one. It is written and
    fsynced under a temporary name, then linked to its own name, which fails if that is taken; then
    the folder is fsynced. A crash may leave the temporary file, `seal.key.<random>`, which is never
    read. Raises `SealKeyError` if there is a key already or the folder cannot be written.
    """
    key = secrets.token_bytes(_BYTES)
    path = data_dir / _NAME
    passing = data_dir / f"{_NAME}.{secrets.token_hex(8)}"
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_new(passing, key.hex().encode() + b"\n")
        try:
            path.hardlink_to(passing)
        finally:
            passing.unlink()
        sync_folder(data_dir)
    except FileExistsError as error:
        raise SealKeyError(
            f"{path} is there already: it belongs to the log that was created with it. "
            "Use another data folder for a new log."
        ) from error
    except OSError as error:
        raise SealKeyError(f"The seal key {path} cannot be written: {error.strerror}.") from error
    return key


def load_seal_key(data_dir: Path) -> bytes | None:
    """The 32 bytes of the key, or None if the folder has none.

    Raises `SealKeyError` if the file can be read by others, or is not 64 hex digits.
    """
    path = data_dir / _NAME
    try:
        with opened(path) as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            content = file.read(2 * _BYTES + 2)
    except FileNotFoundError:
        return None
    except OSError as error:
        advice = advice_on_reading(error, "Put it back from a backup.")
        raise SealKeyError(
            f"The seal key {path} cannot be read: {error.strerror}. {advice}"
        ) from error
    if mode & 0o077:
        raise SealKeyError(
            f"The seal key {path} has mode {mode:04o}, so that others on this machine may have "
            f"read it. If none did: chmod 600 {path}."
        )
    match = _CONTENT.fullmatch(content)
    if match is None:
        raise SealKeyError(
            f"{path} does not hold 64 lower-case hex digits. Put the key back from a backup: "
            "without it no event of this log can be told from a forged one."
        )
    return bytes.fromhex(match[1].decode())
