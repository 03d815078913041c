"""Our own events and commands, one a line, so that an export is imported as what it was."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from service.interchange.imports.event_commands import RecordedEvents, command_of_event
from service.interchange.imports.importing import FAR_BEHIND, ImportProgress
from service.interchange.imports.target import CommandOutcome, ImportTarget
from service.interchange.imports.tried_lines import TriedLines
from service.interchange.mappings.evaluation import RowFault
from service.interchange.tables.encoding import find_encoding, utf8_file
from service.interchange.tables.limits import MOST_OF_ROW, TableRefused, without_mark
from service.interchange.tables.refused_table import refused_lines
from service.interchange.tables.row import BrokenRow, TableRow
from service.messages.imports import FileFacts, ImportReport, Remark

__all__ = ["OwnLines", "first_own_lines"]

_ARRAY: Final = 500
_MOST_BYTES: Final = 4 << 20
"""The bytes of the lines of one array: the body that a service accepts is not much larger."""
_LOOKED_AT: Final = 20
_FEW: Final = 50
"""The most subjects that are asked for one by one, because a timeline may have a million other
events."""
_BEGINNING: Final = 1 << 18
_SHOWN: Final = 5
_MOST_REMARKS: Final = 100
_ADVICE: Final = "See what the line says, and what the timeline has already."
_REDACTED: Final = "The text of this event was redacted: there is nothing to record."


class _About(msgspec.Struct):
    subject: str


_subject = msgspec.json.Decoder(_About).decode


class _Line(NamedTuple):
    line: int
    command: dict[str, Any]
    text: bytes


def _lines_of(path: Path) -> Iterator[tuple[int, bytes]]:
    """The lines of a file that are not empty, with their numbers; for a file of refused lines,
    their original texts. Raises `TableRefused`."""
    refused = refused_lines(path)
    return (line for line in refused or _plain_lines(path) if line[1])


def _few_subjects(path: Path) -> tuple[str, ...]:
    """The subjects of a file's events if they are few; else empty, which means all."""
    found: dict[str, None] = {}
    for _, text in _lines_of(path):
        with suppress(msgspec.DecodeError, UnicodeDecodeError):
            found[_subject(text).subject] = None
        if len(found) > _FEW:
            return ()
    return tuple(found)


def first_own_lines(path: Path) -> list[bytes]:
    """The beginnings of the first lines of any file, by which it is recognized. Raises
    `TableRefused`."""
    if refused := refused_lines(path):
        return [text for _, text in islice(refused, _LOOKED_AT)]
    with utf8_file(path, "utf-8") as file:
        return [without_mark(file.readline(_BEGINNING)).strip() for _ in range(_LOOKED_AT)]


def _plain_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    with utf8_file(path) as file:
        lines = iter(lambda: file.readline(MOST_OF_ROW + 1), b"")
        for number, line in enumerate(lines, start=1):
            if len(line) > MOST_OF_ROW:
                reason = f"A line has at most {MOST_OF_ROW:,} bytes."
                raise TableRefused(reason, "Give each object its own line.", number)
            yield number, without_mark(line).strip()


