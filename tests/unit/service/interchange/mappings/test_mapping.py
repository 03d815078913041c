"""Mappings as files: what is read, and what is wrong."""

from __future__ import annotations

import json
from typing import Any

import frictionless
import pytest

from events.errors import InvalidInput
from service.interchange.mappings.mapping import (
    AbsentColumns,
    check_columns_of,
    mapping_of,
    read_mapping,
)
from tests.rows import each_row
from tests.unit.service.interchange.mappings.mapping_texts import CLAIMS, mapping, minimal


def faults_in(descriptor: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(InvalidInput) as caught:
        mapping_of(descriptor)
    return {fault.path: fault.message for fault in caught.value.faults}


def test_a_mapping_says_how_its_file_is_read_and_its_rows_are_known() -> None:
    """Dialect, missing values, key and columns are those of the descriptor, a mark at its beginning
    notwithstanding."""
    resource = {
        "name": "claims",
        "path": "claims.csv",
        "format": "csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ";", "excel": {"sheet": "Data"}},
        "schema": {
            "fields": [{"name": "Ref", "type": "string"}],
            "missingValues": ["n/a"],
            "primaryKey": "Ref",
        },
        "onrecord": {"statement": CLAIMS, "ignore": ["Notes"]},
    }
    content = json.dumps({"name": "claims", "resources": [resource]}).encode()
    found = read_mapping(b"\xef\xbb\xbf" + content)
    assert found.name == "claims"
    assert (found.dialect.format, found.dialect.delimiter) == ("csv", ";")
    assert found.dialect.sheet == "Data"
    assert found.missing == {"", "n/a"}
    assert found.key == ("Ref",)
    assert found.ignored == {"Notes"}
    assert {"Ref", "What", "date_prec", "H"} <= found.columns
    assert mapping_of(resource).name == "claims"


def test_others_read_the_same_descriptor() -> None:
    """Frictionless itself takes a mapping for a valid Data Package: our key is beside its own."""
    descriptor = dict(mapping(CLAIMS, fields=[{"name": "Ref", "type": "string"}]).descriptor)
    assert not list(frictionless.Package.metadata_validate(descriptor))


def test_what_every_item_must_have_is_asked_of_the_mapping() -> None:
    """Without it each row would be refused for the same reason."""
    statement = minimal(
        said={"via": [{"actor": {"column": "A"}}]},
        quantities=[{"best": {"column": "N"}}],
    )
    faults = faults_in({"name": "x", "resources": [{"onrecord": {"statement": statement}}]})
    at = "/resources/0/onrecord/statement"
    assert set(faults) == {f"{at}/said/via/0", f"{at}/quantities/0"}
    assert "role" in faults[f"{at}/said/via/0"]


def test_everything_that_is_wrong_is_said_at_once_with_its_place() -> None:
    """Misspelt fields, unknown operations and patterns, a missing part and a wrong name each have a
    pointer and say what there is instead."""
    statement = {
        "kind": {"value": "x", "colunm": "y"},
        "sayd": {},
        "said": {"by": {"column": "A", "split": ";"}, "with": {"column": "B", "take": "first"}},
        "about": {"actr": {"value": "x"}},
        "occurred": {"column": "X", "date": ["dym"]},
        "places": [{"name": {"column": "a", "value": "b"}}],
        "extra": {"column": {"value": "{}"}, "more": "text"},
        "rating": {"value": {"valu": "1"}},
        "tags": {"template": "{A", "else": "x"},
    }
    at = "/resources/0/onrecord/statement"
    faults = faults_in(
        {"name": "No Name", "resources": [{"onrecord": {"statement": statement, "ignored": []}}]}
    )
    assert "/name" in faults
    assert "/resources/0/onrecord/ignored" in faults
    assert "text" in faults[at]
    assert "column" in faults[f"{at}/kind/colunm"]
    assert "said" in faults[f"{at}/sayd"]
    assert "take" in faults[f"{at}/said/by/split"]
    assert "split" in faults[f"{at}/said/with/take"]
    assert "actor" in faults[f"{at}/about/actr"]
    assert "dmy" in faults[f"{at}/occurred/date/0"]
    assert f"{at}/places/0/name" in faults
    assert f"{at}/extra/more" in faults
    assert f"{at}/rating/value" in faults
    assert {f"{at}/tags/template", f"{at}/tags/else"} <= {*faults}


def test_what_a_mapping_says_of_its_file_is_held_against_what_there_is() -> None:
    """Format, encoding, signs, sheet, fields and their signs each have a pointer; nothing of a file
    is read for it."""
    resource = {
        "format": "pdf",
        "encoding": "utf-9",
        "dialect": {"delimiter": ";;", "csv": {"quoteChar": ""}, "sheet": 0, "header": "no"},
        "schema": {
            "fields": [{"name": "a", "decimalChar": ",", "groupChar": ","}, {}, {"name": 7}],
            "missingValues": [7],
            "primaryKey": {},
        },
        "onrecord": {"statement": minimal(), "ignore": 3},
    }
    assert {*faults_in({"name": "No", "resources": [resource]})} == {
        "/name",
        "/resources/0/format",
        "/resources/0/encoding",
        "/resources/0/dialect/delimiter",
        "/resources/0/dialect/csv/quoteChar",
        "/resources/0/dialect/sheet",
        "/resources/0/dialect/header",
        "/resources/0/schema/fields/0/groupChar",
        "/resources/0/schema/fields/1",
        "/resources/0/schema/fields/2",
        "/resources/0/schema/missingValues",
        "/resources/0/schema/primaryKey",
        "/resources/0/onrecord/ignore",
    }


@each_row("name", ["punycode", "IDNA", "unicode_escape", "raw-unicode-escape", "zip"])
def test_what_no_file_is_written_in_is_no_encoding(name: str) -> None:
    """Codecs of names, of source text and of bytes are refused with the mapping, before a row."""
    resource = {"encoding": name, "onrecord": {"statement": minimal()}}
    assert [*faults_in({"name": "a", "resources": [resource]})] == ["/resources/0/encoding"]


def test_everything_that_is_wrong_with_one_place_is_said() -> None:
    """A wrong shape does not hide a wrong pattern, and nothing is said of what it could not be."""
    place = {"column": 7, "split": [], "clean": "x", "date": ["dym", "iso", "mdx"], "take": "best"}
    faults = faults_in({"name": "a", "onrecord": {"statement": minimal(occurred=place)}})
    at = "/onrecord/statement/occurred"
    assert {*faults} == {f"{at}/{n}" for n in ("column", "clean", "date/0", "date/2", "take")}


def test_columns_that_the_file_has_not_are_reported_with_their_places() -> None:
    """In a column, a template and the key, each column once; a name that is nearly one of the
    file's is said."""
    statement = minimal(
        text={"template": "{Waht} in {Place}"},
        said={"with": [{"column": "A"}, {"column": "B"}]},
        tags={"column": "B"},
    )
    with pytest.raises(AbsentColumns) as raised:
        check_columns_of(mapping(statement, primaryKey=["Ref"]), ["What", "Place", "A"])
    assert raised.value.columns == ("Waht", "B", "Ref")
    at = "/resources/0"
    found = raised.value.faults
    assert {fault.path: fault.message.partition(". ")[2] for fault in found} == {
        f"{at}/onrecord/statement/text/template": "Did you mean 'What'?",
        f"{at}/onrecord/statement/said/with/1/column": "It has What, Place, A.",
        f"{at}/schema/primaryKey": "It has What, Place, A.",
    }


@each_row(
    "descriptor",
    [
        {},
        {"name": "a", "resources": []},
        {"name": "a", "resources": "x"},
        {"name": "a", "resources": [{"onrecord": {}}, {"onrecord": {}}]},
        {"name": "a", "onrecord": []},
        {"name": "a", "onrecord": {"statement": []}},
        {"name": "a", "onrecord": {"statement": minimal()}, "schema": {"primaryKey": 1}},
        {"name": "a", "onrecord": {"statement": minimal()}, "dialect": {"delimiter": 1}},
        {"name": "a", "onrecord": {"statement": minimal(occurred={"begin": {"value": "x"}})}},
        {"name": "a", "onrecord": {"statement": minimal(said=[])}},
    ],
)
def test_what_is_no_mapping_is_refused(descriptor: dict[str, Any]) -> None:
    """Anything else than a mapping has a fault and never another error."""
    assert faults_in(descriptor)
