"""The moment that a text names, and what is said of a text that names none."""

from __future__ import annotations

import re

import pytest

from events.errors import DateError
from service.reading.moment import MOST, point_in
from tests.rows import each_row

FORMS = "Write a revision, a day like 2024-10-01 or a time like 2024-10-01T12:00:00Z."

ORDER = "year, month and day come in this order, with - between them"
TIME = "a T separates the day and its time"


@each_row(
    ("text", "says"),
    [
        ("yesterday", FORMS),
        ("2024-13", FORMS),
        ("2024-10-01T12:00:00", f"{FORMS} It ends with Z or an offset like +02:00."),
        ("2024-10-01T25:00:00Z", f"{FORMS} Hour 25 does not exist; hours are 00 to 23"),
        (
            "2024-10-01T12:00:00 02:00",
            f"{FORMS} It ends with Z or an offset like +02:00."
            " In a query a + is written %2B: a plain one is a space.",
        ),
    ],
)
def test_the_forms_are_named_once(text: str, says: str) -> None:
    """A text that is no moment is answered with what may stand there, and what is wrong with it."""
    with pytest.raises(DateError) as refused:
        point_in(text)
    assert refused.value.message.startswith(says)
    assert refused.value.message.count("2024-10-01T12:00:00Z") == 1


@each_row("text", ["9007199254740992", "9" * 5_000, "000" + "9" * 16])
def test_a_number_beyond_every_revision_is_a_revision(text: str) -> None:
    """So it is answered as any that is beyond the timeline's, and not with the largest number."""
    assert point_in(text) == MOST
    assert point_in("0" * 100 + "60") == 60


@each_row(
    ("text", "says"),
    [
        ("01.10.2024", f"Write 2024-10-01 or 2024-01-10, whichever is meant: {ORDER}."),
        ("13.10.2024", f"Write 2024-10-13: {ORDER}."),
        ("10/01/24", "Write the year in front and with its four digits, like 2024-10-13."),
        ("29 Nov 2026", "Write 2026-11-29: months are written in digits."),
        ("February 2024", "Write 2024-02-29: months are written in digits."),
        ("2024-10-01 14:00", f"Write 2024-10-01T14:00:00Z: {TIME}."),
        ("1 October 2024 14:00:05", f"Write 2024-10-01T14:00:05Z: {TIME}."),
    ],
)
def test_what_to_write_for_another_habit_is_said(text: str, says: str) -> None:
    """For exactly that text, with the reason that is given for a date, too; what is said to be
    written is a moment."""
    with pytest.raises(DateError) as refused:
        point_in(text)
    assert refused.value.message == says
    for written in re.findall(r"\d{4}-[^\s,]+\w", says):
        point_in(written)
