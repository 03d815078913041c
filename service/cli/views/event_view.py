"""Events as lines for people: when, which revision, what happened, and who wrote it."""

from __future__ import annotations

from typing import Any, Final

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from service.cli.views.words import in_one, printable
from service.client import ShownEvent

__all__ = ["EventView"]

_COLOURS: Final = {
    "statement.retracted": "red",
    "statement.reinstated": "green",
    "statement.redacted": "red",
    "statement.corrected": "yellow",
    "statement.recorded": "green",
}


class EventView:
    """The lines of one timeline, with a heading for each new day. Times are in UTC."""

    def __init__(self) -> None:
        self._day: str | None = None

    def lines(self, event: ShownEvent) -> list[RenderableType]:
        """The lines of an event, after a heading if its day differs from the last event's."""
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


def _summary(event: ShownEvent) -> str:
    about = event.subject.partition("/")[2]
    if event.data is None:
        return f"{about or event.subject} (redacted)"
    what = _what_of(event.type, event.data)
    return f"{about}: {what}" if about and what else about or what


def _what_of(type_: str, data: dict[str, Any]) -> str:
    match type_, data:
        case "statement.recorded", {"said": {"by": str() | None as by, **said}, "text": str(text)}:
            return f"{in_one(by, _others(said))} · {text}"
        case "statement.corrected", {"changes": dict(changes), "reason": str(reason)}:
            return f"{', '.join(changes)}: {reason}"
        case "statement.retracted" | "statement.reinstated" | "statement.redacted", {
            "reason": str(reason)
        }:
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


def _others(said: dict[Any, Any]) -> list[str]:
    """The speakers besides `by`; version 1 had none."""
    return list(said.get("with", ()))


def _named(data: dict[str, Any]) -> str:
    """The title of a timeline, the name of an actor, or an alias."""
    for member in ("title", "name", "alias"):
        if isinstance(data.get(member), str):
            return str(data[member])
    return ""
