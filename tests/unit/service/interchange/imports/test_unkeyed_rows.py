"""What an import says of rows that only their content identifies."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Any

from service.interchange.imports.import_file import ImportFile, ImportRun, recognized
from service.interchange.mappings.mapping import mapping_of
from service.messages.imports import Remark
from tests.unit.service.interchange.imports.held_statements import HeldStatements

_STATEMENT = {"kind": {"value": "claim"}, "text": {"column": "What"}}
_ROWS = "\n".join(["What,Place,Dead,When", *(f"{n},X,1{n},d{n}" for n in range(12))])


def _file(path: Path, content: str, more: dict[str, Any], key: list[str]) -> ImportFile:
    path.write_text(content)
    resource = {"name": "rows", "onrecord": {"statement": _STATEMENT | more}}
    by = mapping_of({"name": "rows", "resources": [resource | {"schema": {"primaryKey": key}}]})
    return recognized(path) or ImportFile(path, by)


async def _warnings(
    path: Path, content: str, more: dict[str, Any] | None = None, key: str | None = None
) -> list[Remark]:
    run = ImportRun(
        _file(path, content, more or {}, [key] if key else []),
        HeldStatements(),
        1_800_000_000,
        "report",
        lambda _: nullcontext(None),
        lambda _, __: None,
    )
    return (await run.run(dry_run=True)).warnings


async def test_rows_without_a_key_are_warned_of_once(tmp_path: Path) -> None:
    """The warning counts them, says what follows, and names a column that could be the key: neither
    the text nor a number, which a correction changes."""
    dead = {"what": {"value": "dead"}, "best": {"column": "Dead"}, "unit": {"value": "person"}}
    more = {"quantities": [dead]}
    [found] = await _warnings(tmp_path / "rows.csv", _ROWS, more=more)
    assert (found.rows, found.line, found.column) == (12, 2, None)
    assert "becomes another statement" in found.reason
    assert "primaryKey, for example 'When'" in found.advice


async def test_no_column_is_named_as_a_key_where_none_could_be_one(tmp_path: Path) -> None:
    """Its cells repeat, some are empty, or they are long; a few rows show nothing."""
    equal = _ROWS.replace("12,d2", "11,d2")
    long = equal.replace(",d", f",{'d' * 64}")
    few = _ROWS[: _ROWS.index("9,")]
    for rows in (equal.replace("d3", ""), equal.replace("d3", "d4"), long, few):
        [found] = await _warnings(tmp_path / "rows.csv", rows)
        assert "for example" not in found.advice


async def test_rows_with_a_key_or_an_id_are_not_warned_of(tmp_path: Path) -> None:
    """A key, or an id that the mapping gives."""
    assert await _warnings(tmp_path / "rows.csv", _ROWS, key="When") == []
    more = {"id": {"column": "When"}}
    assert await _warnings(tmp_path / "rows.csv", _ROWS, more=more) == []


async def test_the_spreadsheet_of_timelinejs_has_no_key_either(tmp_path: Path) -> None:
    """Whatever the mapping is, the warning is the same."""
    sheet = "Year,Month,Day,Headline,Text\n2024,1,2,First,It rained.\n2024,1,3,Next,It snowed.\n"
    [found] = await _warnings(tmp_path / "rows.csv", sheet)
    assert found.rows == 2
    assert "primaryKey" in found.advice
