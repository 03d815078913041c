"""Which statements an import takes for missing: none whose row the file may still have."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.interchange.tables.limits import TableRefused
from tests.unit.service.interchange.imports.importing_desk import GOOD, STATEMENT, Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


async def test_the_statement_of_a_refused_row_is_not_missing(desk: Desk) -> None:
    """A row whose key is there protects what it was before, whatever is wrong with it."""
    await desk.bring("Ref,What,When\na,x,2024\nb,x,2024\nc,x,2024\nd,x,2024\n")
    worse = "Ref,What,When\na,x,13.13.2024\nb,,2024\nc,x,2024\nc,y,2024\n"
    report = await desk.bring(worse, missing="retract")
    assert (report.refused, report.same, report.missing, report.retracted) == (3, 1, 1, 1)
    assert desk.target.retracted == ["rows.d"]


@pytest.mark.parametrize(
    ("first", "then", "key"),
    [
        ("What,When\nx,2024\ny,2024\n", "What,When\nx,2024\n,2024\n", None),
        ("Ref,What,When\n,x,2024\n,y,2024\n", "Ref,What,When\n,x,2024\n,y,bad\n", "Ref"),
    ],
)
async def test_nothing_is_retracted_where_a_refused_row_could_be_of_any_statement(
    desk: Desk, first: str, then: str, key: str | None
) -> None:
    """A refused row that has no key may be what became of a statement that seems to be missing; the
    report says so."""
    await desk.bring(first, key=key)
    report = await desk.bring(then, missing="retract", key=key)
    assert (report.refused, report.missing, report.retracted) == (1, 1, 0)
    assert desk.target.retracted == []
    assert any("nothing is retracted" in warning.reason for warning in report.warnings)


async def test_a_line_that_cannot_be_read_keeps_everything_that_seems_to_be_missing(
    desk: Desk,
) -> None:
    """Nobody knows whose line it was."""
    await desk.bring("\n".join([GOOD % "a", GOOD % "b"]), "rows.jsonl")
    report = await desk.bring(f"{GOOD % 'a'}\n{{nope\n", "rows.jsonl", missing="retract")
    assert (report.missing, report.retracted) == (1, 0)
    report = await desk.bring(GOOD % "a", "rows.jsonl", missing="retract")
    assert desk.target.retracted == ["rows.b"]


async def test_a_statement_with_an_id_of_its_own_is_not_missing_when_its_row_is_refused(
    desk: Desk,
) -> None:
    """The mapping says what the id is made of: that is what protects it."""
    statement = STATEMENT | {"id": {"column": "Id"}}
    first = "Ref,Id,What,When\n1,a,x,2024\n2,b,x,2024\n"
    await desk.bring(first, statement=statement)
    report = await desk.bring(first.replace("x,2024\n2", "x,nie\n2"), "r.csv", "retract", statement)
    assert (report.refused, report.missing, report.retracted) == (1, 0, 0)
    report = await desk.bring("Ref,Id,What,When\n1,,x,nie\n", "r.csv", "retract", statement)
    assert (report.refused, report.missing, report.retracted) == (1, 2, 0)


@pytest.mark.parametrize(("name", "content"), [("r.csv", "Ref,What,When\n"), ("r.json", "[]")])
async def test_a_file_without_rows_retracts_nothing_and_says_so(
    desk: Desk, name: str, content: str
) -> None:
    """All statements of a dataset are not retracted for a file that has no row: it is refused with
    what to do, and without `retract` the report says that there are none."""
    await desk.bring("Ref,What,When\n1,x,2024\n2,y,2024\n", "r.csv")
    with pytest.raises(TableRefused, match="all that came from rows would be retracted"):
        await desk.bring(content, name, "retract")
    assert desk.target.retracted == []
    report = await desk.bring(content, name)
    assert report.missing == 2
    assert report.file is not None
    assert any("no rows" in note for note in report.file.notes)


async def test_a_file_of_which_no_row_is_good_retracts_nothing(desk: Desk) -> None:
    """Where a mapping or file is wrong from end to end, missing rows prove nothing."""
    await desk.bring("Ref,What,When\n1,x,2024\n2,y,2024\n", "r.csv")
    report = await desk.bring("Ref,What,When\n1,x,nie\n", "r.csv", "retract")
    assert (report.refused, report.missing, report.retracted) == (1, 1, 0)
    assert any("nothing is retracted" in warning.reason for warning in report.warnings)
