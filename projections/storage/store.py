"""The read model's file of one partition: one connection that folds, and a reader for queries.

The file may be lost at any time, because it is folded from the log. A file that is damaged when it
is opened is dropped; damage that is found later is reported by `on_damage`. A damaged file is not
kept, as it may contain text that has to be redacted. The file's name contains the version of the
schema, so a new release builds its own file beside the old one. If the log proves to be another
history, a new file is filled beside the old one; the old one serves queries until the new one has
caught up and takes its name. A partition without folded events has no file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, Final, NamedTuple

import apsw
import structlog

from events.errors import ReadModelError
from events.log.contract import Identity
from projections.storage.cache_budget import CacheBudget
from projections.storage.database import COMPANIONS, open_writer, remove
from projections.storage.file_memory import FilePlace
from projections.storage.files.column_files import (
    remove_columns_of,
    remove_redacted_columns,
)
from projections.storage.files.log_file import LogFileKind, UnusableFile, open_log_file
from projections.storage.files.purge import Purge
from projections.storage.model_file import ModelFile
from projections.storage.read_model import file_name
from projections.storage.reader import Reader
from projections.storage.schema import SCHEMA

__all__ = ["WRITING", "Checkpoint", "Store", "telling"]

WRITING: Final = 24 << 20
"""Bytes that the writers of one process cache of all files. More would hardly make the fold
quicker, because the system's memory still holds the dropped pages."""

_KIND = LogFileKind("read model", SCHEMA, "checkpoints")

_SAVE = "INSERT OR REPLACE INTO checkpoints (partition, position, header) VALUES (?, ?, ?)"


_log = structlog.get_logger(__name__)


class Checkpoint(NamedTuple):
    """The last folded position, 0 for none, and the SHA-256 of that event's header."""

    position: int
    digest: bytes


