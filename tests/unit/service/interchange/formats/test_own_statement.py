"""Statements of ours in files of other formats."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from service.interchange.formats.known import MappedTable, open_mapped
from service.interchange.formats.own_statement import OWN_COLUMNS
from service.interchange.mappings.composer import Composer
from service.interchange.writers.jsonfeed import write_jsonfeed
from service.interchange.writers.tables.columns import COLUMNS
from tests.unit.service.interchange.writers.made import exported, written

_OTHER = {"id": "x", "title": "Rain", "content_text": "It fell.", "authors": [{"name": "A"}]}


def _opened(folder: Path, change: Any) -> tuple[MappedTable, list[Any]]:
    feed = json.loads(written(write_jsonfeed, [exported(id="a"), exported(id="b")]))
    change(feed["items"])
    path = folder / "feed.json"
    path.write_text(json.dumps(feed))
    with open_mapped(path, "jsonfeed") as opened:
        return opened, list(opened.table.rows)


def test_the_columns_are_those_of_our_table() -> None:
    """A field that a statement gets one day has its column in both."""
    assert (*COLUMNS, "extra") == OWN_COLUMNS


def test_an_item_without_a_statement_stops_no_other(tmp_path: Path) -> None:
    """In a feed of ours it is a broken row, which says what to do."""
    opened, rows = _opened(tmp_path, lambda items: items.insert(1, _OTHER))
    assert opened.mapping.name == "onrecord"
    ids = [
        None if row.broken else Composer(opened.mapping).compose(row).statement["id"]
        for row in rows
    ]
    assert ids == ["a", None, "b"]
    assert (
        rows[1].broken.advice == "Export the file again, or import this one in a file of its own."
    )


def test_a_feed_of_others_is_theirs_though_it_quotes_us(tmp_path: Path) -> None:
    """The first item decides, and each is read by its title, content and author."""
    opened, rows = _opened(tmp_path, lambda items: items.insert(0, _OTHER))
    assert opened.mapping.name == "jsonfeed"
    statements = [Composer(opened.mapping).compose(row).statement for row in rows]
    assert [each["said"]["by"] for each in statements] == ["A", "KCNA", "KCNA"]
    assert statements[0]["text"] == "Rain\n\nIt fell."
