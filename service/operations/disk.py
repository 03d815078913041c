"""Whether the disk has room for further events."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

__all__ = ["FULL", "full_disk"]

_LEAST: Final = 1 << 20
"""A disk with fewer free bytes counts as full: a few appends need that much."""

FULL: Final = "disk"
"""The reason for a full disk, beside the reasons of the log's server."""


def full_disk(folder: Path) -> str | None:
    """What is wrong with the disk of `folder`, on which the bundled Valkey writes the log, or None.
    Valkey itself does not tell: it ends when a write fails, and looks healthy after its restart."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return f"The disk of {folder} cannot be asked for its free space: {error.strerror}."
    if free >= _LEAST:
        return None
    return f"The disk of {folder} is full ({free:,} bytes are free): make room there."