class Store:
    """Owns the file and its connections; made by `open`. Events are folded into `writer`: the file
    itself, or while `rebuilding` the new one beside it. `file` always serves queries."""

    def __init__(
        self, file: ModelFile, identity: Identity, partition: int, budget: CacheBudget
    ) -> None:
        self.partition = partition
        self.identity = identity
        self.on_damage: Callable[[], None] = lambda: None
        """Called, in any thread, when the file that serves queries proves to be damaged."""
        self.file = file
        self.file.on_damage = self.damaged
        self._path = file.path
        self._beside = file.path.with_name(file_name(partition, beside=True))
        self._budget = budget
        self._writer: apsw.Connection | None = None
        self._before: apsw.Connection | None = None

    @classmethod
    def open(
        cls,
        folder: Path,
        identity: Identity,
        partition: int = 0,
        file: ModelFile | None = None,
        budget: CacheBudget | None = None,
    ) -> Store:
        """Open the partition's file of this log's read model in `folder`. A file that is damaged,
        or of another log, is dropped. Only one process at a time may fold. Raises ReadModelError if
        the file cannot be created."""
        if file is None:
            path = folder / file_name(partition)
            file = ModelFile(path, FilePlace(partition, identity.partitions))
        with telling(folder):
            folder.mkdir(parents=True, exist_ok=True)
            store = cls(file, identity, partition, budget or CacheBudget(WRITING))
            remove(store._beside)
            if file.path.exists() or file.path.is_symlink():
                store._turn_to(store._open(file.path))
        return store

    @property
    def writer(self) -> apsw.Connection:
        """The connection that events are folded into. The file is made if there is none yet."""
        if self._writer is None:
            self._make()
        assert self._writer is not None
        return self._writer

    @property
    def reader(self) -> Reader:
        """For short queries."""
        return self.file.reader

    @property
    def rebuilding(self) -> bool:
        """Whether a new file is being filled beside the one that serves queries."""
        return self._before is not None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit everything that the block writes, or nothing."""
        writer = self.writer
        self._budget.use(writer)
        with nullcontext() if self.file.mark is None else self.file.mark.changing():
            writer.execute("BEGIN IMMEDIATE")
            try:
                yield
                writer.execute("COMMIT")
                self.file.refresh()
            except BaseException:
                if writer.in_transaction:
                    writer.execute("ROLLBACK")
                raise

    def checkpoint(self) -> Checkpoint:
        """The last entry that was folded into `writer`."""
        if self._writer is None:
            return Checkpoint(0, b"")
        sql = "SELECT position, header FROM checkpoints WHERE partition = ?"
        row = self._writer.execute(sql, (self.partition,)).fetchone()
        return Checkpoint(*row) if row else Checkpoint(0, b"")

    def save_checkpoint(self, position: int, header: bytes) -> None:
        """Save, in the transaction that folds it, that this entry is the last folded one."""
        digest = hashlib.sha256(header).digest()
        self.writer.execute(_SAVE, (self.partition, position, digest))

    def start_over(self) -> None:
        """From now on, fold into an empty file. The current one serves queries until
        `take_over`."""
        if self._before is None:
            self._before = self.writer
        else:
            self.writer.close()
        remove(self._beside)
        self._turn_to(self._open(self._beside))

    def take_over(self) -> None:
        """Serve queries from the new file. After a crash meanwhile either the old or the new file,
        complete, has the name; `open` drops what is left beside it."""
        if self._before is None:
            return
        self.writer.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
        self.writer.close()
        self.file.let_go()
        self._before.close()
        self._before = None
        for companion in COMPANIONS[1:]:
            self._path.with_name(f"{self._path.name}{companion}").unlink(missing_ok=True)
        self._beside.replace(self._path)
        self._turn_to(open_writer(self._path))
        remove_columns_of(self._path.parent, self.partition, self.identity.partitions)

    def purge(self) -> Purge:
        """The purge of these files. While it runs, `writer` must not be used, and no transaction
        may be open. Files of columns are removed at once."""
        self.remove_redacted_columns()
        paths = (self._path, self._beside) if self.rebuilding else (self._path,)
        return Purge([path for path in paths if self._writer is not None])

    def remove_redacted_columns(self) -> None:
        """Remove the files of columns that are older than a redaction of their timeline."""
        if self._writer is not None:
            remove_redacted_columns(self._path.parent, self._redactions_of)

    def _redactions_of(self, tl: int) -> int:
        sql = "SELECT count(*) FROM redactions WHERE tl = ?"
        row: Any = self.writer.execute(sql, (tl,)).fetchone()
        return int(row[0])

    def damaged(self) -> None:
        """Note that the file that serves queries is damaged, and report it unless a new one is
        already replacing it."""
        if not self.rebuilding:
            self.on_damage()

    def close(self) -> None:
        """Close the files. Closing twice is harmless."""
        self.file.close()
        for connection in (self._writer, self._before):
            if connection is not None:
                self._budget.leave(connection)
                connection.close()

    def _make(self) -> None:
        """Make an empty file. It appears complete at once, because readers may look for it at any
        time."""
        remove(self._beside)
        self._open(self._beside).close()
        self._beside.replace(self._path)
        self._turn_to(open_writer(self._path))

    def _open(self, path: Path) -> apsw.Connection:
        """A writer to the partition's read model of this log."""
        try:
            return open_log_file(path, self.identity, _KIND, self.partition)
        except UnusableFile as reason:
            _log.warning(
                f"the read model {reason}: it is folded from the log again", file=str(path)
            )
            remove(path)
            return open_log_file(path, self.identity, _KIND, self.partition)

    def _turn_to(self, writer: apsw.Connection) -> None:
        if self._writer is not None:
            self._budget.leave(self._writer)
        self._writer = writer
        self.file.must_exist = True


@contextmanager
def telling(folder: Path) -> Iterator[None]:
    """Raise ReadModelError, with advice, if a file cannot be created."""
    try:
        yield
    except (OSError, apsw.Error, UnusableFile) as error:
        raise ReadModelError(
            f"The read model in {folder} cannot be opened: {error}. Look at the folder's disk, its "
            "owner and its mode: the service makes the file from the log where it can."
        ) from error
