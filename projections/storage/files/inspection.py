"""Inspects a read model's files from outside: of which log they are, and up to which position. It
changes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, TypeVar

import apsw

from events.errors import ReadModelError
from projections.storage.database import open_reader
from projections.storage.reader import Reader
from projections.storage.schema import VERSION
from projections.storage.store import Checkpoint

__all__ = [
    "ReadModelState",
    "Unreadable",
    "damage_in",
    "inspect_read_model",
    "reading_all",
    "sqlite_version",
]

T = TypeVar("T")

_NAME = re.compile(rf"readmodel-{VERSION}\.(\d+)\.sqlite3")


class Unreadable(ReadModelError):
    """A file exists but cannot be read."""


class ReadModelState(NamedTuple):
    """The ids of the logs that were folded (there should be one), and the checkpoint of each
    partition."""

    logs: frozenset[str]
    checkpoints: dict[int, Checkpoint]


def inspect_read_model(folder: Path) -> ReadModelState | None:
    """The read model of this release in `folder`, or None if there is none yet.

    Raises `Unreadable`.
    """
    found = [_asked(path, _state_in) for path in _files_in(folder)]
    if not found:
        return None
    logs, checkpoints = frozenset(log for log, _ in found), {}
    for _, each in found:
        checkpoints.update(each)
    return ReadModelState(logs, checkpoints)


def damage_in(folder: Path) -> list[str]:
    """The damage that SQLite finds in the read model's files, each with the file's name. Reads
    every file whole. Raises `Unreadable`."""
    return [
        f"{path.name}: {damage}"
        for path in _files_in(folder)
        for damage in _asked(path, _damage_in)
        if damage != "ok"
    ]


@contextmanager
def reading_all(folder: Path) -> Iterator[list[Reader]]:
    """A reader for each file of the read model. Raises `Unreadable`."""
    connections: list[apsw.Connection] = []
    try:
        connections.extend(map(_opened, _files_in(folder)))
        yield [Reader(connection) for connection in connections]
    finally:
        for connection in connections:
            connection.close()


def sqlite_version() -> str:
    """The version of the SQLite library that the read model uses; the interpreter has another
    one."""
    return apsw.sqlite_lib_version()


def _files_in(folder: Path) -> list[Path]:
    """The files of this release, by their partition."""
    found = {
        int(match[1]): path
        for path in folder.glob(f"readmodel-{VERSION}.*.sqlite3")
        if (match := _NAME.fullmatch(path.name))
    }
    return [found[partition] for partition in sorted(found)]


def _asked(path: Path, ask: Callable[[apsw.Connection], T]) -> T:
    try:
        connection = open_reader(path)
        try:
            return ask(connection)
        finally:
            connection.close()
    except apsw.Error as error:
        raise Unreadable(f"{path} cannot be read: {error}.") from error


def _opened(path: Path) -> apsw.Connection:
    try:
        return open_reader(path)
    except apsw.Error as error:
        raise Unreadable(f"{path} cannot be read: {error}.") from error


def _state_in(connection: apsw.Connection) -> tuple[str, dict[int, Checkpoint]]:
    row = connection.execute("SELECT value FROM meta WHERE name = 'log'").fetchone()
    rows = connection.execute("SELECT partition, position, header FROM checkpoints")
    checkpoints = {row[0]: Checkpoint(row[1], row[2]) for row in rows}
    return str(row[0]).partition(" ")[0] if row else "", checkpoints


def _damage_in(connection: apsw.Connection) -> list[str]:
    return [str(row[0]) for row in connection.execute("PRAGMA quick_check(3)").fetchall()]
