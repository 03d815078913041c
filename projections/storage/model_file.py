"""One partition's file for processes that only read: one reader for short queries, others for long
ones.

Another process may write the file meanwhile. All queries until the event loop goes on see one state
of it, so they agree with each other. Later ones see the same state as long as the writer's mark
says that nothing was committed, but not for longer than `_HELD`: to begin and to end a state takes
as long as several queries.

The file may be replaced by another one while it is open. `turn` makes later queries use the new
file; until then the old one, which is complete, answers them. Before anything is folded there is no
file: it reads as one without rows until it appears.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import apsw

from events.errors import Damaged
from projections.storage.cache_budget import CacheBudget
from projections.storage.database import DAMAGE, open_reader
from projections.storage.file_memory import ONLY, FileMemory, FilePlace, ProcessMemory
from projections.storage.files.commit_mark import CommitMark
from projections.storage.reader import Reader
from projections.storage.schema import SCHEMA

__all__ = ["CACHE", "ModelFile"]

CACHE: Final = 8 << 20
"""Bytes that the readers of one process cache of all files."""


_HELD: Final = 0.002
"""Seconds for which a state is read at most: some pages of a busy reader. While there are readers,
SQLite cannot begin its write-ahead log from the start again."""


class ModelFile:
    """Reads the file at `path`, which is opened for the first query. `on_damage` is called, in any
    thread, when the file proves to be damaged. `must_exist` is set once it is known that there is a
    file; if it is missing after that, it is damaged. The file's writer changes `mark`, if there is
    one."""

    def __init__(
        self,
        path: Path,
        place: FilePlace = ONLY,
        process: ProcessMemory | None = None,
        budget: CacheBudget | None = None,
        mark: CommitMark | None = None,
    ) -> None:
        self.path = path
        self.mark = mark
        self.must_exist = False
        self.on_damage: Callable[[], None] = lambda: None
        self._place = place
        self._process = ProcessMemory() if process is None else process
        self._budget = CacheBudget(CACHE) if budget is None else budget
        self._file: tuple[int, int] | None = None
        self._connection: apsw.Connection | None = None
        self._is_begun = False
        """Whether this turn of the event loop reads a state."""
        self._ending: asyncio.TimerHandle | None = None
        """What ends the state that is read at the latest, if it outlasts the turn."""
        self._began_at = 0
        """The mark's number before the state was read."""
        self._known: dict[tuple[str, Sequence[Any]], Any] = {}
        """What is known of the state."""
        self._is_closed = False
        self.reader = Reader(
            None, on_damage=self._damaged, memory=self._memory(None), before=self._begin
        )
        """For short queries in the thread that made this object."""

    @property
    def is_open(self) -> bool:
        """Whether there was a query since the file was let go, though there may be no file yet."""
        return self._connection is not None

    @property
    def exists(self) -> bool:
        """Whether there is anything to read."""
        return self._file is not None or self.must_exist or self.path.exists()

    @property
    def is_replaced(self) -> bool:
        """Whether the file at the path is another one than the file that is being read."""
        return self._file is not None and _file_at(self.path) != self._file

    def turn(self) -> None:
        """Read the file that is at the path now, unless none was read so far. Raises Damaged; the
        old file then stays in use."""
        if self._file is not None:
            self._turn_to(_file_at(self.path), self._opened())

    def let_go(self) -> None:
        """Close the file, so that another one can take its place; the next query opens the new
        one."""
        self.refresh()
        self.reader.memory.close()
        self.reader.memory = self._memory(None)
        if self._connection is not None:
            self._budget.leave(self._connection)
            self._connection.close()
        self._file = self._connection = None

    @contextmanager
    def aside(self) -> Iterator[Reader]:
        """A separate reader for a long query in another thread. It stays with the current file even
        if another one takes over meanwhile. Raises Damaged if the file cannot be opened, for
        example because somebody has removed it."""
        memory = self.reader.memory
        connection = self._opened()
        try:
            yield Reader(connection, on_damage=self._damaged, memory=memory)
        finally:
            connection.close()

    def close(self) -> None:
        """Close the file for good. Closing twice is harmless."""
        self._is_closed = True
        self.let_go()
        self.reader.memory.close()

    def refresh(self) -> None:
        """End the state that queries see: later queries see everything that is committed by now."""
        if self._ending is not None:
            self._ending.cancel()
        elif not self._is_begun:
            return
        self._is_begun, self._ending = False, None
        self.reader.known = None
        if self._connection is not None and self._connection.in_transaction:
            try:
                self._connection.execute("COMMIT")
            except apsw.Error:
                return  # the file is damaged, and the query has reported it

    def _begin(self) -> None:
        """Let all queries see one state of the file until the event loop goes on, or for longer if
        nothing is committed meanwhile."""
        if self._is_begun:
            return
        number, loop = None if self.mark is None else self.mark.settled, _running_loop()
        if self._ending is not None:
            if loop is not None and number == self._began_at:
                self._is_begun, self.reader.known = True, self._known
                loop.call_soon(self._pause)
                return
            self.refresh()
        connection = self._current()
        if loop is None:
            return
        if self._file is not None:
            connection.execute("BEGIN")
        self._is_begun = True
        self.reader.known = self._known = {}
        if self._file is None or number is None:
            loop.call_soon(self.refresh)
        else:
            self._began_at = number
            self._ending = loop.call_later(_HELD, self.refresh)
            loop.call_soon(self._pause)

    def _pause(self) -> None:
        """Ask the mark before the next query, unless the state is another one by now, which ends
        with the turn."""
        if self._ending is not None:
            self._is_begun, self.reader.known = False, None

    def _current(self) -> apsw.Connection:
        """The connection for a query; opens the file if it exists by now."""
        if self._is_closed:
            raise apsw.ConnectionClosedError("the read model is closed")
        if self._file is None:
            file = _file_at(self.path)
            if self._connection is None or file is not None:
                self._turn_to(file, self._opened())
        assert self._connection is not None
        if self._file is not None:
            self._budget.use(self._connection)
        return self._connection

    def _opened(self) -> apsw.Connection:
        """A new connection to the file, or to an empty read model if there is no file yet. Raises
        Damaged."""
        try:
            return open_reader(self.path)
        except apsw.Error as error:
            is_there = self.path.exists()
            if not is_there and not self.must_exist and self._file is None:
                return _empty()
            if not is_there or isinstance(error, DAMAGE):
                self._damaged()
            raise Damaged(f"The read model's file cannot be opened: {error}.") from error

    def _turn_to(self, file: tuple[int, int] | None, connection: apsw.Connection) -> None:
        self.refresh()
        self.reader.memory.close()
        self.reader.memory = self._memory(file)
        self.reader.turn_to(connection)
        if self._connection is not None:
            self._budget.leave(self._connection)
            self._connection.close()
        self._file, self._connection = file, connection

    def _memory(self, file: tuple[int, int] | None) -> FileMemory:
        return FileMemory(self.aside, self._process, self._place, self.path.parent, file)

    def _damaged(self) -> None:
        self.on_damage()


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def _file_at(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _empty() -> apsw.Connection:
    """A read model in memory without rows."""
    connection = apsw.Connection(":memory:")
    connection.execute("PRAGMA page_size = 512")
    connection.execute(SCHEMA)
    connection.execute("PRAGMA query_only = ON")
    return connection
