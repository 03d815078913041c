"""A file with its mapping or format, and one run of its import."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final, NamedTuple

from events.errors import InvalidInput
from service.interchange.formats.known import MappedTable, look_of, open_mapped
from service.interchange.formats.looks import kind_of_lines
from service.interchange.imports.importing import Importing, ImportProgress, MissingRows
from service.interchange.imports.own_lines import OwnLines, first_own_lines
from service.interchange.imports.refused_rows import RefusedFile
from service.interchange.imports.target import ImportTarget
from service.interchange.mappings.mapping import AbsentColumns, RowMapping, mapping_of
from service.interchange.mappings.operations.cleaning import cleaned_name
from service.interchange.tables.limits import TableRefused
from service.messages.imports import FileFacts, ImportReport

__all__ = ["ImportFile", "ImportRun", "OpenRefused", "misfit", "read_as_before", "recognized"]

_QUOTED: Final = 300
_UNTITLED: Final = "Imported"
OpenRefused = Callable[[FileFacts], AbstractContextManager[RefusedFile | None]]
"""Opens the file of refused rows, if there is to be one."""


class ImportFile(NamedTuple):
    """A file and how it is imported: a mapping, the name of a known format, or our own `lines` of
    events or commands. `notes` are findings of the guess that made the mapping, which now states
    them."""

    path: Path
    by: RowMapping | str
    lines: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The title of a timeline that is opened for the file. File and mapping names may be
        invalid as titles."""
        if isinstance(self.by, RowMapping):
            given = self.by.descriptor.get("title")
            return cleaned_name(given if isinstance(given, str) else "") or self.by.name
        return cleaned_name(self.path.stem) or _UNTITLED

    def check(self) -> None:
        """Check that the file can be opened with its mapping or format, before anything is
        recorded. Raises what `open_mapped` raises."""
        if self.lines is None:
            with open_mapped(self.path, self.by):
                pass


def recognized(path: Path) -> ImportFile | None:
    """The file, recognized by its look: our own lines, or a known format; else None. Raises
    `TableRefused`."""
    if lines := kind_of_lines(first_own_lines(path)):
        return ImportFile(path, "", lines)
    found = look_of(path)
    return None if found is None else ImportFile(path, found)


def read_as_before(path: Path, mapping: Mapping[str, Any], day: str) -> ImportFile:
    """The file by the mapping of its dataset's import of that day. Raises what `open_mapped` raises
    if that does not fit it."""
    note = f"Read by the mapping of the import of {day}."
    file = ImportFile(path, mapping_of(mapping), notes=(note,))
    file.check()
    return file


def misfit(error: InvalidInput | TableRefused, day: str) -> str:
    """Why a file is not read by the mapping of the import of that day, as a sentence."""
    if not isinstance(error, AbsentColumns):
        return f"The mapping of the import of {day} does not fit this file: {error}"
    names = ", ".join(map(repr, error.columns))[:_QUOTED]
    what = "the column" if len(error.columns) == 1 else "the columns"
    which = f"which the mapping of the import of {day} names: it does not fit this file"
    return f"The file no longer has {what} {names}, {which}."


class ImportRun(NamedTuple):
    """The inputs of one run of an import. `now` is in seconds since 1970. If it `describes` the
    timeline, which was opened for it, the title is the file's. `begun`: see `Importing`."""

    file: ImportFile
    target: ImportTarget
    now: int
    missing: MissingRows
    refused: OpenRefused
    on_progress: Callable[[ImportProgress, ImportReport], None]
    describes: bool = False
    begun: int | None = None

    async def run(self, *, dry_run: bool) -> ImportReport:
        """Import the file, or in a dry run only try to. Raises `TableRefused` if the file cannot be
        read, and what the target raises; what was recorded until then stays."""
        if self.file.lines is not None:
            lines = OwnLines(
                self.file.path,
                self.file.lines,
                self.target,
                dry_run=dry_run,
                describes=self.describes,
            )
            return await self._run(lines)
        with open_mapped(self.file.path, self.file.by) as source:
            return await self._of_rows(source, dry_run=dry_run)

    async def _of_rows(self, source: MappedTable, *, dry_run: bool) -> ImportReport:
        importing = Importing(
            source,
            self.target,
            self.now,
            dry_run=dry_run,
            missing=self.missing,
            begun=self.begun,
        )
        return await self._run(importing)

    async def _run(self, importing: Importing | OwnLines) -> ImportReport:
        importing.on_progress = lambda reached: self.on_progress(reached, importing.report)
        facts = importing.report.file
        assert facts is not None
        facts.notes[:0] = [note for note in self.file.notes if note not in facts.notes]
        with self.refused(facts) as refused:
            if refused is not None:
                importing.on_refused = refused.add
            return await importing.run()
