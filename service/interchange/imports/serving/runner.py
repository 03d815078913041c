"""Imports in the background: those that this process received, and those that another process
left."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Final

import msgspec
import structlog
from msgspec.structs import replace

from events.edtf.timestamp import rfc3339
from events.errors import InvalidInput, OnrecordError
from service.access.principal import Principal
from service.clock import Clock
from service.http.problems.problem import internal
from service.http.requests import TooManyRequests
from service.interchange.guessing.dataset_name import dataset_name
from service.interchange.guessing.first_mapping import first_mapping
from service.interchange.imports.import_file import (
    ImportFile,
    ImportRun,
    misfit,
    read_as_before,
    recognized,
)
from service.interchange.imports.refused_rows import RefusedFile
from service.interchange.imports.serving.import_folder import ImportFolder, ImportFolders
from service.interchange.imports.serving.import_order import ImportOrder, ImportStatus
from service.interchange.imports.serving.stored_mappings import StoredMapping
from service.interchange.imports.target import ImportTarget
from service.interchange.mappings.mapping import mapping_of
from service.interchange.tables.dialect import Dialect
from service.interchange.tables.limits import TableRefused
from service.interchange.tables.table import open_table
from service.messages.imports import FileFacts, ImportReport

__all__ = ["ImportRunner"]

_AT_ONCE: Final = 2
"""The most imports that one process works on at the same time; others wait."""
_MOST: Final = 8
"""The most imports of one caller that a process receives, has waiting and works on, because each
may take a gibibyte of disk."""
_LATER: Final = 10
"""Seconds after which a caller with too many may try again."""
_GUESSED_FROM: Final = 1_000
_PAUSE: Final = 1.0
"""Seconds after which a process looks again whether another one has left an import."""
log = structlog.get_logger(__name__)
MakeTarget = Callable[[str, Principal], ImportTarget]


class ImportRunner:
    """Runs imports, each in a named task. If a process ends during an import, the next process that
    checks continues it."""

    def __init__(self, folders: ImportFolders, target: MakeTarget, clock: Clock) -> None:
        self.folders = folders
        self._target = target
        self._clock = clock
        self._turn = asyncio.Semaphore(_AT_ONCE)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._following: set[asyncio.Task[None]] = set()
        self._places: Counter[str] = Counter()

    @property
    def today(self) -> str:
        """The day, in UTC."""
        return rfc3339(self._clock() // 1_000_000)[:10]

    @contextmanager
    def receiving(self, caller: str) -> Iterator[None]:
        """Reserve a place for one more import of the caller, while the block receives its file.
        Once started, the import keeps the place until it is over. Raises TooManyRequests."""
        if self._places[caller] >= _MOST:
            raise TooManyRequests(
                f"{_MOST} files that you have sent are being imported, or wait for it.", _LATER
            )
        self._places[caller] += 1
        try:
            yield
        finally:
            self._places[caller] -= 1

    def take_up(self) -> None:
        """Start each import that other processes have left, or as soon as they leave it."""
        self.folders.tidy()
        for folder in self.folders.unfinished():
            task = asyncio.create_task(self._follow(folder), name=f"left {folder.id}")
            self._following.add(task)
            task.add_done_callback(self._following.discard)

    async def end(self) -> None:
        """Leave all imports to other processes, before what they work with here is closed."""
        if tasks := [*self._tasks.values(), *self._following]:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)

    async def _follow(self, folder: ImportFolder) -> None:
        while folder.order is not None and not folder.is_over:
            with folder.held() as is_left:
                if is_left:
                    self.start(folder)
                    break
            await asyncio.sleep(_PAUSE)  # noqa: TID251 - flock has no time limit: ask again

    def start(self, folder: ImportFolder) -> None:
        """Work on the import, unless this process does already."""
        order = folder.order
        if order is not None and folder.id not in self._tasks:
            task = asyncio.create_task(self._work(folder), name=f"import {folder.id}")
            self._tasks[folder.id] = task
            self._places[order.caller] += 1
            task.add_done_callback(lambda _: self._leave(folder.id, order.caller))

    def _leave(self, import_id: str, caller: str) -> None:
        del self._tasks[import_id]
        self._places[caller] -= 1

    async def _work(self, folder: ImportFolder) -> None:
        async with self._turn:
            with folder.held() as alone:
                if not alone or (order := folder.order) is None or folder.is_over:
                    return
                try:
                    await self._go_through(folder, order)
                except OSError as error:  # it begins again when somebody asks how far it is
                    log.warning("an import cannot go on", id=folder.id, reason=str(error))

    async def _go_through(self, folder: ImportFolder, order: ImportOrder) -> None:
        target = self._target(order.timeline, order.principal)
        before = folder.status
        if (status := before.given_up) is None:
            _begin(folder, self._clock())
            try:
                status = await self._outcome(folder, order, target)
            except asyncio.CancelledError:  # this process is told to end, which the file did not do
                folder.write_status(replace(folder.status, attempts=before.attempts))
                raise
        folder.write_status(status)
        await asyncio.to_thread(self.folders.tidy)
        ordered = {"principal": order.principal.name, "client": order.client}
        done = {"revision": target.revision, "dry_run": order.dry_run, "state": status.state}
        log.info("import", id=folder.id, **ordered, timeline=order.timeline, **done)

    async def _outcome(
        self, folder: ImportFolder, order: ImportOrder, target: ImportTarget
    ) -> ImportStatus:
        try:
            return await self._imported(folder, order, target)
        except OnrecordError as error:
            reached = folder.status.report
            return ImportStatus(state="failed", report=reached, problem=str(error))
        except OSError as error:
            reason = f"A file could not be read or written: {error.strerror or error}."
            return ImportStatus(state="failed", report=folder.status.report, problem=reason)
        except Exception:  # another attempt would fail in the same way
            incident = secrets.token_hex(8)
            log.exception("incident", incident=incident, id=folder.id)
            reached, reason = folder.status.report, internal(incident).detail
            return ImportStatus(state="failed", report=reached, problem=reason)

    async def _imported(
        self, folder: ImportFolder, order: ImportOrder, target: ImportTarget
    ) -> ImportStatus:
        path, status = folder.file_for(order.name), folder.status
        before = self._mapping_before(order)
        file, mapping = await asyncio.to_thread(_file_of, path, order, before)

        def write_report(_: object, report: ImportReport) -> None:
            shown = msgspec.to_builtins(report) | {"mapping": None, "mapping_of": None}
            folder.write_status(replace(status, report=shown))

        refused: list[RefusedFile] = []

        @contextmanager
        def opened(facts: FileFacts) -> Iterator[RefusedFile]:
            with folder.refused_file(facts) as opened:
                refused.append(opened)
                yield opened

        now = self._clock() // 1_000_000
        run = ImportRun(
            file, target, now, order.missing, opened, write_report, begun=status.earlier
        )
        report: dict[str, Any] = msgspec.to_builtins(await run.run(dry_run=order.dry_run))
        recorded = report["new"] + report["changed"] + report["same"]
        if recorded and order.mapping and not (order.dry_run or target.proposals):
            self._store_mapping(folder, order, order.mapping)
        day = before.day if before is not None and mapping is before.mapping else None
        report |= {"mapping": mapping, "mapping_of": day}
        return ImportStatus(state="done", report=report, refused_rows=refused[0].rows)

    def _mapping_before(self, order: ImportOrder) -> StoredMapping | None:
        """The mapping that the order begins with; None if the order has its own, or there is
        none."""
        is_told = order.mapping is not None or order.format is not None
        if is_told or not (order.dry_run and order.as_before):
            return None
        return self.folders.mappings.find(order.timeline, dataset_name(order.name))

    def _store_mapping(
        self, folder: ImportFolder, order: ImportOrder, mapping: dict[str, Any]
    ) -> None:
        """Keep the mapping for the next file of its dataset."""
        if folder.is_redacted:
            return
        stored = StoredMapping(timeline=order.timeline, day=self.today, mapping=mapping)
        self.folders.mappings.store(stored, {dataset_name(order.name), mapping_of(mapping).name})


def _begin(folder: ImportFolder, now: int) -> None:
    """Count one more process that has begun the import, before anything in the file can end it."""
    before = folder.status
    attempts, begun = before.attempts + 1, before.begun or now
    folder.write_status(replace(before, state="running", attempts=attempts, begun=begun))


def _file_of(
    path: Path, order: ImportOrder, before: StoredMapping | None
) -> tuple[ImportFile, dict[str, Any] | None]:
    """The file with its mapping or format, and the mapping as JSON. The mapping is the given one,
    or in a dry run that of the import before, or a first one if the file has no known format."""
    if order.mapping is not None:
        return ImportFile(path, mapping_of(order.mapping)), order.mapping
    if order.format is not None:
        return ImportFile(path, order.format), None
    notes: tuple[str, ...] = ()
    if before is not None:
        try:
            return read_as_before(path, before.mapping, before.day), before.mapping
        except (InvalidInput, TableRefused) as error:
            notes = (misfit(error, before.day),)
    found = recognized(path)
    if found is not None:
        return found._replace(notes=(*notes, *found.notes)), None
    with open_table(path, Dialect()) as table:
        rows = islice(table.rows, _GUESSED_FROM)
        guessed = first_mapping(order.name, table.facts, rows)
    notes = (*notes, *table.facts.notes)
    return ImportFile(path, mapping_of(guessed), notes=notes), guessed
