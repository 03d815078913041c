"""The progress of long work, for people and for logs."""

from __future__ import annotations

from io import StringIO
from itertools import pairwise

import pytest
from rich.console import Console

from service.cli import progress
from service.cli.progress import bar, bytes_bar


class Screen(StringIO):
    """A terminal that keeps what is drawn."""

    def isatty(self) -> bool:
        return True


def drawn(file: StringIO, *, lines: bool) -> str:
    """What is written of four steps."""
    console = Console(file=file, width=80, force_terminal=file.isatty(), _environ={"TERM": "xterm"})
    with bar(console, "Folding", 4_000, lines=lines) as steps:
        for _ in range(3):
            steps.advance(1_000)
        steps.reach(4_000, 4_000)
    return file.getvalue()


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work that takes long at each step."""
    monkeypatch.setattr(progress, "_PATIENCE", -1.0)
    monkeypatch.setattr(progress, "_PAUSE", -1.0)


def test_a_terminal_shows_a_bar_with_what_is_left(slow: None) -> None:
    """How much is done of how much, and for how long it will go on."""
    found = drawn(Screen(), lines=True)
    assert "Folding" in found
    assert "/4000" in found
    assert "0:00:0" in found


def test_a_log_has_plain_lines_where_they_are_asked_for(slow: None) -> None:
    """One line at a time, without any of a terminal's signs; other commands write none."""
    found = drawn(StringIO(), lines=True).splitlines()
    assert found == [f"Folding: {done},000 of 4,000" for done in (1, 2, 3, 4)]
    assert drawn(StringIO(), lines=False) == ""


@pytest.mark.parametrize(("screen", "is_drawn"), [(Screen(), True), (StringIO(), False)])
def test_bytes_whose_number_nobody_knows_are_counted(
    slow: None, screen: StringIO, *, is_drawn: bool
) -> None:
    """A terminal shows how many have come and how fast; nothing else is written to."""
    console = Console(file=screen, width=80, force_terminal=is_drawn, _environ={"TERM": "xterm"})
    with bytes_bar(console, "Exporting kursk") as drawn:
        drawn.advance(1_500_000)
    assert ("Exporting kursk" in screen.getvalue()) == is_drawn
    assert ("1.5" in screen.getvalue()) == is_drawn


def test_short_work_writes_nothing() -> None:
    """Neither a bar nor a line for what is done at once."""
    assert drawn(StringIO(), lines=True) == ""
    assert "Folding" not in drawn(Screen(), lines=True)


class Clock:
    """In place of the module `time`."""

    now = 0.0

    def monotonic(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("file", "seen"), [(StringIO(), [4, 9]), (Screen(), [0])], ids=["lines", "bar"]
)
def test_a_line_comes_after_each_pause(
    file: StringIO, seen: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A log has none before five seconds have passed, nor twice in five; a bar comes after one."""
    clock = Clock()
    monkeypatch.setattr(progress, "time", clock)
    console = Console(file=file, width=80, _environ={"TERM": "xterm"})
    counts = [0]
    with bar(console, "Folding", 10, lines=True) as steps:
        for _ in range(10):
            clock.now += 1.0
            steps.advance(1)
            counts.append(file.getvalue().count("Folding"))
    grown = [n for n, (before, after) in enumerate(pairwise(counts)) if after > before]
    assert grown[: len(seen)] == seen
    assert len(grown) == len(seen) or file.isatty()
