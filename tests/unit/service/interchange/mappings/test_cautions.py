"""What looks like a mistake of the mapping."""

from __future__ import annotations

from service.interchange.mappings.cautions import SHORT_YEAR, cautions_of
from service.interchange.mappings.composer import Composer
from service.interchange.tables.row import TableRow
from tests.unit.service.interchange.mappings.mapping_texts import mapping, minimal

NOW = 1_735_689_600
"""The first second of 2025."""


def cautions(**cells: str) -> list[tuple[str | None, str]]:
    statement = minimal(
        occurred={"column": "Day", "date": ["dmy", "iso"]},
        said={"on": {"column": "Said", "date": ["iso"]}},
        sources=[{"title": {"value": "s"}, "published": {"column": "Out"}}],
    )
    composed = Composer(mapping(statement)).compose(TableRow(2, {"Text": "x", **cells}))
    return [(found.column, found.value) for found in cautions_of(composed, NOW)]


def test_a_date_that_is_likely_wrong_is_shown() -> None:
    """A century, a day that has not come, and a day that could be a month each name column and
    text; the day that has come, a decade and an open end do not."""
    assert cautions(Day="20", Said="2025-01-02") == [("Day", "20"), ("Said", "2025-01-02")]
    assert cautions(Day="03.04.2024", Out="2026") == [("Day", "03.04.2024"), ("Out", "2026")]
    assert cautions(Day="13.04.2024", Said="202X", Out="2024-10/..") == []
    assert cautions(Day="2025-01-01") == []


def test_a_year_of_two_digits_is_shown() -> None:
    """Whoever looks at the dry run sees that the mapping has said of which hundred years it is."""
    statement = minimal(occurred={"column": "Day", "date": ["dmy", "dmy-1930"]})
    found = Composer(mapping(statement)).compose(TableRow(2, {"Text": "x", "Day": "13.02.20"}))
    assert found.statement["occurred"] == "2020-02-13"
    assert [caution.reason for caution in cautions_of(found, NOW)] == [SHORT_YEAR]
    found = Composer(mapping(statement)).compose(TableRow(2, {"Text": "x", "Day": "13.02.2020"}))
    assert [*cautions_of(found, NOW)] == []


def test_a_text_that_is_no_date_is_left_to_the_rules() -> None:
    """What is refused anyway needs no warning."""
    assert cautions(Out="soon") == []
