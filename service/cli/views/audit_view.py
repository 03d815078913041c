"""The report of an audit, for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from service.cli.views.words import printable
from service.verifier.report import Report, Verdict

__all__ = ["audit_lines"]

_HEADS: Final[dict[Verdict, tuple[str, str]]] = {
    "verified": ("verified", "bold green"),
    "tampered": ("TAMPERED", "bold red"),
    "unproven": ("not provable", "bold yellow"),
}


def audit_lines(report: Report) -> Iterator[RenderableType]:
    """The verdict and its reason, the signed checkpoint, and what is proved and what is not."""
    word, style = _HEADS[report.outcome]
    yield Text.assemble((report.timeline, "bold"), ": ", (word, style))
    if report.revision is not None:
        yield Text(f"  first bad revision: {report.revision:,}", style=style)
    if report.reason is not None:
        yield Text("  " + printable(report.reason))
    for line in report.advice:
        # People copy keys, so they are never broken over two lines.
        yield Text("  " + printable(line), no_wrap="+" in line)
    if report.size is not None:
        yield Padding(_facts(report), (0, 0, 0, 2))
    yield from _list("Proved", "✓", "green", report.proved)
    yield from _list("Not proved", "·", "yellow", report.not_proved)
    yield from _list("Beside it", "!", "yellow", report.beside)


def _facts(report: Report) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row("signed", f"{report.size:,} events")
    table.add_row("root", report.root)
    for key in report.signed_by:
        table.add_row("by", key)
    if report.saved is not None:
        table.add_row("saved", f"{report.saved:,} events")
    return table


def _list(title: str, mark: str, style: str, items: Sequence[str]) -> Iterator[RenderableType]:
    if not items:
        return
    yield Text(f"  {title}:", style="bold")
    table = Table(box=None, show_header=False, padding=(0, 1, 0, 0))
    table.add_column(style=style, no_wrap=True)
    table.add_column()
    for item in items:
        table.add_row(mark, printable(item))
    yield Padding(table, (0, 0, 0, 4))
