"""The signing key in the data folder: what checkpoints are signed with, in `signing.key`.

Each line is the private key of an Ed25519 key, 32 bytes in 64 hex digits; the first is the current
one. It is made together with the log, never for an existing one. A replica has no key and signs
nothing. A key's name is the origin of the timeline whose checkpoints it signs.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from events.errors import LogError
from service.datafolder.durable_file import advice_on_reading, opened, write_whole

__all__ = ["SIGNING_KEY", "SigningKeyError", "create_signing_key", "load_signing_keys"]

SIGNING_KEY: Final = "signing.key"
_CONTENT: Final = re.compile(rb"[0-9a-f]{64}(?:\n[0-9a-f]{64})*\n?")


class SigningKeyError(LogError):
    """The signing key cannot be made, or the existing file cannot be trusted."""


def create_signing_key(folder: Path) -> None:
    """Make the key of a new log durably. An existing key stays: it has signed nothing, or another
    log, which the state there shows. Raises SigningKeyError."""
    path = folder / SIGNING_KEY
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            write_whole(path, secrets.token_hex(32).encode() + b"\n")
    except OSError as error:
        raise SigningKeyError(f"The key {path} cannot be written: {error.strerror}.") from error


def load_signing_keys(folder: Path) -> Sequence[bytes]:
    """The private keys, the current one first; empty if the folder has none.

    Raises SigningKeyError if others can read the file, or it holds something else.
    """
    path = folder / SIGNING_KEY
    try:
        with opened(path) as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            content = file.read(10_000)
    except FileNotFoundError:
        return ()
    except OSError as error:
        advice = advice_on_reading(error, "Put it back from a backup.")
        raise SigningKeyError(
            f"The key {path} cannot be read: {error.strerror}. {advice}"
        ) from error
    if mode & 0o077:
        raise SigningKeyError(
            f"The key {path} has mode {mode:04o}, so that others on this machine may have read "
            f"it. If none did: chmod 600 {path}."
        )
    if _CONTENT.fullmatch(content) is None:
        raise SigningKeyError(
            f"{path} does not hold a key of 64 lower-case hex digits on each line. Put it back "
            "from a backup."
        )
    return [bytes.fromhex(line.decode()) for line in content.split()]
