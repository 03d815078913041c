"""Intervals and sets: their bounds come from their dates alone."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from events.edtf.dates import MOST_CHARACTERS, Bounds, parse
from events.errors import DateError
from tests.rows import each_row
from tests.unit.events.edtf_texts import BRACKETS, MEMBER, SINGLE, bounds

UNBOUNDED = Bounds(None, None)


@given(SINGLE, SINGLE)
def test_an_interval_has_the_bounds_and_marks_of_its_sides(first: str, last: str) -> None:
    """Start and end are the two dates; it is refused only where no reading lets it be."""
    text = f"{first}/{last}"
    if bounds(last)[1] < bounds(first)[0]:
        with pytest.raises(DateError, match="ends before it starts") as caught:
            parse(text)
        assert caught.value.column == len(first) + 2
        return
    interval, start, end = parse(text), parse(first), parse(last)
    assert (interval.start, interval.end) == (start.start, end.end)
    assert set(interval.qualifiers) == {*start.qualifiers, *end.qualifiers}


@given(SINGLE, st.sampled_from([("..", "open"), ("", "unknown")]))
def test_an_end_that_is_open_or_unknown_is_unbounded(date: str, end: tuple[str, str]) -> None:
    """`..` and nothing leave their side without bounds, and are distinguished by their marks."""
    written, name = end
    known = parse(date)
    after, before = parse(f"{date}/{written}"), parse(f"{written}/{date}")
    assert (after.start, after.end) == (known.start, UNBOUNDED)
    assert (before.start, before.end) == (UNBOUNDED, known.end)
    assert after.qualifiers == (*known.qualifiers, f"{name}-end")
    assert before.qualifiers == (*known.qualifiers, f"{name}-start")


@given(BRACKETS, st.lists(MEMBER, min_size=1, max_size=4), st.sampled_from([",", ", "]))
def test_a_set_reaches_from_its_first_to_its_last(
    brackets: tuple[str, str], members: list[str], comma: str
) -> None:
    """Whatever the order, start and end share the outermost bounds; ranges count by their ends."""
    text = brackets[0] + comma.join(members) + brackets[1]
    assume(len(text) <= MOST_CHARACTERS)
    dates = [each for member in members for each in member.split("..")]
    found = parse(text)
    starts = [bounds(member.split("..")[0])[0] for member in members]
    ends = [bounds(member.split("..")[-1])[1] for member in members]
    assert found.start == found.end == Bounds(min(starts), max(ends))
    assert set(found.qualifiers) == {mark for date in dates for mark in parse(date).qualifiers}


@given(BRACKETS, SINGLE, SINGLE)
def test_a_set_may_be_open(brackets: tuple[str, str], first: str, last: str) -> None:
    """Before its first member and after its last, `..` takes that bound away and is marked."""
    opening, closing = brackets
    before = parse(f"{opening}..{first}{closing}")
    assert before.start == before.end == Bounds(None, bounds(first)[1])
    assert "open-start" in before.qualifiers
    after = parse(f"{opening}{first}..{closing}")
    assert after.start == after.end == Bounds(bounds(first)[0], None)
    assert "open-end" in after.qualifiers
    both = parse(f"{opening}..{first},{last}..{closing}")
    assert both.start == both.end == UNBOUNDED
    assert set(both.qualifiers) >= {"open-start", "open-end"}


@each_row(
    ("text", "qualifiers"),
    [
        ("../..", ("open-start", "open-end")),
        ("/..", ("open-end", "unknown-start")),
        ("../", ("open-start", "unknown-end")),
        ("1984~/2004-06?", ("approximate", "uncertain")),
        ("%1984/..", ("approximate", "uncertain", "open-end")),
        ("2004-06-~01/2004-06-~20", ("approximate",)),
        ("[..1984?]", ("uncertain", "open-start")),
    ],
)
def test_marks_come_in_their_order(text: str, qualifiers: tuple[str, ...]) -> None:
    """What was marked is reported once each, in the order of the glossary."""
    assert parse(text).qualifiers == qualifiers


@each_row(
    "text",
    [
        "{1667,1668,1670..1672}",
        "[1667, 1760-12]",
        "{..1983-12-31,1984-10-10..1984-11-01}",
        "[1760-12..]",
        "2001-21/2003-41~",
        "2024-06/2024",
        "2024/2024-06",
        "XXXX/2024",
    ],
)
def test_these_are_read(text: str) -> None:
    """The standard's examples, and intervals that some reading lets be."""
    assert parse(text).text == text


@each_row(
    ("text", "column", "advice"),
    [
        ("/", 1, "give null"),
        ("199/2024", 1, "whole date"),
        ("2024~/20", 7, "whole date"),
        ("[24]", 2, "whole date"),
        ("{2024,199}", 7, "whole date"),
        ("[2024..30]", 8, "whole date"),
        ("2024/2025/2026", 10, "one start and one end"),
        ("2024-06/2024-05", 9, "ends before it starts"),
        ("2024~/2023~", 7, "ends before it starts"),
        ("2024-10-01/2024-09-XX", 12, "ends before it starts"),
        ("...2024/2025", 3, "A / should follow"),
        ("2024..2025/2026", 5, "A / should follow"),
        ("2024/..~", 8, "one start and one end"),
        ("2024/2024-13", 11, "Month 13"),
        ("2024/[2025]", 6, "A set cannot be the end"),
        ("[2024]/2025", 7, "Nothing follows"),
        ("2024-10-01T10:00Z/2025", 11, "single date"),
        ("2024/2025-10-01T10:00Z", 16, "single date"),
        ("[2024-10-01T10:00Z]", 12, "single date"),
        ("[]", 2, "A year was expected"),
        ("{", 2, "A year was expected"),
        ("[[2024]]", 2, "A year was expected"),
        ("[2024", 6, "or ], which closes"),
        ("[2024}", 6, "or ], which closes"),
        ("{2024]", 6, "or }, which closes"),
        ("[2024]~", 7, "Nothing follows"),
        ("[2024,]", 7, "A year was expected"),
        ("[2024,~ 2025]", 8, "A year was expected"),
        ("[2024 ,2025]", 6, "or ], which closes"),
        ("[2024/2025]", 6, "or ], which closes"),
        ("[..]", 4, "A year was expected"),
        ("[..1984..]", 8, "or ], which closes"),
        ("[1984..,1999]", 8, "After an open end comes ]"),
        ("[1999,..1984]", 7, "before its first member"),
        ("[1672..1670]", 8, "ends before it starts"),
        ("[1670..1671..1672]", 12, "or ], which closes"),
    ],
)
def test_a_refusal_points_at_the_part(text: str, column: int, advice: str) -> None:
    """Each refusal names what is wrong at the column where it stands."""
    with pytest.raises(DateError) as caught:
        parse(text)
    assert advice in caught.value.message
    assert caught.value.column == column
