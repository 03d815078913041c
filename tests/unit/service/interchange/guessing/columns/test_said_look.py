"""Cells in which somebody speaks, judges or answers."""

from __future__ import annotations

from service.interchange.guessing.columns.said_look import are_answers, are_verdicts, is_spoken
from tests.rows import each_row


@each_row(
    ("text", "is_it"),
    [
        ("We’ve come home.", True),
        ("It is not my fault.", True),
        ("Das ist unser Haus.", True),
        ("Мы не сдаёмся.", True),
        ("US forces left the west of it in World War I.", False),
        ("Marsz i wiec w stolicy.", False),
        ("", False),
    ],
)
def test_who_speaks_of_themselves_is_heard(text: str, is_it: bool) -> None:
    """By whole words of many languages."""
    assert is_spoken(text) is is_it


def test_verdicts_are_known_however_they_are_joined() -> None:
    """Nearly all cells have to be some."""
    assert are_verdicts(["Mostly true", "half-true", "FALSE", "Pants on fire", "錯誤"])
    assert not are_verdicts(["Mostly true", "Kyiv", "FALSE"])


def test_answers_are_few() -> None:
    """Yes and no in one language, or marks."""
    assert are_answers(["yes", "No", "yes"])
    assert not are_answers(["yes", "maybe"])
