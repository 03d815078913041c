"""The read model's file: one connection that folds, one reader that answers.

The file can be lost at any time: all of it is folded from the log. Its name holds the version of
the schema, so a new release builds its own beside the one before. Where the log turns out to be
another history, a new file is filled beside the old one, which goes on answering until the new
one has caught up and takes its name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import apsw
import structlog

from events.log import Identity
from projections.database import open_reader, open_writer
from projections.reader import Reader
from projections.schema import SCHEMA, VERSION

__all__ = ["Checkpoint", "Store", "drop"]

_NAME = f"readmodel-{VERSION}.sqlite3"
_BESIDE = f"readmodel-{VERSION}.new.sqlite3"
_ALL = "readmodel-*.sqlite3*"
_COMPANIONS = ("", "-wal", "-shm", "-journal")

_SAVE = "INSERT OR REPLACE INTO checkpoints (partition, position, header) VALUES (?, ?, ?)"


_log = structlog.get_logger(__name__)


class Checkpoint(NamedTuple):
    """The last position that is folded, 0 for none, and the SHA-256 of its header's bytes."""

    position: int
    header: bytes

    def matches(self, header: bytes) -> bool:
        """Whether it was this header that was folded."""
        return hashlib.sha256(header).digest() == self.header


class Store:
    """Owns the file and its connections; made by `open`. `writer` is what is folded into: the
    file itself, or the one beside it while `rebuilding`. `reader` answers all the while."""

    def __init__(self, folder: Path, identity: Identity, writer: apsw.Connection) -> None:
        self.folder = folder
        self.identity = identity
        self.writer = writer
        self._answering = open_reader(folder / _NAME)
        self.reader = Reader(self._answering)
        self._before: apsw.Connection | None = None

    @classmethod
    def open(cls, folder: Path, identity: Identity) -> Store:
        """The read model of this log in `folder`, which is made where it is missing; a file of
        another log is dropped. One process at a time may fold."""
        folder.mkdir(parents=True, exist_ok=True)
        _remove(folder / _BESIDE)
        return cls(folder, identity, _open(folder / _NAME, identity))

    @property
    def rebuilding(self) -> bool:
        """Whether a new file is being filled beside the one that answers."""
        return self._before is not None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written within, or nothing."""
        self.writer.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.writer.execute("COMMIT")
        except BaseException:
            if self.writer.in_transaction:
                self.writer.execute("ROLLBACK")
            raise

    def checkpoint(self, partition: int) -> Checkpoint:
        """How far the partition is folded into `writer`."""
        sql = "SELECT position, header FROM checkpoints WHERE partition = ?"
        row = self.writer.execute(sql, (partition,)).fetchone()
        return Checkpoint(*row) if row else Checkpoint(0, b"")

    def save_checkpoint(self, partition: int, position: int, header: bytes) -> None:
        """Say, in the transaction that folds it, that this entry is the last one folded."""
        self.writer.execute(_SAVE, (partition, position, hashlib.sha256(header).digest()))

    def start_over(self) -> None:
        """Fold into an empty file from now on; the one of now answers until `take_over`."""
        if self._before is None:
            self._before = self.writer
        else:
            self.writer.close()
        _remove(self.folder / _BESIDE)
        self.writer = _open(self.folder / _BESIDE, self.identity)

    def take_over(self) -> None:
        """Answer from the file that was filled. A crash on the way leaves the old file or the
        new one under the name, whole; what is left beside it is dropped by `open`."""
        if self._before is None:
            return
        self.writer.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
        self.writer.close()
        self._answering.close()
        self._before.close()
        self._before = None
        for companion in _COMPANIONS[1:]:
            (self.folder / f"{_NAME}{companion}").unlink(missing_ok=True)
        (self.folder / _BESIDE).replace(self.folder / _NAME)
        self.writer = open_writer(self.folder / _NAME)
        self._answering = open_reader(self.folder / _NAME)
        self.reader.turn_to(self._answering)

    def purge(self) -> None:
        """Leave nothing in the file of what was dropped from it: words in the index's segments,
        free pages, the write-ahead log. It takes as long as writing the file; nothing else may use
        `writer` meanwhile, and nothing may be in a transaction."""
        self.writer.execute("INSERT INTO search (search) VALUES ('optimize')")
        self.writer.execute("VACUUM")
        self.writer.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)

    def remove_others(self) -> None:
        """Drop the files of other versions of the schema."""
        own = {f"{name}{companion}" for name in (_NAME, _BESIDE) for companion in _COMPANIONS}
        for path in self.folder.glob(_ALL):
            if path.name not in own:
                path.unlink(missing_ok=True)

    @contextmanager
    def aside(self) -> Iterator[Reader]:
        """A reader of one's own, for a long question in another thread. It answers from the file
        of now, even where another takes over meanwhile."""
        connection = open_reader(self.folder / _NAME)
        try:
            yield Reader(connection)
        finally:
            connection.close()

    def close(self) -> None:
        """Let go of the files. Closing twice is harmless."""
        for connection in (self._answering, self.writer, self._before):
            if connection is not None:
                connection.close()


def drop(folder: Path) -> None:
    """Remove every read model in `folder`; nothing may have them open."""
    for path in folder.glob(_ALL):
        path.unlink(missing_ok=True)


def _open(path: Path, identity: Identity) -> apsw.Connection:
    """A writer to a read model of this log."""
    wanted = f"{identity.id} {identity.partitions}"
    connection = open_writer(path)
    if connection.table_exists(None, "meta"):
        row = connection.execute("SELECT value FROM meta WHERE name = 'log'").fetchone()
        if row == (wanted,):
            return connection
        connection.close()
        _log.warning("the read model is of another log: it is folded anew", was=row, log=wanted)
        _remove(path)
        connection = open_writer(path)
    with connection:
        connection.execute(SCHEMA)
        connection.execute("INSERT INTO meta (name, value) VALUES ('log', ?)", (wanted,))
    return connection


def _remove(path: Path) -> None:
    for companion in _COMPANIONS:
        path.with_name(f"{path.name}{companion}").unlink(missing_ok=True)
