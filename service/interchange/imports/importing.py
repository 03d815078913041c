"""One import: groups rows into arrays, counts the outcomes, and handles statements whose rows are
missing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from events.edtf.timestamp import parse_rfc3339
from service.interchange.formats.known import MappedTable
from service.interchange.imports.prepared_rows import PreparedRow, RowPreparation, batches_of
from service.interchange.imports.row_changes import RowChanges
from service.interchange.imports.target import CommandOutcome, ImportTarget, OriginRow
from service.interchange.imports.unkeyed_rows import UnkeyedRows
from service.interchange.mappings.cautions import cautions_of
from service.interchange.mappings.checking import blamed, faults_of_row
from service.interchange.mappings.evaluation import RowFault
from service.interchange.mappings.loss import LossAccount
from service.interchange.tables.limits import TableRefused
from service.interchange.tables.row import TableRow
from service.messages.imports import ImportReport

__all__ = ["FAR_BEHIND", "ImportProgress", "Importing", "MissingRows"]

MissingRows: TypeAlias = Literal["keep", "report", "retract"]
"""What to do with statements whose rows are missing from the file."""

FAR_BEHIND: Final = 5_000
"""The lag, in events, above which an import waits for the timeline's fold."""
_SHOWN: Final = 5
_ARRAY: Final = 500
_CHANGED: Final = "The row, or how it is read, has changed in {}."
_MISSING: Final = "The row is no longer in {}."
_BACK: Final = "The row is in {} again."
_UNKNOWN: Final = RowFault(
    None,
    "",
    "The row is refused and has no key, so one of the missing statements may be its own: nothing "
    "is retracted.",
    "Mend the refused rows first, or give every row its key.",
)
_NO_ROWS: Final = "The file has no rows. See that the right one was named."
_NONE_LEFT: Final = RowFault(
    None,
    "",
    "No row of the file became a statement, so nothing is retracted.",
    "Mend the rows or the mapping first.",
)


class ImportProgress(NamedTuple):
    """The progress of an import: rows read, rows refused, and the lag of the timeline's fold in
    events."""

    rows: int
    refused: int
    lag: int


