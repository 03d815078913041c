"""Statements as a timeline: one rail from top to bottom, a date for each stretch of it, and a
mark for what others say about each statement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from projections.answers import ShownRelation, ShownRetraction, ShownStatement, Standing, Timeline
from service.cli.views.date_words import in_words
from service.cli.views.words import (
    carried_by,
    count_of,
    joined,
    printable,
    quantity,
    rated,
    spoken_by,
)

__all__ = ["Grouping", "StatementsView", "title_of"]

Grouping = Literal["occurred", "said", "recorded"]

_MARKS: Final[Mapping[Standing, tuple[str, str]]] = {
    "asserted": ("○", "default"),
    "corroborated": ("●", "green"),
    "disputed": ("▲", "bold yellow"),
    "superseded": ("◌", "blue"),
    "retracted": ("✗", "red"),
}
"""Each standing's mark and colour. The word is printed too, so nobody depends on the colour."""
_OUT: Final = {
    "supports": "supports",
    "disputes": "disputes",
    "repeats": "repeats",
    "responds-to": "responds to",
    "supersedes": "supersedes",
}
_IN: Final = {
    "supports": "supported by",
    "disputes": "disputed by",
    "repeats": "repeated by",
    "responds-to": "answered by",
    "supersedes": "superseded by",
}
_COLOURS: Final = {"supports": "green", "disputes": "yellow"}
_RAIL: Final = "dim"
_NARROWEST: Final = 24


class StatementsView:
    """Draws the statements in order, at the width of the console."""

    def __init__(self, statements: Sequence[ShownStatement], grouping: Grouping) -> None:
        self._statements = statements
        self._grouping = grouping
        self._speakers = {item.id: spoken_by(item.said) for item in statements}

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = max(options.max_width, _NARROWEST)
        heading: str | None = None
        for statement in self._statements:
            found = _heading(statement, self._grouping)
            if found != heading:
                corner = "┌" if heading is None else "├"
                if heading is not None:
                    yield Text("│", style=_RAIL)
                heading = found
                yield _rule(corner, heading, width)
            yield from self._block(console, statement, width)

    def _block(self, console: Console, statement: ShownStatement, width: int) -> Iterator[Text]:
        mark, colour = _MARKS[statement.standing]
        yield Text("│", style=_RAIL)
        for i, line in enumerate(_head(statement, width - 3, console)):
            lead = (f"{mark}  ", colour) if i == 0 else ("│  ", _RAIL)
            yield Text.assemble(lead, line)
        for part in self._body(statement):
            for line in part.wrap(console, width - 3):
                line.rstrip()
                yield Text.assemble(("│  ", _RAIL), line)

    def _body(self, statement: ShownStatement) -> Iterator[Text]:
        struck = "strike" if statement.standing == "retracted" else ""
        yield Text(printable(statement.text), style=struck)
        if statement.retraction is not None:
            yield Text(_retracted(statement.retraction), style="red")
        if statement.rating is not None:
            yield Text(f"rated {rated(statement.rating)}", style="cyan")
        for stated in statement.quantities:
            yield Text(f"# {quantity(stated)}", style="cyan")
        for relation in statement.relations:
            yield self._relation(relation)
        yield Text(_provenance(statement, self._grouping), style="dim")
        yield _evidence(statement)

    def _relation(self, relation: ShownRelation) -> Text:
        words = (_OUT if relation.direction == "out" else _IN)[relation.relation]
        arrow = "→" if relation.direction == "out" else "←"
        line = Text(f"{arrow} {words} ", style=_COLOURS.get(relation.relation, ""))
        speaker = self._speakers.get(relation.statement)
        if speaker is not None:
            line.append(f"{speaker} ")
        return line.append(f"({relation.statement})", style="dim")


def title_of(timeline: Timeline, shown: int) -> Iterator[Text]:
    """The timeline's title and size, in two lines."""
    yield Text(printable(timeline.title), style="bold")
    counted = count_of(timeline.statements, "statement")
    of = counted if shown == timeline.statements else f"{shown:,} of {counted}"
    yield Text(f"{timeline.timeline} · {of} · revision {timeline.revision:,}", style="dim")
    yield Text()


def _heading(statement: ShownStatement, grouping: Grouping) -> str:
    match grouping:
        case "occurred":
            return statement.occurred or "no date"
        case "said":
            return statement.said.on or "said at a time not known"
        case "recorded":
            return f"recorded {statement.recorded_at[:10]}"


def _rule(corner: str, heading: str, width: int) -> Text:
    line = Text.assemble((f"{corner} ", _RAIL), (heading, "bold cyan"), " ")
    words = in_words(heading)
    if words and len(heading) + len(words) + 6 <= width:
        line.append(f"─ {words} ", style=_RAIL)
    return line.append("─" * (width - line.cell_len), style=_RAIL)


def _head(statement: ShownStatement, width: int, console: Console) -> Iterator[Text]:
    """Speaker and kind at the left, standing at the right; one below the other if the console is
    narrow."""
    colour = _MARKS[statement.standing][1]
    speaker = Text.assemble((spoken_by(statement.said), "bold"), (f"  {statement.kind}", "dim"))
    standing = Text(_standing(statement), style=colour)
    gap = width - speaker.cell_len - standing.cell_len
    if gap >= 2:
        yield Text.assemble(speaker, " " * gap, standing)
        return
    yield from speaker.wrap(console, width)
    yield from standing.wrap(console, width)


def _retracted(retraction: ShownRetraction) -> str:
    """Why, by whom, when they said so and where."""
    by = f" by {retraction.by}" if retraction.by else ""
    on = f", said {retraction.on}" if retraction.on else ""
    where = f", in {retraction.source.title}" if retraction.source else ""
    return printable(f"✗ retracted{by}{on}{where}: {retraction.reason}")


def _standing(statement: ShownStatement) -> str:
    counts = []
    if statement.supports:
        counts.append(count_of(statement.supports, "support"))
    if statement.disputes:
        counts.append(count_of(statement.disputes, "dispute"))
    counted = f" ({', '.join(counts)})" if counts else ""
    grade = f", credibility {statement.credibility}" if statement.credibility else ""
    return f"{statement.standing}{counted}{grade}"


def _provenance(statement: ShownStatement, grouping: Grouping) -> str:
    """When it was said (or when it occurred, if the list is grouped by said time), and who carried
    it."""
    parts = [f"said {statement.said.on}" if statement.said.on else "said at a time not known"]
    if grouping != "occurred":
        parts.append(f"about {statement.occurred}" if statement.occurred else "about no date")
    if grouping == "said":
        del parts[0]
    if statement.said.via:
        parts.append(f"via {carried_by(statement.said)}")
    parts += [printable(place.name) for place in statement.places]
    return " · ".join(parts)


def _evidence(statement: ShownStatement) -> Text:
    """The statement's id, its tags and its links."""
    tags = "".join(f" #{tag}" for tag in statement.tags)
    line = Text(f"{statement.id}{tags} · ", style="dim")
    if statement.unsourced:
        return line.append("no source", style="not dim yellow")
    return line.append(joined([printable(source.title) for source in statement.sources]))
