"""The timeline as a terminal shows it."""

from __future__ import annotations

import io
from typing import Any

import msgspec
import pytest
from rich.console import Console

from service.cli.views.statement_view import Grouping, StatementsView
from service.client import ShownStatement
from tests.rows import each_row

PLAIN: dict[str, Any] = {
    "id": "claim-1",
    "kind": "claim",
    "text": "Control of the region was regained.",
    "language": "en",
    "said": {"by": "Valery Gerasimov", "on": None, "via": [{"actor": "TASS", "role": "agency"}]},
    "occurred": "/2025-04~",
    "about": [],
    "places": [{"name": "Kursk region"}],
    "quantities": [],
    "sources": [{"id": "article", "title": "An article"}],
    "rating": None,
    "tags": ["control"],
    "origin": None,
    "extra": {},
    "standing": "asserted",
    "because": [],
    "retraction": None,
    "supports": 0,
    "disputes": 0,
    "relations": [],
    "credibility": None,
    "unsourced": False,
    "revision": 7,
    "changed": 7,
    "recorded_at": "2025-04-30T10:00:00.000000Z",
    "corrected_at": None,
    "bounds": {"occurred": None, "said": None},
}


def shown(**changes: Any) -> ShownStatement:
    return msgspec.convert(PLAIN | changes, type=ShownStatement)


def drawn(
    *statements: ShownStatement, width: int = 100, grouping: Grouping = "occurred"
) -> list[str]:
    console = Console(file=io.StringIO(), width=width, color_system=None)
    with console.capture() as capture:
        console.print(StatementsView(statements, grouping))
    return capture.get().splitlines()


def relation(name: str, direction: str, statement: str) -> dict[str, Any]:
    return {
        "relation": name,
        "direction": direction,
        "statement": statement,
        "note": None,
        "on": None,
        "source": None,
        "revision": 9,
    }


@pytest.mark.parametrize("width", [24, 40, 60, 100, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    """Whatever is said, by whom and how long, it is folded into the width there is."""
    long = shown(
        text="word " * 200,
        said={"by": "A" * 100, "on": "2025-04~", "via": [{"actor": "B" * 100, "role": "agency"}]},
        sources=[{"id": "x", "title": "T" * 300}],
        standing="disputed",
        disputes=12345,
        tags=["t" * 40] * 5,
        occurred="2024-10-01/2025-04-30~",
    )
    assert max(len(line) for line in drawn(long, width=width)) <= width


def test_a_date_heads_its_statements_once() -> None:
    """Statements of one date stand below one heading, which has the date as it was written."""
    lines = drawn(shown(), shown(id="b"), shown(id="c", occurred=None))
    headings = [line for line in lines if line[0] in "┌├"]
    assert headings[0].split()[1:4] == ["/2025-04~", "─", "until"]
    assert len(headings) == 2
    assert "no date" in headings[1]


def test_said_and_recorded_order_head_by_their_own_time() -> None:
    """The heading is of the time by which the list is ordered."""
    assert (
        "2024-10" in drawn(shown(said={"by": "A", "on": "2024-10", "via": []}), grouping="said")[0]
    )
    assert "recorded 2025-04-30" in drawn(shown(), grouping="recorded")[0]


@each_row(
    ("standing", "mark"),
    [
        ("asserted", "○"),
        ("corroborated", "●"),
        ("disputed", "▲"),
        ("superseded", "◌"),
        ("retracted", "✗"),
    ],
)
def test_a_standing_has_a_word_and_a_mark(standing: str, mark: str) -> None:
    """Nobody needs the colour: the mark leads the speaker, the word ends the line."""
    (head,) = [line for line in drawn(shown(standing=standing)) if "Gerasimov" in line]
    assert head.startswith(mark)
    assert head.rstrip().endswith(standing)


def test_supports_and_disputes_are_counted_whatever_the_standing() -> None:
    """A disputed statement with supports says so."""
    (head,) = [
        line
        for line in drawn(shown(standing="disputed", supports=3, disputes=1))
        if "Gerasimov" in line
    ]
    assert "disputed (3 supports, 1 dispute)" in head


def test_speakers_a_verdict_and_a_retraction_are_reported() -> None:
    """Who said it together, or that nobody knows; what a checker found; why it is retracted."""
    source = {"id": "s", "title": "A post"}
    retraction = {"reason": "misread", "by": "Desk", "on": "2024", "source": source, "revision": 9}
    rating = {"label": "False", "value": "1", "best": "5", "worst": None}
    lines = drawn(
        shown(said={"by": "A", "with": ["B", "C"], "on": None}, rating=rating),
        shown(said={"by": None, "on": None}, standing="retracted", retraction=retraction),
    )
    text = "\n".join(lines)
    assert "A, B and C  claim" in text
    assert "rated False (1, where 5 is the best)" in text
    assert "unknown speaker  claim" in text
    assert "✗ retracted by Desk, said 2024, in A post: misread" in text


def test_a_relation_names_the_other_speaker_and_the_way() -> None:
    """What a statement disputes and what it is disputed by are distinguished."""
    one = shown(relations=[relation("disputes", "in", "b")])
    two = shown(
        id="b",
        said={"by": "Ukraine", "on": None, "via": []},
        relations=[relation("disputes", "out", "claim-1"), relation("supports", "out", "gone")],
    )
    lines = [line.strip("│ ") for line in drawn(one, two)]
    assert "← disputed by Ukraine (b)" in lines
    assert "→ disputes Valery Gerasimov (claim-1)" in lines
    assert "→ supports (gone)" in lines


def test_a_quantity_stands_with_its_qualifier() -> None:
    """At least 1,000 stays at least 1,000."""
    counted = {"what": "dead", "low": "1000", "unit": "soldiers", "qualifier": "at-least"}
    assert any(
        "at least 1,000 soldiers: dead" in line for line in drawn(shown(quantities=[counted]))
    )


def test_a_statement_without_a_source_says_so() -> None:
    """What has no evidence is marked, not passed over."""
    lines = drawn(shown(sources=[], unsourced=True))
    assert any("no source" in line for line in lines)


def test_texts_command_neither_the_terminal_nor_the_drawing() -> None:
    """Escapes in any text of others are taken out, and brackets are no markup."""
    evil = "\x1b[2J\x9b31m[red]x[/red]\x07\u202e"
    text = "\n".join(
        drawn(
            shown(
                text=evil,
                said={"by": f"A{evil}", "on": None, "via": [{"actor": evil, "role": "agency"}]},
                sources=[{"id": "s", "title": evil}],
                places=[{"name": evil}],
            )
        )
    )
    assert not set(text) & {"\x1b", "\x9b", "\x07", "\u202e"}
    assert text.count("[red]x[/red]") == 5
