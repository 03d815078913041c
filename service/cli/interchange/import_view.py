"""What an import prints: its report, and its progress."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import msgspec
from rich.console import Console, Group, RenderableType
from rich.progress import Progress, SpinnerColumn, TextColumn
from rich.table import Table
from rich.text import Text

from service.cli.streams import is_terminal
from service.cli.views.words import count_of, printable
from service.interchange.imports.importing import ImportProgress
from service.messages.imports import FileFacts, ImportReport, Remark

__all__ = ["ImportView", "drawn_progress"]

_SHOWN: Final = 10
_NAMED: Final = 20
_PATIENCE: Final = 1.0


class ImportView:
    """A report as text."""

    def __init__(self, report: ImportReport) -> None:
        self._report = report
        self._unit = "line" if report.file is None else report.file.counts
        """What the lines of its remarks count."""

    def parts(self) -> Iterator[RenderableType]:
        """What is shown, from the file to the counts."""
        report = self._report
        if report.file is not None:
            yield from _facts(report.file)
        if report.columns:
            yield self._columns()
        yield from _changed(report, self._unit)
        yield from _missing(report)
        yield from _remarks("Look at these", report.warnings, "yellow", self._unit)
        yield from _remarks("Refused", report.reasons, "red", self._unit)
        if report.dry_run and report.rows:
            yield Text("The first rows as statements", style="bold")
            yield Group(*map(_statement, report.rows))
        yield Text(self._counts(), style="bold")

    def _columns(self) -> Table:
        table = Table(box=None, pad_edge=False)
        for name in ("column", "mapped", "rewritten", "dropped", "ignored", "example"):
            table.add_column(name, justify="left" if name in ("column", "example") else "right")
        for name, loss in self._report.columns.items():
            counts = (loss.mapped, loss.rewritten, loss.dropped, loss.ignored)
            if not any(counts):
                continue
            style = "yellow" if loss.dropped else ""
            example = ""
            if loss.examples:
                first = loss.examples[0]
                became = "nothing" if first.became is None else repr(first.became[:40])
                example = printable(f"{self._unit} {first.line}: {first.value[:40]!r} is {became}")
            shown = [f"{count:,}" if count else "" for count in counts]
            table.add_row(printable(name), *shown, example, style=style)
        return table

    def _counts(self) -> str:
        report = self._report
        would = "Would be" if report.dry_run else "Done"
        parts = [
            f"{report.new:,} new",
            f"{report.changed:,} changed",
            f"{report.same:,} the same",
            f"{report.refused:,} refused",
            f"{report.missing:,} missing from the file",
        ]
        parts += [f"{report.reinstated:,} back again"] if report.reinstated else []
        parts += [f"{report.retracted:,} retracted"] if report.retracted else []
        return f"{would}: {', '.join(parts)}."


def _facts(facts: FileFacts) -> Iterator[Text]:
    known = [facts.format, facts.encoding, facts.sheet and f"sheet {facts.sheet}"]
    if facts.delimiter:
        known.append(f"delimiter {'tab' if facts.delimiter == chr(9) else facts.delimiter!r}")
    if facts.header_line:
        known.append(f"columns named on line {facts.header_line}")
    yield Text(printable(", ".join(filter(None, known))), style="dim")
    yield from (Text(printable(note), style="dim") for note in facts.notes)


def _remarks(title: str, remarks: list[Remark], style: str, unit: str) -> Iterable[Text]:
    if not remarks:
        return
    yield Text(title, style=f"bold {style}")
    for remark in remarks[:_SHOWN]:
        column = f", {remark.column}" if remark.column else ""
        value = f" ({remark.value[:60]!r})" if remark.value else ""
        rows = count_of(remark.rows, "row")
        sentence = f"{rows}, first on {unit} {remark.line}{column}{value}: {remark.reason}"
        yield Text(printable(f"  {sentence} {remark.advice}"))
    if len(remarks) > _SHOWN:
        yield Text(f"  and {len(remarks) - _SHOWN} more reasons")


def _changed(report: ImportReport, unit: str) -> Iterator[Text]:
    """The rows that change their statements, each field beneath its row."""
    rows = report.changed_rows[:_NAMED]
    if rows:
        yield Text(f"Rows that {'change' if report.dry_run else 'changed'}", style="bold")
    for row in rows:
        yield Text(printable(f"  {unit} {row.line}, {row.key or row.id}"))
        for field in row.fields:
            difference = f"{_value(field.before)} becomes {_value(field.after)}"
            yield Text(printable(f"    {field.path}: {difference}"), style="dim")
    yield from _further(report.changed, len(rows), len(report.changed_rows), "rows")


def _missing(report: ImportReport) -> Iterator[Text]:
    """The statements whose rows are gone."""
    statements = report.missing_statements[:_NAMED]
    if statements:
        yield Text("Missing from the file", style="bold")
    for each in statements:
        yield Text(printable(f"  {each.key or each.id}: {' '.join(each.text.split())[:200]}"))
    if statements:
        yield from _further(
            report.missing, len(statements), len(report.missing_statements), "statements"
        )


def _further(count: int, shown: int, named: int, what: str) -> Iterator[Text]:
    """How many are not shown, and where more of them are named."""
    if count > shown:
        where = f"; --json names {named:,}" if named > shown else ""
        yield Text(f"  and {count - shown:,} more {what}{where}")


def _value(value: object) -> str:
    """A value of a field in one line."""
    if value is None:
        return "nothing"
    if isinstance(value, str):
        return repr(value)
    return msgspec.json.encode(value).decode()[:200]


def _statement(statement: dict[str, Any]) -> Text:
    said = statement.get("said") or {}
    who = said.get("by") or "nobody known"
    when = statement.get("occurred") or said.get("on") or "no date"
    return Text(printable(f"  {when}  {who}: {' '.join(str(statement.get('text')).split())[:200]}"))


@contextmanager
def drawn_progress(console: Console, title: str) -> Iterator[Any]:
    """Draw the progress of an import that takes more than a second, if `console` is a terminal. It
    shows the rows, the rows a second, the refused rows, and the lag of the timeline's fold."""
    words = "{task.description}: {task.fields[words]}"
    progress = Progress(
        SpinnerColumn(),
        TextColumn(words),
        console=console,
        transient=True,
        disable=not is_terminal(console.file),
    )
    task = progress.add_task(title, total=None, words="")
    began = time.monotonic()

    def show(reached: ImportProgress, _: object) -> None:
        seconds = time.monotonic() - began
        if seconds < _PATIENCE:
            return
        rate = f"{reached.rows / seconds:,.0f} a second"
        refused = f"{reached.refused:,} refused"
        words = (
            f"{count_of(reached.rows, 'row')}, {rate}, {refused}, {reached.lag:,} events to fold"
        )
        progress.update(task, words=words)
        if not progress.live.is_started:
            progress.start()

    try:
        yield show
    finally:
        progress.stop()
