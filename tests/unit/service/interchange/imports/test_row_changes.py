"""Changed rows and missing statements, as a report names them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from service.interchange.imports.row_changes import RowChanges
from service.messages.imports import ImportReport
from tests.unit.service.interchange.imports.held_statements import HeldStatements


def _statement(number: int, text: str = "It rained.") -> dict[str, Any]:
    said = {"by": None, "on": None}
    origin = {"dataset": "rows", "id": str(number)}
    return {"id": f"s{number}", "kind": "claim", "text": text, "said": said, "origin": origin}


async def _report(rows: Sequence[Mapping[str, Any]], held: list[dict[str, Any]]) -> ImportReport:
    """The report after rows that change what is held, and of which nothing is there any more."""
    target, report = HeldStatements(), ImportReport(dataset="rows")
    target.held = {each["id"]: each for each in held}
    changes = RowChanges(target, report)
    for line, statement in enumerate(rows, start=2):
        changes.add(line, statement, None)
    await changes.compare()
    await changes.name_missing([*target.held])
    return report


async def test_they_are_named_by_line_and_key() -> None:
    """A changed row has its fields; a missing statement its text."""
    report = await _report([_statement(1, "It snowed.")], [_statement(1)])
    [row] = report.changed_rows
    assert (row.line, row.key, row.id) == (2, "1", "s1")
    assert [(f.path, f.before, f.after) for f in row.fields] == [
        ("/text", "It rained.", "It snowed.")
    ]
    [missing] = report.missing_statements
    assert (missing.id, missing.key, missing.text) == ("s1", "1", "It rained.")


async def test_no_more_than_a_hundred_are_named() -> None:
    """However many there are."""
    rows = [_statement(number, "It snowed.") for number in range(150)]
    report = await _report(rows, [_statement(number) for number in range(150)])
    assert [row.key for row in report.changed_rows] == [str(number) for number in range(100)]
    assert len(report.missing_statements) == 100


async def test_a_report_does_not_grow_with_what_rows_say() -> None:
    """Rows that are very long are fewer, and a text is shown by its beginning."""
    held = [_statement(number, "a" * 5_000) for number in range(100)]
    tags = [f"{number:040}" for number in range(60)]
    rows = [statement | {"text": "b", "tags": tags} for statement in held]
    report = await _report(rows, held)
    assert 10 < len(report.changed_rows) < 100
    assert all(len(each.text) == 200 for each in report.missing_statements)


async def test_what_is_not_there_any_more_is_named_without_its_fields() -> None:
    """Somebody may have redacted it since."""
    report = await _report([_statement(1)], [])
    assert [(row.id, row.fields) for row in report.changed_rows] == [("s1", [])]
