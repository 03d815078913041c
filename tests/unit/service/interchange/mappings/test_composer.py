"""Rows as the statements that a mapping describes."""

from __future__ import annotations

from typing import Any, Literal
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rows import each_row
from tests.unit.service.interchange.mappings.composing import composed
from tests.unit.service.interchange.mappings.mapping_texts import CLAIMS, minimal

COLUMNS = ["What", "Ref", "Who", "With", "When", "From", "To", "date_prec", "Against", "low"]
COLUMNS += ["best", "high", "Q", "Tags", "H", "Notes", "Other"]


def test_a_row_becomes_the_statement_that_the_mapping_describes() -> None:
    """Every source and operation of the documented mapping gives the field that it stands at."""
    row = {
        "What": "It rained",
        "Ref": "A1",
        "Who": " KCNA\t x",
        "With": "A; B;",
        "When": "13.10.2024",
        "From": "2017-07-01 00:00:00.000",
        "To": "2017-07-31",
        "date_prec": "4",
        "Against": "X;Y",
        "low": "1",
        "best": "n/a",
        "high": "5",
        "Q": "more",
        "Tags": "Große Not; a/b",
        "H": "<p>a</p><b>b</b> &amp; c",
    }
    assert composed(CLAIMS, row, missingValues=["", "n/a"], primaryKey="Ref").statement == {
        "kind": "claim",
        "text": "It rained (A1)",
        "said": {"by": "KCNA x", "with": ["A", "B"], "on": "2024-10-13"},
        "occurred": "[2017-07-01..2017-07-31]",
        "about": [{"actor": "X", "role": "target"}, {"actor": "Y", "role": "target"}],
        "quantities": [
            {"what": "dead", "low": "1", "high": "5", "unit": "person", "qualifier": "more-than"}
        ],
        "tags": ["grosse-not", "a-b"],
        "extra": {"html": "a\n\nb & c"},
    }


@pytest.mark.parametrize("name", ["latitude", "longitude"])
def test_a_further_field_is_a_text_whatever_it_is_called(name: str) -> None:
    """Degrees are those of a place only: what is kept under their name is kept as it is written."""
    found = composed(minimal(extra={name: {"column": "Other"}}), {"What": "x", "Other": "33.675N"})
    assert found.faults == []
    assert found.statement["extra"] == {name: "33.675N"}
    found = composed(minimal(extra={name: {"column": "Other"}}), {"What": "x", "Other": "51.50"})
    assert found.statement["extra"] == {name: "51.50"}


@given(st.dictionaries(st.sampled_from(COLUMNS), st.text(max_size=30) | st.tuples(st.text())))
def test_any_row_is_composed_and_says_what_it_used(cells: dict[str, Any]) -> None:
    """No cell makes an error, and what is used was there."""
    found = composed(CLAIMS, cells, primaryKey="Ref")
    assert found.statement["kind"] == "claim"
    assert {column for use in found.uses for column in use.columns} <= {*COLUMNS}


def test_nobody_and_nothing() -> None:
    """No speaker is null, an item without actor, name or number is left out, and a template of
    empty columns is nothing."""
    statement = minimal(
        said={"by": {"column": "Who"}},
        about=[{"actor": {"column": "A"}, "role": {"value": "victim"}}],
        places=[{"name": {"column": "P"}, "latitude": {"column": "Lat"}}],
        quantities=[{"what": {"value": "dead"}, "best": {"column": "N"}, "unit": {"value": "x"}}],
        extra={"both": {"template": "({A}, {P})"}},
    )
    found = composed(statement, {"Text": "It rained", "Lat": "51.5"})
    assert found.statement == {
        "kind": "report",
        "text": "It rained",
        "said": {"by": None, "on": None},
    }
    assert [use.columns for use in found.uses] == [("Text",)]


def test_operations_come_in_their_order_however_they_are_written() -> None:
    """A text is split, taken, stripped, cleaned, looked up and made a slug, and what is empty then
    gets its stand-in."""
    tag = {
        "slug": True,
        "lookup": {"Kyiv city": "Kyiv City"},
        "clean": True,
        "strip-html": True,
        "take": "last",
        "split": "|",
        "empty": "none",
        "column": "T",
    }
    statement = minimal(tags=tag)
    assert composed(statement, {"T": "x|<b>Kyiv</b>  city"}).statement["tags"] == ["kyiv-city"]
    assert composed(statement, {"T": ""}).statement["tags"] == ["none"]