class Importing:
    """One run of an import, or its dry run."""

    def __init__(
        self,
        source: MappedTable,
        target: ImportTarget,
        now: int,
        *,
        dry_run: bool,
        missing: MissingRows = "report",
        begun: int | None = None,
    ) -> None:
        """`now` is in seconds since 1970. `begun`, in microseconds, is when an earlier run of the
        same import began whose process ended. What was recorded since counts as done by this
        run."""
        self._source = source
        self._target = target
        self._now = now
        self._dry_run = dry_run
        self._policy = missing
        self._name = source.mapping.name
        self._account = LossAccount(source.mapping)
        self._unkeyed = UnkeyedRows(source.mapping)
        self._held: dict[str, str | None] = {}
        self._begun = begun
        self._done: dict[str, Literal["new", "changed"]] = {}
        self._rows = 0
        self._is_open = True
        self._may_retract = True
        self.report = ImportReport(dataset=self._name, dry_run=dry_run, file=source.table.facts)
        self._changes = RowChanges(target, self.report)
        self.on_refused: Callable[[TableRow, Sequence[RowFault]], None] = lambda _, __: None
        self.on_progress: Callable[[ImportProgress], None] = lambda _: None

    async def run(self) -> ImportReport:
        """Import every row. What was recorded stays if an error is raised; the same import again
        continues there."""
        self._is_open = await self._target.is_open()
        if self._is_open:
            async for row in self._target.origin_rows(self._name):
                self._held[row.id] = row.retracted
                self._note_done(row)
        try:
            batches = batches_of(self._prepared())
            while batch := await asyncio.to_thread(next, batches, None):
                await self._put(batch)
                self._rows += len(batch)
                lag = 0 if self._dry_run else await self._target.wait_for_fold(FAR_BEHIND)
                self.on_progress(ImportProgress(self._rows, self.report.refused, lag))
            await self._find_missing()
            await self._target.wait_for_fold()
        finally:
            self._fill_report()
        return self.report

    def _note_done(self, row: OriginRow) -> None:
        """Remember a statement that an earlier run of this import has recorded or corrected."""
        if self._begun is None:
            return
        if parse_rfc3339(row.recorded_at) >= self._begun:
            self._done[row.id] = "new"
        elif row.corrected_at is not None and parse_rfc3339(row.corrected_at) >= self._begun:
            self._done[row.id] = "changed"

    def _prepared(self) -> Iterator[PreparedRow]:
        preparation = RowPreparation(self._source.mapping, self._source.table.facts.counts)
        for row in self._source.table.rows:
            yield preparation.prepare(row)

    async def _put(self, batch: list[PreparedRow]) -> None:
        """Put the statements of a batch. A row that is back is reinstated before it is put."""
        sent = [row for row in batch if not row.faults and not row.repeats]
        back = _MISSING.format(self._name)
        returning = {row.id for row in sent if self._held.get(row.id) == back}
        commands: list[Any] = []
        for row in sent:
            if row.id in returning:
                reason = _BACK.format(self._name)
                commands.append({"reinstatement": {"id": row.id, "reason": reason}})
            put = {"put": row.composed.statement, "reason": _CHANGED.format(self._name)}
            commands.append(put)
        outcomes = await self._carry_out(commands, sent)
        await asyncio.to_thread(self._count, batch, returning, iter(outcomes))
        await self._changes.compare()

    def _count(
        self, batch: list[PreparedRow], returning: set[str], outcomes: Iterator[CommandOutcome]
    ) -> None:
        """Count the outcome of each row of a batch."""
        for row in batch:
            if row.repeats:
                self._accept(row, "same")
                continue
            if row.faults:
                self._refuse(row, row.faults)
                continue
            came_back = row.id in returning and not next(outcomes).faults
            self.report.reinstated += came_back
            self._judge(row, next(outcomes))

    async def _carry_out(
        self, commands: list[Any], rows: Sequence[PreparedRow]
    ) -> list[CommandOutcome]:
        """The outcomes of the commands. If there is no timeline yet, a dry run checks only the
        rules of a single statement."""
        if not self._is_open:
            return [CommandOutcome() for _ in rows]
        found: list[CommandOutcome] = []
        for start in range(0, len(commands), _ARRAY):
            part = commands[start : start + _ARRAY]
            found += await self._target.carry_out(part, dry_run=self._dry_run)
            self.report.proposals = self._target.proposals
        return found

    def _judge(self, row: PreparedRow, outcome: CommandOutcome) -> None:
        statement, trail = row.composed.statement, row.composed.trail
        if not self._is_open:
            faults = faults_of_row(statement, trail)
        else:
            pointed = (f._replace(path=f.path.removeprefix("/put")) for f in outcome.faults)
            faults = list(blamed(pointed, statement, trail))
            if outcome.advice is not None:
                faults = [fault._replace(advice=outcome.advice) for fault in faults]
        if faults:
            self._refuse(row, faults)
        elif outcome.duplicate:
            self._accept(row, self._done.pop(row.id, "same"))
        else:
            if row.id in self._held:
                self._changes.add(row.row.line, statement, outcome.revision)
            self._accept(row, "changed" if row.id in self._held else "new")

    def _accept(self, row: PreparedRow, as_what: Literal["new", "same", "changed"]) -> None:
        setattr(self.report, as_what, getattr(self.report, as_what) + 1)
        self._held.pop(row.id, None)
        self._account.accept(row.row, row.composed)
        self._unkeyed.add(row)
        cautions = [*row.cautions, *cautions_of(row.composed, self._now)]
        self._account.warn(row.row.line, cautions)
        if len(self.report.rows) < _SHOWN:
            self.report.rows.append(row.composed.statement)

    def _refuse(self, row: PreparedRow, faults: Sequence[RowFault]) -> None:
        self.report.refused += 1
        known = row.identified or row.id in self._held
        self._held.pop(row.id, None)  # the row exists, so its statement is not missing
        if not known and self._policy == "retract":
            self._may_retract = False
            self._account.warn(row.row.line, [_UNKNOWN])
        self._account.refuse(row.row.line, faults)
        self.on_refused(row.row, faults)

    async def _find_missing(self) -> None:
        """Count the statements whose rows are missing. Retract them if that is wanted, and if
        certainly none of them belongs to a refused row. A file of refused rows is only a part of
        another file, which has the other rows."""
        if not self._rows:
            self._source.table.facts.notes.append(_NO_ROWS)
        if self._source.table.is_part:
            return
        gone = [row_id for row_id, retracted in self._held.items() if retracted is None]
        self.report.missing = len(gone)
        if self._policy != "keep":
            await self._changes.name_missing(gone)
        if self._policy != "retract" or not gone or not self._may_retract:
            return
        if not self._rows:
            reason = f"The file has no rows: all that came from {self._name} would be retracted."
            advice = "See that the right file was named, or retract them by commands."
            raise TableRefused(reason, advice)
        if self.report.refused == self._rows:
            self._account.warn(1, [_NONE_LEFT])
            return
        reason = _MISSING.format(self._name)
        for start in range(0, len(gone), _ARRAY):
            part = gone[start : start + _ARRAY]
            commands = [{"retraction": {"id": row_id, "reason": reason}} for row_id in part]
            outcomes = await self._target.carry_out(commands, dry_run=self._dry_run)
            self.report.proposals = self._target.proposals
            self.report.retracted += sum(not outcome.faults for outcome in outcomes)

    def _fill_report(self) -> None:
        self.report.columns = self._account.columns
        self.report.reasons = self._account.reasons
        unkeyed = self._unkeyed.remark()
        self.report.warnings = [*self._account.warnings, *([unkeyed] if unkeyed else [])]
