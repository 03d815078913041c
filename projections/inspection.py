"""A look at a read model's file from outside: what it is of, and how far. It changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import apsw

from events.errors import ReadModelError
from projections.database import open_reader
from projections.schema import VERSION
from projections.store import Checkpoint

__all__ = ["Inspection", "Unreadable", "inspect", "sqlite_version"]


class Unreadable(ReadModelError):
    """The file is there and cannot be read."""


class Inspection(NamedTuple):
    """The id of the log that was folded, and the checkpoint of each partition of it."""

    log: str
    checkpoints: dict[int, Checkpoint]


def inspect(folder: Path) -> Inspection | None:
    """The read model of this release in `folder`, None where there is none yet.

    Raises `Unreadable`.
    """
    path = folder / f"readmodel-{VERSION}.sqlite3"
    if not path.exists():
        return None
    try:
        connection = open_reader(path)
        try:
            row = connection.execute("SELECT value FROM meta WHERE name = 'log'").fetchone()
            rows = connection.execute("SELECT partition, position, header FROM checkpoints")
            checkpoints = {row[0]: Checkpoint(row[1], row[2]) for row in rows}
        finally:
            connection.close()
    except apsw.Error as error:
        raise Unreadable(f"{path} cannot be read: {error}.") from error
    return Inspection(str(row[0]).partition(" ")[0] if row else "", checkpoints)


def sqlite_version() -> str:
    """That of the SQLite which keeps the read model, not of the interpreter's own."""
    return apsw.sqlite_lib_version()
