"""What the cells of others' files often have, and what becomes of it."""

from __future__ import annotations

from typing import Any

from tests.rows import each_row
from tests.unit.service.interchange.mappings.composing import composed
from tests.unit.service.interchange.mappings.mapping_texts import minimal


def test_a_cell_that_cannot_be_read_says_where_and_why() -> None:
    """A date without its pattern and degrees that are no number name the column, the cell, the
    reason and what to do."""
    statement = minimal(
        said={"on": {"column": "When", "date": ["dmy"]}},
        places=[{"name": {"column": "P"}, "latitude": {"column": "Lat"}}],
        occurred={"start": {"column": "From"}, "end": {"column": "To"}},
    )
    cells = {"When": "13.10.24", "P": "Kyiv", "Lat": "50° N", "From": "2024", "To": "2023"}
    faults = composed(statement, cells).faults
    assert [(t.column, t.value) for t in faults] == [
        ("When", "13.10.24"),
        ("Lat", "50° N"),
        ("From", "2024 / 2023"),
    ]
    assert all(t.reason and t.advice for t in faults)


def test_a_link_with_a_space_is_written_as_browsers_do_and_that_is_said() -> None:
    """Both addresses of a source, and that of the origin; a link that was right stays as it is."""
    place = {"column": "U"}
    statement = minimal(origin={"url": place}, sources=[{"url": place, "archive_url": place}])
    odd = composed(statement, {"U": "https://a.example/b c"})
    assert odd.statement["origin"]["url"] == "https://a.example/b%20c"
    assert odd.statement["sources"][0]["url"] == "https://a.example/b%20c"
    assert odd.statement["sources"][0]["archive_url"] == "https://a.example/b%20c"
    assert [use.rewritten for use in odd.uses if use.columns == ("U",)] == [True] * 3
    right = composed(statement, {"U": "https://a.example/b"})
    assert not any(use.rewritten for use in right.uses)


LINKS = {"url": {"column": "links.url"}, "title": {"column": "links.text"}}


@each_row(
    ("field", "place", "cells", "found"),
    [
        (
            "occurred",
            {"template": "{day} {month} {year}", "date": ["dmy"]},
            {"day": "2", "month": "April", "year": "2015"},
            "2015-04-02",
        ),
        (
            "occurred",
            {"template": "{When}-2014", "date": ["dmy"]},
            {"When": "26-Dec"},
            "2014-12-26",
        ),
        (
            "tags",
            {"column": "Acres", "split": [" ", "%"], "take": 1},
            {"Acres": "4193 (water)"},
            ["4193"],
        ),
        ("tags", {"column": "Acres", "split": [" ", "%"], "take": 1}, {"Acres": "3.5%"}, ["3.5"]),
        ("tags", {"column": "at", "split": ",", "take": 2}, {"at": ("30.5", "50.4")}, ["50.4"]),
    ],
)
def test_what_files_of_others_often_have_is_read_as_documented(
    field: str, place: dict[str, Any], cells: dict[str, Any], found: Any
) -> None:
    """Dates in three columns or without a year, numbers with a remark, a point of GeoJSON."""
    assert composed(minimal(**{field: place}), cells).statement[field] == found


def test_links_of_a_cell_and_of_a_list_of_objects_are_sources() -> None:
    """Several in a cell are cut; in JSON the titles stand beside their links."""
    several = {"url": {"column": "Links", "split": [" ", ";"]}}
    cells = {"Links": "https://a.example/; https://b.example/"}
    found = composed(minimal(sources=[several]), cells).statement["sources"]
    assert [source["url"] for source in found] == ["https://a.example/", "https://b.example/"]
    lists = {"links.url": ("https://a.example/", "https://b.example/"), "links.text": ("A", "")}
    found = composed(minimal(sources=[LINKS]), lists).statement["sources"]
    assert [source["title"] for source in found] == ["A", "https://b.example/"]


@each_row("text", ["nan", "inf", "1e999", "1_2", "48°27'"])
def test_what_no_map_has_is_no_number_of_degrees(text: str) -> None:
    """Programs write the first two for nothing, and Python alone reads the third one."""
    place = {"name": {"value": "A"}, "latitude": {"column": "N"}, "longitude": {"value": "1"}}
    (fault,) = composed(minimal(places=[place]), {"Text": "x", "N": text}).faults
    assert (fault.column, fault.value) == ("N", text)


@each_row("text", ["48", "-0.12", "0." + "0" * 40 + "1", "9.5e-206"])
def test_degrees_have_as_many_digits_as_there_are(text: str) -> None:
    """An export writes whatever a statement has in full, and it comes back."""
    place = {"name": {"value": "A"}, "latitude": {"column": "N"}, "longitude": {"value": "1"}}
    found = composed(minimal(places=[place]), {"Text": "x", "N": text})
    assert found.faults == []
    assert found.statement["places"][0]["latitude"] == float(text)


@each_row("mark", ["\ufeff", "\u200e", "\u200f", "\u200b"])
def test_invisible_marks_do_not_hide_a_date_a_number_or_a_link(mark: str) -> None:
    """Other programs put them before what they copy; none of the three has any of its own."""
    statement = minimal(
        occurred={"column": "When", "date": ["dmy"]},
        quantities=[{"what": {"value": "x"}, "best": {"column": "N"}, "unit": {"value": "y"}}],
        origin={"url": {"column": "U"}},
    )
    cells = {"When": "13.10.2024", "N": "5", "U": "https://a.example/"}
    found = composed(statement, {name: f" {mark}{text}{mark}" for name, text in cells.items()})
    assert found.faults == []
    assert found.statement["occurred"] == "2024-10-13"
    assert found.statement["quantities"][0]["best"] == "5"
    assert found.statement["origin"]["url"] == "https://a.example/"


@each_row(
    ("day", "unit", "columns"),
    [
        ("2024-05-40", "day", ["D"]),
        ("soon", "day", ["D"]),
        ("2024", "about", ["P"]),
        ("soon", "about", ["D", "P"]),
    ],
)
def test_a_fault_of_a_cell_is_told_once(day: str, unit: str, columns: list[str]) -> None:
    """In the column that it is in, however many places read the cell, and by whatever patterns."""
    spanned = {"start": {"column": "D", "date": ["iso"]}, "precision": {"column": "P"}}
    statement = minimal(
        said={"on": {"column": "D", "date": ["dmy", "iso"]}},
        occurred=spanned,
        sources=[{"title": {"value": "x"}, "published": {"column": "D", "date": ["iso"]}}],
    )
    assert [fault.column for fault in composed(statement, {"D": day, "P": unit}).faults] == columns
