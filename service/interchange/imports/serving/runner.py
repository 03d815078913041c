"""Imports in the background: of the calls of this process, and those that another process left."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import nullcontext
from itertools import islice
from pathlib import Path
from typing import Any, Final

import msgspec
import structlog

from events.errors import OnrecordError
from service.access.principal import Principal
from service.clock import Clock
from service.interchange.guessing.first_mapping import first_mapping
from service.interchange.imports.import_file import ImportFile, ImportRun, recognized
from service.interchange.imports.serving.import_folder import ImportFolder, ImportFolders
from service.interchange.imports.serving.import_order import ImportOrder, ImportStatus
from service.interchange.imports.target import ImportTarget
from service.interchange.mappings.mapping import mapping_of
from service.interchange.tables.dialect import Dialect
from service.interchange.tables.table import open_table
from service.messages.imports import ImportReport

__all__ = ["ImportRunner"]

_AT_ONCE: Final = 2
"""Imports that one process works on at the same time; others wait."""
_GUESSED_FROM: Final = 1_000

log = structlog.get_logger(__name__)
MakeTarget = Callable[[str, Principal], ImportTarget]


class ImportRunner:
    """Runs imports, each in a task with a name. If a process ends during an import, the next
    process that looks takes it up."""

    def __init__(self, folders: ImportFolders, target: MakeTarget, clock: Clock) -> None:
        self.folders = folders
        self._target = target
        self._clock = clock
        self._turn = asyncio.Semaphore(_AT_ONCE)
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def take_up(self) -> None:
        """Start the imports that no process works on."""
        for folder in self.folders.unfinished():
            self.start(folder)

    def start(self, folder: ImportFolder) -> None:
        """Work on the import unless this process does already."""
        if folder.id not in self._tasks:
            task = asyncio.create_task(self._work(folder), name=f"import {folder.id}")
            self._tasks[folder.id] = task
            task.add_done_callback(lambda _: self._tasks.pop(folder.id, None))

    async def _work(self, folder: ImportFolder) -> None:
        async with self._turn:
            with folder.held() as alone:
                order = folder.order
                if not alone or order is None or folder.is_over:
                    return
                status = await self._outcome(folder, order)
                folder.write_status(status)
                log.info("import", id=folder.id, timeline=order.timeline, state=status.state)

    async def _outcome(self, folder: ImportFolder, order: ImportOrder) -> ImportStatus:
        try:
            report = await self._imported(folder, order)
        except OnrecordError as error:
            reached = folder.status.report
            return ImportStatus(state="failed", report=reached, problem=str(error))
        except OSError as error:
            reason = f"A file could not be read or written: {error.strerror or error}."
            return ImportStatus(state="failed", report=folder.status.report, problem=reason)
        return ImportStatus(state="done", report=report)

    async def _imported(self, folder: ImportFolder, order: ImportOrder) -> dict[str, Any]:
        path = folder.file_for(order.name)
        file, guessed = await asyncio.to_thread(_file_of, path, order)

        def note(_: object, report: ImportReport) -> None:
            shown = msgspec.to_builtins(report)
            folder.write_status(ImportStatus(state="running", report=shown))

        run = ImportRun(
            file,
            self._target(order.timeline, order.principal),
            self._clock() // 1_000_000,
            order.missing,
            lambda _: nullcontext(),
            note,
        )
        report: dict[str, Any] = msgspec.to_builtins(await run.run(dry_run=order.dry_run))
        return report | {"mapping": guessed}


def _file_of(path: Path, order: ImportOrder) -> tuple[ImportFile, dict[str, Any] | None]:
    """The file with what it is imported by, and the mapping of it: the one that was given, or in a
    dry run a first one for a file that is none of the known ones."""
    if order.mapping is not None:
        return ImportFile(path, mapping_of(order.mapping)), order.mapping
    if order.format is not None:
        return ImportFile(path, order.format), None
    found = recognized(path)
    if found is not None:
        return found, None
    with open_table(path, Dialect()) as table:
        rows = islice(table.rows, _GUESSED_FROM)
        guessed = first_mapping(order.name, table.facts, rows)
    return ImportFile(path, mapping_of(guessed), notes=tuple(table.facts.notes)), guessed
