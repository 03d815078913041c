"""Kills programs at a chosen step, which is an operation that may change a file, or interrupts them
at a step of their event loop."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import apsw

from projections.queries.columns import cached_columns, current_columns
from projections.queries.columns.cached_columns import matching_in
from projections.queries.listing.filter import StatementFilter
from projections.queries.timelines import timeline_at
from projections.storage import file_memory
from projections.storage.read_model import ReadModel
from projections.storage.store import Store
from service.backup.copy import back_up
from service.backup.file import BackupDescription
from service.backup.restore import Restore
from tests.forked import onrecord
from tests.histories import IDENTITY

__all__ = [
    "back_up_until",
    "back_up_whole",
    "interrupted_onrecord",
    "purge_until",
    "restore_until",
    "restore_whole",
    "share_until",
]

_TOUCH = ("open", "os.", "shutil.")


def back_up_until(step: int, data: Path, file: Path) -> None:
    """Back up the folder into `file`, and kill this process before that step, counted from 1."""
    _kill_at(step)
    back_up_whole(data, file)


def back_up_whole(data: Path, file: Path) -> None:
    """Back up the folder into `file`."""
    for _ in back_up(data, file, BackupDescription("0.1.0", "")):
        pass


def restore_until(step: int, file: Path, data: Path, mounted: bool) -> None:
    """Restore `file` into the folder, and kill this process before that step; with `mounted` the
    folder is a mounted volume."""
    Path.is_mount = lambda path: mounted and path == data  # type: ignore[method-assign, assignment]  # - a step of its own
    _kill_at(step)
    restore_whole(file, data)


def restore_whole(file: Path, data: Path) -> None:
    """Restore `file` into the folder."""
    asyncio.run(_restore(file, data))


async def _restore(file: Path, data: Path) -> None:
    with file.open("rb") as opened:
        restored = Restore(opened, data)
        lock = await restored.begin()
        for _ in restored.write():
            pass
        lock.release()


def purge_until(folder: Path, moment: str, number: int) -> None:
    """Purge the read model's file, and kill this process `before` that statement, `within` the one
    that writes the file anew, after so many of its steps, or `behind` it."""
    steps, purge = itertools.count(1), Store.open(folder, IDENTITY).purge()

    def kill(*_: object) -> bool:
        os.kill(os.getpid(), signal.SIGKILL)
        return True

    def look(cursor: Any, sql: str, _bindings: object) -> bool:
        if sql.lstrip().startswith("PRAGMA"):
            return True
        if moment == "before" and next(steps) == number:
            kill()
        if moment == "within" and "VACUUM" in sql:
            due = lambda: next(steps) >= number and kill()  # noqa: E731 - SQLite calls it
            cursor.connection.set_progress_handler(due, 50, id=1)
        if moment == "behind" and "VACUUM" in sql:
            cursor.connection.set_wal_hook(kill)
        return True

    apsw.connection_hooks.append(lambda connection: connection.set_exec_trace(look))
    purge.run()


def share_until(step: int, folder: Path) -> None:
    """Load and share the columns of the timeline in the folder, and kill this process before the
    step."""
    cached_columns._FEWEST = current_columns._SHELVED = 0
    current_columns._BEHIND, file_memory._QUIET = 8, 0.0
    with closing(ReadModel(folder, 1)) as model:
        reader = model.reader_of("kursk")
        ref = timeline_at(reader, "kursk")
        assert ref is not None
        reader.all("SELECT 1")  # opened before the first step
        _kill_at(step)
        while matching_in(reader, ref, StatementFilter(), ref.revision) is None:
            reader.memory.wait()


def _kill_at(step: int) -> None:
    steps = itertools.count(1)

    def hear(event: str, _: object) -> None:
        # This hook is called before each of these events.
        if event.startswith(_TOUCH) and next(steps) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hear)


def interrupted_onrecord() -> int:
    """The exit code of `onrecord`, with one Ctrl-C before the step of its event loop that its first
    argument says."""
    step, steps = int(sys.argv.pop(1)), itertools.count(1)
    loops: Any = asyncio.BaseEventLoop
    run_once = loops._run_once

    def interrupt(loop: Any) -> None:
        if next(steps) == step:
            os.kill(os.getpid(), signal.SIGINT)
        run_once(loop)

    loops._run_once = interrupt
    return onrecord()
