"""Statements in words."""

from __future__ import annotations

from service.interchange.writers.prose import headline_of, paragraphs_of
from tests.rows import each_row
from tests.unit.service.interchange.writers.made import exported


@each_row(
    ("text", "line"),
    [
        ("It rained.", "KCNA: It rained."),
        ("Two\n\nlines  here", "KCNA: Two lines here"),
        ("word " * 40, f"KCNA: {' '.join(['word'] * 24)} …"),
        ("x" * 300, f"KCNA: {'x' * 120} …"),
        ("a " + " " * 500 + "b", "KCNA: a …"),
    ],
)
def test_a_headline_is_one_short_line_of_whole_words(text: str, line: str) -> None:
    """White space is one space, and what is too long ends behind a word."""
    assert headline_of(exported(text=text).decode()) == line


def test_a_headline_says_who_and_whether_it_was_taken_back() -> None:
    """All speakers are named; where nobody knows who said it, that is said."""
    joint = exported(by="North Korea", with_=["Russia"], standing="retracted").decode()
    assert headline_of(joint) == "Retracted: North Korea, Russia: It rained."
    assert headline_of(exported(by=None).decode()) == "Not known who: It rained."


def test_the_facts_stand_behind_the_text() -> None:
    """Kind, date, chain, time, places, standing and sources are each a line."""
    shown = exported(
        on="2025-04~",
        via=[{"actor": "Agency", "role": "agency", "on": None}],
        occurred="2024",
        places=[{"name": "Kursk", "latitude": None, "longitude": None}],
        standing="disputed",
        sources=[
            {"id": "s", "title": "Paper", "publisher": "Press", "url": "https://p.example"},
            {"id": "t", "title": "Press", "publisher": "Press"},
        ],
    ).decode()
    assert paragraphs_of(shown)[1].splitlines() == [
        "Claim by KCNA (2025-04~)",
        "Via Agency (agency)",
        "About the time 2024",
        "At Kursk",
        "Standing: disputed",
        "Source: Paper (Press) https://p.example",
        "Source: Press",
    ]
