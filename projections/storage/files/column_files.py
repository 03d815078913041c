"""The files by which workers share the columns of long timelines: names, and removal.

They lie beside the read model. A timeline `tl` with `r` redactions has one snapshot at most,
`columns-tl-r.snapshot`, and its shelf, `columns-tl-r-token.shelf`; `columns-tl-r-token.new` is a
snapshot that is being written. A file may be removed at any time: who has opened it keeps it.
`columns-tl.lock` is the lock of who makes them; it is empty.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

__all__ = [
    "ColumnFiles",
    "remove_column_files",
    "remove_columns_of",
    "remove_redacted_columns",
]

_NAME: Final = re.compile(r"columns-(\d+)-(\d+)(-[0-9a-f]{16})?\.(snapshot|shelf|new)")
_LOCK: Final = re.compile(r"columns-\d+\.lock")


class ColumnFiles(NamedTuple):
    """Those of one timeline in `folder`."""

    folder: Path
    tl: int

    @property
    def lock(self) -> Path:
        """The file whose lock its only maker holds."""
        return self.folder / f"columns-{self.tl}.lock"

    def snapshot(self, redactions: int) -> Path:
        """The snapshot of the timeline with so many redactions."""
        return self.folder / f"columns-{self.tl}-{redactions}.snapshot"

    def fresh(self, redactions: int, ending: str) -> Path:
        """The name of a new file."""
        return self.folder / f"columns-{self.tl}-{redactions}-{secrets.token_hex(8)}.{ending}"

    def remove_outdated(self, redactions: int) -> None:
        """Remove all that was made before so many redactions."""
        for path, tl, made in _found(self.folder):
            if tl == self.tl and made < redactions:
                path.unlink(missing_ok=True)

    def remove_others(self, *kept: Path | None) -> None:
        """Remove all but these, such as what a killed process has left. The caller holds the
        lock."""
        for path, tl, _ in _found(self.folder):
            if tl == self.tl and path not in kept:
                path.unlink(missing_ok=True)


def remove_redacted_columns(folder: Path, redactions_of: Callable[[int], int]) -> None:
    """Remove the files of all timelines that have more redactions by now."""
    for path, tl, made in _found(folder):
        if made < redactions_of(tl):
            path.unlink(missing_ok=True)


def remove_columns_of(folder: Path, partition: int, partitions: int) -> None:
    """Remove the files of all timelines of a partition."""
    for path, tl, _ in _found(folder):
        if tl % partitions == partition:
            path.unlink(missing_ok=True)


def remove_column_files(folder: Path) -> None:
    """Remove all files, and the locks too, while nobody works with them."""
    locks = [folder / name for name in _names(folder) if _LOCK.fullmatch(name)]
    for path in [path for path, *_ in _found(folder)] + locks:
        path.unlink(missing_ok=True)


def _found(folder: Path) -> list[tuple[Path, int, int]]:
    """Each file with the timeline and the redactions in its name."""
    matches = map(_NAME.fullmatch, _names(folder))
    return [(folder / m[0], int(m[1]), int(m[2])) for m in matches if m is not None]


def _names(folder: Path) -> list[str]:
    """What is in the folder, but for folders, which nobody here makes."""
    if not folder.is_dir():
        return []
    with os.scandir(folder) as entries:
        return [entry.name for entry in entries if not entry.is_dir(follow_symlinks=False)]
