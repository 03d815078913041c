"""What workers do that share columns, and the files by which they do."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from projections import queries
from projections.queries import StatementFilter
from projections.queries.columns.columns import Columns
from projections.storage.read_model import ReadModel

__all__ = ["kept", "listed", "loaded", "snapshot_of", "worker"]


def worker(folder: Path) -> closing[ReadModel]:
    """What a worker reads with."""
    return closing(ReadModel(folder, 1))


def listed(model: ReadModel, timeline: str = "kursk") -> list[bytes]:
    """The statements as this worker shows them now."""
    model.refresh()
    reader = model.reader_of(timeline)
    ref = queries.timeline_at(reader, timeline)
    assert ref is not None
    return queries.list_statements(reader, ref, StatementFilter(), ref.revision).items


def loaded(model: ReadModel) -> Columns:
    """The columns after a question, once nobody loads any."""
    listed(model)
    memory = model.reader_of("kursk").memory
    memory.wait()
    (columns,) = memory.columns.values()
    assert isinstance(columns, Columns)
    return columns


def kept(folder: Path) -> set[Path]:
    """All files of columns but the locks."""
    return {path for path in folder.glob("columns-*") if path.suffix != ".lock"}


def snapshot_of(folder: Path, redactions: int = 0) -> Path:
    """The snapshot of the only timeline."""
    return folder / f"columns-0-{redactions}.snapshot"