class OwnLines:
    """One import of such a file. Every import of the file makes the same arrays, and each has a
    key, so a second time changes nothing. For events it is also known which ones the timeline has:
    if a file has grown, only the new ones are carried out."""

    def __init__(
        self, path: Path, kind: str, target: ImportTarget, *, dry_run: bool, describes: bool = False
    ) -> None:
        """If it `describes` the timeline, events about the timeline itself count too; an existing
        timeline keeps its own title."""
        self._path = path
        self._describes = describes
        self._is_events = kind == "events"
        self._target = target
        self._recorded = RecordedEvents()
        self._tried: TriedLines | None = None
        self._remarks: dict[str, Remark] = {}
        found = find_encoding(path, None)
        notes = [found.note] if found.note else []
        facts = FileFacts(format=kind, encoding=found.name, notes=notes)
        self.report = ImportReport(dataset="", dry_run=dry_run, file=facts)
        self.on_refused: Callable[[TableRow, Sequence[RowFault]], None] = lambda _, __: None
        self.on_progress: Callable[[ImportProgress], None] = lambda _: None

    async def run(self) -> ImportReport:
        """Carry out every line. The same import again continues where it ended."""
        rows = 0
        is_open = await self._target.is_open()
        if is_open and self._is_events:
            subjects = await asyncio.to_thread(_few_subjects, self._path)
            await self._recorded.read(self._target, subjects)
        if self.report.dry_run:
            self._tried = TriedLines(is_open=is_open)
        try:
            arrays = self._arrays()
            while array := await asyncio.to_thread(next, arrays, None):
                await self._carry_out(array, is_open=is_open)
                rows += len(array)
                lag = 0 if self.report.dry_run else await self._target.wait_for_fold(FAR_BEHIND)
                self.on_progress(ImportProgress(rows, self.report.refused, lag))
            await self._target.wait_for_fold()
        finally:
            self.report.reasons = sorted(self._remarks.values(), key=lambda r: (-r.rows, r.line))
        return self.report

    async def _carry_out(self, array: list[_Line], *, is_open: bool) -> None:
        lines = [line for line in array if not self._recorded.has(line.command)]
        self.report.same += len(array) - len(lines)
        outcomes = [CommandOutcome() for _ in lines]
        if is_open and lines:
            key = hashlib.sha256(b"\n".join(line.text for line in lines)).hexdigest()
            commands = [line.command for line in lines]
            dry_run = self.report.dry_run
            outcomes = await self._target.carry_out(commands, dry_run=dry_run, key=f"import-{key}")
            self.report.proposals = self._target.proposals
        if self._tried is not None:
            self._tried.begin_array()
        for line, outcome in zip(lines, outcomes, strict=True):
            self._count(line, outcome)

    def _count(self, line: _Line, outcome: CommandOutcome) -> None:
        if self._tried is not None:
            outcome = self._tried.judged(line.command, outcome)
        if outcome.faults:
            reason = outcome.faults[0].message
            self._refuse(line.line, reason, line.text, outcome.advice or _ADVICE)
        elif outcome.duplicate:
            self.report.same += 1
        else:
            self.report.new += 1
        statement = line.command.get("statement")
        if isinstance(statement, dict) and len(self.report.rows) < _SHOWN:
            self.report.rows.append(statement)

    def _refuse(self, line: int, reason: str, text: bytes, advice: str = _ADVICE) -> None:
        self.report.refused += 1
        shown = text.decode(errors="replace")
        row = TableRow(line, {}, broken=BrokenRow(shown, reason, advice))
        self.on_refused(row, [RowFault(None, shown[:200], reason, advice)])
        key = reason if reason in self._remarks or len(self._remarks) < _MOST_REMARKS else ""
        if key in self._remarks:
            self._remarks[key].rows += 1
            return
        self._remarks[key] = Remark(
            reason=reason, rows=1, line=line, column=None, value=shown[:200], advice=advice
        )

    def _arrays(self) -> Iterator[list[_Line]]:
        array: list[_Line] = []
        weight = 0
        for number, text in _lines_of(self._path):
            command = self._command(number, text)
            if command is not None and self._is_events and "timeline" in command:
                # In an array of its own, so that the other arrays are the same whether it counts or
                # not.
                if self._describes:
                    yield [_Line(number, command, text)]
            elif command is not None:
                if len(array) == _ARRAY or (array and weight + len(text) > _MOST_BYTES):
                    yield array
                    array, weight = [], 0
                array.append(_Line(number, command, text))
                weight += len(text)
        if array:
            yield array

    def _command(self, number: int, text: bytes) -> dict[str, Any] | None:
        try:
            given: dict[str, Any] = msgspec.json.decode(text, type=dict[str, Any])
            if not self._is_events:
                return given
            if "data" not in given:
                self._refuse(number, _REDACTED, text)
            return command_of_event(given)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            self._refuse(number, "The line is not JSON, or no object.", text)
        except (KeyError, TypeError, ValueError, AttributeError):
            self._refuse(number, "The line is not an event of ours.", text)
        return None
