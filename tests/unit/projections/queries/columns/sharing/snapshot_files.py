"""The files of shared columns that are in a folder."""

from __future__ import annotations

from pathlib import Path

__all__ = ["kept", "snapshot_of"]


def kept(folder: Path) -> set[Path]:
    """All of them but the locks."""
    return {path for path in folder.glob("columns-*") if path.suffix != ".lock"}


def snapshot_of(folder: Path, redactions: int = 0) -> Path:
    """The snapshot of the only timeline."""
    return folder / f"columns-0-{redactions}.snapshot"