@pytest.mark.parametrize(("written", "found"), [("NFC", "NFD"), ("NFD", "NFC")])
def test_what_a_mapping_names_is_found_however_its_letters_are_composed(
    written: Literal["NFC", "NFD"], found: Literal["NFC", "NFD"]
) -> None:
    """An entry of a lookup, and a text that stands for nothing."""
    missing, name = (normalize(written, text) for text in ("næ̂ant", "Zaporižžia"))
    place = {"column": "A", "lookup": {name: "Zaporizhzhia"}, "else": "elsewhere"}
    statement = minimal(said={"by": place})
    row = {"A": normalize(found, "Zaporižžia"), "Text": "x"}
    assert composed(statement, row).statement["said"]["by"] == "Zaporizhzhia"
    by = minimal(said={"by": {"column": "A"}})
    row["A"] = normalize(found, missing)
    given = composed(by, row, missingValues=["", missing]).statement
    assert given["said"]["by"] is None


@each_row(("take", "taken"), [("first", "a"), ("last", "c"), (2, "b"), (3, "c"), (9, None)])
def test_a_part_is_taken(take: Any, taken: str | None) -> None:
    """The first, the last or the part of that number, counted with empty ones for a number."""
    place = {"column": "T", "split": [" / ", ";"], "take": take}
    found = composed(minimal(said={"by": place}), {"T": "a / b;c", "Text": "x"})
    assert found.statement["said"]["by"] == taken
    assert [use.rewritten for use in found.uses if use.columns == ("T",)] == [True]


def test_parts_of_two_columns_belong_together() -> None:
    """The first part of one goes with the first of the other; lists of different lengths are
    refused, since nobody knows which part belongs to which."""
    about = {"actor": {"column": "A", "split": ";"}, "role": {"column": "R", "split": ";"}}
    statement = minimal(about=[about])
    assert composed(statement, {"A": "x;y", "R": "victim;party"}).statement["about"] == [
        {"actor": "x", "role": "victim"},
        {"actor": "y", "role": "party"},
    ]
    (fault,) = composed(statement, {"A": "x;y;z", "R": "victim;party"}).faults
    assert "A has 3, R has 2" in fault.reason


def test_a_list_of_the_file_is_split_already() -> None:
    """What JSON has as a list makes several items, and one text where one is wanted."""
    statement = minimal(about={"column": "A"}, tags={"column": "A"}, said={"by": {"column": "A"}})
    found = composed(statement, {"Text": "x", "A": ("a", "b")}).statement
    assert found["about"] == [{"actor": "a"}, {"actor": "b"}]
    assert found["tags"] == ["a", "b"]
    assert found["said"]["by"] == "a; b"


def test_a_source_has_a_title_and_an_id_of_its_own() -> None:
    """A link alone is a source, and the same source has the same id in every row."""
    statement = minimal(sources=[{"url": {"column": "U"}, "title": {"column": "S"}}])
    one = composed(statement, {"U": "https://a.example/1"}).statement["sources"]
    again = composed(statement, {"U": "https://a.example/1", "Text": "y"}).statement["sources"]
    other = composed(statement, {"U": "https://a.example/2"}).statement["sources"]
    assert one == again
    assert one[0]["title"] == "https://a.example/1"
    assert one[0]["id"] != other[0]["id"]


def test_numbers_are_read_as_their_column_writes_them() -> None:
    """The signs that the schema names for a field count for its numbers, degrees included."""
    statement = minimal(
        quantities=[{"what": {"value": "x"}, "best": {"column": "N"}, "unit": {"value": "x"}}],
        places=[
            {"name": {"column": "P"}, "latitude": {"column": "N"}, "longitude": {"column": "L"}}
        ],
    )
    fields = [{"name": "N", "decimalChar": ",", "groupChar": "."}]
    cells = {"Text": "x", "N": "1.050,5", "P": "p", "L": "-0.5"}
    found = composed(statement, cells, fields=fields).statement
    assert found["quantities"][0]["best"] == "1050.5"
    assert found["places"] == [{"name": "p", "latitude": 1050.5, "longitude": -0.5}]
