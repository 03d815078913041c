"""Data Packages: the table within, and what is refused of one that lies."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from service.interchange.formats.known import look_of, open_mapped
from service.interchange.formats.packages import PACKAGE
from service.interchange.tables.limits import TableRefused


def packed(folder: Path, path: Any, **members: bytes) -> Path:
    """A package whose description names a table at `path`, with these members beside it."""
    statement = {"kind": {"value": "claim"}, "text": {"column": "T"}}
    table = {"name": "t", "path": path, "onrecord": {"statement": statement}}
    file = folder / "p.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        made.writestr("datapackage.json", json.dumps({"name": "x", "resources": [table]}))
        for name, content in members.items():
            made.writestr(name, content)
    return file


def texts_in(file: Path) -> list[Any]:
    assert look_of(file) == PACKAGE
    with open_mapped(file, PACKAGE) as mapped:
        return [row.cells["T"] for row in mapped.table.rows]


@pytest.mark.parametrize("path", ["t.csv", "a/b.tsv", "t." + "c" * 300, "a.csv\\..\\x"])
def test_the_path_of_a_table_is_its_name_in_the_archive(tmp_path: Path, path: str) -> None:
    """However long it is, nothing of it becomes the path of a file on the disk but `.csv` and the
    like."""
    assert texts_in(packed(tmp_path, path, **{path: b"T\nIt rained.\n"})) == ["It rained."]


@pytest.mark.parametrize(
    "path",
    [
        *("../../../etc/passwd", "/etc/passwd", "file:///etc/passwd", "http://127.0.0.1:1/x"),
        *("", ".", ["a.csv", "b.csv"], "t.csv\x00"),
    ],
)
def test_nothing_is_opened_but_what_is_in_the_archive(tmp_path: Path, path: Any) -> None:
    """A path that leads elsewhere is none of a member."""
    with pytest.raises(TableRefused, match="There is no item named"):
        texts_in(packed(tmp_path, path, **{"t.csv": b"T\nx\n"}))


def test_a_table_of_zeros_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    """A package becomes no more than a hundred times as large as it is."""
    file = packed(tmp_path, "t.csv", **{"t.csv": b"T\n" + bytes(120 << 20)})
    with pytest.raises(TableRefused, match="100 times"):
        texts_in(file)
