"""The zip of tables, as a program of others sees it: `frictionless` checks it against its own
description."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

from frictionless import Package

from service.interchange.writers.exported import HeldBatches
from service.interchange.writers.tables.columns import ExtraColumns, table_mapping
from service.interchange.writers.tables.csv_table import write_csv
from service.interchange.writers.tables.csv_zip import write_csv_zip
from tests.unit.service.interchange.writers.made import PREAMBLE, exported, written

_QUANTITY = {
    "what": "dead",
    "low": "1000",
    "best": None,
    "high": None,
    "unit": "person",
    "qualifier": "at-least",
}
_BATCH = [
    exported(
        id="a",
        text="=HYPERLINK(1)\nsecond line",
        quantities=[_QUANTITY, _QUANTITY | {"low": None, "high": "-0.5"}],
        sources=[{"id": "s", "title": "A ¦ B", "quote": "x\ny"}],
        extra={"h": "1"},
    ),
    exported(
        id="b",
        relations=[
            {
                "relation": "disputes",
                "direction": "out",
                "statement": "a",
                "note": None,
                "on": None,
                "source": None,
                "revision": 3,
            }
        ],
    ),
]


def test_the_package_is_valid(tmp_path: Path) -> None:
    """Types, required names, the primary key and the foreign keys are as it is described."""
    file = tmp_path / "kursk.zip"
    file.write_bytes(written(write_csv_zip, _BATCH))
    report = Package(str(file)).validate()
    assert report.valid, report.flatten()
    tables: list[Any] = Package(str(file)).resources
    rows = {table.name: table.read_rows() for table in tables}
    assert [row["low"] for row in rows["quantities"]] == [1000, None]
    assert [row["statement"] for row in rows["sources"]] == ["a"]
    assert [(row["statement"], row["target"]) for row in rows["relations"]] == [("b", "a")]


def test_the_table_of_statements_is_that_of_csv_with_its_mapping() -> None:
    """`statements.csv` is what the format `csv` writes, and the description has its mapping."""
    with zipfile.ZipFile(io.BytesIO(written(write_csv_zip, _BATCH))) as file:
        assert file.testzip() is None
        assert file.read("statements.csv") == written(write_csv, _BATCH)
        package = json.loads(file.read("datapackage.json"))
    assert package["resources"][0]["onrecord"] == table_mapping(ExtraColumns(["h"]))
    assert package["name"] == "kursk"


def test_the_same_state_gives_the_same_bytes() -> None:
    """Nothing in the zip depends on when or where it is made."""
    assert written(write_csv_zip, _BATCH) == written(write_csv_zip, _BATCH)


def test_a_zip_that_is_not_wanted_any_more_is_closed() -> None:
    """A writer that is dropped in the middle of its table closes what it has open, in silence."""
    pieces: Any = write_csv_zip(PREAMBLE, HeldBatches(_BATCH, _BATCH))
    assert [next(pieces) for _ in range(3)][-1]
    pieces.close()
