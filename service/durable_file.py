"""Files that are there whole or as they were before, whatever happens while they are written."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

__all__ = ["sync_folder", "write_whole"]


def write_whole(path: Path, content: bytes) -> None:
    """Put the content in the place of what is there, readable by its user alone, durably: written
    and fsynced under a passing name, renamed, and the folder fsynced. Raises OSError."""
    passing = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        passing.replace(path)
    except BaseException:
        passing.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in the folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
