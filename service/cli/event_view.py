"""Events as lines for people: when, which revision, what happened, and who wrote it."""

from __future__ import annotations

from typing import Any, Final

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from service.cli.words import printable
from service.client import Event

__all__ = ["EventView"]

_COLOURS: Final = {
    "statement.retracted": "red",
    "statement.redacted": "red",
    "statement.corrected": "yellow",
    "statement.recorded": "green",
}


class EventView:
    """The lines of one timeline, a new day told where it begins. Times are in UTC."""

    def __init__(self) -> None:
        self._day: str | None = None

    def lines(self, event: Event) -> list[RenderableType]:
        """The event, after its day where that is another than the last one's."""
        day, _, time = event.recorded_at.partition("T")
        lines: list[RenderableType] = []
        if day != self._day:
            self._day = day
            lines.append(Text(f"── {day} UTC", style="dim"))
        row = Table.grid(padding=(0, 2, 0, 0))
        row.add_column(no_wrap=True)
        row.add_column(no_wrap=True, justify="right", min_width=6)
        row.add_column(overflow="fold")
        what = Text.assemble(
            (f"{event.type}  ", _COLOURS.get(event.type, "bold")),
            printable(_summary(event)),
            (f"  by {printable(event.author)}", "dim"),
        )
        row.add_row(Text(time[:8], style="dim"), Text(f"{event.revision:,}", style="cyan"), what)
        return [*lines, row]


def _summary(event: Event) -> str:
    about = event.subject.partition("/")[2]
    if event.data is None:
        return f"{about or event.subject} (redacted)"
    told = _told(event.type, event.data)
    return f"{about}: {told}" if about and told else about or told


def _told(type_: str, data: dict[str, Any]) -> str:
    match type_, data:
        case "statement.recorded", {"said": {"by": str(by)}, "text": str(text)}:
            return f"{by} · {text}"
        case "statement.corrected", {"changes": dict(changes), "reason": str(reason)}:
            return f"{', '.join(changes)}: {reason}"
        case "statement.retracted" | "statement.redacted", {"reason": str(reason)}:
            return reason
        case "statement.related", {"relation": str(relation), "target": str(target)}:
            return f"{relation} {target}"
        case "statement.unrelated", {"relation": str(relation), "target": str(target)}:
            return f"no longer {relation} {target}"
        case "statement.graded", {"credibility": int(credibility)}:
            return f"credibility {credibility}"
        case "source.graded", {"reliability": str(reliability)}:
            return f"reliability {reliability}"
        case _:
            return _named(data)


def _named(data: dict[str, Any]) -> str:
    """Of a timeline its title, of an actor its name, of an alias the alias."""
    for member in ("title", "name", "alias"):
        if isinstance(data.get(member), str):
            return str(data[member])
    return ""
