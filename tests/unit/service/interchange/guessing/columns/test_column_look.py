"""What stands in columns."""

from __future__ import annotations

from service.interchange.guessing.columns.column_look import look_of_column
from tests.rows import each_row


@each_row(
    ("texts", "patterns"),
    [
        (["2024-10-13", "2024-10"], ("iso",)),
        (["13.10.2024", "1.2.2024"], ("dmy",)),
        (["10/13/2024", "1/2/2024"], ("mdy",)),
        (["c. 1066", "55 BC", "1990s"], ("circa", "bc", "year")),
        (["21 maja 2024", "ok. 24 maja 2024"], ("dmy", "circa")),
        (["2024", "soon", "later"], ()),
        (["one", "two"], ()),
    ],
)
def test_dates_are_seen_with_their_patterns(texts: list[str], patterns: tuple[str, ...]) -> None:
    """The patterns read nearly all cells, or there are none."""
    found = look_of_column(texts, day_first=True).patterns
    assert sorted(found) == sorted(patterns) or found[:1] == patterns == ("iso",)


def test_a_date_that_could_be_either_goes_by_what_else_is_known() -> None:
    """Day first where the file is of a place that writes so, month first elsewhere."""
    assert look_of_column(["1/2/2024"], day_first=True).patterns == ("dmy",)
    assert look_of_column(["1/2/2024"], day_first=False).patterns == ("mdy",)


def test_lists_links_and_html_are_seen() -> None:
    """A sign between short words is a separator; commas in sentences are not."""
    sentence = "He came, and then he went away again, saying no"
    assert look_of_column(["a; b", "c"], day_first=True).split == ";"
    assert look_of_column([sentence], day_first=True).split is None
    assert look_of_column(["https://a.example"], day_first=True).is_link
    assert look_of_column(["<p>x</p>", "y"], day_first=True).is_html
    assert look_of_column([], day_first=True).filled == 0
