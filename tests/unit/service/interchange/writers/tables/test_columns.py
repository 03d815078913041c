"""The mapping of the table: it names every column, and no other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from service.interchange.writers.tables.columns import (
    COLUMNS,
    EXTRA,
    SHOWN,
    ExtraColumns,
    table_mapping,
    values_of,
)
from tests.unit.service.interchange.writers.made import exported


def _columns(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("column"), str):
            yield part["column"]
        else:
            for each in part.values():
                yield from _columns(each)
    elif isinstance(part, list):
        for each in part:
            yield from _columns(each)


def test_the_mapping_uses_or_ignores_every_column() -> None:
    """What the table has, the mapping reads or ignores, each column once."""
    extra = ExtraColumns(["h"], others=True)
    mapping = table_mapping(extra)
    named = [*_columns(mapping["statement"]), *mapping["ignore"]]
    assert sorted(named) == sorted([*COLUMNS, f"{EXTRA}h", "extra", *SHOWN])


def test_a_row_has_a_cell_for_each_column() -> None:
    """The cells of a statement are as many as the columns."""
    extra = ExtraColumns(["h"], others=True)
    cells = values_of(exported(extra={"h": "", "o": "x"}).decode(), extra)
    assert len(cells) == len(COLUMNS) + len(extra.columns) + len(SHOWN)
    assert cells[len(COLUMNS) :][:2] == ['\\""', '{"o":"x"}']
